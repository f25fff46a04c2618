//! Scheduled messages: `POST` and `GET /api/channels/{id}/scheduled`, `PATCH` and `DELETE /api/scheduled/{id}`.

use std::time::Duration;

use ajet_client::Error;
use ajet_protocol::events::ScheduledSent;
use ajet_protocol::{
    Code, Event, MessageId, MuteMember, PageQuery, PostMessage, ScheduleMessage, Scheduled, ScheduledId,
    ScheduledState, Timestamp, UpdateScheduled, Visibility,
};
use serde_json::json;
use uuid::Uuid;

use super::{LATER, SOON, in_time};
use crate::support::{World, code, db, eventually, history, keyed, next, next_event, sql, text};

fn message(body: &str, from_now: Duration) -> ScheduleMessage {
    let send_at = in_time(from_now);
    ScheduleMessage { body_md: body.into(), parent_id: None, send_at, client_mutation_id: None }
}

async fn listed(world: &World) -> Vec<Scheduled> {
    world.bob.scheduled(world.general.id, &PageQuery::default()).await.expect("lists").items
}

#[tokio::test]
async fn a_message_is_scheduled_changed_and_dropped() {
    let world = World::new().await;
    let general = world.general.id;
    let request = ScheduleMessage { client_mutation_id: Some("k".into()), ..message("later", LATER) };
    let made = world.bob.schedule(general, &request).await.expect("schedules");
    assert_eq!(
        (made.body_md.as_str(), made.state, made.channel_id),
        ("later", ScheduledState::Pending, general)
    );
    assert_eq!(made.send_at, request.send_at);
    assert_eq!(world.bob.schedule(general, &request).await.expect("the same"), made);
    let other = ScheduleMessage { body_md: "other".into(), ..request.clone() };
    assert_eq!(code(world.bob.schedule(general, &other).await), Code::Conflict);
    assert_eq!(listed(&world).await, std::slice::from_ref(&made));
    let later = in_time(2 * LATER);
    let update = UpdateScheduled { body_md: Some("much later".into()), send_at: Some(later) };
    let updated = world.bob.update_scheduled(made.id, &update).await.expect("changes");
    assert_eq!((updated.body_md.as_str(), updated.send_at), ("much later", later));
    assert_eq!(world.bob.update_scheduled(made.id, &update).await.expect("again"), updated);
    assert_eq!(listed(&world).await, [updated]);
    assert_eq!(world.ann.scheduled(general, &PageQuery::default()).await.expect("lists").items, []);
    assert_eq!(code(world.ann.update_scheduled(made.id, &update).await), Code::NotFound);
    assert_eq!(code(world.ann.cancel_scheduled(made.id).await), Code::NotFound);
    world.bob.cancel_scheduled(made.id).await.expect("drops");
    world.bob.cancel_scheduled(made.id).await.expect("again changes nothing");
    assert_eq!(code(world.ann.cancel_scheduled(made.id).await), Code::NotFound);
    assert_eq!(code(world.bob.cancel_scheduled(ScheduledId(Uuid::nil())).await), Code::NotFound);
    assert_eq!(listed(&world).await, []);
    world.end().await;
}

#[tokio::test]
async fn what_can_not_be_sent_is_not_scheduled() {
    let world = World::new().await;
    let open = world.channel("open", Visibility::Public).await;
    let secret = world.channel("secret", Visibility::Private).await;
    let refused = async |channel, request| code(world.bob.schedule(channel, &request).await);
    assert_eq!(refused(open.id, message("m", LATER)).await, Code::Forbidden, "bob has not joined it");
    assert_eq!(refused(secret.id, message("m", LATER)).await, Code::NotFound);
    let past = ScheduleMessage { send_at: Timestamp::from_unix_millis(1), ..message("m", LATER) };
    assert_eq!(refused(world.general.id, past).await, Code::Invalid);
    assert_eq!(refused(world.general.id, message("&nbsp;", LATER)).await, Code::Invalid);
    assert_eq!(code(world.nobody.schedule(open.id, &message("m", LATER)).await), Code::Unauthenticated);
    assert_eq!(sql(&world, "select 1 from scheduled_messages").await, 0);
    world.end().await;
}

