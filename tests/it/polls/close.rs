//! Polls that close: by the clock for those who vote, and by a job for those who read.

use ajet_protocol::{Code, Event, PostMessage, Timestamp};
use time::{Duration, OffsetDateTime};

use super::{poll, read, votes};
use crate::support::{World, code, eventually, next, sql};

/// A moment soon.
fn soon(ms: i64) -> Timestamp {
    (OffsetDateTime::now_utc() + Duration::milliseconds(ms)).into()
}

#[tokio::test]
async fn a_poll_takes_no_votes_after_its_end_and_readers_are_told() {
    let world = World::new().await;
    let mut live = world.bob.live(None).await.expect("opens");
    assert_eq!(next(&mut live).await.name, "ready");
    let posted = world.ann.post(world.general.id, &poll(false, Some(soon(1_500)))).await.expect("asks");
    world.bob.vote(posted.id, &[1]).await.expect("is open");
    let told = loop {
        let frame = next(&mut live).await;
        match frame.envelope().and_then(|envelope| envelope.event().expect("its payload")) {
            Some(Event::PollUpdated(told)) if told.poll.as_ref().is_some_and(|poll| poll.closed) => {
                break told;
            }
            _ => {}
        }
    };
    assert_eq!(told.message_id, posted.id);
    let counted: Vec<i64> = told.poll.expect("a poll").options.iter().map(|option| option.votes).collect();
    assert_eq!(counted, [0, 1, 0]);
    for chosen in [&[0][..], &[]] {
        assert_eq!(code(world.bob.vote(posted.id, chosen).await), Code::Conflict, "{chosen:?}");
    }
    let shown = read(&world.bob, posted.id).await;
    assert!(shown.closed);
    assert_eq!(votes(&shown), (vec![0, 1, 0], vec![false, true, false]));
    let jobs = "select 1 from graphile_worker.jobs where task_identifier = 'poll:close'";
    eventually("the job is done", async || sql(&world, jobs).await == 0).await;
    world.end().await;
}

/// The poll went with its message: there is nothing to tell.
#[tokio::test]
async fn the_end_of_a_deleted_poll_is_told_to_no_one() {
    let world = World::new().await;
    let posted = world.ann.post(world.general.id, &poll(false, Some(soon(1_000)))).await.expect("asks");
    world.ann.delete(posted.id).await.expect("deletes");
    let left = "select 1 from job_requests where name = 'poll:close'
                union all select 1 from graphile_worker.jobs where task_identifier = 'poll:close'";
    eventually("the job is done", async || sql(&world, left).await == 0).await;
    assert_eq!(sql(&world, "select 1 from events where type = 'poll.updated'").await, 0);
    world.end().await;
}

/// I2: what was in the future when it was asked for is in the past when it is asked for again.
#[tokio::test]
async fn a_repetition_is_answered_after_the_poll_has_closed() {
    let world = World::new().await;
    let request = PostMessage { client_mutation_id: Some("k".into()), ..poll(false, Some(soon(1_500))) };
    let first = world.ann.post(world.general.id, &request).await.expect("asks");
    let world = world.restarted(|_| {}).await;
    eventually("it has closed", async || read(&world.bob, first.id).await.closed).await;
    let again = world.ann.post(world.general.id, &request).await.expect("the same again");
    assert_eq!(again.id, first.id);
    let left = "select 1 from job_requests where name = 'poll:close'
                union all select 1 from graphile_worker.jobs where task_identifier = 'poll:close'";
    eventually("the job is done", async || sql(&world, left).await == 0).await;
    world.end().await;
}
