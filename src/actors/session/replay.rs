//! What a reader missed, read from the log: a range for each stream that it hears of, judged by the rights of now.

use std::collections::HashSet;
use std::sync::Arc;

use ajet_protocol::events::{ResyncReason, RightsChanged};
use ajet_protocol::{CommunityId, StreamId, Topic};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::listening::Listening;
use super::services::SessionServices;
use crate::actors::feed::{Frame, Reach, Scope};
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
    pub scope: Scope,
    /// Of this community alone, which the session did not listen to before.
    pub only: Option<CommunityId>,
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
    know_rights(services, listening, &from).await?;
    let streams = match from.only {
        Some(community) => of_one(listening, community),
        None => listening.streams(from.scope),
    };
    let budget = ReplayBudget { events: REPLAY, bytes: services.limits.replay_bytes, room: Arc::clone(room) };
    let found = match services.store.events_after(from.snapshot, &streams, &budget).await? {
        Replayed::Missed(found) => found,
        Replayed::TooMuch => return Ok(Err(ResyncReason::Budget)),
        Replayed::Gone => return Ok(Err(ResyncReason::Cursor)),
    };
    for (event, _) in &found.events {
        if let (Topic::Community(community), Some(version)) = (event.to.topic, event.event.acl_version) {
            services.rights.at_least(community, version).await?;
        }
    }
    let cursors = services.feeds.cursors();
    let mut snapshot: Arc<str> = from.snapshot.into();
    let (mut frames, mut fresh) = (Vec::with_capacity(found.events.len()), HashSet::new());
    for (event, settled) in &found.events {
        // What is read of one community says nothing of how far the others are.
        if let (Some(settled), None) = (settled, from.only) {
            snapshot = settled.as_str().into();
        }
        let reach = match event.to.topic {
            Topic::Community(community) => {
                Reach::Community { community, audience: event.to.audience, also: Box::default() }
            }
            Topic::Dm(_) => Reach::People([listening.user()].into()),
            Topic::Person(person) => Reach::of_person(&services.rights, person, event.event.about()).await?,
        };
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

/// Reads what rights changed up to now in the communities concerned: they say which streams are read.
async fn know_rights(
    services: &SessionServices,
    listening: &Listening,
    from: &From<'_>,
) -> Result<(), StoreError> {
    let scope = from.only.map_or(from.scope, |community| Scope { community: Some(community) });
    let communities: Vec<CommunityId> =
        listening.communities(scope).into_iter().map(|heard| heard.community).collect();
    for (community, version) in services.store.acl_versions_of(&communities).await? {
        services.rights.at_least(community, version).await?;
    }
    Ok(())
}

/// Reads the rights of now for an event of the person's own stream, once for each community, where those that are known do not show the
/// person the channel that it is about: they may be older than the event.
async fn know_rights_for(
    services: &SessionServices,
    listening: &Listening,
    frame: &Frame,
    fresh: &mut HashSet<CommunityId>,
) -> Result<(), StoreError> {
    if let Reach::Seer { community: Some(community), .. } = frame.reach
        && listening.has(community)
        && !listening.hears(frame, Scope::default(), false)
        && fresh.insert(community)
    {
        services.rights.refresh(community).await?;
    }
    Ok(())
}

/// The streams of a community, and the person's own: what came on it about the community could not be judged before.
fn of_one(listening: &Listening, community: CommunityId) -> Vec<StreamId> {
    let found = listening.communities(Scope { community: Some(community) });
    let streams = found.iter().flat_map(|heard| heard.streams(listening.user()));
    streams.chain([StreamId(listening.user().0)]).collect()
}

/// Where the reader's rights changed since a snapshot: what was taken away can't be learned from events that are not theirs to
/// see any more.
async fn rights_changed(
    services: &SessionServices,
    listening: &Listening,
    from: &From<'_>,
) -> Result<Option<RightsChanged>, StoreError> {
    let communities: Vec<CommunityId> =
        listening.communities(from.scope).into_iter().map(|heard| heard.community).collect();
    let changes = services.store.rights_changed_since(from.snapshot, listening.user(), &communities).await?;
    let mut changed = RightsChanged { communities: Vec::new(), channels: Vec::new() };
    for (community, channel) in changes {
        if !from.scope.has(community) {
            continue;
        }
        match channel {
            Some(channel) if !changed.channels.contains(&channel) => changed.channels.push(channel),
            None if !changed.communities.contains(&community) => changed.communities.push(community),
            _ => {}
        }
    }
    let any = !changed.communities.is_empty() || !changed.channels.is_empty();
    Ok(any.then_some(changed))
}
