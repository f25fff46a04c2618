//! What events do to a model. That all of them together make what the server says is a law that the server's tests hold.

use ajet_protocol::limits::UNREAD_COUNTED;
use ajet_protocol::{ChannelId, Envelope, NotificationId, Sync, SyncedNotifications, Unread};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{Change, Model};

const AT: &str = "2026-11-26T10:00:00.000Z";
const ME: u128 = 1;
const ANN: u128 = 2;
const HOME: u128 = 3;
const ROOM: u128 = 4;

fn id(n: u128) -> Uuid {
    Uuid::from_u128(n)
}

fn user(n: u128) -> Value {
    json!({ "id": id(n), "username": format!("u{n}"), "display_name": "U", "avatar_url": null, "status_text": null,
            "bot": false, "created_at": AT })
}

/// Somebody in one community with one channel, who has read up to message 100.
fn start() -> Sync {
    let mut me = user(ME);
    (me["email"], me["presence"]) = (Value::Null, json!("auto"));
    let community = json!({ "id": id(HOME), "name": "Home", "slug": "home", "role": "member", "avatar_url": null,
        "default_channel_id": id(ROOM), "created_at": AT, "categories": [], "roles": [], "emoji": [],
        "my_permissions": ["view_channel", "send_messages"] });
    let channel = json!({ "id": id(ROOM), "community_id": id(HOME), "name": "room", "type": "text",
        "visibility": "public", "topic": null, "category_id": null, "position": 0, "members": [],
        "last_message_id": id(100), "unread": { "count": 0, "mentions": 0 }, "muted": false, "notify": "all",
        "created_at": AT, "last_read_id": id(100), "joined": true });
    let sync = json!({ "cursor": "c", "user": me, "communities": [community], "channels": [channel], "dms": [],
        "notifications": { "unread": 0 }, "blocks": [], "drafts": [] });
    serde_json::from_value(sync).expect("a start")
}

fn envelope(kind: &str, channel: Option<u128>, payload: Value) -> Envelope {
    let envelope = json!({ "v": 1, "id": Uuid::new_v4(), "type": kind, "ts": AT, "stream": id(ROOM), "seq": 1,
        "community_id": id(HOME), "channel_id": channel.map(id), "actor_id": id(ANN), "payload": payload });
    serde_json::from_value(envelope).expect("an envelope")
}

fn message(kind: &str, n: u128, author: u128, mentions: Value) -> Envelope {
    let message = json!({ "id": id(n), "channel_id": id(ROOM), "author": user(author), "parent_id": null,
        "body_md": "x", "body_html": "<p>x</p>", "attachments": [], "mentions": mentions, "seq": n,
        "client_mutation_id": "k", "created_at": AT, "edited_at": null, "deleted": false, "poll": null });
    envelope(kind, Some(ROOM), json!({ "message": message }))
}

fn of_me() -> Value {
    json!([{ "type": "user", "target_id": id(ME) }])
}

fn unread(model: &Model) -> (i64, i64) {
    let room = &model.state().channels[0].channel;
    (room.unread.count, room.unread.mentions)
}

#[test]
fn unread_messages_are_counted_as_they_come_and_go() {
    let mut model = Model::of(&start());
    assert_eq!(model.apply(&message("message.created", 101, ANN, of_me())), Change::Applied);
    assert_eq!(model.apply(&message("message.created", 102, ANN, json!([]))), Change::Applied);
    assert_eq!(model.apply(&message("message.created", 103, ME, json!([]))), Change::Applied);
    assert_eq!(unread(&model), (2, 1));
    assert_eq!(model.apply(&message("message.edited", 101, ANN, json!([]))), Change::Applied);
    assert_eq!(unread(&model), (2, 0));
    let gone = envelope("message.deleted", Some(ROOM), json!({ "message_id": id(102) }));
    assert_eq!(model.apply(&gone), Change::Applied);
    assert_eq!(unread(&model), (1, 0));
    assert_eq!(model.state().channels[0].channel.last_message_id.map(|last| last.0), Some(id(103)));
}

