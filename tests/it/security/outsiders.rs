//! What happens in a private channel reaches no stream of anybody outside of it, whatever it is: nothing that comes there names the
//! channel or holds a word of it. Every type of event is really told meanwhile, or says which test has it.

use std::collections::HashSet;
use std::time::Duration;

use ajet_client::{Client, Live, LiveEvent};
use ajet_protocol::{
    ChannelId, CreateCommunity, CreateRole, EventType, KeepDraft, MessageId, MuteChannel, PageQuery,
    Permission, ReadNotifications, Reason, Role, RoleId, SaveMessage, ScheduleMessage, TokenScope,
    TypingState, UpdateMember, Visibility,
};
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

/// What is told to one person alone, about the channel: to ann, by what dave says there.
async fn much_is_kept(world: &World, room: ChannelId, dave: &Client) {
    let ann = &world.ann;
    let me = id_of(ann).await;
    let said = dave.post(room, &text(&format!("canary @<user:{me}>"))).await.expect("posts").id;
    let unread = async || {
        let page = ann.notifications(true, &PageQuery::default()).await.expect("lists");
        !page.items.is_empty()
    };
    eventually("ann is told", unread).await;
    let all = ReadNotifications { ids: None, all: Some(true) };
    ann.read_notifications(&all).await.expect("reads");
    ann.mark_read(room, said).await.expect("reads");
    ann.follow(said).await.expect("follows");
    ann.unfollow(said).await.expect("does not");
    ann.save(said, &SaveMessage::default()).await.expect("saves");
    let draft = KeepDraft { body_md: "canary draft".into(), parent_id: None };
    ann.keep_draft(room, &draft).await.expect("keeps");
    let send_at = (time::OffsetDateTime::now_utc() + Duration::from_secs(2)).into();
    let later = ScheduleMessage {
        body_md: "canary later".into(),
        parent_id: None,
        send_at,
        client_mutation_id: None,
    };
    ann.schedule(room, &later).await.expect("schedules");
    eventually("it is sent", async || all_told(world).await.contains("scheduled.sent")).await;
    ann.mute_channel(room, &MuteChannel { muted: true }).await.expect("mutes");
}

