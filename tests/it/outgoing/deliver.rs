//! What outgoing webhooks are sent: signed, as on the stream, and never what who they act for does not see.

use ajet_protocol::{
    Code, CreateOutgoingWebhook, DeliveryStatus, EventType, PageQuery, Role, UpdateMember, Visibility,
};
use reqwest::Method;
use serde_json::{Value, json};

use super::rows::{deliveries, hurry, request, settled, tell};
use crate::support::{Target, World, code, eventually, next, sql, text};

const POSTS: [EventType; 1] = [EventType::MessageCreated];

#[tokio::test]
async fn an_event_is_sent_signed_and_as_it_is_on_the_stream() {
    let world = World::new().await;
    let target = Target::answering(204).await;
    let hook = tell(&world, &target, &[EventType::MessageCreated, EventType::ChannelCreated]).await;
    let mut live = world.ann.live(None).await.expect("opens");
    let posted = world.ann.post(world.general.id, &text("*hello*")).await.expect("posts");
    let on_stream = loop {
        let frame = next(&mut live).await;
        if frame.name == "message.created" {
            break frame;
        }
    };
    let heard = target.hears(1).await.remove(0);
    assert_eq!((heard.method.as_str(), heard.header("content-type")), ("POST", "application/json"));
    assert!(heard.is_signed_with(hook.secret.as_deref().expect("is shown")), "{heard:?}");
    assert!(!heard.is_signed_with("whsec_AAAA"));
    assert_eq!(heard.json(), serde_json::from_str::<Value>(&on_stream.data).expect("JSON"));
    assert_eq!(heard.json()["payload"]["message"]["id"], json!(posted.id));
    let at: u64 = heard.header("webhook-timestamp").parse().expect("seconds");
    assert!(at.abs_diff(world.server.app().now().unix_millis() / 1000) < 60);
    let done = settled(&world, hook.id, DeliveryStatus::Delivered, 1).await;
    assert_eq!((done.event.as_str(), done.next_at, done.failure), ("message.created", None, None));
    world.channel("annexe", Visibility::Public).await;
    let made = target.hears(2).await.remove(1);
    assert_eq!((&made.json()["type"], &made.json()["seq"]), (&json!("channel.created"), &Value::Null));
    assert_eq!(made.json().get("acl_version"), None, "what readers do not get");
    world.end().await;
}

#[tokio::test]
async fn only_what_was_asked_for_is_sent() {
    let world = World::new().await;
    let (everywhere, here) = (Target::answering(200).await, Target::answering(200).await);
    let annexe = world.channel("annexe", Visibility::Public).await;
    world.ann.post(world.general.id, &text("before there was a webhook")).await.expect("posts");
    tell(&world, &everywhere, &POSTS).await;
    let narrow = CreateOutgoingWebhook { channel_ids: Some(vec![annexe.id]), ..request(&here.url, &POSTS) };
    world.ann.create_outgoing_webhook(world.community.id, &narrow).await.expect("makes");
    let said = world.ann.post(world.general.id, &text("in general")).await.expect("posts");
    world.ann.edit(said.id, "edited").await.expect("edits");
    world.ann.post(annexe.id, &text("in the annexe")).await.expect("posts");
    let dm = world.ann.open_dm(&[world.bob.me().await.expect("me").user.id]).await.expect("opens");
    world.ann.post(dm.id, &text("between us")).await.expect("posts");
    world.ann.post(annexe.id, &text("the end")).await.expect("posts");
    let bodies = |target: &Target| -> Vec<Value> {
        let mut heard: Vec<Value> =
            target.heard().iter().map(|one| one.json()["payload"]["message"]["channel_id"].clone()).collect();
        heard.sort_by_key(Value::to_string);
        heard
    };
    eventually("both are told", async || (everywhere.heard().len(), here.heard().len()) == (3, 2)).await;
    assert_eq!(bodies(&here), [json!(annexe.id), json!(annexe.id)]);
    assert!(bodies(&everywhere).iter().all(|channel| *channel != json!(dm.id)));
    world.end().await;
}