/// Somebody who has at least so much left to read, in the channel and of notifications.
fn much_unread(count: i64) -> Model {
    let mut start = start();
    start.channels[0].channel.unread.count = count;
    start.notifications.unread = count;
    Model::of(&start)
}

fn notification(n: u128) -> Envelope {
    let told = json!({ "id": id(n), "type": "mention", "reason": "user", "source_id": id(n), "community_id": id(HOME),
        "channel_id": id(ROOM), "actor": user(ANN), "preview": null, "read": false, "silent": false, "created_at": AT });
    envelope("notification.new", None, json!({ "notification": told }))
}

#[test]
fn no_more_is_counted_than_the_server_counts() {
    let mut model = much_unread(UNREAD_COUNTED - 1);
    for n in [101, 102] {
        assert_eq!(model.apply(&message("message.created", n, ANN, of_me())), Change::Applied);
        assert_eq!(model.apply(&notification(n)), Change::Applied);
    }
    assert_eq!(unread(&model), (UNREAD_COUNTED, 2));
    assert_eq!(model.state().notifications.unread, UNREAD_COUNTED);
}

/// There may be more than are counted.
#[test]
fn how_much_is_left_of_more_than_is_counted_is_fetched() {
    let deleted = envelope("message.deleted", Some(ROOM), json!({ "message_id": id(101) }));
    let read = envelope("notification.read", None, json!({ "ids": [id(101)] }));
    let edited = message("message.edited", 101, ANN, json!([]));
    for event in [deleted, read, edited] {
        let mut model = much_unread(UNREAD_COUNTED);
        model.apply(&message("message.created", 101, ANN, of_me()));
        model.apply(&notification(101));
        assert!(!model.is_stale());
        assert_eq!(model.apply(&event), Change::Refetch, "{}", event.kind);
    }
}

#[test]
fn what_comes_twice_is_taken_in_once() {
    let emoji = json!({ "emoji": { "id": id(9), "name": "crab", "url": "/media/x" } });
    for event in [
        envelope("emoji.created", None, emoji),
        message("message.created", 101, ANN, of_me()),
        notification(101),
    ] {
        let mut model = Model::of(&start());
        assert_eq!(model.apply(&event), Change::Applied, "{}", event.kind);
        let once = model.state().clone();
        assert_ne!(once, start(), "{}", event.kind);
        model.apply(&event);
        assert_eq!(*model.state(), once, "{}", event.kind);
    }
}

#[test]
fn a_channel_that_is_known_stays_as_it_is_when_its_creation_is_told() {
    let room = json!({ "id": id(ROOM), "community_id": id(HOME), "name": "room", "type": "text", "visibility": "public",
        "topic": null, "category_id": null, "position": 0, "members": [], "last_message_id": null, "created_at": AT });
    let mut model = Model::of(&start());
    model.apply(&envelope("channel.created", Some(ROOM), json!({ "channel": room })));
    assert_eq!(*model.state(), start());
}

#[test]
fn who_starts_again_knows_nothing_of_before() {
    let mut model = Model::of(&start());
    model.apply(&notification(101));
    model.apply(&message("message.edited", 101, ANN, json!([])));
    assert!(model.is_stale());
    model.start_again(&start());
    assert!(!model.is_stale());
    assert_eq!(
        model.apply(&envelope("notification.read", None, json!({ "all_before": id(50) }))),
        Change::Applied
    );
    assert_eq!(model.state().notifications.unread, 0);
}

