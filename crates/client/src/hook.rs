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
        let key = Uuid::new_v4().to_string();
        let made = || self.http.post(url).header(KEY, &key).json(payload);
        self.answered(Repeat::Write, made).await.map(drop)
    }
}
