//! An activation by hand, for tests of the journal: a takeover, a core, and appends of one message each.

use std::sync::Arc;

use ajet_chatd::rights::Rights;
use ajet_chatd::store::Store;
use ajet_chatd::store::journal::Journal;
use ajet_chatd::store::streams::Takeover;
use ajet_domain::Change;
use ajet_domain::channel::{ChannelCore, Post};
use ajet_domain::journal::{AclCheck, Append, Outcome};
use ajet_domain::need::{Facts, StandingOf};
use ajet_domain::verb::Verb;
use ajet_domain::writer::{Core, Turn};
use ajet_domain::{Caller, Draft, Key, Numbered, Universe, addressed};
use ajet_protocol::mint::Mint;
use ajet_protocol::{ChannelId, EventId, StreamId, Timestamp, User};
use tokio::sync::oneshot;

use super::World;

struct Now;

impl Universe for Now {
    fn now(&self) -> Timestamp {
        ajet_chatd::clock::now()
    }
    fn entropy(&mut self) -> u64 {
        rand::random()
    }
}

/// Of `general`, unless another channel is named; ann posts.
pub struct Activation {
    takeover: Takeover,
    core: ChannelCore,
    user: User,
    facts: Facts,
    stream: StreamId,
    /// How many of its appends were committed.
    pub appended: u64,
}

impl Activation {
    pub async fn new(world: &World, store: &Store) -> Self {
        Self::of(world, store, world.general.id).await
    }

    /// Of another channel that ann has joined.
    pub async fn of(world: &World, store: &Store, channel: ChannelId) -> Self {
        let stream = StreamId::from(channel);
        let takeover =
            store.take_over(ajet_cluster::Kind::Channel, stream).await.expect("asks").expect("is there");
        let user = world.ann.me().await.expect("me").user;
        let home = store.home_of(channel).await.expect("asks").expect("is there");
        let standing = Rights::new(store.clone()).standing(home, user.id, Some(channel)).await;
        let standing = standing.expect("reads").expect("is there");
        let core = ChannelCore::new(channel, home.community(), Mint::above(1, takeover.floor));
        let mut facts = Facts::default();
        facts.standings.insert(StandingOf { user: user.id, channel: Some(channel) }, standing);
        Self { takeover, core, user, facts, stream, appended: 0 }
    }

    /// An append of a message under this key.
    pub fn append(&mut self, key: &str) -> Append<Change> {
        let (by, draft) =
            (Caller::session(self.user.clone()), Draft::compose(&key.into()).expect("shows something"));
        let key = Key { text: key.into(), fingerprint: 1, former: None };
        let head = self.takeover.head + self.appended;
        let (seq, now) = (head + 1, Now.now());
        let mut turn = Turn { by: &by, key: Some(&key), facts: &self.facts, seq, now, universe: &mut Now };
        let decision = Post::of(draft).decide(&mut self.core, &mut turn).expect("may post");
        self.core.settle(true);
        let place = self.core.place();
        let id = EventId(self.core.mint().next(now, rand::random()));
        let numbered = Numbered { id, seq, at: now, actor: self.user.id };
        let events = decision.events.into_iter().map(|emit| addressed(place, emit, numbered));
        Append {
            stream: self.stream,
            epoch: self.takeover.epoch,
            head,
            founds: false,
            acl: AclCheck { scope: place.scope(), rests_on: self.facts.rests_on(place.scope()) },
            events: Arc::new(events.collect::<Option<_>>().expect("an audience")),
            changes: decision.changes,
            raises: Vec::new(),
        }
    }
}

/// What becomes of an append.
pub async fn append(journal: &Journal, append: Append<Change>) -> Outcome {
    let (tell, told) = oneshot::channel();
    journal.append(append, Box::new(move |outcome| drop(tell.send(outcome))));
    told.await.expect("an outcome")
}

/// The ACL version under which an append was committed, if it was.
pub fn committed(outcome: &Outcome) -> Option<u64> {
    match outcome {
        Outcome::Committed { acl_version } => Some(*acl_version),
        _ => None,
    }
}
