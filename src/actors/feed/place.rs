//! A connection's place in the window, as the feeds know it: the first frame that it is owed, and how to wake it.
//!
//! It also tells whether something is under way to the client: a purge waits until nothing is, or ends the connection.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use ajet_protocol::{CommunityId, EventType, TokenScopes, Topic, UserId};
use parking_lot::Mutex;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use super::turnover::Turnover;

const NOTHING: u64 = u64::MAX;

/// What a connection wants to hear of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Narrowed {
    /// Of communities this one only. Direct messages stay, and the person's own stream, which is about all communities.
    pub community: Option<CommunityId>,
    /// What the token may be used for that opened the stream; `None` for a session, which hears of everything.
    pub scopes: Option<TokenScopes>,
}

impl Narrowed {
    /// Whether a topic is within it.
    #[must_use]
    pub fn has(self, topic: Topic) -> bool {
        self.community.is_none_or(|only| topic.community().is_none_or(|community| community == only))
    }

    /// Whether events of a type are within it. A type that this version does not know is for sessions alone.
    #[must_use]
    pub fn takes(self, kind: Option<EventType>) -> bool {
        self.scopes.is_none_or(|scopes| {
            kind.and_then(EventType::scope).is_some_and(|needed| scopes.contains(needed))
        })
    }
}

/// Shared by the connection, its session, and the feeds that it listens to.
#[derive(Debug)]
pub struct Place {
    pub user: UserId,
    pub scope: Narrowed,
    /// The connection ends, and its client comes back.
    pub cut: CancellationToken,
    /// The first frame that the connection was told of and has not looked at.
    owed: AtomicU64,
    /// The last frame that the connection was told of.
    told: AtomicU64,
    woken: Notify,
    /// Something is being looked at, or is on its way to the client.
    busy: AtomicBool,
    rests: Notify,
    /// Topics that the connection came to listen to meanwhile, and since which snapshot of the log.
    untold: Mutex<Vec<(Topic, Arc<str>)>>,
    /// Who came online and went meanwhile, the oldest first. It is judged when it is sent, so no purge waits for it.
    turnovers: Mutex<Vec<Arc<Turnover>>>,
}

/// Turnovers that wait for a connection at most: who takes none for so many minutes finds out anew who is online.
const TURNOVERS: usize = 4;

impl Place {
    /// The place of a connection that is owed nothing.
    #[must_use]
    pub fn new(user: UserId, scope: Narrowed, cut: CancellationToken) -> Self {
        Self {
            user,
            scope,
            cut,
            owed: AtomicU64::new(NOTHING),
            told: AtomicU64::new(0),
            woken: Notify::new(),
            busy: AtomicBool::new(false),
            rests: Notify::new(),
            untold: Mutex::default(),
            turnovers: Mutex::default(),
        }
    }

    /// Notes that a frame is for the connection. One that was told before and has not looked yet looks from there on. Whether it
    /// must be woken.
    pub fn owe(&self, number: u64) -> bool {
        // First: who takes what is owed then finds of every frame in it whether it has settled.
        self.told.fetch_max(number, Ordering::AcqRel);
        self.owed.fetch_min(number, Ordering::AcqRel) == NOTHING
    }

    /// Has the connection look.
    pub fn wake(&self) {
        self.woken.notify_one();
    }

    /// The connection has come to listen to one more topic, and catches up on it from a snapshot of the log on.
    pub fn tell_of(&self, topic: Topic, since: Arc<str>) {
        self.untold.lock().push((topic, since));
        self.woken.notify_one();
    }

    /// Tells the connection who came online and went.
    pub fn turn_over(&self, turnover: Arc<Turnover>) {
        let mut turnovers = self.turnovers.lock();
        if turnovers.len() >= TURNOVERS {
            turnovers.remove(0);
        }
        turnovers.push(turnover);
        drop(turnovers);
        self.woken.notify_one();
    }

    /// Takes what the connection was told of who came online and went; `None` where that is nothing.
    pub fn turned_over(&self) -> Option<Vec<Arc<Turnover>>> {
        let mut turnovers = self.turnovers.lock();
        (!turnovers.is_empty()).then(|| std::mem::take(&mut *turnovers))
    }

    /// The first frame that the connection was told of and has not looked at.
    #[must_use]
    pub fn first_owed(&self) -> Option<u64> {
        Some(self.owed.load(Ordering::Acquire)).filter(|number| *number != NOTHING)
    }

    /// A topic that the connection is to catch up on.
    #[must_use]
    pub fn untold(&self) -> Option<(Topic, Arc<str>)> {
        self.untold.lock().first().cloned()
    }

    /// The connection has caught up on the first of them.
    pub fn caught_up(&self) {
        let mut untold = self.untold.lock();
        if !untold.is_empty() {
            untold.remove(0);
        }
    }

    /// Whether the connection is still to catch up on a topic.
    #[must_use]
    pub fn lacks(&self, topic: Topic) -> bool {
        self.untold.lock().iter().any(|(one, _)| *one == topic)
    }

