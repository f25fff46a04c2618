//! What happens in a private channel reaches no stream of anybody outside of it, whatever it is: nothing that comes there names the
//! channel or holds a word of it.

use ajet_client::{Client, Live, LiveEvent};
use ajet_protocol::{ChannelId, CreateCommunity, MessageId, TokenScope, TypingState, Visibility};
use reqwest::Method;
use serde_json::{Value, json};

use super::streams::up_to;
use crate::support::bots::signed_in;
use crate::support::pictures::{png, uploaded, with_files};
use crate::support::requests::post_hook;
use crate::support::{CANARY, World, db, eventually, everything_before_now, id_of, next, text};

/// Ann does something that has an answer.
async fn does(world: &World, method: Method, path: String, body: Value) -> Value {
    let answer = world.ann.send(method.clone(), &path, Some(&body), false).await;
    answer.unwrap_or_else(|error| panic!("{method} {path}: {error}"))
}

/// Ann does something that has none.
async fn tells(world: &World, method: Method, path: String, body: Value) {
    let answer = world.ann.tell(method.clone(), &path, &body).await;
    answer.unwrap_or_else(|error| panic!("{method} {path}: {error}"));
}

/// Everything that can happen to messages.
async fn much_is_said(world: &World, room: ChannelId) {
    let ann = &world.ann;
    let bob = id_of(&world.bob).await;
    let said = ann.post(room, &text(&format!("canary @<user:{bob}> @<channel>"))).await.expect("posts").id;
    ann.edit(said, "canary, edited").await.expect("edits");
    ann.react(said, "👍").await.expect("reacts");
    ann.unreact(said, "👍").await.expect("takes it back");
    ann.pin(said).await.expect("pins");
    ann.unpin(said).await.expect("unpins");
    let messages = format!("/api/channels/{room}/messages");
    let reply = json!({ "body_md": "canary reply", "parent_id": said, "also_to_channel": true });
    does(world, Method::POST, messages.clone(), reply).await;
    let poll = json!({ "question": "canary?", "options": ["canary one", "canary two"] });
    let poll = does(world, Method::POST, messages, json!({ "body_md": "canary", "poll": poll })).await;
    let poll: MessageId = serde_json::from_value(poll["id"].clone()).expect("an id");
    ann.vote(poll, &[0]).await.expect("votes");
    let file = uploaded(ann, room, ("canary.png", &png(8, 4))).await;
    ann.post(room, &with_files("canary", &[&file])).await.expect("posts");
    ann.describe_attachment(file.id, "a canary").await.expect("describes");
    ann.typing(room, TypingState::Start).await.expect("types");
    ann.typing(room, TypingState::Stop).await.expect("stops");
    ann.delete(said).await.expect("deletes");
    ann.purge(room, 1).await.expect("purges");
    let hook = ann.create_webhook(room, "canary").await.expect("makes").url.expect("shown once");
    assert_eq!(post_hook(&hook, &json!({ "text": "canary" })).await, 200);
}

/// Everything that can happen to the channel and to who is in it.
async fn much_is_changed(world: &World, room: ChannelId, carol: &Client) {
    let ann = &world.ann;
    let path = |what: &str| format!("/api/channels/{room}{what}");
    does(world, Method::PATCH, path(""), json!({ "name": "canary-two", "topic": "canary topic" })).await;
    let category = crate::support::category(world, "Teams").await.id;
    does(world, Method::PATCH, path(""), json!({ "category_id": category })).await;
    let carol_id = id_of(carol).await;
    ann.add_to_channel(room, carol_id).await.expect("adds");
    carol.leave(room).await.expect("leaves");
    ann.add_to_channel(room, carol_id).await.expect("adds");
    carol.post(room, &text("canary")).await.expect("posts");
    ann.remove_from_channel(room, carol_id).await.expect("removes");
    let overwrite = path(&format!("/overwrites/{}", world.community.id));
    does(world, Method::PUT, overwrite.clone(), json!({ "allow": [], "deny": ["attach_files"] })).await;
    ann.send_empty(Method::DELETE, &overwrite).await.expect("removes");
    does(world, Method::PUT, path("/slow_mode"), json!({ "seconds": 5 })).await;
    does(world, Method::PUT, path("/slow_mode"), json!({ "seconds": 0 })).await;
    tells(world, Method::PUT, path("/archived"), json!({ "archived": true })).await;
    tells(world, Method::PUT, path("/archived"), json!({ "archived": false })).await;
}

/// Somebody outside: how they listen, and where ann writes to them.
struct Outsider {
    who: &'static str,
    client: Client,
    tick: ChannelId,
    live: Live,
    /// The cursor of the stream's beginning.
    began: String,
}

async fn outsider(who: &'static str, client: Client, tick: ChannelId) -> Outsider {
    let mut live = client.live(None).await.expect("opens");
    let began = next(&mut live).await.cursor;
    Outsider { who, client, tick, live, began }
}

/// A member, a bot with all scopes, and somebody of another community.
async fn outsiders(world: &World) -> Vec<Outsider> {
    let (_, robo) = signed_in(world, "robo", TokenScope::ALL).await;
    let founding = CreateCommunity { name: "Abroad".into(), slug: "abroad".into(), client_mutation_id: None };
    let abroad = world.ann.create_community(&founding).await.expect("founds").id;
    let invite = world.ann.create_invite(abroad, &Default::default()).await.expect("invites");
    let (foreign, _) = world.nobody.sign_in("foreign").await.expect("signs in");
    foreign.accept_invite(&invite.code).await.expect("joins");
    let there = world.ann.channels(abroad).await.expect("lists").items[0].id;
    vec![
        outsider("a member", world.bob.clone(), world.general.id).await,
        outsider("a bot", robo, world.general.id).await,
        outsider("a foreigner", foreign, there).await,
    ]
}

/// I6.
#[tokio::test]
async fn nothing_of_a_private_channel_reaches_who_is_outside() {
    let world = World::new().await;
    let carol = world.join("carol").await;
    let mut outsiders = outsiders(&world).await;
    let room = world.channel("canary-one", Visibility::Private).await.id;
    much_is_said(&world, room).await;
    much_is_changed(&world, room, &carol).await;
    world.ann.delete_channel(room).await.expect("deletes");
    let is_done = "select not exists (select 1 from due_notices)";
    eventually("all are told", async || {
        sqlx::query_scalar::<_, bool>(is_done).fetch_one(&mut db(&world).await).await.expect("asks")
    })
    .await;
    let barrier = everything_before_now(&world).await;
    let about = |frame: &LiveEvent| frame.data.contains(CANARY) || frame.data.contains(&room.to_string());
    let mut wrong = Vec::new();
    for one in &mut outsiders {
        let mut replayed = one.client.live(Some(&one.began)).await.expect("opens");
        let mut told = up_to(&mut one.live, &world, one.tick, &barrier).await;
        assert!(!told.is_empty(), "{} hears something", one.who);
        told.extend(up_to(&mut replayed, &world, one.tick, &barrier).await);
        let who = one.who;
        wrong.extend(
            told.into_iter().filter(&about).map(|frame| format!("{who}: {} {}", frame.name, frame.data)),
        );
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    world.end().await;
}
