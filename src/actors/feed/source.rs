//! What a feed is fed from and whom it tells: what outlives its actor, and is looked at by others without asking it.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use ajet_protocol::{ChannelId, CommunityId, StreamId, Topic, UserId};
use parking_lot::{Mutex, RwLock};

use super::place::Place;
use super::progress::Progress;

/// Which feed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FeedKey {
    /// The events of a community.
    Community(CommunityId),
    /// What concerns people alone, and their direct messages: one feed for all people who have a session here.
    People,
}

impl From<Topic> for FeedKey {
    fn from(topic: Topic) -> Self {
        match topic {
            Topic::Community(community) => Self::Community(community),
            Topic::Dm(_) | Topic::Person(_) => Self::People,
        }
    }
}

/// Bytes of events that may wait for a feed; past it they are dropped, found missing, and read from the log.
const WAITING_BYTES: usize = 8 << 20;
/// What a waiting event takes beside its text, in bytes, about.
const BESIDE: usize = 512;

/// The part of a feed that outlives its actor.
pub struct Source {
    pub key: FeedKey,
    pub progress: Progress,
    /// The window holds everything of this feed that came after this number.
    pub since: u64,
    places: RwLock<HashMap<UserId, Vec<Arc<Place>>>>,
    /// The people who have a session here, with or without a connection just now, and how many of them.
    people: RwLock<HashMap<UserId, usize>>,
    /// The people here who take part in a direct message.
    dms: RwLock<HashMap<ChannelId, Vec<UserId>>>,
    waiting: AtomicUsize,
    /// Heads of streams that the feed was told of and has not looked at.
    heads: Mutex<HashMap<StreamId, u64>>,
    /// When the last connection left.
    quiet: Mutex<Instant>,
}

impl Source {
    /// A feed that begins now.
    #[must_use]
    pub fn new(key: FeedKey, since: u64) -> Self {
        Self {
            key,
            progress: Progress::default(),
            since,
            places: RwLock::default(),
            people: RwLock::default(),
            dms: RwLock::default(),
            waiting: AtomicUsize::new(0),
            heads: Mutex::default(),
            quiet: Mutex::new(Instant::now()),
        }
    }

    /// Lets a connection listen.
    pub fn attach(&self, place: &Arc<Place>) {
        let mut places = self.places.write();
        let of_person = places.entry(place.user).or_insert_with(|| Vec::with_capacity(1));
        if !of_person.iter().any(|one| Arc::ptr_eq(one, place)) {
            of_person.push(Arc::clone(place));
        }
    }

    /// A connection listens no more.
    pub fn detach(&self, place: &Arc<Place>) {
        let mut places = self.places.write();
        if let Some(of_person) = places.get_mut(&place.user) {
            of_person.retain(|one| !Arc::ptr_eq(one, place));
            if of_person.is_empty() {
                places.remove(&place.user);
            }
        }
        *self.quiet.lock() = Instant::now();
    }

    /// A person has one more session here, whose own stream stood at `head` before this. Whether it is the first one: then the stream
    /// is followed from there on.
    pub fn enter(&self, person: UserId, head: u64) -> bool {
        let mut people = self.people.write();
        let count = people.entry(person).or_default();
        *count += 1;
        if *count == 1 {
            // What is known from an earlier visit is behind.
            self.progress.note(StreamId(person.0), head);
        }
        *count == 1
    }

    /// A person has one session less here. The streams that no one here follows any more: they go unheard until somebody is back.
    pub fn leave(&self, person: UserId, dms: &[ChannelId]) -> Vec<StreamId> {
        let mut people = self.people.write();
        let Some(count) = people.get_mut(&person) else { return Vec::new() };
        *count -= 1;
        if *count > 0 {
            return Vec::new();
        }
        people.remove(&person);
        self.progress.forget(StreamId(person.0));
        let mut ended = self.forget_dms(person, dms);
        ended.push(StreamId(person.0));
        ended
    }

