//! The fence, lost answers, and group commit, against a real PostgreSQL.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use ajet_chatd::config::Config;
use ajet_chatd::store::journal::Journal;
use ajet_chatd::store::streams::Takeover;
use ajet_chatd::store::{Line, Store, journal_options};
use ajet_domain::channel::{Author, ChannelCore, Command, Facts};
use ajet_domain::journal::{Append, Outcome};
use ajet_domain::writer::{Core, Turn};
use ajet_domain::{Draft, Universe};
use ajet_protocol::mint::Mint;
use ajet_protocol::{StreamId, Timestamp, User};
use futures::future::{join, join_all};
use sqlx::Connection;
use tokio::sync::oneshot;

use crate::proxy;
use crate::world::{DEADLINE, World, assert_one_order, eventually, keyed, stack, text};

struct Now;

impl Universe for Now {
    fn now(&self) -> Timestamp {
        ajet_chatd::clock::now()
    }
    fn entropy(&mut self) -> u64 {
        rand::random()
    }
}

/// An activation by hand: a takeover, a core, and appends of one message each.
struct Activation {
    takeover: Takeover,
    core: ChannelCore,
    user: User,
    facts: Facts,
    world_stream: StreamId,
    appended: u64,
}

impl Activation {
    async fn new(world: &World, store: &Store) -> Self {
        let stream = StreamId::from(world.general.id);
        let takeover =
            store.take_over(ajet_cluster::Kind::Channel, stream).await.expect("asks").expect("is there");
        let user = world.ann.me().await.expect("me").user;
        let standings =
            store.standings(world.community.id, world.general.id, &[user.id]).await.expect("reads");
        let core = ChannelCore::new(world.general.id, world.community.id, Mint::above(1, takeover.floor));
        let facts = Facts { acl_version: standings.acl_version, standings: standings.of, ..Facts::default() };
        Self { takeover, core, user, facts, world_stream: stream, appended: 0 }
    }

    fn append(&mut self, key: &str) -> Append<ajet_domain::channel::Change> {
        let author = Author::Person(self.user.clone());
        let draft = Draft::compose(&key.into()).expect("shows something");
        let command = Command::Post { author, key: key.into(), fingerprint: 1, draft, parent_id: None };
        let head = self.takeover.head + self.appended;
        let mut turn = Turn { facts: &self.facts, seq: head + 1, universe: &mut Now };
        let decision = self.core.decide(&command, &mut turn).expect("may post");
        let acl = self.core.acl(&self.facts);
        self.core.settle(true);
        Append {
            stream: self.world_stream,
            epoch: self.takeover.epoch,
            head,
            acl,
            events: Arc::new(decision.events),
            changes: decision.changes,
        }
    }
}

async fn append(journal: &Journal, append: Append<ajet_domain::channel::Change>) -> Outcome {
    let (tell, told) = oneshot::channel();
    journal.append(append, Box::new(move |outcome| drop(tell.send(outcome))));
    told.await.expect("an outcome")
}

fn through(config: &Config, addr: SocketAddr) -> Config {
    let mut config = config.clone();
    config.db.port = addr.port();
    config
}

#[tokio::test]
async fn i15_of_two_rival_activations_only_the_newer_appends() {
    let world = World::new().await;
    let store = Store::new(&world.config.db);
    let (older, newer) = (
        Journal::start(&journal_options(&world.config.db), &Line::default(), 1),
        Journal::start(&journal_options(&world.config.db), &Line::default(), 1),
    );
    let mut old = Activation::new(&world, &store).await;
    assert_eq!(append(&older, old.append("old-0")).await, Outcome::Committed);
    old.appended += 1;
    let mut new = Activation::new(&world, &store).await;
    let (mut both, mut stale) = (Vec::new(), Vec::new());
    for n in 0..100 {
        let (a, b) = (old.append(&format!("old-{}", n + 1)), new.append(&format!("new-{n}")));
        let (a, b) = tokio::join!(append(&older, a), append(&newer, b));
        stale.push(a);
        both.push(b);
        new.appended += 1;
    }
    assert!(stale.iter().all(|outcome| *outcome == Outcome::Fenced), "{stale:?}");
    assert!(both.iter().all(|outcome| *outcome == Outcome::Committed), "{both:?}");
    let history = world.history().await;
    assert_eq!(history.len(), 101);
    assert_one_order(&history);
}

