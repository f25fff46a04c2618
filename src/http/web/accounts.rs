//! The page of a person's accounts at providers.

use ajet_protocol::scopes::SessionOnly;
use ajet_protocol::{OauthAccountId, PageQuery};
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};

use super::own::Own;
use super::page::{Page, PageError};
use crate::http::extract::body::Id;
use crate::http::extract::caller::Caller;
use crate::http::state::App;
use crate::usecases::{linked_accounts, providers};

/// The accounts, and where more can be linked.
pub async fn list(State(app): State<App>, own: Own) -> Result<Page, PageError> {
    let accounts = linked_accounts::list(&app.context, own.caller.id(), &PageQuery::default()).await?;
    let providers = providers::offered(&app.context).await?;
    Ok(Page(ajet_web::pages::settings::accounts(&own.inside(), &accounts.items, &providers)))
}

/// Unlinks one of them.
pub async fn unlink(
    State(app): State<App>,
    caller: Caller<SessionOnly>,
    Id(id): Id<OauthAccountId>,
) -> Result<Response, PageError> {
    linked_accounts::unlink(&app.context, caller.id(), id, caller.session.id).await?;
    Ok(Redirect::to("/accounts").into_response())
}