/// Everything that can happen to the channel and to who is in it. An overwrite lets a role in, whose holder has not joined.
async fn much_is_changed(world: &World, room: ChannelId, carol: &Client, crew: RoleId) {
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
    let let_in = json!({ "allow": ["view_channel", "send_messages"], "deny": [] });
    does(world, Method::PUT, path(&format!("/overwrites/{crew}")), let_in).await;
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

/// Somebody new who holds a role of every permission.
async fn holder(world: &World) -> (Client, RoleId) {
    let client = world.join("holder").await;
    let id = id_of(&client).await;
    let role = CreateRole {
        name: "crew".into(),
        permissions: Some(Permission::ALL.to_vec()),
        position: None,
        client_mutation_id: None,
    };
    let role = world.ann.create_role(world.community.id, &role).await.expect("creates").id;
    let holds = UpdateMember { roles: Some(vec![role]), ..UpdateMember::default() };
    world.ann.update_member(world.community.id, id, &holds).await.expect("gives");
    (client, role)
}

/// Members, an admin, bots, and two of another community, of whom one was banned here; with the role of [`holder`].
async fn outsiders(world: &World) -> (Vec<Outsider>, RoleId) {
    let (ann, here, general) = (&world.ann, world.community.id, world.general.id);
    let (_, robo) = signed_in(world, "robo", TokenScope::ALL).await;
    let (_, reader) = signed_in(world, "reader", &[TokenScope::MessagesRead]).await;
    let founding = CreateCommunity { name: "Abroad".into(), slug: "abroad".into(), client_mutation_id: None };
    let abroad = ann.create_community(&founding).await.expect("founds").id;
    let invite = ann.create_invite(abroad, &Default::default()).await.expect("invites");
    let (foreign, _) = world.nobody.sign_in("foreign").await.expect("signs in");
    let exile = world.join("exile").await;
    for one in [&foreign, &exile] {
        one.accept_invite(&invite.code).await.expect("joins");
    }
    ann.ban(here, id_of(&exile).await, &Reason::default()).await.expect("bans");
    let there = ann.channels(abroad).await.expect("lists").items[0].id;
    let adam = world.join("adam").await;
    let admin = UpdateMember { role: Some(Role::Admin), ..UpdateMember::default() };
    ann.update_member(here, id_of(&adam).await, &admin).await.expect("raises");
    let (holder, crew) = holder(world).await;
    let mut all = Vec::new();
    for (who, client, tick) in [
        ("a member", world.bob.clone(), general),
        ("an admin", adam, general),
        ("a holder of a role", holder, general),
        ("a bot", robo, general),
        ("a bot that may only read", reader, general),
        ("a foreigner", foreign, there),
        ("somebody banned", exile, there),
    ] {
        all.push(outsider(who, client, tick).await);
    }
    (all, crew)
}

/// Where a type of event is told.
enum Told {
    /// In the channel, while this test runs.
    InRoom,
    /// To one person alone, while this test runs.
    ToOne,
    /// It is about no private channel, or takes more than this test does: the test that has it, and its file.
    Elsewhere(&'static str, &'static str),
}

/// Of every type: a new one does not compile until this says where.
fn told(kind: EventType) -> Told {
    use EventType as E;
    const LAWS: &str = include_str!("../laws/walk.rs");
    const TOPICS: &str = include_str!("../events/topics.rs");
    const UPDATE: &str = include_str!("../channels/update.rs");
    const PRESENCE: &str = include_str!("../presence/diff.rs");
    const COMMANDS: &str = include_str!("../commands/invoked.rs");
    match kind {
        E::MessageCreated | E::MessageEdited | E::MessageDeleted | E::MessagePinned | E::MessageUnpinned => {
            Told::InRoom
        }
        E::ReactionAdded | E::ReactionRemoved | E::PollUpdated => Told::InRoom,
        E::ChannelCreated | E::ChannelUpdated | E::ChannelDeleted => Told::InRoom,
        E::MemberJoined | E::MemberLeft | E::OverwriteUpdated | E::OverwriteDeleted => Told::InRoom,
        E::TypingStart | E::TypingStop => Told::InRoom,
        E::NotificationNew | E::NotificationRead | E::ReadUpdated | E::ThreadPreferences => Told::ToOne,
        E::ChannelPreferences | E::DraftUpdated | E::SavedUpdated | E::ScheduledSent => Told::ToOne,
        E::ChannelClosed => Told::Elsewhere("a_channel_made_private_is_there_for_those_in_it", UPDATE),
        E::CategoryCreated | E::CategoryUpdated | E::CategoryDeleted => of_communities(LAWS),
        E::CommunityUpdated | E::CommunityDeleted | E::EmojiCreated | E::EmojiDeleted => of_communities(LAWS),
        E::MemberKicked | E::MemberBanned | E::MemberUpdated => of_communities(LAWS),
        E::RoleCreated | E::RoleUpdated | E::RoleDeleted => of_communities(LAWS),
        E::CommunityPreferences | E::BlockUpdated | E::UserUpdated => {
            Told::Elsewhere("the_laws_hold_for_verbs_of_people_and_for_foundings", LAWS)
        }
        E::PresenceOnline | E::PresenceOffline => {
            Told::Elsewhere("who_is_out_of_a_community_is_told_of_no_one_there", PRESENCE)
        }
        E::CommandInvoked | E::CommandAnswered => {
            Told::Elsewhere("a_bot_answers_who_typed_its_command_alone", COMMANDS)
        }
        E::ScheduledFailed => {
            Told::Elsewhere("direct_messages_and_personal_events_reach_their_people", TOPICS)
        }
    }
}

fn of_communities(laws: &'static str) -> Told {
    Told::Elsewhere("the_laws_hold_for_verbs_of_communities", laws)
}

/// The types of all events that the log holds.
async fn all_told(world: &World) -> HashSet<String> {
    let types = sqlx::query_scalar("select distinct type from events");
    types.fetch_all(&mut db(world).await).await.expect("reads").into_iter().collect()
}

/// The types of those of a channel.
async fn told_in(world: &World, room: ChannelId) -> HashSet<String> {
    let types = sqlx::query_scalar("select distinct type from events where channel_id = $1").bind(room.0);
    types.fetch_all(&mut db(world).await).await.expect("reads").into_iter().collect()
}

/// What did not happen that this test is to have happen, and what no test has.
fn missing(in_room: &HashSet<String>, to_one: &HashSet<String>) -> Vec<String> {
    let is_there = |kind: EventType| match told(kind) {
        Told::InRoom => in_room.contains(kind.as_str()),
        Told::ToOne => to_one.contains(kind.as_str()),
        Told::Elsewhere(test, file) => file.contains(&format!("async fn {test}(")),
    };
    let missed = EventType::ALL.iter().filter(|kind| !is_there(**kind));
    missed.map(|kind| format!("{} is told nowhere", kind.as_str())).collect()
}

/// I6.
#[tokio::test]
async fn nothing_of_a_private_channel_reaches_who_is_outside() {
    let world = World::new().await;
    let (carol, dave) = (world.join("carol").await, world.join("dave").await);
    let (mut outsiders, crew) = outsiders(&world).await;
    let room = world.channel("canary-one", Visibility::Private).await.id;
    world.ann.add_to_channel(room, id_of(&dave).await).await.expect("adds");
    // What dave hears inside is what happened: the log does not hold all of it.
    let mut witness = outsider("who is inside", dave, world.general.id).await;
    much_is_said(&world, room).await;
    much_is_kept(&world, room, &witness.client).await;
    much_is_changed(&world, room, &carol, crew).await;
    let mut in_room = told_in(&world, room).await;
    let to_one = all_told(&world).await;
    world.ann.delete_channel(room).await.expect("deletes");
    let is_done = "select not exists (select 1 from due_notices)";
    eventually("all are told", async || {
        sqlx::query_scalar::<_, bool>(is_done).fetch_one(&mut db(&world).await).await.expect("asks")
    })
    .await;
    let barrier = everything_before_now(&world).await;
    let about = |frame: &LiveEvent| frame.data.contains(CANARY) || frame.data.contains(&room.to_string());
    let heard = up_to(&mut witness.live, &world, witness.tick, &barrier).await;
    in_room.extend(heard.into_iter().filter(&about).map(|frame| frame.name));
    let mut wrong = missing(&in_room, &to_one);
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
