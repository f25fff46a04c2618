//! `PATCH /api/me`: what others see of oneself.

use std::time::Instant;

use ajet_protocol::{Code, Event, Me, PresenceMode, UpdateMe};
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::requests::{fields, http, problem};
use crate::support::{
    World, code, eventually, everything_before_now, frames_past, next, next_event, sql, text,
};

#[tokio::test]
async fn one_changes_oneself_and_all_who_see_one_are_told_once() {
    let world = World::new().await;
    let (second, _) = world.nobody.sign_in("bob").await.expect("signs in again");
    let mut anns = world.ann.live(None).await.expect("opens");
    assert_eq!(next(&mut anns).await.name, "ready");
    let update = UpdateMe {
        display_name: Some(" Robe\u{301}rt ".into()),
        status_text: Some("in a meeting".into()),
        avatar_url: Some("https://example.org/b.png".into()),
        presence: None,
        quiet_hours: None,
    };
    let me = world.bob.update_me(&update).await.expect("changes");
    assert_eq!(me.user.display_name, "Rob\u{e9}rt", "trimmed, in NFC");
    assert_eq!(me.user.status_text.as_deref(), Some("in a meeting"));
    assert_eq!(me.user.avatar_url.as_deref(), Some("https://example.org/b.png"));
    assert_eq!((me.user.username.as_str(), me.presence), ("bob", PresenceMode::Auto));
    assert_eq!(second.me().await.expect("me"), me, "in the other session");
    let posted = second.post(world.general.id, &text("hi")).await.expect("posts");
    assert_eq!(posted.author, me.user, "in what comes right afterwards");
    let Some(Event::UserUpdated(told)) = next_event(&mut anns, "user.updated").await else {
        panic!("another payload")
    };
    assert_eq!(told.user, me.user);
    assert_eq!(world.bob.update_me(&update).await.expect("again changes nothing"), me);
    let all_are_told = "select 1 from users where profile_version = 1 and announced_version = 1";
    eventually("all are told", async || sql(&world, all_are_told).await == 1).await;
    let in_community = "select 1 from events where type = 'user.updated' and community_id is not null";
    let own = "select 1 from events where type = 'user.updated' and community_id is null";
    assert_eq!((sql(&world, in_community).await, sql(&world, own).await), (1, 1));
    world.end().await;
}

/// A change is cheap, and telling it is not: changes that come faster than they are told are told together.
#[tokio::test]
async fn many_changes_in_a_moment_are_told_in_a_few_rounds() {
    let world = World::new().await;
    let began = Instant::now();
    for n in 1..=30 {
        let update = UpdateMe { display_name: Some(format!("Robert {n}").into()), ..UpdateMe::default() };
        world.bob.update_me(&update).await.expect("changes");
    }
    let all_are_told = "select 1 from users where profile_version = 30 and announced_version = 30";
    eventually("all are told", async || sql(&world, all_are_told).await == 1).await;
    // One round a second by the node, and one in two seconds by the job.
    let most = 4 + 2 * began.elapsed().as_secs();
    let in_community = "select 1 from events where type = 'user.updated' and community_id is not null";
    let told = sql(&world, in_community).await;
    assert!((1..=most).contains(&told), "{told} rounds, {most} at most");
    world.end().await;
}

#[tokio::test]
async fn what_is_absent_stays_and_null_takes_away() {
    let world = World::new().await;
    let patch = async |body: Value| -> Me {
        world.bob.send(Method::PATCH, "/api/me", Some(&body), true).await.expect("changes")
    };
    let shown = |me: &Me| (me.user.status_text.clone(), me.user.avatar_url.clone());
    let (status, picture) = (Some("here".to_owned()), Some("https://example.org/b.png".to_owned()));
    let me = patch(json!({ "status_text": status, "avatar_url": picture })).await;
    assert_eq!(shown(&me), (status.clone(), picture.clone()));
    assert_eq!(patch(json!({})).await, me);
    assert_eq!(patch(json!({ "display_name": null, "presence": null })).await, me);
    assert_eq!(shown(&patch(json!({ "status_text": null })).await), (None, picture));
    assert_eq!(shown(&patch(json!({ "avatar_url": "" })).await), (None, None));
    assert_eq!(patch(json!({ "presence": "invisible" })).await.presence, PresenceMode::Invisible);
    assert_eq!(world.bob.me().await.expect("me").presence, PresenceMode::Invisible);
    world.end().await;
}

