//! Findings about the core that were rated low (`docs/reviews/2026-11.md`): invites, sessions, retention, locked streams.

use std::collections::HashSet;
use std::sync::{Arc, Mutex};

use ajet_chatd::store::replay::ReplayBudget;
use ajet_protocol::{InvitePreview, Visibility, limits};
use sqlx::Connection;
use tokio::sync::Semaphore;

use crate::world::{World, db, eventually, keyed, serve, sql, start_stack, text};

/// C-L7: an invite counts the members of its community up to a thousand.
#[tokio::test]
async fn an_invite_counts_members_up_to_a_thousand() {
    let world = World::new().await;
    let invite = world.ann.create_invite(world.community.id, &Default::default()).await.expect("invites");
    let path = format!("/api/invites/{}", invite.code);
    let members =
        async || world.nobody.get::<InvitePreview>(&path).await.expect("shows its community").member_count;
    assert_eq!(members().await, 2);
    sql(
        &world,
        "insert into users (id, username, display_name, created_at)
         select gen_random_uuid(), 'many-' || n, 'Many', now() from generate_series(1, 1500) n",
    )
    .await;
    sql(
        &world,
        "insert into community_members (community_id, user_id, role, joined_at)
         select c.id, u.id, 'member', now() from communities c, users u where u.username like 'many-%'",
    )
    .await;
    assert_eq!(members().await, limits::MEMBERS_COUNTED);
}

/// C-L8: a session whose end can't be moved on answers all the same, and its next use tries again.
#[tokio::test]
async fn a_session_that_cannot_be_extended_is_good_all_the_same() {
    let world = World::new().await;
    sql(&world, "update sessions set expires_at = now() + interval '2 days'").await;
    sql(
        &world,
        "create function refuse() returns trigger language plpgsql as $$ begin raise exception 'not now'; end $$",
    )
    .await;
    sql(&world, "create trigger refuse before update on sessions for each row execute function refuse()")
        .await;
    let extended = async || -> bool {
        sqlx::query_scalar(
            "select expires_at > now() + interval '10 days' from sessions
             where user_id = (select id from users where username = 'bob')",
        )
        .fetch_one(&mut db(&world).await)
        .await
        .expect("is there")
    };
    // Each time another node, which remembers nothing of the session.
    let second = serve(&world.config).await;
    world.bob.at(&format!("http://{}", second.addr())).me().await.expect("answers");
    assert!(!extended().await, "it could not be extended");
    sql(&world, "drop trigger refuse on sessions").await;
    let third = serve(&world.config).await;
    world.bob.at(&format!("http://{}", third.addr())).me().await.expect("answers");
    assert!(extended().await, "the next use extended it");
    second.stop().await;
    third.stop().await;
}

/// C-L9: a cursor is checked again after the log was read: what retention removed meanwhile is a refetch, not a hole.
#[tokio::test]
async fn a_cursor_is_checked_again_after_the_log_was_read() {
    let world = World::new().await;
    let store = &world.server.app().store;
    let snapshot = store.snapshot().await.expect("reads");
    world.ann.post(world.general.id, &text("missed")).await.expect("posts");
    let budget = ReplayBudget { events: 100, bytes: 1 << 20, room: Arc::new(Semaphore::new(1024)) };
    let communities = [world.community.id];
    let missed = async || store.events_after(&snapshot, &communities, &budget).await.expect("reads");
    assert_eq!(missed().await.expect("all of it is there").events.len(), 1);
    // As if retention had moved the horizon after the first check, which is not part of this.
    sql(&world, "update log_horizon set removed_to = pg_current_xact_id()").await;
    assert!(missed().await.is_none());
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
    stack.stop().await;
}
