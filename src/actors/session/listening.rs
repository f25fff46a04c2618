//! What a session listens to, shared by its actor and its connections: its person's communities, with their rights there, and
//! their direct messages. The person's rights are held on this node for as long as somebody has this.

use std::sync::Arc;

use ajet_protocol::events::RightsChanged;
use ajet_protocol::{Audience, ChannelId, CommunityId, StreamId, UserId};
use parking_lot::RwLock;

use crate::actors::feed::{FeedKey, Feeds, Frame, Place, Reach, Scope};
use crate::rights::{LiveScope, Rights};
use crate::store::StoreError;
use crate::store::views::Topics;

/// What a session listens to.
pub struct Listening {
    user: UserId,
    rights: Rights,
    feeds: Feeds,
    communities: RwLock<Vec<Heard>>,
    /// From which frame on the person is heard of in the people's feed; none where no session has come about.
    entered: RwLock<Option<u64>>,
    dms: RwLock<Vec<ChannelId>>,
    places: RwLock<Vec<Arc<Place>>>,
}

/// A community that a session listens to.
#[derive(Clone)]
pub struct Heard {
    pub community: CommunityId,
    pub live: Arc<LiveScope>,
    /// The window holds everything of it for this person that came after this number.
    since: u64,
    /// Up to this ACL version the person is not told any more by which event a right was lost.
    hushed: u64,
}

/// Before all connections have caught up.
const UNKNOWN: u64 = u64::MAX;

impl Listening {
    /// Nothing yet.
    #[must_use]
    pub fn new(user: UserId, rights: Rights, feeds: Feeds) -> Self {
        Self {
            user,
            rights,
            feeds,
            communities: RwLock::default(),
            entered: RwLock::default(),
            dms: RwLock::default(),
            places: RwLock::default(),
        }
    }

    /// Whose session it is.
    #[must_use]
    pub fn user(&self) -> UserId {
        self.user
    }

    /// Whether it listens to a community.
    #[must_use]
    pub fn has(&self, community: CommunityId) -> bool {
        self.communities.read().iter().any(|one| one.community == community)
    }

    /// Its communities, as far as a connection wants them.
    #[must_use]
    pub fn communities(&self, scope: Scope) -> Vec<Heard> {
        self.communities.read().iter().filter(|one| scope.has(one.community)).cloned().collect()
    }

    /// The streams whose events the person gets, as far as a connection wants them.
    #[must_use]
    pub fn streams(&self, scope: Scope) -> Vec<StreamId> {
        let mut streams: Vec<StreamId> = self.dms.read().iter().map(|dm| (*dm).into()).collect();
        streams.push(StreamId(self.user.0));
        for heard in self.communities(scope) {
            streams.extend(heard.streams(self.user));
        }
        streams
    }

    /// Listens to one more community, for all connections that want it; these catch up on it from a snapshot of the log on, where
    /// one is given. Whether the person belongs to it.
    pub async fn add(&self, community: CommunityId, since: Option<&Arc<str>>) -> Result<bool, StoreError> {
        self.rights.hold(community, self.user).await?;
        let live = self.rights.audience(community);
        let Some(live) = live.filter(|live| live.hears(self.user, Audience::Members)) else {
            self.rights.release(community, self.user);
            return Ok(false);
        };
        let mut places = self.places();
        places.retain(|place| place.scope.has(community));
        // First: what a connection is told of before it hears of the community is read when it catches up.
        for place in &places {
            if let Err(error) = self.listen(FeedKey::Community(community), place).await {
                self.rights.release(community, self.user);
                return Err(error);
            }
        }
        let mut communities = self.communities.write();
        if communities.iter().any(|one| one.community == community) {
            self.rights.release(community, self.user);
            return Ok(true);
        }
        // Under the lock: a connection that heard of the community before it is told to catch up would be sent what is newer first.
        if let Some(since) = since {
            places.iter().for_each(|place| place.tell_of(community, Arc::clone(since)));
        }
        communities.push(Heard { community, live, since: UNKNOWN, hushed: 0 });
        Ok(true)
    }

    /// The window holds everything of a community from now on, once all connections have caught up on it.
    pub fn caught_up(&self, community: CommunityId) {
        if self.places.read().iter().any(|place| place.lacks(community)) {
            return;
        }
        // Taken before the lock: a frame that is being put in waits for readers of the window, and they for this list.
        let since = self.feeds.window().mark();
        if let Some(heard) = self.communities.write().iter_mut().find(|heard| heard.community == community) {
            heard.since = heard.since.min(since);
        }
    }

    /// Has the person hear no more by which event a right in a community was lost, up to an ACL version: the removal was answered.
    pub fn hush(&self, community: CommunityId, version: u64) {
        if let Some(heard) = self.communities.write().iter_mut().find(|heard| heard.community == community) {
            heard.hushed = version;
        }
    }

    /// Notes the person's direct messages, and where their streams stand.
    pub fn add_dms(&self, topics: &Topics) {
        for (dm, head) in &topics.dms {
            let mut dms = self.dms.write();
            if !dms.contains(dm) {
                dms.push(*dm);
            }
            // Before the feed is asked: readers of the window wait for this list.
            drop(dms);
            self.feeds.note_dm(*dm, self.user, *head);
        }
    }

