//! Direct messages. What is written and read in one goes by the calls of channels.

use ajet_protocol::{Channel, ChannelId, OpenDm, Page, PageQuery, UserId};
use reqwest::Method;

use crate::{Client, Error, parts_of};

impl Client {
    /// The direct message that one has with some people, made if there is none yet. Their ids name it, so it is safe to ask again.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn open_dm(&self, people: &[UserId]) -> Result<Channel, Error> {
        let request = OpenDm { user_ids: people.to_vec(), client_mutation_id: None };
        self.send(Method::POST, "/api/dms", Some(&request), true).await
    }

    /// A page of one's direct messages, without hidden ones in which nothing is new.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn dms(&self, query: &PageQuery) -> Result<Page<Channel>, Error> {
        self.get(&format!("/api/dms?{}", parts_of(query).join("&"))).await
    }

    /// Leaves a direct message out of one's list until there is something new in it.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn hide_dm(&self, dm: ChannelId) -> Result<(), Error> {
        self.send_empty(Method::PUT, &format!("/api/dms/{dm}/hidden")).await
    }

    /// Shows a hidden direct message in one's list again.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn show_dm(&self, dm: ChannelId) -> Result<(), Error> {
        self.send_empty(Method::DELETE, &format!("/api/dms/{dm}/hidden")).await
    }
}
