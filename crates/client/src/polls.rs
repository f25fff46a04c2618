//! Votes in the polls of messages.

use ajet_protocol::{CastVotes, Message, MessageId};
use reqwest::Method;

use crate::{Client, Error};

impl Client {
    /// Sets what one chooses in the poll of a message, by the places of the options; none withdraws. The message as it is then.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn vote(&self, message: MessageId, options: &[i64]) -> Result<Message, Error> {
        let votes = CastVotes { options: options.to_vec() };
        self.send(Method::PUT, &format!("/api/messages/{message}/votes"), Some(&votes), true).await
    }
}
