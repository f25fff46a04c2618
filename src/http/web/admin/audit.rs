//! The audit log of a community.

use ajet_web::pages::admin;
use axum::extract::State;

use super::managing::Managing;
use crate::http::extract::paging::Paging;
use crate::http::page::{Page, PageError};
use crate::http::state::App;
use crate::usecases::audit::{self, AuditFilter};

/// The page.
pub async fn page(
    State(app): State<App>,
    managing: Managing,
    Paging(query): Paging,
) -> Result<Page, PageError> {
    let (reader, community) = (managing.own.caller.id(), managing.community.id);
    let all = audit::list(&app.context, reader, community, &AuditFilter::default(), &query).await?;
    Ok(Page(admin::audit(&managing.managed(), &all)))
}
