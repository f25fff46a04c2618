//! Incoming webhooks.

use ajet_protocol::{ChannelId, CreateWebhook, Page, PageQuery, Webhook, WebhookId};
use reqwest::Method;

use crate::{Client, Error, parts_of};

impl Client {
    /// Makes an incoming webhook.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn create_webhook(&self, channel: ChannelId, name: &str) -> Result<Webhook, Error> {
        let request = CreateWebhook { name: name.into(), avatar_url: None, client_mutation_id: None };
        self.send(Method::POST, &format!("/api/channels/{channel}/webhooks"), Some(&request), false).await
    }

    /// A page of the webhooks of a channel.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn webhooks(&self, channel: ChannelId, query: &PageQuery) -> Result<Page<Webhook>, Error> {
        self.get(&format!("/api/channels/{channel}/webhooks?{}", parts_of(query).join("&"))).await
    }

    /// Revokes a webhook.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn delete_webhook(&self, webhook: WebhookId) -> Result<(), Error> {
        self.send_empty(Method::DELETE, &format!("/api/webhooks/{webhook}")).await
    }
}
