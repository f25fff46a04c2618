//! People: oneself, others, and whom one blocks.

use ajet_protocol::{Me, Page, PageQuery, UpdateMe, User, UserId};
use reqwest::Method;

use crate::{Client, Error, encoded, parts_of};

impl Client {
    /// One's own account.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn me(&self) -> Result<Me, Error> {
        self.get("/api/me").await
    }

    /// Changes one's own account; what is `None` stays as it is.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn update_me(&self, update: &UpdateMe) -> Result<Me, Error> {
        self.send(Method::PATCH, "/api/me", Some(update), true).await
    }

    /// A person or bot.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn user(&self, id: UserId) -> Result<User, Error> {
        self.get(&format!("/api/users/{id}")).await
    }

    /// People whose user name or display name holds this text; all whom one knows where it is empty.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn users(&self, q: &str, query: &PageQuery) -> Result<Page<User>, Error> {
        let mut parts = parts_of(query);
        parts.push(format!("q={}", encoded(q)));
        self.get(&format!("/api/users?{}", parts.join("&"))).await
    }

    /// Takes an account out of use; for the owner of the system. Again changes nothing.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn deactivate(&self, id: UserId) -> Result<(), Error> {
        self.send_empty(Method::PUT, &format!("/api/users/{id}/deactivated")).await
    }

    /// Takes an account into use again; again changes nothing.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn reactivate(&self, id: UserId) -> Result<(), Error> {
        self.send_empty(Method::DELETE, &format!("/api/users/{id}/deactivated")).await
    }

    /// Blocks a person; again changes nothing.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn block(&self, id: UserId) -> Result<(), Error> {
        self.send_empty(Method::PUT, &format!("/api/users/{id}/block")).await
    }

    /// Lifts a block; again changes nothing.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn unblock(&self, id: UserId) -> Result<(), Error> {
        self.send_empty(Method::DELETE, &format!("/api/users/{id}/block")).await
    }

    /// The people whom one blocks.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn blocks(&self, query: &PageQuery) -> Result<Page<User>, Error> {
        self.get(&format!("/api/me/blocks?{}", parts_of(query).join("&"))).await
    }
}
