//! `POST /api/notifications/read`: what counts as read, and who hears of it.

use ajet_client::{Client, Live};
use ajet_protocol::events::NotificationsReadPayload;
use ajet_protocol::{Code, Event, Notification, NotificationId, ReadNotifications};
use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use super::told::{all_of, mention, unread_of};
use crate::support::requests::{ann, fields, problem, status};
use crate::support::{World, code, everything_before_now, frames_past, next, next_event, serve, sql};

fn by_ids(ids: &[NotificationId]) -> ReadNotifications {
    ReadNotifications { ids: Some(ids.to_vec()), all: None }
}

const ALL: ReadNotifications = ReadNotifications { ids: None, all: Some(true) };

/// Reads, and says how many are left.
async fn read(reader: &Client, which: &ReadNotifications) -> i64 {
    reader.read_notifications(which).await.expect("reads").unread
}

/// Bob is told of so many messages, one after another.
async fn told(world: &World, times: usize) -> Vec<Notification> {
    let mut all = Vec::with_capacity(times);
    for n in 0..times {
        all.push(mention(&world.ann, world.general.id, &world.bob, &n.to_string()).await.1);
    }
    all
}

/// The next event that says what was read.
async fn next_read(live: &mut Live) -> NotificationsReadPayload {
    match next_event(live, "notification.read").await {
        Some(Event::NotificationRead(read)) => read,
        other => panic!("says nothing of what was read: {other:?}"),
    }
}

/// How many events say that something was read.
async fn events_of(world: &World) -> u64 {
    sql(world, "select 1 from events where type = 'notification.read'").await
}

#[tokio::test]
async fn what_is_read_by_ids_is_read_in_all_sessions() {
    let world = World::new().await;
    let other = serve(&world.config).await;
    let (second, _) = world.nobody.sign_in("bob").await.expect("signs in again");
    let elsewhere = second.at(&format!("http://{}", other.addr()));
    let told = told(&world, 3).await;
    let mut lives = [world.bob.live(None).await.expect("opens"), elsewhere.live(None).await.expect("opens")];
    let mut anns = world.ann.live(None).await.expect("opens");
    for live in lives.iter_mut().chain([&mut anns]) {
        assert_eq!(next(live).await.name, "ready");
    }
    assert_eq!(read(&world.bob, &by_ids(&[told[1].id])).await, 2);
    for live in &mut lives {
        assert_eq!(next_read(live).await, NotificationsReadPayload::Ids { ids: vec![told[1].id] });
    }
    for bob in [&world.bob, &elsewhere] {
        let left: Vec<_> = unread_of(bob).await.into_iter().map(|one| one.id).collect();
        assert_eq!(left, [told[0].id, told[2].id], "I5: any node says so");
    }
    assert_eq!(read(&elsewhere, &by_ids(&[told[1].id, told[2].id])).await, 1);
    for live in &mut lives {
        let what_is_new = NotificationsReadPayload::Ids { ids: vec![told[2].id] };
        assert_eq!(next_read(live).await, what_is_new, "the other was read before");
    }
    let barrier = everything_before_now(&world).await;
    let heard = frames_past(&mut anns, &world, &barrier).await;
    assert!(!heard.iter().any(|frame| frame.name.starts_with("notification.")), "{heard:?}");
    world.end().await;
    other.stop().await;
}

#[tokio::test]
async fn all_are_read_at_once_up_to_the_newest() {
    let world = World::new().await;
    assert_eq!(read(&world.bob, &ALL).await, 0, "there is none");
    assert_eq!(events_of(&world).await, 0);
    let told = told(&world, 3).await;
    let mut live = world.bob.live(None).await.expect("opens");
    assert_eq!(next(&mut live).await.name, "ready");
    assert_eq!(read(&world.bob, &ALL).await, 0);
    assert_eq!(next_read(&mut live).await, NotificationsReadPayload::AllBefore { all_before: told[2].id });
    assert!(unread_of(&world.bob).await.is_empty());
    assert!(all_of(&world.bob).await.iter().all(|one| one.read));
    let (_, later) = mention(&world.ann, world.general.id, &world.bob, "later").await;
    assert_eq!(unread_of(&world.bob).await, [later], "what comes afterwards is not read");
    world.end().await;
}

