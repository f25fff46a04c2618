//! What is not taken: tried again, given up, replayed; and addresses that want nothing, or that may not be asked.

use ajet_protocol::{
    Code, DeliveryStatus, EventType, NotificationReason, NotificationType, OffReason, PageQuery,
    UpdateOutgoingWebhook,
};

use super::rows::{deliveries, hurry, request, settled, tell, webhook};
use crate::notifications::told::all_of;
use crate::support::{Target, World, audit, code, db, eventually, sql, text};

const POSTS: [EventType; 1] = [EventType::MessageCreated];

#[tokio::test]
async fn what_is_not_taken_is_tried_eight_times_and_can_be_replayed() {
    let world = World::new().await;
    let target = Target::answering(500).await;
    let hook = tell(&world, &target, &POSTS).await;
    world.ann.post(world.general.id, &text("hello")).await.expect("posts");
    let waits = settled(&world, hook.id, DeliveryStatus::Pending, 1).await;
    assert!(waits.next_at.is_some_and(|at| at > waits.created_at));
    assert_eq!(waits.failure.as_deref(), Some("answered 500"));
    let dead = async || {
        hurry(&world).await;
        deliveries(&world, hook.id).await.iter().all(|one| one.status == DeliveryStatus::Dead)
    };
    eventually("it is given up", dead).await;
    let dead = settled(&world, hook.id, DeliveryStatus::Dead, 8).await;
    assert_eq!((dead.next_at, target.heard().len(), target.ids().len()), (None, 8, 1));
    target.answers(200);
    world.ann.replay_delivery(dead.id).await.expect("replays");
    let done = settled(&world, hook.id, DeliveryStatus::Delivered, 1).await;
    assert_eq!((done.failure, target.heard().len(), target.ids().len()), (None, 9, 1));
    world.ann.replay_delivery(dead.id).await.expect("replays what was delivered");
    target.hears(10).await;
    let secret = hook.secret.expect("is shown");
    assert!(target.heard().iter().all(|one| one.is_signed_with(&secret)));
    let acts: Vec<String> = audit(&world).await.into_iter().map(|(action, _)| action).collect();
    assert_eq!(acts, ["outgoing_webhook.create", "outgoing_webhook.replay", "outgoing_webhook.replay"]);
    world.end().await;
}

#[tokio::test]
async fn an_address_that_is_gone_switches_its_webhook_off() {
    let world = World::new().await;
    let target = Target::answering(410).await;
    let hook = tell(&world, &target, &POSTS).await;
    world.ann.post(world.general.id, &text("hello")).await.expect("posts");
    let off = async || webhook(&world, hook.id).await.disabled_reason == Some(OffReason::Gone);
    eventually("it is off", off).await;
    let dead = settled(&world, hook.id, DeliveryStatus::Dead, 1).await;
    assert_eq!(code(world.ann.replay_delivery(dead.id).await), Code::Conflict);
    let said: Vec<String> = audit(&world).await.into_iter().map(|(action, _)| action).collect();
    assert_eq!(said, ["outgoing_webhook.create", "outgoing_webhook.update"]);
    let on = UpdateOutgoingWebhook { enabled: Some(true), ..UpdateOutgoingWebhook::default() };
    assert!(world.ann.update_outgoing_webhook(hook.id, &on).await.expect("switches").enabled);
    target.answers(200);
    world.ann.replay_delivery(dead.id).await.expect("replays");
    settled(&world, hook.id, DeliveryStatus::Delivered, 1).await;
    world.end().await;
}

#[tokio::test]
async fn who_answers_for_a_webhook_is_told_once_that_it_is_off() {
    let world = World::new().await;
    let target = Target::answering(410).await;
    let hook = tell(&world, &target, &POSTS).await;
    for n in 0..2 {
        world.ann.post(world.general.id, &text(&format!("{n}"))).await.expect("posts");
    }
    eventually("ann is told", async || !all_of(&world.ann).await.is_empty()).await;
    eventually("all is told", async || sql(&world, "select from due_notices").await == 0).await;
    let [told] = &all_of(&world.ann).await[..] else { panic!("once") };
    assert_eq!((told.kind, told.reason), (NotificationType::System, NotificationReason::WebhookOff));
    assert_eq!((told.source_id, told.community_id), (hook.id.0, Some(world.community.id)));
    let line = format!("An outgoing webhook of {} was turned off", world.community.name);
    assert_eq!(told.preview, Some(line));
    assert!(all_of(&world.bob).await.is_empty(), "no one else");
    world.end().await;
}

#[tokio::test]
async fn after_days_without_a_success_a_webhook_is_switched_off() {
    let world = World::new().await;
    let target = Target::answering(302).await;
    let hook = tell(&world, &target, &POSTS).await;
    world.ann.post(world.general.id, &text("hello")).await.expect("posts");
    settled(&world, hook.id, DeliveryStatus::Pending, 1).await;
    assert_eq!(target.heard().len(), 1, "a redirect is not followed");
    assert!(webhook(&world, hook.id).await.enabled);
    sql(&world, "update outgoing_webhooks set failing_since = now() - interval '6 days'").await;
    let off = async || {
        hurry(&world).await;
        webhook(&world, hook.id).await.disabled_reason == Some(OffReason::Failing)
    };
    eventually("it is off", off).await;
    world.end().await;
}