/// An event may come after what it tells of was fetched.
#[test]
fn a_notification_that_was_fetched_counts_once() {
    let mut start = start();
    start.notifications = SyncedNotifications { unread: 1, newest_id: Some(NotificationId(id(50))) };
    let mut model = Model::of(&start);
    let told = |n: u128| {
        let notification = json!({ "id": id(n), "type": "system", "reason": "role_changed", "source_id": id(HOME),
            "community_id": id(HOME), "channel_id": null, "actor": user(ANN), "preview": null, "read": false,
            "silent": false, "created_at": AT });
        envelope("notification.new", None, json!({ "notification": notification }))
    };
    for (n, unread) in [(49, 1), (50, 1), (51, 2), (51, 2)] {
        model.apply(&told(n));
        assert_eq!(model.state().notifications.unread, unread, "{n}");
    }
}

#[test]
fn what_is_read_counts_for_nothing() {
    let mut model = Model::of(&start());
    assert_eq!(model.apply(&message("message.created", 99, ANN, of_me())), Change::Applied);
    assert_eq!(model.apply(&message("message.edited", 98, ANN, json!([]))), Change::Applied);
    let gone = envelope("message.deleted", Some(ROOM), json!({ "message_id": id(97) }));
    assert_eq!(model.apply(&gone), Change::Applied);
    assert_eq!(unread(&model), (0, 0));
}

/// What was edited while it was read counts as it says by then.
#[test]
fn a_message_that_is_unread_again_counts_as_it_is_now() {
    let read = |up_to: u128, count: i64| {
        let unread = json!({ "count": count, "mentions": 0 });
        let payload = json!({ "channel_id": id(ROOM), "message_id": id(up_to), "unread": unread });
        envelope("read.updated", None, payload)
    };
    let mut model = Model::of(&start());
    model.apply(&message("message.created", 101, ANN, of_me()));
    model.apply(&read(101, 0));
    model.apply(&message("message.edited", 101, ANN, json!([])));
    model.apply(&read(100, 1));
    model.apply(&message("message.edited", 101, ANN, of_me()));
    assert_eq!(unread(&model), (1, 1));
    model.apply(&message("message.edited", 101, ANN, json!([])));
    assert_eq!(unread(&model), (1, 0));
    model.apply(&envelope("message.deleted", Some(ROOM), json!({ "message_id": id(101) })));
    assert_eq!(unread(&model), (0, 0));
}

/// A channel as its event shows it, with another name and a pause.
fn shown(channel: u128, community: Option<u128>, kind: &str) -> Value {
    let members = if community.is_some() { json!([]) } else { json!([user(ME), user(ANN)]) };
    json!({ "id": id(channel), "community_id": community.map(id), "name": "another", "type": kind, "visibility": "public",
        "topic": null, "category_id": null, "position": 0, "members": members, "last_message_id": null,
        "archived": false, "slow_mode_s": 60, "created_at": AT })
}

#[test]
fn places_are_shown_under_their_new_names_and_keep_what_is_ones_own() {
    let mut model = Model::of(&start());
    model.apply(&message("message.created", 101, ANN, of_me()));
    let event =
        envelope("channel.updated", Some(ROOM), json!({ "channel": shown(ROOM, Some(HOME), "text") }));
    assert_eq!(model.apply(&event), Change::Applied);
    let room = &model.state().channels[0].channel;
    assert_eq!((room.name.as_str(), room.slow_mode_s), ("another", 60));
    assert_eq!((unread(&model), room.last_message_id.map(|last| last.0)), ((1, 1), Some(id(101))));
    let group = json!({ "channel": shown(7, None, "group_dm") });
    let renamed = envelope("channel.updated", Some(7), group);
    assert_eq!(model.apply(&renamed), Change::Refetch, "it may be shown, or not");
    let mut with_group = start();
    let known =
        serde_json::from_value(json!({ "id": id(7), "community_id": null, "name": "", "type": "group_dm",
        "visibility": "private", "topic": null, "category_id": null, "position": 0, "members": [],
        "last_message_id": id(90), "unread": { "count": 2, "mentions": 0 }, "muted": true, "notify": "all",
        "created_at": AT, "last_read_id": id(80), "joined": true }));
    with_group.dms.push(known.expect("a group"));
    let mut model = Model::of(&with_group);
    assert_eq!(model.apply(&renamed), Change::Applied);
    let group = &model.state().dms[0].channel;
    assert_eq!((group.name.as_str(), group.members.len(), group.unread.count), ("another", 2, 2));
    assert!(group.muted && group.last_message_id.is_some());
    let home = json!({ "id": id(HOME), "name": "Elsewhere", "slug": "elsewhere", "avatar_url": null, "default_channel_id": null,
        "created_at": AT });
    assert_eq!(
        model.apply(&envelope("community.updated", None, json!({ "community": home }))),
        Change::Refetch
    );
    let community = &model.state().communities[0].community;
    assert_eq!((community.name.as_str(), community.slug.as_str()), ("Elsewhere", "elsewhere"));
}

