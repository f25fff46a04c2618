//! What the links of messages show.

use ajet_protocol::MessageId;
use reqwest::Method;

use crate::{Client, Error};

impl Client {
    /// Takes away what the links of a message show, for good; again changes nothing.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn strip_previews(&self, id: MessageId) -> Result<(), Error> {
        self.send_empty(Method::DELETE, &format!("/api/messages/{id}/previews")).await
    }
}
