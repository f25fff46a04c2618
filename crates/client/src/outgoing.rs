//! Outgoing webhooks, and what they are sent.

use ajet_protocol::{
    CommunityId, CreateOutgoingWebhook, Delivery, DeliveryId, DeliveryStatus, OutgoingWebhook,
    OutgoingWebhookId, Page, PageQuery, UpdateOutgoingWebhook,
};
use reqwest::Method;

use crate::{Client, Error, parts_of};

impl Client {
    /// Creates an outgoing webhook. Its secret is in the first answer alone. If that answer was lost, the result of the repetition has none:
    /// delete that webhook and create another one.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn create_outgoing_webhook(
        &self,
        community: CommunityId,
        request: &CreateOutgoingWebhook,
    ) -> Result<OutgoingWebhook, Error> {
        self.create(&format!("/api/communities/{community}/outgoing_webhooks"), request).await
    }

    /// A page of a community's outgoing webhooks.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn outgoing_webhooks(
        &self,
        community: CommunityId,
        query: &PageQuery,
    ) -> Result<Page<OutgoingWebhook>, Error> {
        let parts = parts_of(query).join("&");
        self.get(&format!("/api/communities/{community}/outgoing_webhooks?{parts}")).await
    }

    /// Changes an outgoing webhook, or switches it on or off.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn update_outgoing_webhook(
        &self,
        id: OutgoingWebhookId,
        update: &UpdateOutgoingWebhook,
    ) -> Result<OutgoingWebhook, Error> {
        self.send(Method::PATCH, &format!("/api/outgoing_webhooks/{id}"), Some(update), true).await
    }

    /// Ends an outgoing webhook. Again changes nothing.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn delete_outgoing_webhook(&self, id: OutgoingWebhookId) -> Result<(), Error> {
        self.send_empty(Method::DELETE, &format!("/api/outgoing_webhooks/{id}")).await
    }

    /// A page of what an outgoing webhook was sent, of one status where one is given.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn deliveries(
        &self,
        id: OutgoingWebhookId,
        status: Option<DeliveryStatus>,
        query: &PageQuery,
    ) -> Result<Page<Delivery>, Error> {
        let mut parts = parts_of(query);
        parts.extend(status.map(|status| format!("status={}", status.as_str())));
        self.get(&format!("/api/outgoing_webhooks/{id}/deliveries?{}", parts.join("&"))).await
    }

    /// Has a delivery tried again.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn replay_delivery(&self, id: DeliveryId) -> Result<(), Error> {
        self.send_empty(Method::POST, &format!("/api/deliveries/{id}/replay")).await
    }
}