    /// Forgets how far a stream is, if no one here follows it. Whether that is so.
    #[must_use]
    pub fn has_ended(&self, stream: StreamId) -> bool {
        if self.key != FeedKey::People {
            return false;
        }
        // Under both locks: who comes meanwhile notes where the stream stands after this.
        let (people, dms) = (self.people.read(), self.dms.read());
        let followed = people.contains_key(&UserId(stream.0)) || dms.contains_key(&ChannelId(stream.0));
        if !followed {
            self.progress.forget(stream);
        }
        !followed
    }

    /// Whether a person has a session here.
    #[must_use]
    pub fn listens(&self, person: UserId) -> bool {
        self.people.read().contains_key(&person)
    }

    /// Whether no one has listened for a while.
    #[must_use]
    pub fn is_quiet(&self, for_at_least: Duration) -> bool {
        self.places.read().is_empty()
            && self.people.read().is_empty()
            && self.quiet.lock().elapsed() >= for_at_least
    }

    /// Whether anybody here is to hear of a topic's events. The stream of a person is followed while they have a session here, and
    /// where it stands is read when they come.
    #[must_use]
    pub fn concerns(&self, topic: Topic) -> bool {
        match topic {
            Topic::Community(_) => true,
            Topic::Dm(dm) => !self.people_of(dm).is_empty(),
            Topic::Person(person) => self.listens(person),
        }
    }

    /// The connections of which `is_late` says so of the first frame that they are owed.
    #[must_use]
    pub fn late(&self, is_late: impl Fn(u64) -> bool) -> usize {
        let places = self.places.read();
        places.values().flatten().filter(|place| place.first_owed().is_some_and(&is_late)).count()
    }

    /// Tells the connections of some people of a frame; those that must be woken once it is settled.
    #[must_use]
    pub fn owe(&self, people: &[UserId], number: u64) -> Vec<Arc<Place>> {
        let places = self.places.read();
        let told = people.iter().filter_map(|person| places.get(person)).flatten();
        told.filter(|place| place.owe(number)).cloned().collect()
    }

    /// Notes who takes part in a direct message, and where its stream stands. Whether it is the first person here: then the stream is
    /// followed from there on.
    pub fn note_dm(&self, dm: ChannelId, person: UserId, head: u64) -> bool {
        let mut dms = self.dms.write();
        let people = dms.entry(dm).or_default();
        let first = people.is_empty();
        if !people.contains(&person) {
            people.push(person);
        }
        if first {
            self.progress.note(dm.into(), head);
        }
        first
    }

    /// Those of a person's direct messages in which no one here takes part any more.
    fn forget_dms(&self, person: UserId, dms: &[ChannelId]) -> Vec<StreamId> {
        let (mut known, mut ended) = (self.dms.write(), Vec::new());
        for dm in dms {
            if let Some(people) = known.get_mut(dm) {
                people.retain(|one| *one != person);
                if people.is_empty() {
                    known.remove(dm);
                    self.progress.forget((*dm).into());
                    ended.push((*dm).into());
                }
            }
        }
        ended
    }

    /// The people here who take part in a direct message.
    #[must_use]
    pub fn people_of(&self, dm: ChannelId) -> Vec<UserId> {
        self.dms.read().get(&dm).cloned().unwrap_or_default()
    }

    /// Takes room for an event of so many bytes; false, and none taken, where too much waits.
    #[must_use]
    pub fn admit(&self, bytes: usize) -> bool {
        let bytes = bytes + BESIDE;
        let full = self.waiting.fetch_add(bytes, Ordering::Relaxed) + bytes > WAITING_BYTES;
        if full {
            self.waiting.fetch_sub(bytes, Ordering::Relaxed);
            metrics::counter!("ajet_feed_dropped_total").increment(1);
        }
        !full
    }

    /// Gives the room of an event back. What was counted before the feed began anew is not counted any more.
    pub fn handled(&self, bytes: usize) {
        let less = |waiting: usize| Some(waiting.saturating_sub(bytes + BESIDE));
        let _ = self.waiting.fetch_update(Ordering::Relaxed, Ordering::Relaxed, less);
    }

    /// Whether the feed is not told yet that a stream has come so far.
    #[must_use]
    pub fn is_news(&self, stream: StreamId, head: u64) -> bool {
        let mut heads = self.heads.lock();
        let told = heads.entry(stream).or_default();
        std::mem::replace(told, head.max(*told)) < head
    }

