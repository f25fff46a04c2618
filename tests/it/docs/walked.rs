//! A walk through every operation: each succeeds once and fails in the ways that a client meets.

mod hooks;
mod managed;

use std::collections::HashSet;

use ajet_client::Live;
use ajet_protocol::PageQuery;
use reqwest::header::CONTENT_TYPE;
use serde_json::{Value, json};

use super::arranged;
use super::validate::misfits;
use super::walk::Walk;
use super::walk_people;
use super::walked_jobs::jobs;
use super::walked_pictures::pictures;
use super::walked_roles::roles;
use crate::support::{NONE, OPS, World, eventually, next, sql, text};

#[tokio::test]
async fn every_operation_answers_as_described() {
    let world = World::with(|config| config.chaos.enabled = true).await;
    let mut walk = Walk::through(&world.base()).await;
    let live = world.ann.live(None).await.expect("opens");
    around(&mut walk).await;
    let people = people(&mut walk, &world).await;
    communities(&mut walk, &people).await;
    invites(&mut walk, &people).await;
    moderation(&mut walk, &people).await;
    managed::managed(&mut walk, &people).await;
    let tokens = [&people.ann, &people.bob, &people.dave].map(String::as_str);
    roles(&mut walk, tokens, [&people.community, &people.general]).await;
    pictures(&mut walk, tokens, [&people.community, &people.general]).await;
    channels(&mut walk, &people).await;
    arranged::walk(&mut walk, [&people.ann, &people.bob, &people.dave], &people.community, &people.general)
        .await;
    messages(&mut walk, &people).await;
    super::walked_threads::threads(&mut walk, [&people.ann, &people.dave], &people.general).await;
    super::walked_unread::unread(&mut walk, tokens, [&people.community, &people.general]).await;
    super::walked_polls::polls(&mut walk, tokens, [&people.community, &people.general]).await;
    super::walked_moderation::moderation(&mut walk, tokens, &people.community).await;
    super::walked_previews::previews(&mut walk, tokens, &people.general).await;
    super::walked_bots::bots(&mut walk, tokens, &people.community).await;
    super::walked_providers::providers(&mut walk, [&people.ann, &people.bob], &world).await;
    super::walked_search::search(&mut walk, &people.ann).await;
    let three = [&people.ann, &people.bob, &people.dave].map(String::as_str);
    super::walked_attachments::attachments(&mut walk, three, &people.general).await;
    let four: [&str; 4] = [&people.ann, &people.bob, &people.dave, &people.carol];
    super::walked_dms::dms(&mut walk, four).await;
    super::walked_drafts::drafts(&mut walk, &people.ann, &people.dave, &people.general).await;
    super::walked_notify::notify(&mut walk, [&people.bob, &people.dave], &people.community).await;
    super::walked_commands::commands(&mut walk, three, [&people.community, &people.general]).await;
    notifications(&mut walk, &people, &world).await;
    presence(&mut walk, &people).await;
    hooks::webhooks(&mut walk, &people).await;
    super::walked_outgoing::outgoing_webhooks(&mut walk, tokens, [&people.community, &people.general]).await;
    super::walked_devices::devices(&mut walk, &world.base(), &people.dave).await;
    walk_people::oneself_and_others(&mut walk, &people.ann, &people.dave).await;
    events(&mut walk, &people, live).await;
    operators(&mut walk, &people).await;
    parked(&mut walk, &people, &world).await;
    jobs(&mut walk, &people.ann, &world).await;
    walk.go("auth.logout 204", &[], &people.carol, Value::Null).await;
    walk.go("auth.logout 401", &[], "", Value::Null).await;
    assert_eq!(walk.left_out(), Vec::<&str>::new(), "described and never walked");
    world.end().await;
}

/// The tokens of a few people, and the places that they meet in.
struct People {
    ann: String,
    bob: String,
    /// In no community at first.
    carol: String,
    /// In none.
    dave: String,
    community: String,
    general: String,
}

