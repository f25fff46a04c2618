//! `POST /api/channels/{id}/typing`, and what those in the channel hear of it.

use std::time::{Duration, Instant};

use ajet_chatd::bus::EncodedEvent;
use ajet_client::{Client, Live, LiveEvent};
use ajet_protocol::subjects::{STREAM, Subject};
use ajet_protocol::{
    ChannelId, Code, Event, MuteMember, Reason, TypingPayload, TypingState, UserId, Visibility,
};
use reqwest::Method;
use serde_json::json;
use uuid::Uuid;

use super::pace::{long, short, two};
use crate::dms::open::ids_of;
use crate::support::requests::{ann, fields, problem};
use crate::support::{POLL, World, code, created, db, eventually, id_of, next, next_event, text};

const START: TypingState = TypingState::Start;
const STOP: TypingState = TypingState::Stop;

async fn opened(client: &Client) -> Live {
    let mut live = client.live(None).await.expect("opens");
    assert_eq!(next(&mut live).await.name, "ready");
    live
}

/// What a stream brings up to a message.
async fn until_said(live: &mut Live, last: &str) -> Vec<LiveEvent> {
    let mut frames = Vec::new();
    loop {
        let frame = next(live).await;
        if created(&frame).as_deref() == Some(last) {
            return frames;
        }
        frames.push(frame);
    }
}

fn typings(frames: &[LiveEvent]) -> Vec<&str> {
    frames.iter().map(|frame| frame.name.as_str()).filter(|name| name.starts_with("typing")).collect()
}

fn started(user_id: UserId) -> Option<Event> {
    Some(Event::TypingStart(TypingPayload { user_id }))
}

fn stopped(user_id: UserId) -> Option<Event> {
    Some(Event::TypingStop(TypingPayload { user_id }))
}

/// A direct message of ann and bob, as its founding will write it.
async fn direct(world: &World) -> ChannelId {
    let (mut db, id) = (db(world).await, Uuid::from_u128(rand::random()));
    for statement in [
        "insert into channels (id, name, type, visibility, created_at) values ($1, '', 'dm', 'private', now())",
        "insert into streams (id) values ($1)",
        "insert into acl (scope, version) values ($1, 1)",
        "insert into channel_members (channel_id, user_id, joined_at)
         select $1, id, now() from users where username in ('ann', 'bob')",
    ] {
        sqlx::query(statement).bind(id).execute(&mut db).await.expect("writes");
    }
    ChannelId(id)
}

/// 15 seconds for people; one here.
#[tokio::test]
async fn typing_reaches_those_in_the_channel_on_another_node_and_ends_by_itself() {
    let cluster = two(short).await;
    let world = &cluster.world;
    let (me, general) = (id_of(&world.ann).await, world.general.id);
    let there = cluster.everywhere(&world.bob).pop().expect("two");
    let mut live = opened(&there).await;
    world.ann.typing(general, START).await.expect("types");
    let frame = next(&mut live).await;
    let envelope = frame.envelope().expect("an envelope");
    assert_eq!((envelope.event().expect("typed"), envelope.seq), (started(me), None));
    assert_eq!((envelope.channel_id, envelope.actor_id), (Some(general), Some(me)));
    assert_eq!(next_event(&mut live, "typing.stop").await, stopped(me));
    drop(live);
    cluster.end().await;
}

#[tokio::test]
async fn typing_in_a_direct_message_reaches_its_people_alone() {
    let cluster = two(long).await;
    let world = &cluster.world;
    let (room, me, carol) = (direct(world).await, id_of(&world.ann).await, world.join("carol").await);
    let nodes = (cluster.everywhere(&world.bob), cluster.everywhere(&carol));
    let (mut bobs, mut carols) = (Vec::new(), Vec::new());
    for (bob, carol) in nodes.0.iter().zip(&nodes.1) {
        bobs.push(opened(bob).await);
        carols.push(opened(carol).await);
    }
    world.ann.typing(room, START).await.expect("types");
    for live in &mut bobs {
        let envelope = next(live).await.envelope().expect("an envelope");
        assert_eq!((envelope.community_id, envelope.channel_id), (None, Some(room)));
        assert_eq!(envelope.event().expect("typed"), started(me));
    }
    assert_eq!(code(carol.typing(room, START).await), Code::NotFound);
    world.ann.post(world.general.id, &text("for all")).await.expect("posts");
    for live in &mut carols {
        let frames = until_said(live, "for all").await;
        assert!(typings(&frames).is_empty(), "{frames:?}");
    }
    drop((bobs, carols));
    cluster.end().await;
}

