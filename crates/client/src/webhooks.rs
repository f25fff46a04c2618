//! Incoming webhooks, as those see them who manage them.

use ajet_protocol::{
    ChannelId, CommunityId, CreateWebhook, Page, PageQuery, UpdateWebhook, Webhook, WebhookId,
};
use reqwest::Method;

use crate::{Client, Error, parts_of};

impl Client {
    /// Makes an incoming webhook. Its address is in the first answer alone. If that answer was lost, the result of the repetition has none:
    /// delete that webhook and make another one.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn create_webhook(&self, channel: ChannelId, name: &str) -> Result<Webhook, Error> {
        let request = CreateWebhook { name: name.into(), avatar_url: None, client_mutation_id: None };
        self.make_webhook(channel, &request).await
    }

    /// The same, with a picture, or under the key of the request.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn make_webhook(&self, channel: ChannelId, request: &CreateWebhook) -> Result<Webhook, Error> {
        self.create(&format!("/api/channels/{channel}/webhooks"), request).await
    }

    /// A page of a channel's webhooks, without their addresses.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn webhooks(&self, channel: ChannelId, query: &PageQuery) -> Result<Page<Webhook>, Error> {
        self.get(&format!("/api/channels/{channel}/webhooks?{}", parts_of(query).join("&"))).await
    }

    /// A page of the webhooks of a community's channels in which one may manage webhooks.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn webhooks_of_community(
        &self,
        community: CommunityId,
        query: &PageQuery,
    ) -> Result<Page<Webhook>, Error> {
        self.get(&format!("/api/communities/{community}/webhooks?{}", parts_of(query).join("&"))).await
    }

    /// Renames a webhook, gives it another picture, or moves it to another channel.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn update_webhook(&self, webhook: WebhookId, update: &UpdateWebhook) -> Result<Webhook, Error> {
        self.send(Method::PATCH, &format!("/api/webhooks/{webhook}"), Some(update), true).await
    }

    /// Ends a webhook: its address is taken no more. Again changes nothing.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn delete_webhook(&self, webhook: WebhookId) -> Result<(), Error> {
        self.send_empty(Method::DELETE, &format!("/api/webhooks/{webhook}")).await
    }
}
