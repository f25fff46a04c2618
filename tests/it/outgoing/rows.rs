//! Webhooks and deliveries, as tests make, read and hurry them.

use ajet_protocol::{
    CreateOutgoingWebhook, Delivery, DeliveryStatus, EventType, OutgoingWebhook, OutgoingWebhookId, PageQuery,
};

use crate::support::{Target, World, eventually, sql};

/// A webhook to be made.
pub fn request(url: &str, events: &[EventType]) -> CreateOutgoingWebhook {
    CreateOutgoingWebhook {
        url: url.into(),
        events: events.to_vec(),
        channel_ids: None,
        client_mutation_id: None,
    }
}

/// Ann has a target told of these events, wherever they are.
pub async fn tell(world: &World, target: &Target, events: &[EventType]) -> OutgoingWebhook {
    let request = request(&target.url, events);
    world.ann.create_outgoing_webhook(world.community.id, &request).await.expect("makes")
}

/// What a webhook was sent, or is to be sent.
pub async fn deliveries(world: &World, id: OutgoingWebhookId) -> Vec<Delivery> {
    world.ann.deliveries(id, None, &PageQuery::default()).await.expect("lists").items
}

/// Waits until the only delivery of a webhook was tried so often and is so; the delivery.
pub async fn settled(
    world: &World,
    id: OutgoingWebhookId,
    status: DeliveryStatus,
    attempts: u32,
) -> Delivery {
    let only = async || deliveries(world, id).await.into_iter().next();
    let fits = |one: Delivery| (one.status, one.attempts) == (status, attempts);
    eventually("the delivery comes so far", async || only().await.is_some_and(fits)).await;
    only().await.expect("is there")
}

/// What rests is due now.
pub async fn hurry(world: &World) {
    sql(world, "update deliveries set next_at = now() where status = 'pending'").await;
    // A lane that a node works on is taken for a minute.
    sql(
        world,
        "update outgoing_webhooks set busy_until = now() where busy_until < now() + interval '6 seconds'",
    )
    .await;
}

/// A webhook as it is now.
pub async fn webhook(world: &World, id: OutgoingWebhookId) -> OutgoingWebhook {
    let page = world.ann.outgoing_webhooks(world.community.id, &PageQuery::default()).await.expect("lists");
    page.items.into_iter().find(|one| one.id == id).expect("is there")
}
