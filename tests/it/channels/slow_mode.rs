//! `PUT /api/channels/{id}/slow_mode`: people wait between two messages, and are told how long.

use ajet_protocol::{Channel, Code, Event, Visibility};
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::cluster::base;
use crate::support::{
    World, code, created, cursors_cover_everything, keyed, next, next_event, read_to, serve, sql, text,
};

/// The longest pause: none of these tests comes to its end.
const PAUSE_S: i64 = 21_600;

#[tokio::test]
async fn who_has_posted_waits_and_is_told_how_long() {
    let world = World::new().await;
    let general = world.general.id;
    let mut bobs = world.bob.live(None).await.expect("opens");
    assert_eq!(next(&mut bobs).await.name, "ready");
    world.bob.post(general, &text("before")).await.expect("posts");
    let slowed = world.ann.slow_down(general, PAUSE_S).await.expect("slows it down");
    assert_eq!(slowed.slow_mode_s, 21_600);
    let Some(Event::ChannelUpdated(told)) = next_event(&mut bobs, "channel.updated").await else {
        panic!("those who see it hear of it")
    };
    assert_eq!(told.channel.slow_mode_s, 21_600);
    assert_eq!(
        code(world.bob.post(general, &text("too soon")).await),
        Code::SlowMode,
        "what came before counts"
    );
    let token = world.bob.token().expect("a token");
    let path = format!("{}/api/channels/{general}/messages", world.base());
    let request =
        reqwest::Client::new().post(path).bearer_auth(token).json(&json!({ "body_md": "too soon" }));
    let answer = request.send().await.expect("answers");
    assert_eq!(answer.status().as_u16(), 429);
    let wait: i64 = answer.headers()["retry-after"].to_str().expect("text").parse().expect("seconds");
    assert!((PAUSE_S - 600..=PAUSE_S).contains(&wait), "{wait}");
    let told: Value = answer.json().await.expect("a problem document");
    let detail = told["detail"].as_str().expect("text");
    assert!(detail.starts_with("This channel is in slow mode: you may post again in "), "{detail}");
    world.ann.post(general, &text("owners")).await.expect("posts");
    world.ann.post(general, &text("do not wait")).await.expect("posts");
    world.ann.slow_down(general, 0).await.expect("as before");
    world.bob.post(general, &text("at last")).await.expect("posts");
    world.end().await;
}

/// The first one is taken at once, and its repetition is answered.
#[tokio::test]
async fn who_has_not_posted_does_not_wait_and_may_repeat_it() {
    let world = World::new().await;
    let general = world.general.id;
    world.ann.slow_down(general, PAUSE_S).await.expect("slows it down");
    let posted = world.bob.post(general, &keyed("first", "k")).await.expect("posts");
    let again = world.bob.post(general, &keyed("first", "k")).await.expect("is the same one");
    assert_eq!(posted.id, again.id);
    assert_eq!(code(world.bob.post(general, &text("second")).await), Code::SlowMode);
    world.bob.delete(posted.id).await.expect("deletes");
    assert_eq!(
        code(world.bob.post(general, &text("third")).await),
        Code::SlowMode,
        "it was posted all the same"
    );
    let world = world.restarted(|_| {}).await;
    let (bob, _) = world.nobody.sign_in("bob").await.expect("signs in");
    assert_eq!(
        bob.post(general, &keyed("first", "k")).await.expect("a new activation knows it").id,
        posted.id
    );
    assert_eq!(code(bob.post(general, &text("fourth")).await), Code::SlowMode);
    world.end().await;
}

/// The owner of a channel dates its messages and ends its pauses. Here its clock is seven hours behind that of the database.
#[tokio::test]
async fn the_clock_of_the_database_ends_no_pause() {
    let world = World::new().await;
    let general = world.general.id;
    world.ann.slow_down(general, PAUSE_S).await.expect("slows it down");
    world.bob.post(general, &text("first")).await.expect("posts");
    let dated = "update messages set created_at = now() - interval '7 hours', id = rpad(lpad(to_hex(
                   (extract(epoch from now() - interval '7 hours') * 1000)::int8), 12, '0'), 32, '0')::uuid";
    assert_eq!(sql(&world, dated).await, 1);
    let bob = world.bob.me().await.expect("me").user.id;
    let until = world.server.app().store.posts_again_at(general, bob).await.expect("reads");
    assert!(until.is_some(), "by the owner's clock it was posted just now");
    world.end().await;
}