#[tokio::test]
async fn a_frozen_append_neither_blocks_nor_overtakes_the_next_owner() {
    let world = World::new().await;
    let store = Store::new(&world.config.db);
    let postgres = SocketAddr::from(([127, 0, 0, 1], stack().postgres.port()));
    let (addr, rules) = proxy::start(postgres).await;
    let frozen = Journal::start(&journal_options(&through(&world.config, addr).db), &Line::default(), 1);
    let healthy = Journal::start(&journal_options(&world.config.db), &Line::default(), 1);
    let mut old = Activation::new(&world, &store).await;
    assert_eq!(append(&frozen, old.append("before")).await, Outcome::Committed);
    old.appended += 1;
    rules.hold_requests.store(true, Ordering::SeqCst);
    let late = old.append("frozen");
    let late = tokio::spawn(async move { append(&frozen, late).await });
    eventually("the append is on its way", async || rules.held.load(Ordering::SeqCst)).await;
    let mut new = Activation::new(&world, &store).await;
    let started = Instant::now();
    assert_eq!(append(&healthy, new.append("after")).await, Outcome::Committed);
    assert!(started.elapsed() < Duration::from_secs(2), "the frozen append delays no other");
    rules.hold_requests.store(false, Ordering::SeqCst);
    rules.release.notify_waiters();
    assert_eq!(late.await.expect("ends"), Outcome::Fenced);
    let bodies: Vec<_> = world.history().await.into_iter().map(|message| message.body_md).collect();
    assert_eq!(bodies, ["before", "after"]);
}

#[tokio::test]
async fn one_bad_stream_does_not_fail_its_neighbours() {
    let world = World::new().await;
    let store = Store::new(&world.config.db);
    let journal = Journal::start(&journal_options(&world.config.db), &Line::default(), 1);
    let mut one = Activation::new(&world, &store).await;
    assert_eq!(append(&journal, one.append("spent")).await, Outcome::Committed);
    one.appended += 1;
    let mut stale = one.append("stale");
    stale.acl.version += 1;
    assert_eq!(append(&journal, stale).await, Outcome::StaleAcl);
    let mut forgetful = Activation::new(&world, &store).await;
    let outcome = append(&journal, forgetful.append("spent")).await;
    assert!(matches!(outcome, Outcome::Spent(keys) if keys[0].key == "spent"));
    let other = world.channel("other", ajet_protocol::Visibility::Public).await;
    let channels = [world.general.id, other.id];
    world.server.app().node.channels.kill(world.general.id, false);
    let posts = (0..200).map(|n| {
        let ann = &world.ann;
        async move { ann.post(channels[n % 2], &text(&format!("{n}"))).await }
    });
    let failed = join_all(posts).await.into_iter().filter(Result::is_err).count();
    assert_eq!(failed, 0, "a rival's appends and a kill cost a retry, not a failure");
}

#[tokio::test]
async fn a_lost_answer_is_not_a_lost_or_doubled_message() {
    let world = World::new().await;
    let World { server, config, .. } = world;
    server.stop().await;
    let postgres = SocketAddr::from(([127, 0, 0, 1], stack().postgres.port()));
    let (addr, rules) = proxy::start(postgres).await;
    let server = crate::world::serve(&through(&config, addr)).await;
    let (ann, _) = ajet_client::Client::new(&format!("http://{}", server.addr()))
        .expect("a client")
        .sign_in("ann")
        .await
        .expect("signs in");
    ann.post(world.general.id, &keyed("first", "k0")).await.expect("posts");
    let cutting = {
        let rules = Arc::clone(&rules);
        tokio::spawn(async move {
            for cuts in 1..=5 {
                rules.cut_answers.store(true, Ordering::SeqCst);
                eventually("an answer is cut", async || rules.cut.load(Ordering::SeqCst) >= cuts).await;
                rules.cut_answers.store(false, Ordering::SeqCst);
                tokio::time::sleep(Duration::from_millis(150)).await;
            }
        })
    };
    let posts = (1..=40).map(|n| {
        let ann = ann.clone();
        async move {
            tokio::time::sleep(Duration::from_millis(n * 20)).await;
            let request = keyed(&format!("m{n}"), &format!("k{n}"));
            loop {
                if let Ok(message) = ann.post(world.general.id, &request).await {
                    return message;
                }
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        }
    });
    let (acknowledged, cutting) = tokio::time::timeout(DEADLINE, join(join_all(posts), cutting))
        .await
        .expect("all are answered, and five answers were cut");
    cutting.expect("ends");
    let history = crate::world::history(&ann, &world.general).await;
    assert_one_order(&history);
    assert_eq!(history.len(), 41, "each once");
    for message in acknowledged {
        assert!(history.iter().any(|one| one.id == message.id && one.body_md == message.body_md));
    }
}

#[tokio::test]
async fn standing_is_checked_inside_the_commit() {
    let world = World::new().await;
    world.bob.post(world.general.id, &text("in")).await.expect("posts");
    // Behind the server's back, as another node would: the cached standing is stale, the commit finds out.
    let mut db =
        sqlx::PgConnection::connect(&stack().postgres.url(&world.config.db.dbname)).await.expect("connects");
    sqlx::raw_sql(
        "delete from channel_members where user_id = (select id from users where username = 'bob');
         update communities set acl_version = acl_version + 1",
    )
    .execute(&mut db)
    .await
    .expect("removes");
    assert!(world.bob.post(world.general.id, &text("out")).await.is_err());
    world.ann.post(world.general.id, &text("still in")).await.expect("posts");
    assert_eq!(world.history().await.len(), 2);
}
