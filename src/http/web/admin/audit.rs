//! The audit log of a community.

use ajet_web::pages::admin;

use super::managing::Listing;
use crate::http::page::{Page, PageError};
use crate::usecases::audit::{self, AuditFilter};

/// The page.
pub async fn page(Listing { app, managing, query }: Listing) -> Result<Page, PageError> {
    let (reader, community) = (managing.own.caller.id(), managing.community.id);
    let all = audit::list(&app.context, reader, community, &AuditFilter::default(), &query).await?;
    Ok(Page(admin::audit(&managing.managed(), &all)))
}