#[tokio::test]
async fn a_webhook_does_not_wait() {
    let world = World::new().await;
    let hook = world.ann.create_webhook(world.general.id, "CI").await.expect("creates");
    let url = hook.url.expect("its address");
    world.ann.slow_down(world.general.id, PAUSE_S).await.expect("slows it down");
    let http = reqwest::Client::new();
    let path = url.split_once("/hook/").expect("an address").1;
    for n in 0..2 {
        let said =
            http.post(format!("{}/hook/{path}", world.base())).json(&json!({ "text": format!("{n}") }));
        assert_eq!(said.send().await.expect("answers").status().as_u16(), 200);
    }
    assert_eq!(sql(&world, "select 1 from messages").await, 2);
    world.end().await;
}

#[tokio::test]
async fn who_may_slow_a_channel_down() {
    let world = World::new().await;
    let general = world.general.id;
    let secret = world.channel("secret", Visibility::Private).await.id;
    let (stranger, _) = world.nobody.sign_in("stranger").await.expect("signs in");
    for (person, channel, refusal) in [
        (&world.bob, general, Code::Forbidden),
        (&world.bob, secret, Code::NotFound),
        (&stranger, general, Code::NotFound),
        (&world.nobody, general, Code::Unauthenticated),
    ] {
        assert_eq!(code(person.slow_down(channel, 5).await), refusal, "{channel}");
    }
    let path = format!("/api/channels/{general}/slow_mode");
    for body in
        [json!({}), json!({ "seconds": null }), json!({ "seconds": -1 }), json!({ "seconds": 21_601 })]
    {
        let answer = world.ann.send::<Value>(Method::PUT, &path, Some(&body), false).await;
        assert_eq!(code(answer), Code::Invalid, "{body}");
    }
    let shown: Channel = world.ann.get(&format!("/api/channels/{general}")).await.expect("is there");
    assert_eq!(shown.slow_mode_s, 0);
    world.end().await;
}

/// A pause between messages takes no channel from anybody: who comes back gets the event, and not that their rights have changed.
#[tokio::test]
async fn who_comes_back_is_not_told_that_rights_have_changed() {
    let world = World::new().await;
    let general = world.general.id;
    let plans = world.channel("plans", Visibility::Public).await.id;
    cursors_cover_everything(&world).await;
    let mut live = world.bob.live(None).await.expect("opens");
    world.ann.post(general, &text("seen")).await.expect("posts");
    let cursor = read_to(&mut live, "seen").await.cursor;
    drop(live);
    world.ann.slow_down(general, 1).await.expect("slows it down");
    world.ann.archive_channel(plans, true).await.expect("archives");
    world.ann.post(general, &text("end")).await.expect("posts");
    // Out of the window, and by a node that has none.
    let other = serve(&world.config).await;
    for bob in [world.bob.clone(), world.bob.at(&base(&other))] {
        let mut live = bob.live(Some(&cursor)).await.expect("opens");
        let mut names = Vec::new();
        loop {
            let frame = next(&mut live).await;
            // A cursor lags a little, and replay repeats.
            if created(&frame).as_deref() == Some("seen") {
                continue;
            }
            names.push(frame.name.clone());
            if created(&frame).as_deref() == Some("end") {
                break;
            }
        }
        let updated = "channel.updated";
        assert_eq!(names, ["ready", updated, updated, "message.created"]);
    }
    let change = "select 1 from acl_changes where affects = 2 and keeps_sight";
    assert_eq!(sql(&world, change).await, 2, "kept as a change of the channel, as earlier versions know it");
    world.end().await;
    other.stop().await;
}
