//! What a reader missed, read from the log: a range for each stream that it hears of, judged by the rights of now.

use std::collections::HashSet;
use std::sync::Arc;

use ajet_protocol::events::{ResyncReason, RightsChanged};
use ajet_protocol::{ChannelId, StreamId, Topic};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::listening::Listening;
use super::services::SessionServices;
use crate::actors::feed::{Frame, Narrowed, Reach};
use crate::store::StoreError;
use crate::store::replay::{ReplayBudget, Replayed};

/// Events replayed to one connection at most; a client that missed more refetches.
const REPLAY: i64 = 2000;

/// What a reader missed.
#[derive(Default)]
pub struct Missed {
    pub frames: Vec<Arc<Frame>>,
    /// The room that they take on this node, given back when they have been sent.
    pub room: Option<OwnedSemaphorePermit>,
    /// Where the reader's rights changed meanwhile.
    pub rights: Option<RightsChanged>,
    /// The frame that the reader has, where it goes on out of the window.
    pub number: u64,
}

/// From where on, and how much of what a session listens to.
pub struct From<'a> {
    pub snapshot: &'a str,
    pub scope: Narrowed,
    /// Of this topic alone, which the session did not listen to before.
    pub only: Option<Topic>,
}

/// Reads what a snapshot has not seen, or says why the reader must refetch instead.
///
/// # Errors
/// [`StoreError`], where it can't be read now.
pub async fn missed(
    services: &SessionServices,
    room: &Arc<Semaphore>,
    listening: &Listening,
    from: From<'_>,
) -> Result<Result<Missed, ResyncReason>, StoreError> {
    know_rights(services, listening, from.only).await?;
    let streams = match from.only {
        Some(topic) => of_one(listening, topic, from.scope),
        None => listening.streams(from.scope),
    };
    let budget = ReplayBudget { events: REPLAY, bytes: services.limits.replay_bytes, room: Arc::clone(room) };
    let found = match services.store.events_after(from.snapshot, &streams, &budget).await? {
        Replayed::Missed(found) => found,
        Replayed::TooMuch => return Ok(Err(ResyncReason::Budget)),
        Replayed::Gone => return Ok(Err(ResyncReason::Cursor)),
    };
    for (event, _) in &found.events {
        if let (topic @ (Topic::Community(_) | Topic::Dm(_)), Some(version)) =
            (event.to.topic, event.event.acl_version)
        {
            services.rights.at_least(topic, version).await?;
        }
    }
    let cursors = services.feeds.cursors();
    let mut snapshot: Arc<str> = from.snapshot.into();
    let (mut frames, mut fresh) = (Vec::with_capacity(found.events.len()), HashSet::new());
    for (event, settled) in &found.events {
        // What is read of one topic says nothing of how far the others are.
        if let (Some(settled), None) = (settled, from.only) {
            snapshot = settled.as_str().into();
        }
        let reach = match event.to.topic {
            topic @ (Topic::Community(_) | Topic::Dm(_)) => {
                Reach::Within { topic, audience: event.to.audience, also: Box::default() }
            }
            Topic::Person(person) => Reach::of_person(&services.rights, person, &event.event.about()).await?,
        };
        // What is not about the new topic was told as it came.
        if matches!(event.to.topic, Topic::Person(_)) && from.only.is_some() && reach.topic() != from.only {
            continue;
        }
        let frame = Frame::replayed(event, reach, (cursors.clone(), Arc::clone(&snapshot)));
        know_rights_for(services, listening, &frame, &mut fresh).await?;
        if listening.hears(&frame, from.scope, false) {
            frames.push(Arc::new(frame));
        }
    }
    let rights = match from.only {
        Some(_) => None,
        None => rights_changed(services, listening, &from).await?,
    };
    Ok(Ok(Missed { frames, room: Some(found.room), rights, number: 0 }))
}

/// Reads what rights changed up to now in one topic, or in all that the session listens to: they say which streams are read.
///
/// # Errors
/// [`StoreError`], where they can't be read now.
pub async fn know_rights(
    services: &SessionServices,
    listening: &Listening,
    only: Option<Topic>,
) -> Result<(), StoreError> {
    // Also of what the reader leaves out: the person's own stream tells of all topics.
    let heard = listening.heard(Narrowed::default());
    let concerned = heard.iter().filter(|heard| only.is_none_or(|only| heard.topic == only));
    let scopes: Vec<ajet_domain::Scope> = concerned.map(|heard| heard.topic.into()).collect();
    for (scope, version) in services.store.acl_versions_of(&scopes).await? {
        services.rights.at_least(scope, version).await?;
    }
    Ok(())
}

/// Reads the rights of now for an event of the person's own stream, once for each topic, where those that are known do not show the
/// person the channel that it is about: they may be older than the event.
async fn know_rights_for(
    services: &SessionServices,
    listening: &Listening,
    frame: &Frame,
    fresh: &mut HashSet<Topic>,
) -> Result<(), StoreError> {
    if let Reach::Seer { topic, .. } = frame.reach
        && listening.has(topic)
        && !listening.hears(frame, Narrowed::default(), false)
        && fresh.insert(topic)
    {
        services.rights.refresh(topic).await?;
    }
    Ok(())
}

/// The streams of a topic, as far as the reader wants it, and the person's own: what came on it about the topic could not be judged
/// before.
fn of_one(listening: &Listening, topic: Topic, scope: Narrowed) -> Vec<StreamId> {
    let heard = listening.heard(scope);
    let found = heard.iter().filter(|heard| heard.topic == topic);
    let streams = found.flat_map(|heard| heard.streams(listening.user()));
    streams.chain([StreamId(listening.user().0)]).collect()
}

/// Where the reader's rights changed since a snapshot: what was taken away can't be learned from events that are not theirs to
/// see any more.
async fn rights_changed(
    services: &SessionServices,
    listening: &Listening,
    from: &From<'_>,
) -> Result<Option<RightsChanged>, StoreError> {
    let topics: Vec<Topic> = listening.heard(from.scope).into_iter().map(|heard| heard.topic).collect();
    let changes = services.store.rights_changed_since(from.snapshot, listening.user(), &topics).await?;
    let wanted = changes.into_iter().filter(|(topic, _)| from.scope.has(*topic));
    // A channel that the person does not see may be one that they never knew of: its community is named instead.
    let named = wanted.map(|(topic, channel)| (topic, channel.filter(|id| listening.sees(*id, topic))));
    Ok(told(named))
}

/// Where rights changed, as a client is told: in communities, in channels of them, and in direct messages. `None` where none did.
#[must_use]
pub fn told(changes: impl Iterator<Item = (Topic, Option<ChannelId>)>) -> Option<RightsChanged> {
    let mut changed = RightsChanged { communities: Vec::new(), channels: Vec::new() };
    for change in changes {
        match change {
            (_, Some(channel)) | (Topic::Dm(channel), None) => changed.channels.push(channel),
            (Topic::Community(community), None) => changed.communities.push(community),
            // What is a person's own they can't lose.
            (Topic::Person(_), None) => {}
        }
    }
    changed.communities.sort_unstable();
    changed.communities.dedup();
    changed.channels.sort_unstable();
    changed.channels.dedup();
    let any = !changed.communities.is_empty() || !changed.channels.is_empty();
    any.then_some(changed)
}