/// Whether one wants to be seen is for one's own sessions alone.
#[tokio::test]
async fn others_are_not_told_that_one_is_invisible() {
    let world = World::new().await;
    let mut bobs = world.bob.live(None).await.expect("opens");
    let mut anns = world.ann.live(None).await.expect("opens");
    for live in [&mut bobs, &mut anns] {
        assert_eq!(next(live).await.name, "ready");
    }
    let hidden = UpdateMe { presence: Some(PresenceMode::Invisible), ..UpdateMe::default() };
    world.bob.update_me(&hidden).await.expect("changes");
    assert!(next_event(&mut bobs, "user.updated").await.is_some(), "one's own sessions look again");
    let barrier = everything_before_now(&world).await;
    let heard = frames_past(&mut anns, &world, &barrier).await;
    assert!(!heard.iter().any(|frame| frame.name == "user.updated"), "{heard:?}");
    assert_eq!(sql(&world, "select 1 from users where profile_version > 0").await, 0);
    world.end().await;
}

/// Who sees one is told of what they see, not of when one's notifications are silent.
#[tokio::test]
async fn quiet_hours_alone_announce_nothing() {
    let world = World::new().await;
    let mut anns = world.ann.live(None).await.expect("opens");
    assert_eq!(next(&mut anns).await.name, "ready");
    // As if all were still to be told of an earlier change.
    let untold = "update users set profile_version = profile_version + 1 where username = 'bob'";
    assert_eq!(sql(&world, untold).await, 1);
    let loud = UpdateMe { quiet_hours: Some(None), ..UpdateMe::default() };
    world.bob.update_me(&loud).await.expect("changes");
    let barrier = everything_before_now(&world).await;
    let heard = frames_past(&mut anns, &world, &barrier).await;
    assert!(!heard.iter().any(|frame| frame.name == "user.updated"), "{heard:?}");
    let update = UpdateMe { presence: Some(PresenceMode::Auto), ..UpdateMe::default() };
    world.bob.update_me(&update).await.expect("changes nothing");
    assert!(next_event(&mut anns, "user.updated").await.is_some(), "they are told now");
    world.end().await;
}

#[tokio::test]
async fn what_does_not_fit_is_refused_by_its_field() {
    let world = World::new().await;
    let token = world.bob.token().expect("a token");
    for (body, field, wrong) in [
        (json!({ "display_name": " " }), "display_name", "too_short"),
        (json!({ "display_name": "x".repeat(81) }), "display_name", "too_long"),
        (json!({ "display_name": "a\u{202e}b" }), "display_name", "control_character"),
        (json!({ "status_text": "x".repeat(501) }), "status_text", "too_long"),
        (json!({ "status_text": "\u{0}" }), "status_text", "control_character"),
        (json!({ "avatar_url": "javascript:alert(1)" }), "avatar_url", "bad_format"),
        (json!({ "presence": "away" }), "presence", "bad_type"),
        (json!({ "username": "robert" }), "username", "unknown_field"),
    ] {
        let request = http().patch(format!("{}/api/me", world.base())).bearer_auth(token).json(&body);
        let (status, problem) = problem(request).await;
        assert_eq!((status, fields(&problem)), (422, vec![(field, wrong)]), "{body}");
    }
    assert_eq!(code(world.nobody.update_me(&UpdateMe::default()).await), Code::Unauthenticated);
    assert_eq!(sql(&world, "select 1 from events where type = 'user.updated'").await, 0);
    world.end().await;
}