    /// The feed looks at a stream.
    pub fn forget_head(&self, stream: StreamId) {
        self.heads.lock().remove(&stream);
    }

    /// Nothing waits any more: the mailbox went with its actor.
    pub fn begin_anew(&self) {
        self.waiting.store(0, Ordering::Relaxed);
        self.heads.lock().clear();
    }
}

#[cfg(test)]
mod tests {
    use tokio_util::sync::CancellationToken;
    use uuid::Uuid;

    use super::super::place::Narrowed;
    use super::*;

    fn person(number: u128) -> UserId {
        UserId(Uuid::from_u128(number))
    }

    #[test]
    fn a_frame_is_told_to_the_connections_of_its_people_alone() {
        let source = Source::new(FeedKey::People, 0);
        let places: Vec<_> = [1, 1, 2]
            .map(|who| Arc::new(Place::new(person(who), Narrowed::default(), CancellationToken::new())))
            .into();
        places.iter().for_each(|place| source.attach(place));
        assert_eq!(source.owe(&[person(1), person(3)], 5).len(), 2);
        let five = Some((5, 5));
        assert_eq!(places.iter().map(|place| place.take()).collect::<Vec<_>>(), [five, five, None]);
        source.detach(&places[0]);
        assert_eq!(source.owe(&[person(1)], 6).len(), 1);
        assert_eq!(places.iter().map(|place| place.take()).collect::<Vec<_>>(), [None, Some((6, 6)), None]);
        assert!(!source.is_quiet(Duration::ZERO));
        places.iter().for_each(|place| source.detach(place));
        assert!(source.is_quiet(Duration::ZERO));
    }

    #[test]
    fn a_person_concerns_a_node_while_they_have_a_session_there() {
        let source = Source::new(FeedKey::People, 0);
        let (dm, topic) = (ChannelId(Uuid::from_u128(9)), Topic::Person(person(1)));
        assert!(!source.concerns(topic) && !source.concerns(Topic::Dm(dm)));
        source.enter(person(1), 0);
        source.enter(person(1), 0);
        assert!(source.note_dm(dm, person(1), 4) && !source.note_dm(dm, person(1), 9));
        assert_eq!(source.progress.of(dm.into()), 4, "as the first one found it");
        assert!(source.leave(person(1), &[]).is_empty());
        assert!(source.concerns(topic) && source.concerns(Topic::Dm(dm)), "one is left");
        assert!(!source.concerns(Topic::Person(person(2))));
        assert_eq!(source.leave(person(1), &[dm]), [StreamId::from(dm), StreamId(person(1).0)]);
        assert!(!source.concerns(topic) && !source.concerns(Topic::Dm(dm)));
    }

    /// I12: what a feed keeps of a stream goes with the last one who follows it, also what it noted after that.
    #[test]
    fn a_stream_ends_when_no_one_here_follows_it() {
        let source = Source::new(FeedKey::People, 0);
        let (dm, own) = (StreamId(Uuid::from_u128(9)), StreamId(person(1).0));
        source.enter(person(1), 3);
        source.note_dm(ChannelId(dm.0), person(1), 4);
        assert!(!source.has_ended(own) && !source.has_ended(dm));
        assert_eq!((source.progress.of(own), source.progress.of(dm)), (3, 4));
        source.leave(person(1), &[ChannelId(dm.0)]);
        source.progress.note(own, 5);
        assert!(source.has_ended(own) && source.has_ended(dm));
        assert!(source.progress.all().is_empty());
        let community = Source::new(FeedKey::Community(CommunityId(Uuid::from_u128(7))), 0);
        assert!(!community.has_ended(own), "those of a community end with its feed");
    }

    /// C-H5: what waits for a feed is bounded in bytes.
    #[test]
    fn what_does_not_fit_is_turned_away() {
        let source = Source::new(FeedKey::People, 0);
        let admitted = (0..20).filter(|_| source.admit(1 << 20)).count();
        assert_eq!(admitted, 7, "8 MiB with what stands beside each");
        source.handled(1 << 20);
        assert!(source.admit(1 << 20) && !source.admit(1 << 20));
    }
}
