//! How tests wait: for a condition, for a frame of a stream, or until a stream has brought everything up to a moment.
//!
//! That something does *not* come can be asserted only past a barrier: [`read_past`] and [`frames_past`] read until the stream's
//! cursor covers all that was committed before [`everything_before_now`] was called.

use std::time::{Duration, Instant};

use ajet_client::{Live, LiveEvent};
use ajet_protocol::Event;

use super::{World, db, text};

/// Everything a test waits for comes within this time, or the test fails.
pub const DEADLINE: Duration = Duration::from_secs(20);
/// Between two looks at a condition.
pub const POLL: Duration = Duration::from_millis(20);
/// How the messages begin that [`read_past`] posts.
const TICK: &str = "tick ";

/// Waits until something holds.
pub async fn eventually<F: Future<Output = bool>>(what: &str, mut holds: impl FnMut() -> F) {
    let deadline = Instant::now() + DEADLINE;
    while !holds().await {
        assert!(Instant::now() < deadline, "{what} did not come about");
        tokio::time::sleep(POLL).await;
    }
}

/// The next frame of a stream; the test fails where none comes.
pub async fn next(live: &mut Live) -> LiveEvent {
    tokio::time::timeout(DEADLINE, live.next()).await.expect("a frame in time").expect("an open stream")
}

/// Reads a stream up to the next event of this type.
pub async fn next_event(live: &mut Live, name: &str) -> Option<Event> {
    loop {
        let frame = next(live).await;
        if frame.name == name {
            return frame.envelope().expect("an envelope").event().expect("its payload");
        }
    }
}

/// Reads a stream up to the message with this text, and returns all message texts seen.
pub async fn read_until(live: &mut Live, last: &str) -> Vec<String> {
    let mut seen = Vec::new();
    loop {
        let event = next(live).await;
        if let Some(body) = created(&event) {
            seen.push(body.clone());
            if body == last {
                return seen;
            }
        }
    }
}

/// Reads a stream up to the message with this text; its frame.
pub async fn read_to(live: &mut Live, last: &str) -> LiveEvent {
    loop {
        let frame = next(live).await;
        if created(&frame).as_deref() == Some(last) {
            return frame;
        }
    }
}

/// The text of a `message.created` frame.
pub fn created(event: &LiveEvent) -> Option<String> {
    match event.envelope()?.event() {
        Ok(Some(Event::MessageCreated(created))) => Some(created.message.body_md),
        _ => None,
    }
}

/// What the log holds by now: a reader whose cursor covers it has been sent all of it.
pub async fn everything_before_now(world: &World) -> String {
    sqlx::query_scalar("select pg_current_snapshot()::text")
        .fetch_one(&mut db(world).await)
        .await
        .expect("reads")
}

/// Cursors that are made from now on cover all that the log holds by now: nothing of it is replayed from them.
pub async fn cursors_cover_everything(world: &World) {
    let lacking = "select exists (select 1 from events where not pg_visible_in_snapshot(xid, $1::pg_snapshot))
                       or exists (select 1 from acl_changes where not pg_visible_in_snapshot(xid, $1::pg_snapshot))";
    eventually("cursors cover everything", async || {
        let snapshot = world.server.app().node.feeds().cursors().snapshot().to_string();
        let mut db = db(world).await;
        !snapshot.is_empty()
            && !sqlx::query_scalar::<_, bool>(lacking).bind(snapshot).fetch_one(&mut db).await.expect("asks")
    })
    .await;
}

/// The snapshot of the log that a cursor holds; empty where it is none.
pub fn snapshot_of(world: &World, cursor: &str) -> String {
    let decoded = world.server.app().node.feeds().cursors().decode(cursor);
    decoded.map(|position| position.snapshot).unwrap_or_default()
}

/// Whether a reader with this cursor has been sent all that was committed before a barrier.
pub async fn covers(world: &World, cursor: &str, barrier: &str) -> bool {
    let snapshot = snapshot_of(world, cursor);
    if snapshot.is_empty() {
        return false;
    }
    let covers = "select pg_snapshot_xmin($1::pg_snapshot) >= pg_snapshot_xmax($2::pg_snapshot)";
    sqlx::query_scalar(covers)
        .bind(snapshot)
        .bind(barrier.to_owned())
        .fetch_one(&mut db(world).await)
        .await
        .expect("compares")
}

/// Reads a stream until its cursor covers a snapshot; the message texts that came.
pub async fn read_past(live: &mut Live, world: &World, barrier: &str) -> Vec<String> {
    frames_past(live, world, barrier).await.iter().filter_map(created).collect()
}

/// Reads a stream until its cursor covers a snapshot; the frames that came, but for those that this caused.
pub async fn frames_past(live: &mut Live, world: &World, barrier: &str) -> Vec<LiveEvent> {
    let deadline = Instant::now() + DEADLINE;
    let mut seen = Vec::new();
    for n in 0.. {
        assert!(Instant::now() < deadline, "the cursor does not get past {barrier}");
        // A cursor comes with a frame: something has to happen.
        world.ann.post(world.general.id, &text(&format!("{TICK}{n}"))).await.expect("posts");
        let event = next(live).await;
        let covered = covers(world, &event.cursor, barrier).await;
        if !created(&event).is_some_and(|body| body.starts_with(TICK)) {
            seen.push(event);
        }
        if covered {
            break;
        }
        tokio::time::sleep(POLL).await;
    }
    seen
}

/// Every event is marked as published in the end. Asked of the log itself: a sweep looks no further than the oldest transaction that
/// is open anywhere, in other tests too.
pub async fn everything_is_published(world: &World) {
    eventually("everything is published", async || {
        let lacking = "select exists (select 1 from events e left join outbox o on o.stream = e.stream
                       where e.seq > coalesce(o.published, 0))";
        !sqlx::query_scalar::<_, bool>(lacking).fetch_one(&mut db(world).await).await.expect("asks")
    })
    .await;
}