async fn around(walk: &mut Walk) {
    for step in [
        "health.livez 200",
        "health.live 200",
        "health.readyz 200",
        "health.ready 200",
        "health.health 200",
        "health.metrics 200",
        "docs.openapi 200",
        "docs.page 200",
        "services.keys 200",
    ] {
        walk.go(step, &[], "", Value::Null).await;
    }
}

async fn people(walk: &mut Walk, world: &World) -> People {
    let mut tokens = Vec::new();
    for name in ["carol", "dave"] {
        let signed_in =
            walk.go("auth.dev 200", &[], "", json!({ "username": name, "display_name": name })).await;
        tokens.push(signed_in["token"].as_str().expect("a token").to_owned());
    }
    let ann = world.ann.token().expect("a token").to_owned();
    let bob = world.bob.token().expect("a token").to_owned();
    walk.go("auth.dev 422", &[], "", json!({ "username": "a b" })).await;
    walk.go("auth.dev 409", &[], "", json!({ "username": "caro1" })).await;
    let from_elsewhere = walk.request("auth.dev", &[], "").header("sec-fetch-site", "cross-site");
    walk.answer("auth.dev 403", from_elsewhere.json(&json!({ "username": "carol" }))).await;
    walk.go("me.get 200", &[], &ann, Value::Null).await;
    walk.go("me.get 401", &[], "no-token", Value::Null).await;
    let [carol, dave] = <[String; 2]>::try_from(tokens).expect("two");
    let (community, general) = (world.community.id.to_string(), world.general.id.to_string());
    People { ann, bob, carol, dave, community, general }
}

async fn communities(walk: &mut Walk, people: &People) {
    let People { ann, bob, dave, community, .. } = people;
    let second = json!({ "name": "Second", "slug": "second", "client_mutation_id": "c1" });
    let made = walk.go("communities.create 201", &[], ann, second.clone()).await;
    let again = walk.go("communities.create 200", &[], ann, second).await;
    assert_eq!(made["id"], again["id"]);
    let other = json!({ "name": "Other", "slug": "other", "client_mutation_id": "c1" });
    walk.go("communities.create 409", &[], ann, other.clone()).await;
    walk.go("communities.create 409", &[], ann, json!({ "name": "Again", "slug": "second" })).await;
    walk.go("communities.create 403", &[], bob, other.clone()).await;
    walk.go("communities.create 401", &[], "", other).await;
    walk.go("communities.create 422", &[], ann, json!({ "name": "X", "slug": "X y", "more": 1 })).await;
    walk.go("communities.list 200", &[], ann, Value::Null).await;
    walk.go("communities.list 422", &["?limit=0"], ann, Value::Null).await;
    walk.go("communities.get 200", &[community], ann, Value::Null).await;
    walk.go("communities.get 404", &[community], dave, Value::Null).await;
    walk.go("communities.get 404", &["no-id"], ann, Value::Null).await;
    walk.go("members.list 200", &[community, "?limit=1"], ann, Value::Null).await;
    walk.go("members.list 200", &[community, "?q=AN"], ann, Value::Null).await;
    walk.go("members.list 404", &[community], dave, Value::Null).await;
    walk.go("members.list 422", &[community, "?before=x"], ann, Value::Null).await;
}

async fn invites(walk: &mut Walk, people: &People) {
    let People { ann, carol, dave, community, .. } = people;
    let request = json!({ "max_uses": 1, "expires_at": "2199-01-01T00:00:00Z", "client_mutation_id": "i1" });
    let invite = walk.go("invites.create 201", &[community], ann, request.clone()).await;
    walk.go("invites.create 200", &[community], ann, request).await;
    walk.go("invites.create 409", &[community], ann, json!({ "max_uses": 2, "client_mutation_id": "i1" }))
        .await;
    walk.go("invites.create 201", &[community], ann, Value::Null).await;
    walk.go("invites.create 404", &[community], dave, json!({})).await;
    walk.go("invites.create 422", &[community], ann, json!({ "max_uses": 0 })).await;
    walk.go("invites.create 422", &[community], ann, json!({ "user_id": NONE })).await;
    let code = invite["code"].as_str().expect("a code");
    walk.go("invites.preview 200", &[code], "", Value::Null).await;
    walk.go("invites.preview 404", &["no-code"], "", Value::Null).await;
    walk.go("invites.accept 401", &[code], "", Value::Null).await;
    walk.go("invites.accept 200", &[code], carol, Value::Null).await;
    walk.go("invites.accept 410", &[code], dave, Value::Null).await;
    walk.go("invites.accept 404", &["no-code"], dave, Value::Null).await;
    walk.go("invites.preview 410", &[code], "", Value::Null).await;
    managed::invites(walk, people, code).await;
}