#[tokio::test]
async fn it_ends_by_a_stop_and_by_a_post_and_is_told_once() {
    let world = World::with(long).await;
    let (me, general) = (id_of(&world.ann).await, world.general.id);
    let open = world.channel("open", Visibility::Public).await.id;
    world.bob.join(open).await.expect("joins");
    let mut live = opened(&world.bob).await;
    for _ in 0..3 {
        world.ann.typing(general, START).await.expect("types");
    }
    world.ann.typing(general, STOP).await.expect("stops");
    world.bob.post(general, &text("between")).await.expect("posts");
    let frames = until_said(&mut live, "between").await;
    assert_eq!(typings(&frames), ["typing.start", "typing.stop"], "{frames:?}");
    world.ann.typing(open, START).await.expect("types");
    assert_eq!(next_event(&mut live, "typing.start").await, started(me));
    world.ann.post(open, &text("said")).await.expect("posts");
    assert_eq!(next_event(&mut live, "typing.stop").await, stopped(me));
    world.end().await;
}

/// Others are told as often as somebody may begin, not as often as they say anything.
#[tokio::test]
async fn who_starts_and_stops_all_the_time_is_told_of_once_in_three_seconds() {
    let world = World::with(long).await;
    let general = world.general.id;
    let mut live = opened(&world.bob).await;
    let began = Instant::now();
    for state in [STOP, STOP, START, STOP, START, STOP, STOP, START] {
        world.ann.typing(general, state).await.expect("is let in");
    }
    world.ann.post(general, &text("said")).await.expect("posts");
    let frames = until_said(&mut live, "said").await;
    if began.elapsed() < Duration::from_secs(3) {
        assert_eq!(typings(&frames), ["typing.start", "typing.stop"], "{frames:?}");
    }
    world.end().await;
}

/// A client may reach another node with each request.
#[tokio::test]
async fn a_stop_at_another_node_ends_what_began_here() {
    let cluster = two(long).await;
    let world = &cluster.world;
    let (me, general) = (id_of(&world.ann).await, world.general.id);
    let mut live = opened(&world.bob).await;
    let there = cluster.everywhere(&world.ann).pop().expect("two");
    world.ann.typing(general, START).await.expect("types");
    assert_eq!(next_event(&mut live, "typing.start").await, started(me));
    let stopping = async {
        // It does nothing until the other node has heard of the start.
        for _ in 0.. {
            there.typing(general, STOP).await.expect("is let in");
            tokio::time::sleep(POLL).await;
        }
    };
    tokio::select! {
        () = stopping => {}
        event = next_event(&mut live, "typing.stop") => assert_eq!(event, stopped(me)),
    }
    drop(live);
    cluster.end().await;
}

/// I6.
#[tokio::test]
async fn of_two_people_neither_is_shown_typing_past_a_block() {
    let world = World::with(long).await;
    let carol = world.join("carol").await;
    let [ann_id, bob, carol_id]: [UserId; 3] =
        ids_of(&[&world.ann, &world.bob, &carol]).await.try_into().expect("three");
    let dm = world.ann.open_dm(&[bob]).await.expect("opens").id;
    let group = world.ann.open_dm(&[bob, carol_id]).await.expect("opens").id;
    let path = format!("/api/users/{ann_id}/block");
    world.bob.send_empty(Method::PUT, &path).await.expect("blocks");
    for person in [&world.ann, &world.bob] {
        assert_eq!(code(person.typing(dm, START).await), Code::Blocked);
        person.typing(dm, STOP).await.expect("there is nothing to end");
        person.typing(group, START).await.expect("in a group no block counts");
    }
    world.bob.send_empty(Method::DELETE, &path).await.expect("lifts it");
    world.ann.typing(dm, START).await.expect("may again");
    world.end().await;
}

