//! Scheduled messages: `POST` and `GET /api/channels/{id}/scheduled`, `PATCH` and `DELETE /api/scheduled/{id}`.

use std::time::Duration;

use ajet_protocol::events::ScheduledSent;
use ajet_protocol::{
    Code, Event, MuteMember, PageQuery, ScheduleMessage, Scheduled, ScheduledState, Timestamp,
    UpdateScheduled, Visibility,
};

use super::{LATER, SOON, in_time};
use crate::support::{World, code, eventually, history, next, next_event, sql, text};

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
    assert_eq!(listed(&world).await, [made.clone()]);
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
    assert_eq!(code(world.bob.cancel_scheduled(made.id).await), Code::NotFound);
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

#[tokio::test]
async fn a_message_is_sent_once_at_its_time() {
    let world = World::new().await;
    let general = world.general.id;
    let said = world.ann.post(general, &text("said")).await.expect("posts").id;
    let mut bobs = world.bob.live(None).await.expect("opens");
    assert_eq!(next(&mut bobs).await.name, "ready");
    let reply = ScheduleMessage { parent_id: Some(said), ..message("on time", SOON) };
    let made = world.bob.schedule(general, &reply).await.expect("schedules");
    // Put off, and then taken back to a time that is near: the first job finds nothing to do.
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