async fn moderation(walk: &mut Walk, people: &People) {
    let People { ann, bob, carol, dave, community, .. } = people;
    let id_of = async |token: &str, walk: &mut Walk| -> String {
        let me = walk.go("me.get 200", &[], token, Value::Null).await;
        me["id"].as_str().expect("an id").to_owned()
    };
    let (ann_id, carol_id) = (id_of(ann, walk).await, id_of(carol, walk).await);
    let on_carol: [&str; 2] = [community, &carol_id];
    let mute = json!({ "seconds": 60, "reason": "caps lock" });
    walk.go("mutes.set 204", &on_carol, ann, mute.clone()).await;
    walk.go("mutes.set 403", &on_carol, bob, mute.clone()).await;
    walk.go("mutes.set 403", &[community, &ann_id], carol, mute.clone()).await;
    walk.go("mutes.set 404", &on_carol, dave, mute.clone()).await;
    walk.go("mutes.set 404", &[community, NONE], ann, mute.clone()).await;
    walk.go("mutes.set 422", &on_carol, ann, json!({ "seconds": 0 })).await;
    walk.go("mutes.set 401", &on_carol, "", mute).await;
    walk.go("mutes.lift 204", &on_carol, ann, json!({})).await;
    walk.go("mutes.lift 403", &on_carol, bob, json!({})).await;
    walk.go("bans.set 204", &on_carol, ann, json!({ "reason": "spam" })).await;
    walk.go("bans.set 403", &on_carol, bob, json!({})).await;
    walk.go("bans.set 404", &[community, NONE], ann, json!({})).await;
    walk.go("bans.set 422", &on_carol, ann, json!({ "days": 1 })).await;
    walk.go("bans.list 200", &[community], ann, Value::Null).await;
    walk.go("bans.list 403", &[community], bob, Value::Null).await;
    walk.go("bans.list 404", &[community], dave, Value::Null).await;
    walk.go("bans.lift 204", &on_carol, ann, json!({ "reason": "it was a mistake" })).await;
    walk.go("bans.lift 403", &on_carol, bob, Value::Null).await;
    let invite = walk.go("invites.create 201", &[community], ann, json!({})).await;
    let code = invite["code"].as_str().expect("a code");
    for by in [ann, carol] {
        walk.go("invites.accept 200", &[code], carol, Value::Null).await;
        walk.go("members.remove 403", &on_carol, bob, Value::Null).await;
        walk.go("members.remove 204", &on_carol, by, json!({ "reason": "noise" })).await;
    }
    walk.go("members.remove 204", &on_carol, ann, Value::Null).await;
    walk.go("members.remove 404", &on_carol, carol, Value::Null).await;
    walk.go("members.remove 404", &[community, NONE], ann, Value::Null).await;
    walk.go("members.remove 409", &[community, &ann_id], ann, Value::Null).await;
    walk.go("members.remove 422", &on_carol, ann, json!({ "why": "noise" })).await;
    walk.go("members.remove 401", &on_carol, "", Value::Null).await;
}

