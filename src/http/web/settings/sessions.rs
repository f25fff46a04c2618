//! Where a person is signed in, and what happened to their account.

use ajet_protocol::SessionId;
use ajet_protocol::scopes::SessionOnly;
use ajet_web::pages::settings;
use axum::extract::State;
use axum::response::Redirect;

use crate::http::extract::body::Id;
use crate::http::extract::caller::Caller;
use crate::http::extract::paging::Paging;
use crate::http::page::{Page, PageError};
use crate::http::state::App;
use crate::http::web::own::{Own, saved};
use crate::usecases::audit::{self, AuditFilter};
use crate::usecases::sessions;

const HERE: &str = "/settings/sessions";

/// The page.
pub async fn page(State(app): State<App>, own: Own, Paging(query): Paging) -> Result<Page, PageError> {
    let all = sessions::list(&app.context, own.caller.id(), own.caller.session.id, &query).await?;
    Ok(Page(settings::sessions(&own.inside(), &all)))
}

/// The log of the account.
pub async fn log(State(app): State<App>, own: Own, Paging(query): Paging) -> Result<Page, PageError> {
    let all = audit::of_person(&app.context, own.caller.id(), &AuditFilter::default(), &query).await?;
    Ok(Page(settings::log(&own.inside(), &all)))
}

/// Ends one.
pub async fn end(
    State(app): State<App>,
    caller: Caller<SessionOnly>,
    Id(id): Id<SessionId>,
) -> Result<Redirect, PageError> {
    sessions::end(&app.context, caller.id(), id).await?;
    Ok(saved(HERE))
}

/// Ends all but the one that asks.
pub async fn end_others(State(app): State<App>, caller: Caller<SessionOnly>) -> Result<Redirect, PageError> {
    sessions::end_others(&app.context, caller.id(), caller.session.id).await?;
    Ok(saved(HERE))
}
