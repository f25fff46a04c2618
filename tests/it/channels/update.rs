//! `PATCH /api/channels/{id}`.

use ajet_client::Live;
use ajet_protocol::events::{ChannelGone, ChannelPayload};
use ajet_protocol::{Channel, Code, Event, MuteMember, UpdateChannel, Visibility};
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{World, code, created, next, next_event, read_to, text};

fn name(name: &str) -> UpdateChannel {
    UpdateChannel { name: Some(name.into()), ..UpdateChannel::default() }
}

fn topic(topic: &str) -> UpdateChannel {
    UpdateChannel { topic: Some(topic.into()), ..UpdateChannel::default() }
}

fn shown(visibility: Visibility) -> UpdateChannel {
    UpdateChannel { visibility: Some(visibility), ..UpdateChannel::default() }
}

/// A request of ann's as it is written.
async fn patch(world: &World, channel: &Channel, body: Value) -> Result<Channel, ajet_client::Error> {
    let path = format!("/api/channels/{}", channel.id);
    world.ann.send(Method::PATCH, &path, Some(&body), false).await
}

/// The next change of a channel that a stream tells of.
async fn next_update(live: &mut Live) -> ChannelPayload {
    match next_event(live, "channel.updated").await {
        Some(Event::ChannelUpdated(update)) => update,
        other => panic!("no channel: {other:?}"),
    }
}

#[tokio::test]
async fn a_channel_is_changed_and_members_hear_of_it() {
    let world = World::new().await;
    let plans = world.channel("plans", Visibility::Public).await;
    let mut bobs = world.bob.live(None).await.expect("opens");
    assert_eq!(next(&mut bobs).await.name, "ready");
    let both = json!({ "name": " ideas ", "topic": "What next?" });
    let changed = patch(&world, &plans, both).await.expect("changes");
    assert_eq!((changed.name.as_str(), changed.topic.as_deref()), ("ideas", Some("What next?")));
    assert_eq!(
        changed,
        world.ann.get::<Channel>(&format!("/api/channels/{}", plans.id)).await.expect("is so")
    );
    let told = next_update(&mut bobs).await.channel;
    assert_eq!((told.id, told.name.as_str(), told.topic.as_deref()), (plans.id, "ideas", Some("What next?")));
    // What is so already makes no event: the next one tells of the change after it.
    for same in [json!({}), json!({ "name": "ideas" }), json!({ "visibility": "public" })] {
        assert_eq!(patch(&world, &plans, same.clone()).await.expect("changes nothing"), changed, "{same}");
    }
    let cleared = patch(&world, &plans, json!({ "topic": null })).await.expect("changes");
    assert_eq!((cleared.name.as_str(), cleared.topic), ("ideas", None));
    let told = next_update(&mut bobs).await.channel;
    assert_eq!((told.name.as_str(), told.topic), ("ideas", None));
    world.end().await;
}

#[tokio::test]
async fn names_stay_apart_and_an_old_one_is_free_again() {
    let world = World::new().await;
    let plans = world.channel("plans", Visibility::Public).await;
    for taken in ["general", "GENERAL", "gener\u{430}l"] {
        assert_eq!(code(world.ann.update_channel(plans.id, &name(taken)).await), Code::Conflict, "{taken:?}");
    }
    let renamed = world.ann.update_channel(plans.id, &name("PLANS")).await.expect("its own name");
    assert_eq!(renamed.name, "PLANS");
    world.ann.update_channel(plans.id, &name("ideas")).await.expect("renames");
    world.channel("plans", Visibility::Public).await;
    assert_eq!(code(world.ann.update_channel(plans.id, &name("plans")).await), Code::Conflict);
    world.end().await;
}

#[tokio::test]
async fn what_is_no_change_of_a_channel_is_refused() {
    let world = World::new().await;
    for wrong in [
        json!({ "colour": "red" }),
        json!({ "type": "voice" }),
        json!({ "name": " " }),
        json!({ "name": "x".repeat(81) }),
        json!({ "topic": "x".repeat(501) }),
        json!({ "topic": 1 }),
        json!({ "visibility": "secret" }),
    ] {
        assert_eq!(code(patch(&world, &world.general, wrong.clone()).await), Code::Invalid, "{wrong}");
    }
    world.end().await;
}

#[tokio::test]
async fn members_set_the_topic_and_managers_all() {
    let world = World::new().await;
    let general = world.general.id;
    let (carol, _) = world.nobody.sign_in("carol").await.expect("signs in");
    let set = world.bob.update_channel(general, &topic("By bob")).await.expect("may");
    assert_eq!(set.topic.as_deref(), Some("By bob"));
    let with_name = UpdateChannel { name: Some("bobs".into()), ..topic("mine") };
    for update in [name("bobs"), with_name, shown(Visibility::Private)] {
        assert_eq!(code(world.bob.update_channel(general, &update).await), Code::Forbidden, "{update:?}");
    }
    assert_eq!(code(carol.update_channel(general, &topic("x")).await), Code::NotFound);
    let secret = world.channel("secret", Visibility::Private).await;
    assert_eq!(code(world.bob.update_channel(secret.id, &topic("x")).await), Code::NotFound);
    // A topic is read by others: a muted member does not write one either.
    let bob = world.bob.me().await.expect("me").user.id;
    world.ann.mute(world.community.id, bob, &MuteMember::default()).await.expect("mutes");
    assert_eq!(code(world.bob.update_channel(general, &topic("loud")).await), Code::Muted);
    world.end().await;
}