async fn channels(walk: &mut Walk, people: &People) {
    let People { ann, bob, dave, community, general, .. } = people;
    let request = json!({
        "name": "random", "type": "text", "visibility": "public", "topic": "Anything", "client_mutation_id": "ch1"
    });
    let channel = walk.go("channels.create 201", &[community], ann, request.clone()).await;
    walk.go("channels.create 200", &[community], ann, request).await;
    let other = json!({ "name": "other", "client_mutation_id": "ch1" });
    walk.go("channels.create 409", &[community], ann, other.clone()).await;
    walk.go("channels.create 409", &[community], ann, json!({ "name": "random" })).await;
    walk.go("channels.create 403", &[community], bob, other.clone()).await;
    walk.go("channels.create 404", &[community], dave, other).await;
    walk.go("channels.create 422", &[community], ann, json!({ "name": "x", "type": "dm" })).await;
    walk.go("channels.list 200", &[community], bob, Value::Null).await;
    walk.go("channels.list 404", &[NONE], bob, Value::Null).await;
    walk.go("channels.list 422", &[community, "?limit=x"], bob, Value::Null).await;
    let id = channel["id"].as_str().expect("an id");
    walk.go("channels.get 200", &[id], bob, Value::Null).await;
    walk.go("channels.get 404", &[id], dave, Value::Null).await;
    let update = json!({ "name": "chatter", "topic": "Small talk", "visibility": "private" });
    walk.go("channels.update 200", &[id], ann, update).await;
    walk.go("channels.update 404", &[id], bob, json!({ "topic": "x" })).await;
    walk.go("channels.update 200", &[id], ann, json!({ "topic": null, "visibility": "public" })).await;
    walk.go("channels.update 403", &[id], bob, json!({ "name": "mine" })).await;
    walk.go("channels.update 409", &[id], ann, json!({ "name": "general" })).await;
    walk.go("channels.update 422", &[id], ann, json!({ "name": "", "colour": "red" })).await;
    walk.go("channels.update 401", &[id], "", json!({})).await;
    walk.go("channels.join 200", &[id], bob, Value::Null).await;
    walk.go("channels.join 404", &[id], dave, Value::Null).await;
    walk.go("channels.join 401", &[id], "", Value::Null).await;
    walk.go("channels.leave 204", &[id], bob, Value::Null).await;
    walk.go("channels.leave 404", &[NONE], bob, Value::Null).await;
    walk.go("messages.post 403", &[id], bob, json!({ "body_md": "not in" })).await;
    walk.go("channels.mute 204", &[general], bob, json!({ "muted": true })).await;
    walk.go("channels.mute 403", &[id], bob, json!({ "muted": true })).await;
    walk.go("channels.mute 404", &[general], dave, json!({ "muted": true })).await;
    walk.go("channels.mute 422", &[general], bob, json!({ "muted": "yes" })).await;
    walk.go("channels.mute 401", &[general], "", json!({ "muted": true })).await;
    let read = walk.go("messages.post 201", &[general], ann, json!({ "body_md": "read me" })).await;
    let read = json!({ "message_id": read["id"] });
    walk.go("channels.mark_read 204", &[general], bob, read.clone()).await;
    walk.go("channels.mark_read 404", &[general], dave, read).await;
    walk.go("channels.mark_read 422", &[general], bob, json!({ "message_id": NONE })).await;
    walk.go("channels.mark_read 401", &[general], "", json!({ "message_id": NONE })).await;
    walk.go("messages.post 201", &[general], ann, json!({ "body_md": "not read yet" })).await;
    let unread = walk.go("unread.list 200", &[], bob, Value::Null).await;
    assert_eq!(unread["items"][0]["channel_id"], general.as_str());
    walk.go("unread.list 401", &[], "", Value::Null).await;
}