/// Threads are one level deep, and each stays in its channel: as for a message that is posted at once.
#[tokio::test]
async fn only_a_reply_to_a_message_of_the_channel_is_scheduled() {
    let world = World::new().await;
    let (general, open) = (world.general.id, world.channel("open", Visibility::Public).await.id);
    world.bob.join(open).await.expect("joins");
    let said = world.ann.post(general, &text("said")).await.expect("posts").id;
    let elsewhere = world.ann.post(open, &text("elsewhere")).await.expect("posts").id;
    let reply = PostMessage { parent_id: Some(said), ..text("reply") };
    let reply = world.ann.post(general, &reply).await.expect("replies").id;
    let to = |parent| ScheduleMessage { parent_id: Some(parent), ..message("m", LATER) };
    for (parent, rule) in [(reply, "nested"), (elsewhere, "not_found"), (MessageId(Uuid::nil()), "not_found")]
    {
        let refused = world.bob.schedule(general, &to(parent)).await;
        let Err(Error::Problem(problem)) = refused else { panic!("{refused:?}") };
        let [broken] = problem.errors.as_slice() else { panic!("{problem:?}") };
        assert_eq!((problem.code, broken.field.as_str()), (Code::Invalid, "parent_id"));
        assert_eq!(broken.code, rule);
    }
    assert_eq!(sql(&world, "select 1 from scheduled_messages").await, 0);
    let made = world.bob.schedule(open, &to(elsewhere)).await.expect("is of that channel");
    assert_eq!((made.channel_id, made.parent_id), (open, Some(elsewhere)));
    world.end().await;
}

#[tokio::test]
async fn a_message_is_sent_once_at_its_time() {
    let world = World::new().await;
    let general = world.general.id;
    let said = world.ann.post(general, &text("said")).await.expect("posts").id;
    let mut bobs = world.bob.live(None).await.expect("opens");
    assert_eq!(next(&mut bobs).await.name, "ready");
    let reply = ScheduleMessage { parent_id: Some(said), ..message("on time", SOON) };
    let made = world.bob.schedule(general, &reply).await.expect("schedules");
    // Put off: its job waits for the other time.
    let moved = world.bob.schedule(general, &message("moved", SOON)).await.expect("schedules");
    let later = UpdateScheduled { send_at: Some(in_time(LATER)), body_md: None };
    world.bob.update_scheduled(moved.id, &later).await.expect("puts off");
    let Some(Event::ScheduledSent(sent)) = next_event(&mut bobs, "scheduled.sent").await else {
        panic!("another payload")
    };
    let ScheduledSent { scheduled_id, message_id, channel_id } = sent;
    assert_eq!((scheduled_id, channel_id), (made.id, general));
    let message = world.ann.message(message_id).await.expect("reads");
    assert_eq!((message.body_md.as_str(), message.parent_id), ("on time", Some(said)));
    assert!(message.created_at >= made.send_at, "not before its time");
    let due =
        "select 1 from graphile_worker.jobs where task_identifier = 'scheduled:send' and run_at <= now()";
    eventually("nothing is due any more", async || sql(&world, due).await == 0).await;
    let again = sql(&world, "select 1 from messages where body_md in ('on time', 'moved')").await;
    assert_eq!(again, 1, "once, and what was put off not at all");
    let items = listed(&world).await;
    assert_eq!((items[0].state, items[0].message_id), (ScheduledState::Sent, Some(message_id)));
    assert_eq!((items[0].body_md.as_str(), items[1].state), ("", ScheduledState::Pending));
    assert_eq!(code(world.bob.update_scheduled(made.id, &later).await), Code::Conflict);
    world.end().await;
}

