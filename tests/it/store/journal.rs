//! The fence, lost answers, and group commit, against a real PostgreSQL.

use std::collections::HashSet;
use std::net::SocketAddr;
use std::sync::Mutex;
use std::sync::atomic::Ordering;

use ajet_chatd::config::Config;
use ajet_chatd::store::journal::Journal;
use ajet_chatd::store::{Line, Store, journal_options};
use ajet_domain::journal::Outcome;
use ajet_protocol::{Code, CreateInvite, Visibility};
use futures::future::{join, join_all};
use sqlx::Connection;

use crate::support::activation::{Activation, append, committed};
use crate::support::{
    DEADLINE, World, assert_one_order, code, db, eventually, history, keyed, post_in_the_end, proxy, stack,
    start_stack, text,
};

fn through(config: &Config, addr: SocketAddr) -> Config {
    let mut config = config.clone();
    config.db.port = addr.port();
    config
}

/// I15.
#[tokio::test]
async fn of_two_rival_activations_only_the_newer_appends() {
    let world = World::new().await;
    world.leaves_outbox("events are appended by hand, and no node is told");
    let store = Store::new(&world.config.db);
    let (older, newer) = (
        Journal::start(&journal_options(&world.config.db), &Line::default(), 1),
        Journal::start(&journal_options(&world.config.db), &Line::default(), 1),
    );
    let mut old = Activation::new(&world, &store).await;
    assert!(committed(&append(&older, old.append("old-0")).await).is_some());
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
    assert!(both.iter().all(|outcome| committed(outcome).is_some()), "{both:?}");
    let history = world.history().await;
    assert_eq!(history.len(), 101);
    assert_one_order(&history);
    world.end().await;
}

#[tokio::test]
async fn a_frozen_append_neither_blocks_nor_overtakes_the_next_owner() {
    let world = World::new().await;
    world.leaves_outbox("events are appended by hand, and no node is told");
    let store = Store::new(&world.config.db);
    let postgres = SocketAddr::from(([127, 0, 0, 1], stack().postgres.port()));
    let (addr, rules) = proxy::start(postgres).await;
    let frozen = Journal::start(&journal_options(&through(&world.config, addr).db), &Line::default(), 1);
    let healthy = Journal::start(&journal_options(&world.config.db), &Line::default(), 1);
    let mut old = Activation::new(&world, &store).await;
    assert!(committed(&append(&frozen, old.append("before")).await).is_some());
    old.appended += 1;
    rules.hold_requests.store(true, Ordering::SeqCst);
    let late = old.append("frozen");
    let late = tokio::spawn(async move { append(&frozen, late).await });
    eventually("the append is on its way", async || rules.held.load(Ordering::SeqCst)).await;
    let mut new = Activation::new(&world, &store).await;
    // The frozen one is let go only after this.
    let appending = tokio::time::timeout(DEADLINE, append(&healthy, new.append("after")));
    let appended = appending.await.expect("the frozen append delays no other");
    assert!(committed(&appended).is_some(), "{appended:?}");
    rules.hold_requests.store(false, Ordering::SeqCst);
    rules.release.notify_waiters();
    assert_eq!(late.await.expect("ends"), Outcome::Fenced);
    let bodies: Vec<_> = world.history().await.into_iter().map(|message| message.body_md).collect();
    assert_eq!(bodies, ["before", "after"]);
    world.end().await;
}

#[tokio::test]
async fn one_bad_stream_does_not_fail_its_neighbours() {
    let world = World::new().await;
    let store = Store::new(&world.config.db);
    let journal = Journal::start(&journal_options(&world.config.db), &Line::default(), 1);
    let mut one = Activation::new(&world, &store).await;
    assert!(committed(&append(&journal, one.append("spent")).await).is_some());
    one.appended += 1;
    let mut stale = one.append("stale");
    stale.acl.rests_on[0].version += 1;
    assert_eq!(append(&journal, stale).await, Outcome::StaleAcl);
    let mut forgetful = Activation::new(&world, &store).await;
    let outcome = append(&journal, forgetful.append("spent")).await;
    assert!(matches!(outcome, Outcome::Spent(keys) if keys[0].key == "spent"));
    let other = world.channel("other", Visibility::Public).await;
    let channels = [world.general.id, other.id];
    world.server.app().node.channels.kill(world.general.id, false);
    let posts = (0..200).map(|n| {
        let ann = &world.ann;
        async move { ann.post(channels[n % 2], &text(&format!("{n}"))).await }
    });
    let failed = join_all(posts).await.into_iter().filter(Result::is_err).count();
    assert_eq!(failed, 0, "a rival's appends and a kill cost a retry, not a failure");
    world.end().await;
}