async fn messages(walk: &mut Walk, people: &People) {
    let People { ann, bob, dave, general, .. } = people;
    let me = walk.go("me.get 200", &[], bob, Value::Null).await;
    let body =
        format!("**hello** @<user:{}> @<here> #<channel:{general}>", me["id"].as_str().expect("an id"));
    let request =
        json!({ "body_md": body, "parent_id": null, "attachment_ids": [], "client_mutation_id": "m1" });
    let message = walk.go("messages.post 201", &[general], ann, request.clone()).await;
    let again = walk.go("messages.post 200", &[general], ann, request).await;
    assert_eq!(message["id"], again["id"]);
    walk.go("messages.post 409", &[general], ann, json!({ "body_md": "x", "client_mutation_id": "m1" }))
        .await;
    walk.go("messages.post 401", &[general], "", json!({ "body_md": "x" })).await;
    walk.go("messages.post 404", &[general], dave, json!({ "body_md": "x" })).await;
    walk.go("messages.post 422", &[general], ann, json!({ "body_md": " ", "more": 1 })).await;
    let raw = |walk: &Walk, kind: &'static str, body: String| {
        walk.request("messages.post", &[general], ann).header(CONTENT_TYPE, kind).body(body)
    };
    let (json_type, long) = ("application/json", format!(r#"{{"body_md":"{}"}}"#, "x".repeat(1 << 20)));
    for (status, kind, body) in
        [(400, json_type, "{".to_owned()), (413, json_type, long), (415, "text/plain", "x".to_owned())]
    {
        let request = raw(walk, kind, body);
        walk.answer(&format!("messages.post {status}"), request).await;
    }
    let id = message["id"].as_str().expect("an id");
    let reply = json!({ "body_md": "a reply", "parent_id": id });
    walk.go("messages.post 201", &[general], bob, reply).await;
    walk.go("messages.list 200", &[general, "?limit=200"], bob, Value::Null).await;
    walk.go("messages.list 404", &[general], dave, Value::Null).await;
    walk.go("messages.list 422", &[general, &format!("?before={NONE}&after={NONE}")], bob, Value::Null).await;
    walk.go("messages.get 200", &[id], bob, Value::Null).await;
    walk.go("messages.get 404", &[NONE], bob, Value::Null).await;
    walk.go("messages.edit 200", &[id], ann, json!({ "body_md": "edited" })).await;
    walk.go("messages.edit 403", &[id], bob, json!({ "body_md": "mine" })).await;
    walk.go("messages.edit 404", &[id], dave, json!({ "body_md": "x" })).await;
    walk.go("messages.edit 422", &[id], ann, json!({ "body_md": "" })).await;
    reactions(walk, people, id).await;
    walk.go("messages.delete 403", &[id], bob, Value::Null).await;
    walk.go("messages.delete 404", &[NONE], bob, Value::Null).await;
    walk.go("messages.delete 204", &[id], ann, Value::Null).await;
    walk.go("messages.edit 410", &[id], ann, json!({ "body_md": "back" })).await;
    walk.go("messages.get 200", &[id], bob, Value::Null).await;
}

/// Emoji under a message: one is added and taken back, then as many as there may be.
async fn reactions(walk: &mut Walk, people: &People, message: &str) {
    let People { ann, bob, dave, community, .. } = people;
    for emoji in ["👍", "❤", "%23%EF%B8%8F%E2%83%A3"] {
        walk.go("reactions.add 204", &[message, emoji], bob, Value::Null).await;
    }
    let shown = walk.go("messages.get 200", &[message], bob, Value::Null).await;
    for emoji in ["👍", "❤\u{fe0f}", "#\u{fe0f}\u{20e3}"] {
        let one = json!({ "emoji": emoji, "count": 1, "reacted_by_me": true });
        assert!(shown["reactions"].as_array().is_some_and(|all| all.contains(&one)), "{shown}");
    }
    walk.go("reactions.add 401", &[message, "👍"], "", Value::Null).await;
    walk.go("reactions.add 404", &[message, "👍"], dave, Value::Null).await;
    walk.go("reactions.add 422", &[message, "+1"], bob, Value::Null).await;
    let quiet = walk.go("channels.create 201", &[community], ann, json!({ "name": "quiet" })).await;
    let quiet = quiet["id"].as_str().expect("an id");
    let unheard = walk.go("messages.post 201", &[quiet], ann, json!({ "body_md": "hi" })).await;
    let unheard = unheard["id"].as_str().expect("an id");
    walk.go("reactions.add 403", &[unheard, "👍"], bob, Value::Null).await;
    walk.go("reactions.remove 204", &[message, "👍"], bob, Value::Null).await;
    walk.go("reactions.remove 401", &[message, "👍"], "", Value::Null).await;
    walk.go("reactions.remove 404", &[NONE, "👍"], bob, Value::Null).await;
    walk.go("reactions.remove 422", &[message, "👍👍"], bob, Value::Null).await;
    let mut faces = ('\u{1f600}'..).map(String::from);
    for face in faces.by_ref().take(48) {
        walk.go("reactions.add 204", &[message, &face], bob, Value::Null).await;
    }
    let one_more = faces.next().expect("a face");
    walk.go("reactions.add 409", &[message, &one_more], bob, Value::Null).await;
}

/// Ann is told twice that bob mentions her, and reads the one by its id and the other with all that there are.
async fn notifications(walk: &mut Walk, people: &People, world: &World) {
    let People { ann, bob, general, .. } = people;
    let me = world.ann.me().await.expect("me").user.id;
    for ids in [true, false] {
        let mention = json!({ "body_md": format!("@<user:{me}> look") });
        walk.go("messages.post 201", &[general], bob, mention).await;
        let unread =
            async || world.ann.notifications(true, &PageQuery::default()).await.expect("lists").items;
        eventually("ann is told", async || !unread().await.is_empty()).await;
        let list = walk.go("notifications.list 200", &["?unread=true&limit=1"], ann, Value::Null).await;
        let which = if ids { json!({ "ids": [list["items"][0]["id"]] }) } else { json!({ "all": true }) };
        let left = walk.go("notifications.read 200", &[], ann, which).await;
        // Ann may have been told of other things before.
        assert!(ids || left["unread"] == 0, "{left}");
    }
    walk.go("notifications.list 200", &[], bob, Value::Null).await;
    walk.go("notifications.list 401", &[], "", Value::Null).await;
    walk.go("notifications.list 422", &["?unread=x"], ann, Value::Null).await;
    walk.go("notifications.read 401", &[], "", json!({ "all": true })).await;
    walk.go("notifications.read 422", &[], ann, json!({ "ids": [NONE], "all": true })).await;
}

/// Somebody is there and types.
async fn presence(walk: &mut Walk, people: &People) {
    let People { ann, bob, dave, community, general, .. } = people;
    walk.go("presence.heartbeat 200", &[], ann, Value::Null).await;
    walk.go("presence.heartbeat 401", &[], "", Value::Null).await;
    let online = walk.go("presence.list 200", &[community], bob, Value::Null).await;
    assert!(online["online"].as_array().is_some_and(|people| !people.is_empty()), "{online}");
    walk.go("presence.list 401", &[community], "", Value::Null).await;
    walk.go("presence.list 404", &[community], dave, Value::Null).await;
    for state in ["start", "stop"] {
        walk.go("presence.typing 204", &[general], bob, json!({ "state": state })).await;
    }
    walk.go("presence.typing 401", &[general], "", json!({ "state": "start" })).await;
    walk.go("presence.typing 404", &[general], dave, json!({ "state": "start" })).await;
    walk.go("presence.typing 422", &[general], bob, json!({ "state": "pause" })).await;
    let alone = walk.go("channels.create 201", &[community], ann, json!({ "name": "alone" })).await;
    let alone = alone["id"].as_str().expect("an id");
    walk.go("presence.typing 403", &[alone], bob, json!({ "state": "start" })).await;
}

/// What the stream has said of all that happened, each frame by the schema that the document gives it.
async fn events(walk: &mut Walk, people: &People, mut live: Live) {
    let stream =
        walk.request("events.stream", &[&format!("?community_id={}", people.community)], &people.bob);
    let (response, content) = walk.begun("events.stream 200", stream).await;
    assert!(content["text/event-stream"].is_object());
    drop(response);
    walk.go("events.stream 401", &[], "", Value::Null).await;
    walk.go("events.stream 422", &["?community_id=x"], &people.bob, Value::Null).await;
    let mut expected = HashSet::from([
        "ready",
        "message.created",
        "message.edited",
        "message.deleted",
        "reaction.added",
        "reaction.removed",
        "poll.updated",
        "channel.created",
        "channel.updated",
        "channel.deleted",
        "category.created",
        "category.updated",
        "category.deleted",
        "member.joined",
        "member.left",
        "member.kicked",
        "community.updated",
        "community.deleted",
        "emoji.created",
        "emoji.deleted",
        "member.updated",
        "role.created",
        "role.updated",
        "role.deleted",
        "overwrite.updated",
        "overwrite.deleted",
        "notification.new",
        "notification.read",
        "typing.start",
        "typing.stop",
    ]);
    while !expected.is_empty() {
        let frame = next(&mut live).await;
        assert_frame(&walk.document, &frame.name, &frame.data);
        expected.remove(frame.name.as_str());
    }
}

fn assert_frame(document: &Value, name: &str, data: &str) {
    let schema = &document["x-events"][name];
    assert!(schema.is_object(), "{name} is not described");
    let data: Value = serde_json::from_str(data).expect("JSON");
    let mut found = misfits(document, schema, &data, name);
    if data.get("payload").is_some() {
        found.extend(misfits(document, &json!({ "$ref": "#/components/schemas/LiveEvent" }), &data, name));
    }
    assert!(found.is_empty(), "{found:#?}");
}

#[tokio::test]
async fn a_stream_that_cannot_go_on_says_resync_as_described() {
    let world = World::new().await;
    let walk = Walk::through(&world.base()).await;
    let mut live = world.bob.live(Some("nonsense")).await.expect("opens");
    world.ann.post(world.general.id, &text("hi")).await.expect("posts");
    for name in ["ready", "resync"] {
        let frame = next(&mut live).await;
        assert_eq!(frame.name, name);
        assert_frame(&walk.document, &frame.name, &frame.data);
    }
    world.end().await;
}

async fn operators(walk: &mut Walk, people: &People) {
    let report = walk.go("ops.cluster 200", &[], OPS, Value::Null).await;
    walk.go("ops.cluster 401", &[], &people.ann, Value::Null).await;
    walk.go("ops.entity 200", &["channel", &people.general], OPS, Value::Null).await;
    walk.go("ops.entity 404", &["planet", &people.general], OPS, Value::Null).await;
    walk.go("ops.kill 422", &["channel", &people.general, "?mode=kindly"], OPS, Value::Null).await;
    walk.go("ops.kill 204", &["channel", &people.general, "?mode=stop"], OPS, Value::Null).await;
    walk.go("ops.drain 404", &[NONE], OPS, Value::Null).await;
    walk.go("ops.drain 401", &[NONE], "", Value::Null).await;
    let asked = report["asked"].as_str().expect("a node");
    walk.go("ops.drain 202", &[asked], OPS, Value::Null).await;
}

/// An event that is parked as if NATS had refused it, and one that the log does not have.
async fn parked(walk: &mut Walk, people: &People, world: &World) {
    sql(
        world,
        "insert into parked_events (stream, seq, event_id, reason, attempts)
         (select stream, seq, id, 'refused', 1 from events limit 1)
         union all values ('0197f000-0000-7000-8000-000000000001'::uuid, 1, gen_random_uuid(), 'refused', 1)",
    )
    .await;
    walk.go("ops.parked 401", &[], &people.ann, Value::Null).await;
    let list = walk.go("ops.parked 200", &[], OPS, Value::Null).await;
    let items = list["items"].as_array().expect("a list");
    let kept = items.iter().find(|one| !one["type"].is_null()).expect("the log has it");
    let (stream, seq) = (kept["stream"].as_str().expect("an id"), kept["seq"].to_string());
    walk.go("ops.replay_parked 401", &[stream, &seq], "", Value::Null).await;
    walk.go("ops.replay_parked 202", &[stream, &seq], OPS, Value::Null).await;
    walk.go("ops.replay_parked 200", &[NONE, "1"], OPS, Value::Null).await;
    walk.go("ops.replay_parked 404", &[NONE, "1"], OPS, Value::Null).await;
    // A message of which people could not be notified.
    sql(
        world,
        "insert into due_notices (message_id, channel_id, created_at, attempts, reason, parked_at)
         select id, channel_id, created_at, 10, 'refused', now() from messages limit 1",
    )
    .await;
    let list = walk.go("ops.parked 200", &[], OPS, Value::Null).await;
    let message = list["messages"][0]["message_id"].as_str().expect("an id");
    walk.go("ops.replay_parked_message 401", &[message], "", Value::Null).await;
    walk.go("ops.replay_parked_message 202", &[message], OPS, Value::Null).await;
    walk.go("ops.replay_parked_message 404", &[NONE], OPS, Value::Null).await;
}
