//! Outgoing webhooks: created, listed, changed, ended, and what they are sent, listed and tried again.

use ajet_domain::asked::Caller;
use ajet_domain::change::{SealedSecret, TargetUrl};
use ajet_domain::community::{
    CreateOutgoingWebhook, DeleteOutgoingWebhook, ReplayDelivery, Switch, UpdateOutgoingWebhook,
};
use ajet_domain::verb::Made;
use ajet_protocol::{
    ChannelId, CommunityId, Delivery, DeliveryId, DeliveryStatus, EventType, OutgoingWebhook,
    OutgoingWebhookId, Page, PageQuery, Permission, UserId,
};
use url::Url;

use super::deletion::Deletion;
use super::deliveries::may_have;
use super::reading::{Reading, may, of_seen, sees};
use super::{Context, Created, Failure, Found, GivenKey};
use crate::outgoing::{OutgoingError, signature};

/// Bytes of a secret: Standard Webhooks asks for 24 to 64.
const SECRET_BYTES: usize = 32;

/// An outgoing webhook to be created.
#[derive(Debug, Clone)]
pub struct NewWebhook {
    pub url: TargetUrl,
    pub events: Vec<EventType>,
    /// `None`: all channels, and what is of none.
    pub channel_ids: Option<Vec<ChannelId>>,
}

/// What is to be changed of one; what is `None` stays as it is.
#[derive(Debug, Clone, Default)]
pub struct Changes {
    pub url: Option<TargetUrl>,
    pub events: Option<Vec<EventType>>,
    pub channel_ids: Option<Option<Vec<ChannelId>>>,
    pub enabled: Option<bool>,
}

/// Creates an outgoing webhook. Its secret is in the answer to the request that made it alone.
///
/// # Errors
/// [`Failure`]
pub async fn create(
    context: &Context,
    by: Caller,
    community: CommunityId,
    new: NewWebhook,
    key: GivenKey,
) -> Result<Created<OutgoingWebhook>, Failure> {
    if !context.webhooks {
        return Err(Failure::not_found());
    }
    let NewWebhook { url, events, channel_ids } = new;
    let reader = by.id();
    // Who may not make one learns nothing of what may be asked.
    Reading::of(context, reader, community).let_in(may(Permission::ManageWebhooks)).await?;
    require_public(context, &url)?;
    let plain = rand::random::<[u8; SECRET_BYTES]>();
    let sealed = context.sealer.seal(&signature::secret_purpose(community), &plain);
    let events = names(&events);
    let verb = CreateOutgoingWebhook { url, events, channel_ids, secret: SealedSecret(sealed.clone()) };
    let (id, is_new) = match context.make(community, by, key.without_former(), verb).await? {
        Made::New(id) => (id, true),
        Made::Before(id) => {
            let id = OutgoingWebhookId(id);
            // The repetition may be our own, after an answer that got lost between nodes: then the secret is the one kept.
            (id, context.store.is_signed_with(id, &sealed).await?)
        }
    };
    let webhook = get(context, reader, community, id).await?;
    if !is_new {
        return Ok(Created::Before(webhook));
    }
    Ok(Created::New(OutgoingWebhook { secret: Some(signature::shown(&plain)), ..webhook }))
}

/// An outgoing webhook, without its secret.
///
/// # Errors
/// [`Failure`]
async fn get(
    context: &Context,
    reader: UserId,
    community: CommunityId,
    id: OutgoingWebhookId,
) -> Result<OutgoingWebhook, Failure> {
    let reading = Reading::channels_of_community(context, reader, community);
    let read = reading.answer(may(Permission::ManageWebhooks), |fence| {
        of_seen(context, fence, move |fence, seen| async move {
            context.store.outgoing_webhook_for(fence, id, &seen).await
        })
    });
    read.await?.or_not_found()
}

/// The outgoing webhooks of a community, without their secrets. Channels that the reader does not see are not named.
///
/// # Errors
/// [`Failure`]
pub async fn list(
    context: &Context,
    reader: UserId,
    community: CommunityId,
    query: &PageQuery,
) -> Result<Page<OutgoingWebhook>, Failure> {
    let reading = Reading::channels_of_community(context, reader, community);
    let read = reading.answer(may(Permission::ManageWebhooks), |fence| {
        of_seen(context, fence, move |fence, seen| async move {
            context.store.outgoing_webhooks_of(fence, query, &seen).await
        })
    });
    read.await
}

