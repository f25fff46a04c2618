//! How cursors advance.

use ajet_protocol::CommunityId;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::support::{DEADLINE, POLL, World, created, db, next, read_until, snapshot_of, start_stack, text};

/// Whether a reader with this cursor has what a transaction wrote.
async fn covers(world: &World, database: &mut PgConnection, cursor: &str, xid: &str) -> bool {
    let snapshot = snapshot_of(world, cursor);
    if snapshot.is_empty() {
        return false;
    }
    sqlx::query_scalar("select pg_visible_in_snapshot($1::text::xid8, $2::text::pg_snapshot)")
        .bind(xid.to_owned())
        .bind(snapshot)
        .fetch_one(database)
        .await
        .expect("compares")
}

/// Writes an event that no node announces, as one that died between commit and publishing; returns its transaction.
async fn unannounced(database: &mut PgConnection, community: CommunityId, seq: i64) -> String {
    sqlx::query_scalar(
        "insert into events (stream, seq, id, type, ts, community_id, acl_version, payload)
         values ($1, $2, gen_random_uuid(), 'community.updated', now(), $3, 1, '{}') returning xid::text",
    )
    .bind(Uuid::from_u128(1))
    .bind(seq)
    .bind(community.0)
    .fetch_one(database)
    .await
    .expect("writes")
}

/// C-M4: cursors advance although at every moment some event is committed and not yet delivered.
#[tokio::test]
async fn a_cursor_advances_while_something_is_always_under_way() {
    let world = World::new().await;
    world.leaves_outbox("events are written that no node announces");
    let mut live = world.bob.live(None).await.expect("opens");
    assert_eq!(next(&mut live).await.name, "ready");
    let (mut writing, mut looking) = (db(&world).await, db(&world).await);
    let community = world.community.id;
    let first = unannounced(&mut writing, community, 1).await;
    let writer = tokio::spawn(async move {
        for seq in 2_i64.. {
            unannounced(&mut writing, community, seq).await;
            tokio::time::sleep(POLL).await;
        }
    });
    let advanced = tokio::time::timeout(DEADLINE, async {
        loop {
            let event = next(&mut live).await;
            assert_eq!(event.name, "community.updated");
            if covers(&world, &mut looking, &event.cursor, &first).await {
                return;
            }
        }
    });
    advanced.await.expect("the cursor advances past the first event");
    writer.abort();
    world.end().await;
}

/// C-M4: a transaction that stays open keeps no cursor back: a reader that comes back gets what it missed and nothing old.
#[tokio::test]
async fn a_cursor_advances_while_a_transaction_stays_open() {
    // On a stack of its own: the transaction would keep back what other tests wait for.
    let stack = start_stack("open-transaction").await;
    let world = World::on(&stack, |_| {}).await;
    let mut live = world.bob.live(None).await.expect("opens");
    assert_eq!(next(&mut live).await.name, "ready");
    let (mut foreign, mut looking) = (db(&world).await, db(&world).await);
    sqlx::raw_sql("begin; select pg_current_xact_id()").execute(&mut foreign).await.expect("begins");
    world.ann.post(world.general.id, &text("old")).await.expect("posts");
    assert_eq!(read_until(&mut live, "old").await, ["old"]);
    let newest = "select xid::text from events where type = 'message.created' order by xid desc limit 1";
    let old: String = sqlx::query_scalar(newest).fetch_one(&mut looking).await.expect("is there");
    let advanced = tokio::time::timeout(DEADLINE, async {
        loop {
            // A cursor comes with a frame: something has to happen.
            world.ann.post(world.general.id, &text("tick")).await.expect("posts");
            let cursor = next(&mut live).await.cursor;
            if covers(&world, &mut looking, &cursor, &old).await {
                return cursor;
            }
            tokio::time::sleep(POLL).await;
        }
    });
    let cursor = advanced.await.expect("the cursor advances past the old message");
    drop(live);
    world.ann.post(world.general.id, &text("missed")).await.expect("posts");
    let mut live = world.bob.live(Some(&cursor)).await.expect("opens");
    assert_eq!(next(&mut live).await.name, "ready");
    loop {
        let event = next(&mut live).await;
        let body = created(&event).unwrap_or_else(|| panic!("a message, and not {}", event.name));
        assert_ne!(body, "old", "it had that already");
        if body == "missed" {
            break;
        }
    }
    sqlx::raw_sql("rollback").execute(&mut foreign).await.expect("ends");
    world.end().await;
    stack.stop().await;
}
