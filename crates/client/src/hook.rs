//! Posting by an incoming webhook: what a program does that is no user.

use serde::Serialize;
use uuid::Uuid;

use crate::request::KEY;
use crate::retries::Repeat;
use crate::{Client, Error};

impl Client {
    /// Posts a payload to the address of a webhook, as [`Webhook::url`](ajet_protocol::Webhook) had it once. The address is the secret: no
    /// token is shown.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn post_by_webhook(&self, url: &str, payload: &impl Serialize) -> Result<(), Error> {
        self.post_by_webhook_under(url, payload, &Uuid::new_v4().to_string()).await
    }

    /// The same under a key: however often it is sent, it is posted once.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn post_by_webhook_under(
        &self,
        url: &str,
        payload: &impl Serialize,
        key: &str,
    ) -> Result<(), Error> {
        let made = || self.http.post(url).header(KEY, key).json(payload);
        self.answered(Repeat::Write, made).await.map(drop)
    }
}
