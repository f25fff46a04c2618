//! Golden commands about outgoing webhooks.

use ajet_domain::Asked;
use ajet_domain::change::{SealedSecret, TargetUrl};
use ajet_domain::community::{
    self, CreateOutgoingWebhook, DeleteOutgoingWebhook, ReplayDelivery, Switch, UpdateOutgoingWebhook,
};
use ajet_protocol::{ChannelId, DeliveryId, OutgoingWebhookId};

use super::{id, key, server, session};

/// One of each verb, and each way to switch a webhook.
pub fn commands() -> Vec<Asked<community::Command>> {
    let (webhook_id, url) = (OutgoingWebhookId(id(14)), TargetUrl("https://t".into()));
    let (events, channel_ids) = (vec!["message.created".to_owned()], Some(vec![ChannelId(id(3))]));
    let secret = SealedSecret(vec![1, 2]);
    let create = CreateOutgoingWebhook {
        url: url.clone(),
        events: events.clone(),
        channel_ids: channel_ids.clone(),
        secret,
    };
    let update = UpdateOutgoingWebhook {
        webhook_id,
        url: Some(url),
        events: Some(events),
        channel_ids: Some(channel_ids),
        switch: Some(Switch::On),
    };
    let everywhere = UpdateOutgoingWebhook {
        webhook_id,
        url: None,
        events: None,
        channel_ids: Some(None),
        switch: Some(Switch::Stopped),
    };
    let others: [community::Command; 4] = [
        update.into(),
        everywhere.into(),
        DeleteOutgoingWebhook { webhook_id }.into(),
        ReplayDelivery { delivery_id: DeliveryId(id(15)) }.into(),
    ];
    let others = others.into_iter().map(|verb| Asked { by: session(), key: None, verb });
    let switched = [Switch::Gone, Switch::Failing].map(|switch| {
        let verb = UpdateOutgoingWebhook::switched(webhook_id, switch).into();
        Asked { by: server(), key: None, verb }
    });
    let create = Asked { by: session(), key: key(), verb: create.into() };
    [create].into_iter().chain(others).chain(switched).collect()
}
