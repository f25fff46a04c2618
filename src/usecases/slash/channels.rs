//! Commands about channels: `/join`, `/leave`, `/topic`, `/purge`.

use ajet_domain::community::UpdateChannel;
use ajet_domain::slash::ChannelRef;
use ajet_protocol::{CommandResult, EffectType, Trimmed};

use super::blame::or_unknown;
use super::named::channel;
use super::place::{Place, did, did_and_says};
use super::wording::Reply;
use crate::usecases::{Failure, channels, pins};

/// What is told of a channel that the caller does not see.
const UNSEEN: &str = "names no channel that you see here";

pub(super) async fn join(place: &Place<'_>, named: &ChannelRef) -> Result<CommandResult, Failure> {
    let id = channel(place, named).await?;
    or_unknown(channels::join(place.context, place.by.clone(), id).await, "channel", UNSEEN)?;
    Ok(did(EffectType::Joined, id))
}

pub(super) async fn leave(place: &Place<'_>) -> Result<CommandResult, Failure> {
    channels::leave(place.context, place.by.clone(), place.channel).await?;
    Ok(did(EffectType::Left, place.channel))
}

pub(super) async fn topic(place: &Place<'_>, topic: Trimmed) -> Result<CommandResult, Failure> {
    let update = UpdateChannel {
        channel_id: place.channel,
        name: None,
        topic: Some(topic),
        visibility: None,
        category_id: None,
        position: None,
    };
    channels::update(place.context, place.by.clone(), update).await?;
    Ok(did(EffectType::Topic, place.channel))
}

pub(super) async fn purge(
    place: &Place<'_>,
    named: &ChannelRef,
    count: i64,
) -> Result<CommandResult, Failure> {
    let id = channel(place, named).await?;
    let purged = pins::purge(place.context, place.by.clone(), id, count, place.key.clone()).await;
    let deleted = or_unknown(purged, "channel", UNSEEN)?;
    Ok(did_and_says(EffectType::Purged, id, place.worded(&Reply::Purged(deleted))))
}