#[test]
fn what_no_event_tells_is_fetched() {
    for event in [
        message("message.edited", 101, ANN, json!([])),
        message("message.created", 101, ANN, json!([{ "type": "here", "target_id": null }])),
        envelope("role.deleted", None, json!({ "role_id": id(9) })),
        envelope(
            "thread.preferences",
            None,
            json!({ "channel_id": id(ROOM), "message_id": id(99), "following": true }),
        ),
        envelope("message.deleted", Some(ROOM), json!({ "message": "in other words" })),
    ] {
        let mut model = Model::of(&start());
        assert_eq!(model.apply(&event), Change::Refetch, "{}", event.kind);
        assert!(model.is_stale());
        model.fetch_anew(&start());
        assert!(!model.is_stale());
    }
}

#[test]
fn mentions_of_a_role_count_by_the_roles_of_now() {
    let mut fresh = start();
    fresh.channels[0].channel.unread = Unread { count: 2, mentions: 1 };
    let member = json!({ "user": user(ME), "role": "member", "roles": [id(9)], "nickname": null,
        "avatar_url": null, "muted_until": null, "joined_at": AT });
    for event in [
        envelope("member.updated", None, json!({ "member": member })),
        envelope("role.deleted", None, json!({ "role_id": id(9) })),
    ] {
        let mut model = Model::of(&start());
        assert_eq!(model.apply(&event), Change::Refetch, "{}", event.kind);
        model.fetch_anew(&fresh);
        assert_eq!(unread(&model), (2, 1), "{}", event.kind);
    }
}

/// It may be one's own reply: without it the thread's other replies do not count.
#[test]
fn a_read_message_that_goes_may_change_which_replies_count() {
    let gone = envelope("message.deleted", Some(ROOM), json!({ "message_id": id(97) }));
    let mut model = Model::of(&start());
    assert_eq!(model.apply(&gone), Change::Applied, "nothing is unread");
    assert_eq!(model.apply(&message("message.created", 101, ANN, json!([]))), Change::Applied);
    assert_eq!(model.apply(&gone), Change::Refetch);
}

#[test]
fn who_is_removed_sees_nothing_of_the_community() {
    let mut model = Model::of(&start());
    let other = envelope("member.kicked", None, json!({ "user_id": id(ANN) }));
    assert_eq!(model.apply(&other), Change::Applied);
    assert_eq!(model.state().communities.len(), 1);
    model.apply(&envelope("member.kicked", None, json!({ "user_id": id(ME) })));
    assert!(model.state().communities.is_empty() && model.state().channels.is_empty());
}

#[test]
fn a_deleted_channel_is_nowhere() {
    let mut model = Model::of(&start());
    model.apply(&envelope("channel.deleted", Some(ROOM), json!({ "channel_id": ChannelId(id(ROOM)) })));
    assert!(model.state().channels.is_empty());
    assert_eq!(model.state().communities[0].community.default_channel_id, None);
}

#[test]
fn events_of_later_releases_change_nothing() {
    let mut model = Model::of(&start());
    assert_eq!(model.apply(&envelope("thing.happened", None, json!({}))), Change::Nothing);
    assert_eq!(model.state(), &start());
}