#[tokio::test]
async fn what_the_author_may_not_post_any_more_has_failed() {
    let world = World::new().await;
    let bob = world.bob.me().await.expect("me").user.id;
    world.bob.schedule(world.general.id, &message("unsaid", SOON)).await.expect("schedules");
    world.ann.mute(world.community.id, bob, &MuteMember::default()).await.expect("mutes");
    eventually("it has failed", async || listed(&world).await[0].state == ScheduledState::Failed).await;
    let failed = listed(&world).await.remove(0);
    assert_eq!((failed.reason.as_deref(), failed.body_md.as_str()), (Some("muted"), "unsaid"));
    assert!(history(&world.ann, &world.general).await.iter().all(|one| one.body_md != "unsaid"));
    world.bob.cancel_scheduled(failed.id).await.expect("drops it");
    world.end().await;
}

/// The jobs that are to send something.
const JOBS: &str = "select 1 from graphile_worker.jobs where task_identifier = 'scheduled:send'";

/// However often its time is set, one job waits for it; and none once it is dropped.
#[tokio::test]
async fn a_time_that_counts_no_more_leaves_no_job() {
    let world = World::new().await;
    let made = world.bob.schedule(world.general.id, &message("moved", LATER)).await.expect("schedules");
    for days in 2..6 {
        let send_at = Some(in_time(days * LATER));
        let update = UpdateScheduled { send_at, body_md: None };
        world.bob.update_scheduled(made.id, &update).await.expect("puts off");
    }
    let far = "select 1 from graphile_worker.jobs
               where task_identifier = 'scheduled:send' and run_at > now() + interval '100 hours'";
    eventually("it waits for the last time", async || sql(&world, far).await == 1).await;
    assert_eq!(sql(&world, JOBS).await, 1);
    world.bob.cancel_scheduled(made.id).await.expect("drops");
    eventually("it is gone", async || sql(&world, JOBS).await == 0).await;
    let too_far = message("m", 366 * LATER);
    assert_eq!(code(world.bob.schedule(world.general.id, &too_far).await), Code::Invalid);
    world.end().await;
}

/// An operator may have the job of a message tried that is for tomorrow.
#[tokio::test]
async fn nothing_is_sent_before_its_time() {
    let world = World::new().await;
    world.bob.schedule(world.general.id, &message("tomorrow", LATER)).await.expect("schedules");
    eventually("its job waits", async || sql(&world, JOBS).await == 1).await;
    let retry = "select graphile_worker.reschedule_jobs(
                   array(select id from graphile_worker.jobs where task_identifier = 'scheduled:send'), run_at => now())";
    sql(&world, retry).await;
    let rests = "select 1 from graphile_worker.jobs
                 where task_identifier = 'scheduled:send' and attempts = 1 and locked_at is null
                   and run_at > now() + interval '23 hours'";
    eventually("it was tried, and rests until then", async || sql(&world, rests).await == 1).await;
    assert_eq!(sql(&world, "select 1 from messages").await, 0);
    assert_eq!(sql(&world, "select 1 from scheduled_messages where state = 'pending'").await, 1);
    world.end().await;
}

/// What slow mode keeps waiting is the author's to change meanwhile.
#[tokio::test]
async fn what_the_channel_does_not_take_yet_waits_and_can_be_changed() {
    let world = World::new().await;
    let general = world.general.id;
    world.bob.post(general, &text("said")).await.expect("posts");
    world.ann.slow_down(general, 21_600).await.expect("slows it down");
    let made = world.bob.schedule(general, &message("waits", SOON)).await.expect("schedules");
    let tried = "select 1 from graphile_worker.jobs
                 where task_identifier = 'scheduled:send' and attempts > 0 and locked_at is null and run_at > now()";
    eventually("it was tried, and rests", async || sql(&world, tried).await == 1).await;
    let update = UpdateScheduled { body_md: Some("changed".into()), send_at: None };
    let change = async || world.bob.update_scheduled(made.id, &update).await.is_ok();
    eventually("it is changed between two attempts", change).await;
    world.ann.slow_down(general, 0).await.expect("as before");
    eventually("it is sent", async || listed(&world).await[0].state == ScheduledState::Sent).await;
    assert_eq!(sql(&world, "select 1 from messages where body_md = 'changed'").await, 1);
    assert_eq!(sql(&world, "select 1 from messages").await, 2);
    world.end().await;
}

