//! Queries of a channel's messages.

use uuid::Uuid;

use crate::PageQuery;

/// A query of a channel's messages.
#[derive(Debug, Clone, Copy, Default)]
pub struct MessageQuery {
    /// The page's size, and its cursor if it has one.
    pub page: PageQuery,
    /// The message in the middle of the page; not together with a cursor of `page`.
    pub around: Option<Uuid>,
    /// Whether replies are left out that do not also stand in the channel.
    pub top_level: bool,
}

impl MessageQuery {
    /// The names of the cursors that are given.
    #[must_use]
    pub fn cursors(&self) -> Vec<&'static str> {
        let given = [("around", self.around), ("before", self.page.before), ("after", self.page.after)];
        given.into_iter().filter_map(|(name, id)| id.map(|_| name)).collect()
    }
}

impl From<PageQuery> for MessageQuery {
    fn from(page: PageQuery) -> Self {
        Self { page, ..Self::default() }
    }
}