/// A custom role lets bob manage webhooks, and shows him no private channel.
#[tokio::test]
async fn nothing_is_sent_that_its_maker_does_not_see_or_may_not_have_sent() {
    let world = World::new().await;
    let (community, bob) = (world.community.id, world.bob.me().await.expect("me").user.id);
    let path = format!("/api/communities/{community}/roles");
    let crew = json!({ "name": "crew", "permissions": ["manage_webhooks"] });
    let role: Value = world.ann.send(Method::POST, &path, Some(&crew), false).await.expect("makes");
    let role = serde_json::from_value(role["id"].clone()).expect("an id");
    let holds = |roles| UpdateMember { roles: Some(roles), ..UpdateMember::default() };
    world.ann.update_member(community, bob, &holds(vec![role])).await.expect("gives");
    let (his, hers) = (Target::answering(200).await, Target::answering(200).await);
    world.bob.create_outgoing_webhook(community, &request(&his.url, &POSTS)).await.expect("makes");
    let hook = tell(&world, &hers, &POSTS).await;
    let hidden = world.channel("hidden", Visibility::Private).await;
    world.ann.post(hidden.id, &text("among us")).await.expect("posts");
    world.ann.post(world.general.id, &text("to all")).await.expect("posts");
    hers.hears(2).await;
    his.hears(1).await;
    let seen = world.bob.deliveries(hook.id, None, &PageQuery::default()).await.expect("lists").items;
    let all = deliveries(&world, hook.id).await;
    assert_eq!((seen.len(), all.len()), (1, 2), "nor that there was something");
    let hidden = all.iter().find(|one| !seen.contains(one)).expect("is there");
    assert_eq!(code(world.bob.replay_delivery(hidden.id).await), Code::NotFound);
    world.bob.replay_delivery(seen[0].id).await.expect("may");
    world.ann.update_member(community, bob, &holds(vec![])).await.expect("takes");
    world.ann.post(world.general.id, &text("without him")).await.expect("posts");
    hers.hears(4).await;
    let all: Vec<String> =
        his.heard().iter().map(|one| String::from_utf8_lossy(&one.body).into_owned()).collect();
    assert!(all.len() == 1 && all[0].contains("to all"), "{all:?}");
    world.end().await;
}

/// The node of a webhook's community may be ahead of those of its channels.
#[tokio::test]
async fn what_follows_a_webhook_is_sent_whatever_the_clocks_of_nodes_say() {
    let world = World::new().await;
    let target = Target::answering(200).await;
    tell(&world, &target, &POSTS).await;
    sql(&world, "update outgoing_webhooks set created_at = created_at + interval '5 minutes'").await;
    world.ann.post(world.general.id, &text("hello")).await.expect("posts");
    target.hears(1).await;
    world.end().await;
}

/// The right goes after the event was chosen, and before it is sent.
#[tokio::test]
async fn what_waits_is_not_sent_once_its_maker_may_not_have_it() {
    let world = World::new().await;
    let (community, bob) = (world.community.id, world.bob.me().await.expect("me").user.id);
    let stands = |role| UpdateMember { role: Some(role), ..UpdateMember::default() };
    world.ann.update_member(community, bob, &stands(Role::Admin)).await.expect("promotes");
    let target = Target::answering(500).await;
    let made =
        world.bob.create_outgoing_webhook(community, &request(&target.url, &POSTS)).await.expect("makes");
    world.ann.post(world.general.id, &text("hello")).await.expect("posts");
    settled(&world, made.id, DeliveryStatus::Pending, 1).await;
    world.ann.update_member(community, bob, &stands(Role::Member)).await.expect("demotes");
    target.answers(200);
    hurry(&world).await;
    let withheld = settled(&world, made.id, DeliveryStatus::Dead, 1).await;
    assert!(withheld.failure.is_some_and(|why| why.contains("may not see")));
    assert_eq!(target.heard().len(), 1);
    world.end().await;
}

/// I19.
#[tokio::test]
async fn what_was_deleted_meanwhile_is_sent_without_its_text() {
    let world = World::new().await;
    let target = Target::answering(500).await;
    let hook = tell(&world, &target, &POSTS).await;
    let posted = world.ann.post(world.general.id, &text("a slip of the tongue")).await.expect("posts");
    settled(&world, hook.id, DeliveryStatus::Pending, 1).await;
    world.ann.delete(posted.id).await.expect("deletes");
    target.answers(200);
    hurry(&world).await;
    settled(&world, hook.id, DeliveryStatus::Delivered, 2).await;
    let last = target.heard().pop().expect("was told");
    let message = &last.json()["payload"]["message"];
    assert_eq!((&message["deleted"], &message["body_md"]), (&json!(true), &json!("")));
    assert!(!String::from_utf8_lossy(&last.body).contains("slip"));
    world.end().await;
}

#[tokio::test]
async fn deliveries_are_listed_by_status_and_page_by_page() {
    let world = World::new().await;
    let target = Target::answering(200).await;
    let hook = tell(&world, &target, &POSTS).await;
    for n in 0..5 {
        world.ann.post(world.general.id, &text(&format!("{n}"))).await.expect("posts");
    }
    let count = async |status| {
        let page = world.ann.deliveries(hook.id, Some(status), &PageQuery::default()).await.expect("lists");
        page.items.len()
    };
    eventually("all are delivered", async || count(DeliveryStatus::Delivered).await == 5).await;
    assert_eq!((count(DeliveryStatus::Pending).await, count(DeliveryStatus::Dead).await), (0, 0));
    let all = deliveries(&world, hook.id).await;
    let two = |after| PageQuery { after, limit: Some(2), ..PageQuery::default() };
    let page = world.ann.deliveries(hook.id, None, &two(Some(all[1].id.0))).await.expect("lists");
    assert_eq!((page.items, page.has_more), (all[2..4].to_vec(), true));
    world.end().await;
}
