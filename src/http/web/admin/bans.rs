//! Bans.

use ajet_protocol::UserId;
use ajet_web::pages::admin;
use axum::extract::State;
use axum::response::Redirect;

use super::managing::{Here, Listing};
use crate::http::extract::path::InPath;
use crate::http::page::{Page, PageError};
use crate::http::state::App;
use crate::usecases::bans;

/// The page.
pub async fn page(Listing { app, managing, query }: Listing) -> Result<Page, PageError> {
    let all = bans::list(&app.context, managing.own.caller.id(), managing.community.id, &query).await?;
    Ok(Page(admin::bans(&managing.managed(), &all)))
}

/// Lifts a ban.
pub async fn lift(
    State(app): State<App>,
    here: Here,
    InPath((_, id)): InPath<(String, UserId)>,
) -> Result<Redirect, PageError> {
    bans::unban(&app.context, here.by(), here.community.id, id, None).await?;
    Ok(here.saved("bans"))
}