#[tokio::test]
async fn what_the_last_attempt_does_not_send_has_failed() {
    let world = World::new().await;
    let general = world.general.id;
    world.bob.post(general, &text("said")).await.expect("posts");
    world.ann.slow_down(general, 21_600).await.expect("slows it down");
    let mut bobs = world.bob.live(None).await.expect("opens");
    assert_eq!(next(&mut bobs).await.name, "ready");
    world.bob.schedule(general, &message("unsaid", 2 * SOON)).await.expect("schedules");
    let last = "update graphile_worker._private_jobs set attempts = max_attempts - 1
                where key like 'scheduled:send:%' and locked_at is null and attempts < max_attempts - 1";
    eventually("its job has one attempt left", async || sql(&world, last).await == 1).await;
    eventually("it has failed", async || listed(&world).await[0].state == ScheduledState::Failed).await;
    let failed = listed(&world).await.remove(0);
    assert_eq!(failed.reason.as_deref(), Some("slow_mode"));
    let Some(Event::ScheduledFailed(told)) = next_event(&mut bobs, "scheduled.failed").await else {
        panic!("its author is told")
    };
    let expected = (failed.id, general, "slow_mode");
    assert_eq!((told.scheduled_id, told.channel_id, told.reason.as_str()), expected);
    eventually("its job is done", async || sql(&world, JOBS).await == 0).await;
    world.bob.cancel_scheduled(failed.id).await.expect("drops it");
    world.end().await;
}

/// The job's last attempt ended with its node, after it had taken the message: no job says that it failed.
#[tokio::test]
async fn what_was_taken_by_an_attempt_that_died_has_failed() {
    let world = World::new().await;
    let general = world.general.id;
    let mut bobs = world.bob.live(None).await.expect("opens");
    assert_eq!(next(&mut bobs).await.name, "ready");
    let made = world.bob.schedule(general, &message("unsaid", LATER)).await.expect("schedules");
    let posted = world.bob.schedule(general, &message("said", LATER)).await.expect("schedules");
    let waits = world.bob.schedule(general, &message("later", LATER)).await.expect("schedules");
    eventually("their jobs wait", async || sql(&world, JOBS).await == 3).await;
    // One of them had posted its message before it died.
    let said = world.bob.post(general, &keyed("said", &posted.id.to_string())).await.expect("posts").id;
    let mut connection = db(&world).await;
    for id in [made.id, posted.id] {
        let died = "update graphile_worker._private_jobs set attempts = max_attempts where key = 'scheduled:send:' || $1::text";
        sqlx::query(died).bind(id.0).execute(&mut connection).await.expect("writes");
        let taken = "update scheduled_messages set state = 'taken', send_at = now() - interval '11 minutes' where id = $1";
        sqlx::query(taken).bind(id.0).execute(&mut connection).await.expect("writes");
    }
    let tidy = "insert into job_requests (name, key, payload) values ('system:tidy', 'now', '{}')";
    assert_eq!(sql(&world, tidy).await, 1);
    let Some(Event::ScheduledFailed(told)) = next_event(&mut bobs, "scheduled.failed").await else {
        panic!("its author is told")
    };
    assert_eq!((told.scheduled_id, told.reason.as_str()), (made.id, "unavailable"));
    eventually("none is being sent", async || {
        sql(&world, "select 1 from scheduled_messages where state = 'taken'").await == 0
    })
    .await;
    for one in listed(&world).await {
        let (state, message) = match one.id {
            id if id == made.id => (ScheduledState::Failed, None),
            id if id == posted.id => (ScheduledState::Sent, Some(said)),
            id if id == waits.id => (ScheduledState::Pending, None),
            other => panic!("no one scheduled {other}"),
        };
        assert_eq!((one.state, one.message_id), (state, message), "{}", one.id);
    }
    world.end().await;
}

