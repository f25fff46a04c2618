//! What every page of settings is made with: who looks at it, in which language, and their communities for the frame around it.

use ajet_protocol::scopes::SessionOnly;
use ajet_protocol::{Community, PageQuery};
use ajet_web::pages::{Inside, News};
use ajet_web::viewer::Viewer;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::response::Redirect;

use super::page::PageError;
use super::reader;
use crate::http::extract::caller::Caller;
use crate::http::state::App;
use crate::usecases::communities;

/// As much of a list as one page of it holds.
pub const ALL: PageQuery = PageQuery { before: None, after: None, limit: Some(200) };
/// Stands in the address of a page that a form led to.
const SAVED: &str = "done=saved";

/// A person who looks at a page of settings.
pub struct Own {
    pub caller: Caller<SessionOnly>,
    pub viewer: Viewer,
    communities: Vec<Community>,
    news: News,
}

impl Own {
    /// As pages take it.
    pub fn inside(&self) -> Inside<'_> {
        Inside {
            viewer: &self.viewer,
            me: &self.caller.session.user,
            communities: &self.communities,
            news: self.news,
        }
    }
}

impl FromRequestParts<App> for Own {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, PageError> {
        let caller = Caller::<SessionOnly>::from_request_parts(parts, app).await?;
        let communities = communities::list(&app.context, caller.id(), &ALL).await?.items;
        let query = parts.uri.query().unwrap_or_default();
        let news = if query.split('&').any(|one| one == SAVED) { News::Saved } else { News::Nothing };
        Ok(Self { caller, viewer: reader::of(&parts.headers), communities, news })
    }
}

/// Back to a page, which says that it is done.
pub fn saved(address: &str) -> Redirect {
    Redirect::to(&format!("{address}?{SAVED}"))
}
