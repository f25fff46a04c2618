//! Emoji under messages.

use ajet_protocol::{MessageId, Page, PageQuery, User};
use reqwest::Method;

use crate::{Client, Error, encoded, parts_of};

impl Client {
    /// Puts an emoji under a message; again changes nothing.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn react(&self, id: MessageId, emoji: &str) -> Result<(), Error> {
        self.send_empty(Method::PUT, &reaction(id, emoji)).await
    }

    /// Takes one's own emoji back from a message; again changes nothing.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn unreact(&self, id: MessageId, emoji: &str) -> Result<(), Error> {
        self.send_empty(Method::DELETE, &reaction(id, emoji)).await
    }

    /// A page of the people who put an emoji under a message.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn who_reacted(
        &self,
        id: MessageId,
        emoji: &str,
        query: &PageQuery,
    ) -> Result<Page<User>, Error> {
        self.get(&format!("{}?{}", reaction(id, emoji), parts_of(query).join("&"))).await
    }
}

/// The path of a reaction, each byte of the emoji percent-encoded: a keycap has a `#` or a `*` in it.
fn reaction(id: MessageId, emoji: &str) -> String {
    format!("/api/messages/{id}/reactions/{}", encoded(emoji))
}