#[tokio::test]
async fn what_changes_nothing_is_no_event() {
    let world = World::new().await;
    let bobs = told(&world, 2).await;
    let (_, anns) = mention(&world.bob, world.general.id, &world.ann, "hi").await;
    let unknown = NotificationId(Uuid::nil());
    assert_eq!(read(&world.bob, &by_ids(&[unknown, anns.id])).await, 2, "none of them is bob's");
    assert_eq!(unread_of(&world.ann).await, [anns], "and ann has not read hers");
    assert_eq!(events_of(&world).await, 0);
    for _ in 0..2 {
        assert_eq!(read(&world.bob, &by_ids(&[bobs[0].id, bobs[0].id, unknown])).await, 1);
        assert_eq!(events_of(&world).await, 1);
    }
    for _ in 0..2 {
        assert_eq!(read(&world.bob, &ALL).await, 0);
        assert_eq!(events_of(&world).await, 2);
    }
    assert_eq!(read(&world.bob, &by_ids(&[bobs[1].id])).await, 0, "all were read before");
    assert_eq!(events_of(&world).await, 2);
    assert_eq!(code(world.nobody.read_notifications(&ALL).await), Code::Unauthenticated);
    world.end().await;
}

#[tokio::test]
async fn either_ids_or_all_must_be_given() {
    let world = World::new().await;
    let request = |body: &Value| ann(&world, Method::POST, "/api/notifications/read").json(body);
    let id = Uuid::nil();
    let many = |count: usize| vec![id; count];
    for (body, named) in [
        (json!({}), vec!["all", "ids"]),
        (json!({ "ids": null, "all": null }), vec!["all", "ids"]),
        (json!({ "ids": [id], "all": true }), vec!["all", "ids"]),
        (json!({ "all": false }), vec!["all"]),
        (json!({ "ids": [] }), vec!["ids"]),
        (json!({ "ids": many(101) }), vec!["ids"]),
        (json!({ "all": true, "more": 1 }), vec!["more"]),
    ] {
        let (status, problem) = problem(request(&body)).await;
        let mut wrong: Vec<_> = fields(&problem).into_iter().map(|(field, _)| field).collect();
        wrong.sort_unstable();
        assert_eq!((status, wrong), (422, named), "{body}");
    }
    let bodiless = ann(&world, Method::POST, "/api/notifications/read");
    assert_eq!(status(bodiless).await, 422, "no body at all says neither");
    for body in [json!({ "ids": many(100) }), json!({ "all": true }), json!({ "ids": null, "all": true })] {
        assert_eq!(status(request(&body)).await, 200, "{body}");
    }
    world.end().await;
}

/// `read.updated` says it, so no event says it twice.
#[tokio::test]
async fn a_channel_that_is_read_reads_its_notifications_up_to_there() {
    let world = World::new().await;
    let general = world.general.id;
    let room = world.channel("room", ajet_protocol::Visibility::Public).await.id;
    world.bob.join(room).await.expect("joins");
    let (_, elsewhere) = mention(&world.ann, room, &world.bob, "elsewhere").await;
    let (first, _) = mention(&world.ann, general, &world.bob, "one").await;
    let (_, second) = mention(&world.ann, general, &world.bob, "two").await;
    let mut live = world.bob.live(None).await.expect("opens");
    assert_eq!(next(&mut live).await.name, "ready");
    world.bob.mark_read(general, first.id).await.expect("marks");
    assert_eq!(unread_of(&world.bob).await, [elsewhere, second]);
    assert_eq!(read(&world.bob, &by_ids(&[NotificationId(Uuid::nil())])).await, 2);
    let barrier = everything_before_now(&world).await;
    let heard = frames_past(&mut live, &world, &barrier).await;
    assert!(heard.iter().any(|frame| frame.name == "read.updated"), "{heard:?}");
    assert!(!heard.iter().any(|frame| frame.name == "notification.read"), "{heard:?}");
    world.end().await;
}

/// A deleted community is there for no one, also while a job has its rows still to remove: what its channels told counts no more.
#[tokio::test]
async fn what_a_deleted_community_told_is_not_counted() {
    let world = World::new().await;
    let told = told(&world, 2).await;
    let first = by_ids(&[told[0].id]);
    assert_eq!(read(&world.bob, &first).await, 1);
    assert_eq!(sql(&world, "update communities set deleted_at = now()").await, 1);
    assert_eq!(read(&world.bob, &first).await, 0);
    world.end().await;
}
