//! The page of all components, where people may sign in by name: on a developer's machine.

use super::page::Page;
use super::reader::Reader;
use crate::http::extract::peer::DevSignInOnly;

/// The page.
pub async fn page(_: DevSignInOnly, Reader(viewer): Reader) -> Page {
    Page(ajet_web::pages::components::page(&viewer))
}