/// I6: from the answer on those outside see and hear nothing of it, and from the next one on they do again.
#[tokio::test]
async fn a_channel_made_private_is_there_for_those_in_it() {
    let world = World::new().await;
    let plans = world.channel("plans", Visibility::Public).await;
    let carol = world.join("carol").await;
    carol.join(plans.id).await.expect("joins");
    let mut bobs = world.bob.live(None).await.expect("opens");
    let mut carols = carol.live(None).await.expect("opens");
    for live in [&mut bobs, &mut carols] {
        assert_eq!(next(live).await.name, "ready");
    }
    let seen =
        async |by: &ajet_client::Client| by.get::<Channel>(&format!("/api/channels/{}", plans.id)).await;
    seen(&world.bob).await.expect("is public");
    let hidden = world.ann.update_channel(plans.id, &shown(Visibility::Private)).await.expect("hides");
    assert_eq!(hidden.visibility, Visibility::Private);
    assert_eq!(code(seen(&world.bob).await), Code::NotFound);
    assert_eq!(code(world.bob.join(plans.id).await), Code::NotFound);
    // Those outside learn which channel is gone, and nothing else: their clients drop it at once.
    let closed = Some(Event::ChannelClosed(ChannelGone { channel_id: plans.id }));
    assert_eq!(next_event(&mut bobs, "channel.closed").await, closed);
    assert_eq!(next_update(&mut carols).await.channel.visibility, Visibility::Private);
    world.ann.update_channel(plans.id, &name("secret plans")).await.expect("renames");
    assert_eq!(next_update(&mut carols).await.channel.name, "secret plans");
    carol.post(plans.id, &text("among us")).await.expect("posts");
    loop {
        let frame = next(&mut carols).await;
        assert_ne!(frame.name, "channel.closed", "she is in it");
        if created(&frame).as_deref() == Some("among us") {
            break;
        }
    }
    world.ann.update_channel(world.general.id, &topic("for all")).await.expect("changes");
    assert_eq!(next_update(&mut bobs).await.channel.id, world.general.id, "nothing of the private one");
    world.ann.update_channel(plans.id, &shown(Visibility::Public)).await.expect("shows");
    assert_eq!(next_update(&mut bobs).await.channel.name, "secret plans");
    seen(&world.bob).await.expect("is public again");
    world.bob.join(plans.id).await.expect("joins");
    world.ann.post(plans.id, &text("welcome")).await.expect("posts");
    loop {
        let said = created(&next(&mut bobs).await);
        assert_ne!(said.as_deref(), Some("among us"), "what was said meanwhile is no event for bob");
        if said.as_deref() == Some("welcome") {
            break;
        }
    }
    world.end().await;
}

/// A private channel has somebody who sees it: the person who made it so, at least.
#[tokio::test]
async fn the_person_who_makes_a_channel_private_is_in_it() {
    let world = World::new().await;
    let plans = world.channel("plans", Visibility::Public).await;
    world.ann.leave(plans.id).await.expect("leaves");
    let hidden = world.ann.update_channel(plans.id, &shown(Visibility::Private)).await.expect("hides");
    assert_eq!((hidden.id, hidden.visibility), (plans.id, Visibility::Private));
    world.ann.post(plans.id, &text("alone")).await.expect("is in it");
    world.end().await;
}

/// A replay does not tell that a channel was closed: `rights` tells those outside where theirs changed, and those inside lost nothing.
#[tokio::test]
async fn who_was_away_when_a_channel_was_closed_is_told_by_rights() {
    let world = World::new().await;
    let plans = world.channel("plans", Visibility::Public).await;
    let carol = world.join("carol").await;
    carol.join(plans.id).await.expect("joins");
    world.ann.post(world.general.id, &text("before")).await.expect("posts");
    let mut away = Vec::new();
    for by in [&world.bob, &carol] {
        let mut live = by.live(None).await.expect("opens");
        world.ann.post(world.general.id, &text("seen")).await.expect("posts");
        away.push(read_to(&mut live, "seen").await.cursor);
    }
    world.ann.update_channel(plans.id, &shown(Visibility::Private)).await.expect("hides");
    world.ann.post(world.general.id, &text("end")).await.expect("posts");
    for (by, cursor) in [&world.bob, &carol].into_iter().zip(away) {
        let mut live = by.live(Some(&cursor)).await.expect("opens");
        let mut names = Vec::new();
        loop {
            let frame = next(&mut live).await;
            names.push(frame.name.clone());
            if created(&frame).as_deref() == Some("end") {
                break;
            }
        }
        assert!(!names.iter().any(|name| name == "channel.closed"), "{names:?}");
        assert!(names.iter().any(|name| name == "rights"), "{names:?}");
    }
    world.end().await;
}