/// I6.
#[tokio::test]
async fn who_is_not_in_the_channel_hears_nothing_of_it() {
    let world = World::with(long).await;
    let carol = world.join("carol").await;
    let open = world.channel("open", Visibility::Public).await;
    world.bob.join(open.id).await.expect("joins");
    let (mut bobs, mut carols) = (opened(&world.bob).await, opened(&carol).await);
    world.ann.typing(open.id, START).await.expect("types");
    assert!(next_event(&mut bobs, "typing.start").await.is_some());
    let bob = id_of(&world.bob).await;
    world.ann.remove_member(world.community.id, bob, &Reason::default()).await.expect("kicks");
    // What was typing in the channel ends, and is told to those who are left.
    world.ann.typing(open.id, STOP).await.expect("stops");
    world.ann.typing(world.general.id, START).await.expect("types");
    assert!(next_event(&mut carols, "typing.start").await.is_some());
    let invite = world.ann.create_invite(world.community.id, &Default::default()).await.expect("invites");
    world.bob.accept_invite(&invite.code).await.expect("comes back");
    world.ann.post(world.general.id, &text("for all")).await.expect("posts");
    for live in [&mut bobs, &mut carols] {
        let frames = until_said(live, "for all").await;
        assert!(typings(&frames).is_empty(), "{frames:?}");
    }
    world.end().await;
}

#[tokio::test]
async fn who_may_type() {
    let world = World::new().await;
    let (community, general) = (world.community.id, world.general.id);
    let secret = world.channel("secret", Visibility::Private).await.id;
    let open = world.channel("open", Visibility::Public).await.id;
    let bob = id_of(&world.bob).await;
    let (stranger, _) = world.nobody.sign_in("dave").await.expect("signs in");
    for state in [START, STOP] {
        assert_eq!(code(stranger.typing(general, state).await), Code::NotFound);
        assert_eq!(code(world.bob.typing(secret, state).await), Code::NotFound);
        assert_eq!(code(world.bob.typing(open, state).await), Code::Forbidden, "not joined");
        world.bob.typing(general, state).await.expect("may");
    }
    let refused = async |state: TypingState, with: Code| {
        // Said again just after it was allowed it does nothing, by whatever is remembered of rights; so does a stop.
        let asked = async || {
            let answer = world.bob.typing(general, state).await;
            answer.is_err_and(|error| error.code() == Some(with))
        };
        eventually("bob may not type any more", asked).await;
    };
    let mute = MuteMember { seconds: None, reason: None };
    world.ann.mute(community, bob, &mute).await.expect("mutes");
    refused(START, Code::Muted).await;
    world.ann.unmute(community, bob, &Reason::default()).await.expect("lifts");
    world.bob.typing(general, START).await.expect("may again");
    world.ann.remove_member(community, bob, &Reason::default()).await.expect("kicks");
    for state in [START, STOP] {
        refused(state, Code::NotFound).await;
    }
    assert_eq!(code(world.nobody.typing(general, START).await), Code::Unauthenticated);
    let path = format!("/api/channels/{general}/typing");
    for (body, field) in [
        (json!({ "state": "pause" }), ("state", "bad_type")),
        (json!({}), ("state", "required")),
        (json!({ "state": "start", "for": 3 }), ("for", "unknown_field")),
    ] {
        let (status, answer) = problem(ann(&world, Method::POST, &path).json(&body)).await;
        assert_eq!((status, fields(&answer)), (422, vec![field]), "{body}");
    }
    world.end().await;
}

/// I10: neither the log nor JetStream has any of it.
#[tokio::test]
async fn nothing_of_it_is_stored() {
    let world = World::with(short).await;
    let general = world.general.id;
    let mut live = opened(&world.bob).await;
    world.ann.heartbeat().await.expect("beats");
    world.ann.typing(general, START).await.expect("types");
    assert!(next_event(&mut live, "typing.stop").await.is_some());
    world.ann.post(general, &text("said")).await.expect("posts");
    world.law.outbox_drains().await;
    let stored = "select count(*) from events where type like 'typing.%' or type like 'presence.%'";
    let stored: i64 = sqlx::query_scalar(stored).fetch_one(&mut db(&world).await).await.expect("counts");
    assert_eq!(stored, 0);
    let stream = world.server.app().bus.jetstream().get_stream(STREAM).await.expect("the stream");
    let community = world.community.id;
    for subject in [Subject::Typing(community, general), Subject::Presence(community)] {
        assert!(stream.get_last_raw_message_by_subject(&subject.to_string()).await.is_err(), "{subject}");
    }
    let last = stream.get_last_raw_message_by_subject(&Subject::Events(community).to_string()).await;
    let last = EncodedEvent::parse(last.expect("what is durable is there").payload, None).expect("an event");
    assert_eq!(&*last.kind_name, "message.created");
    world.end().await;
}