    /// Lets a connection listen to all of it, as far as it wants.
    ///
    /// # Errors
    /// [`StoreError`], where a feed could not be started.
    pub async fn attach(&self, place: &Arc<Place>) -> Result<(), StoreError> {
        self.places.write().push(Arc::clone(place));
        self.listen(FeedKey::People, place).await?;
        for heard in self.communities(place.scope) {
            self.listen(FeedKey::Community(heard.community), place).await?;
        }
        Ok(())
    }

    /// The person is here, once a connection listens. `own_head` was read after that, and what comes since is theirs.
    pub fn enter(&self, own_head: u64) {
        if self.entered.read().is_none() {
            self.feeds.enter(self.user, own_head);
            let since = self.feeds.window().mark();
            *self.entered.write() = Some(since);
        }
    }

    async fn listen(&self, key: FeedKey, place: &Arc<Place>) -> Result<(), StoreError> {
        self.feeds.attach(key, place).await.map(drop).map_err(|_| StoreError::ended())
    }

    /// A connection is over.
    pub fn detach(&self, place: &Arc<Place>) {
        self.places.write().retain(|one| !Arc::ptr_eq(one, place));
        self.feeds.detach(FeedKey::People, place);
        for heard in self.communities.read().iter() {
            self.feeds.detach(FeedKey::Community(heard.community), place);
        }
    }

    /// The connections.
    #[must_use]
    pub fn places(&self) -> Vec<Arc<Place>> {
        self.places.read().clone()
    }

    /// Whether there is no connection.
    #[must_use]
    pub fn is_idle(&self) -> bool {
        self.places.read().is_empty()
    }

    /// Ends all connections: their clients come back.
    pub fn cut(&self) {
        self.places.read().iter().for_each(|place| place.cut.cancel());
    }

    /// Whether the window holds everything after a number of all that a connection listens to.
    #[must_use]
    pub fn reaches_back_to(&self, number: u64, scope: Scope) -> bool {
        let entered = self.entered.read().is_some_and(|since| since <= number);
        entered
            && self.feeds.window().reaches_back_to(number)
            && self.feeds.holds_since(FeedKey::People, number)
            && self.communities(scope).iter().all(|heard| {
                heard.since <= number && self.feeds.holds_since(FeedKey::Community(heard.community), number)
            })
    }

    /// Where the person's rights have changed since a frame; `None` where that is not remembered.
    #[must_use]
    pub fn rights_changed_since(&self, number: u64, scope: Scope) -> Option<Option<RightsChanged>> {
        let at = self.feeds.window().time_of(number)?;
        let mut changed = RightsChanged { communities: Vec::new(), channels: Vec::new() };
        for heard in self.communities(scope) {
            for channel in heard.live.changed_since(self.user, at)? {
                match channel {
                    Some(channel) => changed.channels.push(channel),
                    None => changed.communities.push(heard.community),
                }
            }
        }
        changed.communities.dedup();
        changed.channels.sort_unstable();
        changed.channels.dedup();
        let any = !changed.communities.is_empty() || !changed.channels.is_empty();
        Some(any.then_some(changed))
    }

    /// Whether the person gets a frame now. The rights of this moment decide, whenever the frame was made. Who lost a right by it hears
    /// of it only as it happens: who comes back is told by `rights`.
    #[must_use]
    pub fn hears(&self, frame: &Frame, scope: Scope, as_it_happens: bool) -> bool {
        match &frame.reach {
            Reach::People(people) => people.contains(&self.user),
            Reach::Community { community, audience, also } => {
                let communities = self.communities.read();
                let heard = communities.iter().find(|one| one.community == *community);
                scope.has(*community)
                    && heard.is_some_and(|heard| {
                        let told = as_it_happens && frame.event.acl_version > heard.hushed;
                        heard.live.hears(self.user, *audience) || (told && also.contains(&self.user))
                    })
            }
            Reach::Seer { person, channel, community } => {
                *person == self.user && self.sees(*channel, *community)
            }
        }
    }

    /// Whether the person may know of a channel now. What is about a community that the session does not listen to yet is read again when
    /// it does, with the person's own stream.
    fn sees(&self, channel: ChannelId, community: Option<CommunityId>) -> bool {
        let Some(community) = community else { return self.dms.read().contains(&channel) };
        let communities = self.communities.read();
        let heard = communities.iter().find(|one| one.community == community);
        heard.is_some_and(|heard| heard.live.hears(self.user, Audience::Seers(channel)))
    }
}

impl Heard {
    /// The streams of the community whose events a person gets.
    #[must_use]
    pub fn streams(&self, user: UserId) -> Vec<StreamId> {
        let joined = self.live.joined_of(user);
        joined.into_iter().map(StreamId::from).chain([StreamId::from(self.community)]).collect()
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        for heard in self.communities.get_mut().drain(..) {
            self.rights.release(heard.community, self.user);
        }
        if self.entered.get_mut().take().is_some() {
            let dms = std::mem::take(self.dms.get_mut());
            self.feeds.leave(self.user, &dms);
        }
    }
}
