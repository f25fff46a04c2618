//! What every page of settings is made with: who looks at it, in which language, and their communities for the frame around it.

use ajet_protocol::scopes::SessionOnly;
use ajet_protocol::{Community, Page, PageQuery};
use ajet_web::pages::{Inside, News};
use ajet_web::viewer::Viewer;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::response::Redirect;
use uuid::Uuid;

use super::page::PageError;
use super::reader;
use crate::http::extract::caller::Caller;
use crate::http::state::App;
use crate::usecases::communities;

/// As much of a list as one page of it holds.
pub const ALL: PageQuery = PageQuery { before: None, after: None, limit: Some(200) };

/// A list that is read to its end, page after page.
pub struct Whole<T> {
    items: Vec<T>,
    next: Option<PageQuery>,
}

impl<T> Whole<T> {
    /// Nothing of it yet.
    pub fn begin() -> Self {
        Self { items: Vec::new(), next: Some(ALL) }
    }

    /// What to ask for next; `None` once all of it is here.
    pub fn asks(&self) -> Option<PageQuery> {
        self.next
    }

    /// Takes the page that was asked for in. The list goes on behind the `id` of its last item.
    pub fn take(&mut self, page: Page<T>, id: impl Fn(&T) -> Uuid) {
        let last = page.items.last().map(id).filter(|_| page.has_more);
        self.next = last.map(|last| PageQuery { after: Some(last), ..ALL });
        self.items.extend(page.items);
    }

    /// All of it.
    pub fn items(self) -> Vec<T> {
        self.items
    }
}

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
    let sign = if address.contains('?') { '&' } else { '?' };
    Redirect::to(&format!("{address}{sign}{SAVED}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_read_to_its_end() {
        let page = |from: u128, has_more| Page { items: vec![from, from + 1], has_more };
        let id = |one: &u128| Uuid::from_u128(*one);
        let mut whole = Whole::begin();
        assert_eq!(whole.asks().map(|query| (query.after, query.limit)), Some((None, Some(200))));
        whole.take(page(1, true), id);
        assert_eq!(whole.asks().and_then(|query| query.after), Some(Uuid::from_u128(2)));
        whole.take(page(3, false), id);
        assert!(whole.asks().is_none());
        assert_eq!(whole.items(), [1, 2, 3, 4]);
    }
}