/// Changes an outgoing webhook, which acts for the caller from then on. Another person's loses the channels of which the caller may have
/// nothing sent: of these it would still be sent that they are deleted.
///
/// # Errors
/// [`Failure`]
pub async fn update(
    context: &Context,
    by: Caller,
    webhook_id: OutgoingWebhookId,
    changes: Changes,
) -> Result<OutgoingWebhook, Failure> {
    let community = context.store.community_of_outgoing(webhook_id).await?.or_not_found()?;
    let reader = by.id();
    Reading::of(context, reader, community).let_in(may(Permission::ManageWebhooks)).await?;
    let Changes { url, events, channel_ids, enabled } = changes;
    if let Some(url) = &url {
        require_public(context, url)?;
    }
    let channel_ids = match channel_ids {
        None => channels_taken_over(context, reader, community, webhook_id).await?.map(Some),
        given => given,
    };
    let events = events.map(|events| names(&events));
    let switch = enabled.map(|enabled| if enabled { Switch::On } else { Switch::Stopped });
    let verb = UpdateOutgoingWebhook { webhook_id, url, events, channel_ids, switch };
    context.ask(community, by, verb).await?;
    get(context, reader, community, webhook_id).await
}

/// The channels that another person's webhook is narrowed to, without those of which the caller may have nothing sent; `None`: it is the
/// caller's, or narrowed to none.
async fn channels_taken_over(
    context: &Context,
    reader: UserId,
    community: CommunityId,
    id: OutgoingWebhookId,
) -> Result<Option<Vec<ChannelId>>, Failure> {
    let before = get(context, reader, community, id).await?;
    let Some(seen) = before.channel_ids.filter(|_| before.acts_for != reader) else { return Ok(None) };
    let places: Vec<_> = seen.iter().copied().map(Some).collect();
    let may_have = may_have(context, community, reader, &places).await?;
    Ok(Some(seen.into_iter().filter(|channel| may_have.contains(&Some(*channel))).collect()))
}

/// Ends an outgoing webhook.
///
/// # Errors
/// [`Failure`]
pub async fn delete(context: &Context, by: Caller, webhook_id: OutgoingWebhookId) -> Result<(), Failure> {
    let deletion = Deletion {
        action: "outgoing_webhook.delete",
        id: webhook_id.0,
        right: Some(Permission::ManageWebhooks),
    };
    let home = context.store.community_of_outgoing(webhook_id).await?;
    deletion.ask(context, by, home, DeleteOutgoingWebhook { webhook_id }).await
}

/// What an outgoing webhook was sent within the last days, or is to be sent, but nothing of channels that the reader does not see.
///
/// # Errors
/// [`Failure`]
pub async fn deliveries(
    context: &Context,
    reader: UserId,
    webhook: OutgoingWebhookId,
    status: Option<DeliveryStatus>,
    query: &PageQuery,
) -> Result<Page<Delivery>, Failure> {
    let community = context.store.community_of_outgoing(webhook).await?.or_not_found()?;
    let reading = Reading::channels_of_community(context, reader, community);
    let read = reading.answer(may(Permission::ManageWebhooks), |fence| {
        of_seen(context, fence, move |fence, seen| async move {
            context.store.deliveries_of(fence, (webhook, status), query, &seen).await
        })
    });
    read.await
}

/// Has a delivery tried again, whatever became of it. One of a channel that the caller does not see is not there.
///
/// # Errors
/// [`Failure`]
pub async fn replay(context: &Context, by: Caller, delivery_id: DeliveryId) -> Result<(), Failure> {
    let (community, channel) = context.store.place_of_delivery(delivery_id).await?.or_not_found()?;
    if let Some(channel) = channel {
        Reading::within(context, by.id(), channel).await?.let_in(sees).await?;
    }
    context.ask(community, by, ReplayDelivery { delivery_id }).await
}

/// Refuses what would never be sent to. A name is looked up when something is sent, and not here: else who asks could find out what this
/// machine's network knows.
fn require_public(context: &Context, url: &TargetUrl) -> Result<(), Failure> {
    let refused = match Url::parse(&url.0) {
        Ok(url) => context.outgoing.refuses(&url),
        Err(_) => Err(OutgoingError::Address),
    };
    match refused {
        Ok(()) => Ok(()),
        Err(OutgoingError::Private) => Err(Failure::field("url", "private", "is in a private network")),
        Err(_) => Err(Failure::field("url", "port", "names a port that no web server has")),
    }
}

fn names(events: &[EventType]) -> Vec<String> {
    events.iter().map(|one| one.as_str().to_owned()).collect()
}