    /// Takes what the connection is owed: the number of the first frame, and of the last one that it was told of, which may not be
    /// settled yet.
    pub fn take(&self) -> Option<(u64, u64)> {
        let first = Some(self.owed.swap(NOTHING, Ordering::AcqRel)).filter(|number| *number != NOTHING)?;
        Some((first, self.told.load(Ordering::Acquire)))
    }

    /// Whether nothing is owed.
    #[must_use]
    pub fn is_owed_nothing(&self) -> bool {
        self.owed.load(Ordering::Acquire) == NOTHING && self.untold.lock().is_empty()
    }

    /// Up to which number a connection has everything: the one that is settled, asked before it is found to be owed nothing. `None`
    /// where it is owed something.
    pub fn idle_at(&self, settled: impl FnOnce() -> u64) -> Option<u64> {
        // In this order: who is owed nothing once a number is settled has everything up to it.
        let settled = settled();
        self.is_owed_nothing().then_some(settled)
    }

    /// What is looked at from now on counts as under way. Before the look: a purge that finds nothing under way then knows that
    /// whatever is looked at later is judged by the rights that it has changed.
    pub fn begin(&self) {
        self.busy.store(true, Ordering::SeqCst);
    }

    /// Nothing is under way any more.
    pub fn rest(&self) {
        self.busy.store(false, Ordering::SeqCst);
        self.rests.notify_waiters();
    }

    /// Waits until nothing is owed and nothing under way; false where that takes too long.
    pub async fn settles(&self, within: Duration) -> bool {
        let settled = async {
            loop {
                let rests = self.rests.notified();
                if !self.busy.load(Ordering::SeqCst) && self.is_owed_nothing() {
                    return;
                }
                rests.await;
            }
        };
        tokio::time::timeout(within, settled).await.is_ok()
    }

    /// Waits until something may be owed.
    pub async fn woken(&self) {
        self.woken.notified().await;
    }
}

#[cfg(test)]
mod tests {
    use ajet_protocol::TokenScope;
    use futures::FutureExt;
    use uuid::Uuid;

    use super::*;

    fn place() -> Place {
        Place::new(UserId(Uuid::nil()), Narrowed::default(), CancellationToken::new())
    }

    #[test]
    fn a_tokens_stream_takes_what_its_scopes_allow() {
        let all = Narrowed::default();
        assert!(EventType::ALL.iter().all(|kind| all.takes(Some(*kind))) && all.takes(None));
        let of = |scopes: &[TokenScope]| Narrowed { scopes: Some(TokenScopes::of(scopes)), ..all };
        let reader = of(&[TokenScope::MessagesRead]);
        assert!(reader.takes(Some(EventType::MessageCreated)) && reader.takes(Some(EventType::TypingStart)));
        for kind in [EventType::ChannelCreated, EventType::MemberJoined, EventType::NotificationNew] {
            assert!(!reader.takes(Some(kind)), "{kind:?}");
        }
        let whole = of(TokenScope::ALL);
        assert!(!whole.takes(Some(EventType::ReadUpdated)), "a person's own");
        assert!(!whole.takes(None), "what is not known may be anything");
        assert!(EventType::ALL.iter().all(|kind| !of(&[]).takes(Some(*kind))));
    }

    #[test]
    fn the_first_frame_owed_counts_until_it_is_taken() {
        let place = place();
        assert!(place.is_owed_nothing() && place.take().is_none());
        assert!(place.owe(7) && !place.owe(9), "woken once for both");
        place.wake();
        assert!(place.woken().now_or_never().is_some(), "woken");
        assert!(place.woken().now_or_never().is_none(), "once");
        assert_eq!((place.take(), place.take()), (Some((7, 9)), None));
        assert!(place.owe(12), "woken again");
        assert_eq!(place.take(), Some((12, 12)));
    }

    /// A cursor must not say that a reader has a frame that is still owed to it.
    #[test]
    fn who_is_owed_nothing_has_what_was_settled_before() {
        let place = place();
        assert_eq!(place.idle_at(|| 4), Some(4));
        let settles_meanwhile = || {
            place.owe(5);
            5
        };
        assert_eq!(place.idle_at(settles_meanwhile), None);
        assert_eq!((place.take(), place.idle_at(|| 5)), (Some((5, 5)), Some(5)));
        place.tell_of(Topic::Community(CommunityId(Uuid::nil())), Arc::from(""));
        assert_eq!(place.idle_at(|| 6), None, "it is to catch up");
        place.caught_up();
        assert_eq!(place.idle_at(|| 6), Some(6));
    }

    /// I14: a ban is not answered while something is on its way to the person.
    #[tokio::test]
    async fn a_place_settles_when_nothing_is_owed_and_nothing_under_way() {
        let (place, soon, late) = (place(), Duration::from_millis(5), Duration::from_secs(20));
        assert!(place.settles(soon).await);
        place.owe(7);
        assert!(!place.settles(soon).await, "a frame is owed");
        place.begin();
        assert_eq!(place.take(), Some((7, 7)));
        assert!(!place.settles(soon).await, "it is on its way");
        let (settled, ()) = tokio::join!(place.settles(late), async { place.rest() });
        assert!(settled, "and has been sent");
    }
}
