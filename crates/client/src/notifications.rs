//! What one is told of.

use ajet_protocol::{Notification, Page, PageQuery, ReadNotifications, UnreadNotifications};
use reqwest::Method;

use crate::{Client, Error, parts_of};

impl Client {
    /// A page of one's notifications, or of those alone that are not read yet.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn notifications(&self, unread: bool, query: &PageQuery) -> Result<Page<Notification>, Error> {
        let mut parts = parts_of(query);
        parts.push(format!("unread={unread}"));
        self.get(&format!("/api/notifications?{}", parts.join("&"))).await
    }

    /// Marks notifications as read. `all` is sent once alone: repeated, it would read what has come meanwhile.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn read_notifications(
        &self,
        request: &ReadNotifications,
    ) -> Result<UnreadNotifications, Error> {
        self.send(Method::POST, "/api/notifications/read", Some(request), request.ids.is_some()).await
    }
}
