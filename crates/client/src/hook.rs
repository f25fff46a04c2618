//! Posting by an incoming webhook: what a program does that is no user.

use serde::Serialize;

use crate::retries::Repeat;
use crate::{Client, Error};

impl Client {
    /// Posts a payload to the address of a webhook, as [`Webhook::url`](ajet_protocol::Webhook) had it once. The address is the secret: no
    /// token is shown. It is sent once, since a payload without a key would be posted twice.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn post_by_webhook(&self, url: &str, payload: &impl Serialize) -> Result<(), Error> {
        self.answered(Repeat::Unsafe, || self.http.post(url).json(payload)).await.map(drop)
    }
}