#[tokio::test]
async fn a_lost_answer_is_not_a_lost_or_doubled_message() {
    let world = World::new().await;
    let postgres = SocketAddr::from(([127, 0, 0, 1], stack().postgres.port()));
    let (addr, rules) = proxy::start(postgres).await;
    let world = world.restarted(|config| config.db.port = addr.port()).await;
    let (ann, _) = world.nobody.sign_in("ann").await.expect("signs in");
    ann.post(world.general.id, &keyed("first", "k0")).await.expect("posts");
    let mut acknowledged = Vec::new();
    for round in 0..5 {
        let before = rules.cut.load(Ordering::SeqCst);
        rules.cut_answers.store(true, Ordering::SeqCst);
        let posts = (1..=8).map(|n| round * 8 + n).map(|n| {
            let (ann, general) = (&ann, &world.general);
            async move { post_in_the_end(ann, general, &keyed(&format!("m{n}"), &format!("k{n}"))).await }
        });
        let healing = async {
            eventually("an answer is cut", async || rules.cut.load(Ordering::SeqCst) > before).await;
            rules.cut_answers.store(false, Ordering::SeqCst);
        };
        let (posted, ()) = join(join_all(posts), healing).await;
        acknowledged.extend(posted);
    }
    let history = history(&ann, &world.general).await;
    assert_one_order(&history);
    assert_eq!(history.len(), 41, "each once");
    for message in acknowledged {
        assert!(history.iter().any(|one| one.id == message.id && one.body_md == message.body_md));
    }
    world.end().await;
}

#[tokio::test]
async fn standing_is_checked_inside_the_commit() {
    let world = World::new().await;
    world.bob.post(world.general.id, &text("in")).await.expect("posts");
    // Behind the server's back, as another node would: the cached standing is stale, the commit finds out.
    let mut db = db(&world).await;
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
    world.end().await;
}

#[tokio::test]
async fn an_entity_named_as_another_kind_is_not_fenced() {
    let world = World::new().await;
    let mut db = db(&world).await;
    let epochs = "select coalesce(sum(epoch), 0)::bigint from streams where id = any($1)";
    let ids = vec![world.community.id.0, world.general.id.0];
    let before: i64 = sqlx::query_scalar(epochs).bind(&ids).fetch_one(&mut db).await.expect("reads");
    let as_channel = ajet_protocol::ChannelId(world.community.id.0);
    let as_community = ajet_protocol::CommunityId(world.general.id.0);
    assert_eq!(code(world.bob.post(as_channel, &text("x")).await), Code::NotFound);
    assert_eq!(code(world.bob.create_invite(as_community, &CreateInvite::default()).await), Code::NotFound);
    let after: i64 = sqlx::query_scalar(epochs).bind(&ids).fetch_one(&mut db).await.expect("reads");
    assert_eq!(before, after, "no epoch was raised");
    world.end().await;
}

/// C-L14: a stream that stays locked costs the journal no connection; its neighbour commits, and so does it in the end.
#[tokio::test]
async fn a_locked_stream_costs_the_journal_no_connection() {
    // On a stack of its own: the transaction would keep back what other tests wait for.
    let stack = start_stack("locked-stream").await;
    let world = World::on(&stack, |config| config.db.journal_lanes = 1).await;
    let other = world.channel("other", Visibility::Public).await;
    for channel in [world.general.id, other.id] {
        world.ann.post(channel, &text("before")).await.expect("posts");
    }
    let lanes = async || -> Vec<i32> {
        let journal = "select pid from pg_stat_activity
                       where datname = current_database() and application_name = 'ajet-chat journal'";
        sqlx::query_scalar(journal).fetch_all(&mut db(&world).await).await.expect("looks")
    };
    let before = lanes().await;
    assert_eq!(before.len(), 1);
    let mut foreign = db(&world).await;
    let mut locking = foreign.begin().await.expect("begins");
    let lock = sqlx::query("select 1 from streams where id = $1 for update").bind(world.general.id.0);
    lock.execute(&mut *locking).await.expect("locks");
    let (ann, channel) = (world.ann.clone(), world.general.id);
    let late = tokio::spawn(async move { ann.post(channel, &keyed("late", "late")).await });
    let waits = Mutex::new(HashSet::new());
    eventually("a wait for the lock is over, and another has begun", async || {
        let began: Option<String> = sqlx::query_scalar(
            "select query_start::text from pg_stat_activity where datname = current_database()
             and application_name = 'ajet-chat journal' and wait_event_type = 'Lock'",
        )
        .fetch_optional(&mut db(&world).await)
        .await
        .expect("looks");
        let mut waits = waits.lock().expect("nobody panicked");
        waits.extend(began);
        waits.len() > 1
    })
    .await;
    world.ann.post(other.id, &keyed("beside", "beside")).await.expect("the neighbour commits");
    assert_eq!(lanes().await, before, "the connection was not thrown away");
    locking.rollback().await.expect("lets go");
    late.await.expect("ends").expect("commits in the end");
    assert_eq!(world.history().await.len(), 2);
    world.end().await;
    stack.stop().await;
}

/// Statements of the journal are joined at run time, unseen by the compiler: PostgreSQL takes each of them.
#[tokio::test]
async fn every_statement_of_the_journal_can_be_prepared() {
    let world = World::new().await;
    let mut connection = db(&world).await;
    let statements = ajet_chatd::store::journal::every_statement();
    assert!(statements.len() >= 18, "each table alone and all together, with and without a raise");
    for statement in statements {
        let prepared = sqlx::Executor::prepare(
            &mut connection,
            sqlx::SqlSafeStr::into_sql_str(sqlx::AssertSqlSafe(statement.clone())),
        );
        assert!(prepared.await.is_ok(), "{statement}");
    }
    world.end().await;
}