/// Has a job begun once more, as the one that takes over from a node that died.
async fn send_again(world: &World, made: &Scheduled) {
    let bob = world.bob.me().await.expect("me").user.id;
    let payload = json!({ "user_id": bob, "scheduled_id": made.id, "at": made.send_at });
    let asked =
        sqlx::query("insert into job_requests (name, key, payload) values ('scheduled:send', 'again', $1)");
    asked.bind(payload).execute(&mut db(world).await).await.expect("asks");
    let left = "select 1 from job_requests union all
                select 1 from graphile_worker.jobs where task_identifier = 'scheduled:send'";
    eventually("nothing is left to be done", async || sql(world, left).await == 0).await;
}

/// A job may be cut off between any two of its steps: taken, posted, settled.
#[tokio::test]
async fn a_message_is_sent_once_wherever_its_job_is_cut_off() {
    let world = World::new().await;
    let made = world.bob.schedule(world.general.id, &message("once", SOON)).await.expect("schedules");
    assert_eq!(sql(&world, "update scheduled_messages set state = 'taken'").await, 1);
    eventually("it goes on after the first step", async || {
        listed(&world).await[0].state == ScheduledState::Sent
    })
    .await;
    let sent = listed(&world).await.remove(0);
    let posted = "select 1 from messages where body_md = 'once'";
    assert_eq!(sql(&world, posted).await, 1);
    let unsettled = "update scheduled_messages set state = 'taken', body_md = 'once', message_id = null";
    assert_eq!(sql(&world, unsettled).await, 1);
    send_again(&world, &made).await;
    assert_eq!(listed(&world).await, std::slice::from_ref(&sent), "the same message, after the second step");
    assert_eq!(sql(&world, posted).await, 1);
    send_again(&world, &made).await;
    assert_eq!(listed(&world).await, [sent], "and after the last one");
    assert_eq!(sql(&world, posted).await, 1);
    world.end().await;
}

/// A node that ends has the job done by the next one, and it is done once.
#[tokio::test]
async fn what_waits_outlives_the_server() {
    let world = World::new().await;
    let made = world.bob.schedule(world.general.id, &message("survived", SOON)).await.expect("schedules");
    let world = world.restarted(|_| {}).await;
    eventually("it is sent", async || listed(&world).await[0].state == ScheduledState::Sent).await;
    assert_eq!(listed(&world).await[0].id, made.id);
    assert_eq!(sql(&world, "select 1 from messages where body_md = 'survived'").await, 1);
    world.end().await;
}

/// I2: a repetition is answered though the first attempt was the last that fits.
#[tokio::test]
async fn a_repetition_is_answered_when_no_more_fit() {
    let world = World::new().await;
    let general = world.general.id;
    let request = ScheduleMessage { client_mutation_id: Some("k".into()), ..message("later", LATER) };
    let made = world.bob.schedule(general, &request).await.expect("schedules");
    let more = "insert into scheduled_messages (id, user_id, channel_id, body_md, send_at, state, created_at)
                select gen_random_uuid(), s.user_id, s.channel_id, s.body_md, s.send_at, s.state, s.created_at
                from scheduled_messages s, generate_series(1, 199)";
    assert_eq!(sql(&world, more).await, 199);
    assert_eq!(code(world.bob.schedule(general, &message("one more", LATER)).await), Code::Limit);
    assert_eq!(world.bob.schedule(general, &request).await.expect("the same"), made);
    world.end().await;
}
