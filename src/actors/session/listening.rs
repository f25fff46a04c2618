//! What a session listens to, shared by its actor and its connections: its person's communities and direct messages, with their
//! rights in each. The person's rights are held on this node for as long as somebody has this.

use std::sync::Arc;

use ajet_protocol::events::RightsChanged;
use ajet_protocol::{Audience, ChannelId, StreamId, Topic, UserId};
use parking_lot::RwLock;

use super::replay::told;
use crate::actors::feed::{FeedKey, Feeds, Frame, Narrowed, Place, Reach};
use crate::rights::{LiveScope, Rights};
use crate::store::StoreError;

/// What a session listens to.
pub struct Listening {
    user: UserId,
    rights: Rights,
    feeds: Feeds,
    heard: RwLock<Vec<Heard>>,
    /// From which frame on the person is heard of in the people's feed; none where no session has come about.
    entered: RwLock<Option<u64>>,
    places: RwLock<Vec<Arc<Place>>>,
}

/// A community or a direct message that a session listens to.
#[derive(Clone)]
pub struct Heard {
    pub topic: Topic,
    pub live: Arc<LiveScope>,
    /// The window holds everything of it for this person that came after this number.
    since: u64,
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
            heard: RwLock::default(),
            entered: RwLock::default(),
            places: RwLock::default(),
        }
    }

    /// Whose session it is.
    #[must_use]
    pub fn user(&self) -> UserId {
        self.user
    }

    /// Whether it is known what the person belongs to.
    #[must_use]
    pub fn has_entered(&self) -> bool {
        self.entered.read().is_some()
    }

    /// Whether it listens to a topic. What is the person's own it always does.
    #[must_use]
    pub fn has(&self, topic: Topic) -> bool {
        topic == Topic::Person(self.user) || self.heard.read().iter().any(|one| one.topic == topic)
    }

    /// Its communities and direct messages, as far as a connection wants them.
    #[must_use]
    pub fn heard(&self, scope: Narrowed) -> Vec<Heard> {
        self.heard.read().iter().filter(|one| scope.has(one.topic)).cloned().collect()
    }

    /// The streams whose events the person gets, as far as a connection wants them.
    #[must_use]
    pub fn streams(&self, scope: Narrowed) -> Vec<StreamId> {
        let mut streams = vec![StreamId(self.user.0)];
        for heard in self.heard(scope) {
            streams.extend(heard.streams(self.user));
        }
        streams
    }

    /// Listens to one more topic, for all connections that want it; these catch up on it from a snapshot of the log on, where
    /// one is given, and all connections on what the person's own stream told of it. `head` is where the stream of a direct message
    /// stood before this. Whether the person belongs to it.
    pub async fn add(&self, topic: Topic, head: u64, since: Option<&Arc<str>>) -> Result<bool, StoreError> {
        self.rights.hold(topic, self.user).await?;
        let live = self.rights.audience(topic);
        let Some(live) = live.filter(|live| live.hears(self.user, Audience::Members)) else {
            self.rights.release(topic, self.user);
            return Ok(false);
        };
        let places = self.places();
        // First: what a connection is told of before it hears of the topic is read when it catches up.
        for place in places.iter().filter(|place| place.scope.has(topic)) {
            if let Err(error) = self.listen(topic.into(), place).await {
                self.rights.release(topic, self.user);
                return Err(error);
            }
        }
        let mut heard = self.heard.write();
        if heard.iter().any(|one| one.topic == topic) {
            self.rights.release(topic, self.user);
            return Ok(true);
        }
        // Under the lock: a connection that heard of the topic before it is told to catch up would be sent what is newer first.
        // Narrowed ones too: what came on the person's own stream about the topic could not be judged before.
        if let Some(since) = since {
            places.iter().for_each(|place| place.tell_of(topic, Arc::clone(since)));
        }
        heard.push(Heard { topic, live, since: UNKNOWN });
        // Before the feed is asked: readers of the window wait for this list.
        drop(heard);
        if let Topic::Dm(dm) = topic {
            self.feeds.note_dm(dm, self.user, head);
        }
        Ok(true)
    }

    /// The window holds everything of a topic from now on, once all connections have caught up on it.
    pub fn caught_up(&self, topic: Topic) {
        if self.places.read().iter().any(|place| place.lacks(topic)) {
            return;
        }
        // Taken before the lock: a frame that is being put in waits for readers of the window, and they for this list.
        let since = self.feeds.window().mark();
        if let Some(heard) = self.heard.write().iter_mut().find(|heard| heard.topic == topic) {
            heard.since = heard.since.min(since);
        }
    }

    /// Lets a connection listen to all of it, as far as it wants.
    ///
    /// # Errors
    /// [`StoreError`], where a feed could not be started.
    pub async fn attach(&self, place: &Arc<Place>) -> Result<(), StoreError> {
        self.places.write().push(Arc::clone(place));
        self.listen(FeedKey::People, place).await?;
        for heard in self.heard(place.scope) {
            self.listen(heard.topic.into(), place).await?;
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
        for heard in self.heard.read().iter() {
            self.feeds.detach(heard.topic.into(), place);
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
    pub fn reaches_back_to(&self, number: u64, scope: Narrowed) -> bool {
        let entered = self.entered.read().is_some_and(|since| since <= number);
        entered
            && self.feeds.window().reaches_back_to(number)
            && self.feeds.holds_since(FeedKey::People, number)
            && self
                .heard(scope)
                .iter()
                .all(|heard| heard.since <= number && self.feeds.holds_since(heard.topic.into(), number))
    }

    /// Where the person's rights have changed since a frame; `None` where that is not remembered.
    #[must_use]
    pub fn rights_changed_since(&self, number: u64, scope: Narrowed) -> Option<Option<RightsChanged>> {
        let at = self.feeds.window().time_of(number)?;
        let mut changes: Vec<(Topic, Option<ChannelId>)> = Vec::new();
        for heard in self.heard(scope) {
            let changed = heard.live.changed_since(self.user, at)?;
            changes.extend(changed.into_iter().map(|channel| (heard.topic, channel)));
        }
        Some(told(changes.into_iter()))
    }

    /// Whether the person gets a frame now: of a token's stream what its scopes allow. The rights of this moment decide, whenever the frame was made. Who lost a right by it hears
    /// of it only as it happens: who comes back is told by `rights`.
    #[must_use]
    pub fn hears(&self, frame: &Frame, scope: Narrowed, as_it_happens: bool) -> bool {
        if !scope.takes(frame.event.kind) {
            return false;
        }
        match &frame.reach {
            Reach::People(people) => people.contains(&self.user),
            Reach::Within { topic, audience, also } => {
                let heard = self.heard.read();
                let heard = heard.iter().find(|one| one.topic == *topic);
                scope.has(*topic)
                    && heard.is_some_and(|heard| {
                        heard.live.hears(self.user, *audience) || (as_it_happens && also.contains(&self.user))
                    })
            }
            Reach::Seer { person, channel, topic } => *person == self.user && self.sees(*channel, *topic),
        }
    }

    /// Whether the person may know of a channel of a topic now. What is about a topic that the session does not listen to yet is read
    /// again when it does, with the person's own stream.
    #[must_use]
    pub fn sees(&self, channel: ChannelId, topic: Topic) -> bool {
        let heard = self.heard.read();
        let heard = heard.iter().find(|one| one.topic == topic);
        heard.is_some_and(|heard| heard.live.hears(self.user, Audience::Seers(channel)))
    }
}

impl Heard {
    /// The streams of the topic whose events a person gets: of a direct message its own, as long as they take part.
    #[must_use]
    pub fn streams(&self, user: UserId) -> Vec<StreamId> {
        let joined = self.live.joined_of(user);
        joined.into_iter().map(StreamId::from).chain(self.topic.community().map(StreamId::from)).collect()
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        let mut dms = Vec::new();
        for heard in self.heard.get_mut().drain(..) {
            self.rights.release(heard.topic, self.user);
            if let Topic::Dm(dm) = heard.topic {
                dms.push(dm);
            }
        }
        if self.entered.get_mut().take().is_some() {
            self.feeds.leave(self.user, &dms);
        }
    }
}