#[tokio::test]
async fn a_success_counts_the_days_anew() {
    let world = World::new().await;
    let target = Target::answering(200).await;
    let hook = tell(&world, &target, &POSTS).await;
    sql(&world, "update outgoing_webhooks set failing_since = now() - interval '6 days'").await;
    world.ann.post(world.general.id, &text("hello")).await.expect("posts");
    settled(&world, hook.id, DeliveryStatus::Delivered, 1).await;
    let failing: Option<bool> = sqlx::query_scalar("select failing_since is not null from outgoing_webhooks")
        .fetch_one(&mut db(&world).await)
        .await
        .expect("reads");
    assert_eq!((failing, webhook(&world, hook.id).await.enabled), (Some(false), true));
    world.end().await;
}

#[tokio::test]
async fn an_address_that_never_answers_holds_no_other_one_up() {
    let world = World::new().await;
    let (silent, good) = (Target::answering(None).await, Target::answering(200).await);
    let stuck = tell(&world, &silent, &POSTS).await;
    tell(&world, &good, &POSTS).await;
    for n in 0..4 {
        world.ann.post(world.general.id, &text(&format!("{n}"))).await.expect("posts");
    }
    good.hears(4).await;
    let tried: u32 = deliveries(&world, stuck.id).await.iter().map(|one| one.attempts).sum();
    assert!(tried <= 1 && silent.heard().len() <= 2, "its own lane goes one by one: {tried}");
    world.end().await;
}

/// Its address takes less than happens.
#[tokio::test]
async fn a_webhook_for_which_too_much_waits_is_switched_off() {
    let world = World::new().await;
    let target = Target::answering(500).await;
    let hook = tell(&world, &target, &POSTS).await;
    for _ in 0..10 {
        let waits = "insert into deliveries (id, webhook_id, event_id, stream, seq, event, next_at)
             select gen_random_uuid(), w.id, gen_random_uuid(), gen_random_uuid(), 1, 'message.created', now() + interval '1 day'
             from outgoing_webhooks w cross join generate_series(1, 10000)";
        assert_eq!(sql(&world, waits).await, 10_000);
    }
    world.ann.post(world.general.id, &text("one too many")).await.expect("posts");
    let off = async || webhook(&world, hook.id).await.disabled_reason == Some(OffReason::Failing);
    eventually("it is off", off).await;
    let one = PageQuery { limit: Some(1), ..PageQuery::default() };
    let of = async |status| world.ann.deliveries(hook.id, Some(status), &one).await.expect("lists").items;
    let none_waits = async || of(DeliveryStatus::Pending).await.is_empty();
    eventually("what waited is given up", none_waits).await;
    let dead = of(DeliveryStatus::Dead).await.remove(0);
    assert_eq!((dead.failure.as_deref(), dead.next_at), (Some("too many deliveries waited"), None));
    assert_eq!(target.heard().len(), 1);
    let on = UpdateOutgoingWebhook { enabled: Some(true), ..UpdateOutgoingWebhook::default() };
    world.ann.update_outgoing_webhook(hook.id, &on).await.expect("switches");
    world.ann.post(world.general.id, &text("anew")).await.expect("posts");
    target.hears(2).await;
    world.end().await;
}

/// The address was allowed once, by its name or by a setting.
#[tokio::test]
async fn a_private_address_is_not_asked() {
    let world = World::with(|config| config.outgoing.allow_private = false).await;
    let target = Target::answering(200).await;
    let request = request("https://ci.example/", &POSTS);
    let hook = world.ann.create_outgoing_webhook(world.community.id, &request).await.expect("makes");
    let leads = "update outgoing_webhooks set url = $1";
    sqlx::query(leads).bind(&target.url).execute(&mut db(&world).await).await.expect("leads there");
    world.ann.post(world.general.id, &text("hello")).await.expect("posts");
    let dead = settled(&world, hook.id, DeliveryStatus::Dead, 1).await;
    assert!(dead.failure.is_some());
    assert_eq!(target.heard().len(), 0);
    world.end().await;
}

/// What it was to be sent waits for no one, and goes when it is past its time.
#[tokio::test]
async fn a_webhook_that_is_deleted_is_sent_nothing_more() {
    let world = World::new().await;
    let target = Target::answering(500).await;
    let hook = tell(&world, &target, &POSTS).await;
    world.ann.post(world.general.id, &text("hello")).await.expect("posts");
    settled(&world, hook.id, DeliveryStatus::Pending, 1).await;
    world.ann.delete_outgoing_webhook(hook.id).await.expect("deletes");
    let store = &world.server.app().store;
    let all_due = "update deliveries set next_at = now(), created_at = now() - interval '6 days'";
    assert_eq!(sql(&world, all_due).await, 1);
    assert_eq!(store.remove_deliveries(100).await.expect("removes"), 0);
    sql(&world, "update deliveries set created_at = now() - interval '8 days'").await;
    assert_eq!(store.remove_deliveries(100).await.expect("removes"), 1);
    assert_eq!(target.heard().len(), 1);
    world.end().await;
}
