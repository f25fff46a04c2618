//! Whom a person blocks.

use ajet_protocol::UserId;
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
use crate::usecases::blocks;

/// The page.
pub async fn page(State(app): State<App>, own: Own, Paging(query): Paging) -> Result<Page, PageError> {
    let all = blocks::list(&app.context, own.caller.id(), &query).await?;
    Ok(Page(settings::blocked(&own.inside(), &all)))
}

/// Lifts a block.
pub async fn lift(
    State(app): State<App>,
    caller: Caller<SessionOnly>,
    Id(id): Id<UserId>,
) -> Result<Redirect, PageError> {
    blocks::unblock(&app.context, caller.by(), id).await?;
    Ok(saved("/settings/blocked"))
}
