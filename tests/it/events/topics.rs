//! What is delivered on which topic: direct messages and what concerns one person alone, live, over NATS and replayed; and what
//! is never stored.

use std::borrow::Cow;
use std::sync::Arc;

use ajet_chatd::bus::EncodedEvent;
use ajet_client::{Live, LiveEvent};
use ajet_protocol::subjects::Subject;
use ajet_protocol::{
    Addressed, ChannelId, CommunityId, Envelope, EventId, EventType, StreamId, Timestamp, UserId,
};
use serde_json::value::RawValue;
use uuid::Uuid;

use crate::support::{World, covers, db, eventually, everything_before_now, next, read_until, serve, text};

/// An event made by hand.
struct Made {
    kind: EventType,
    stream: StreamId,
    seq: Option<u64>,
    community: Option<CommunityId>,
    channel: Option<ChannelId>,
    payload: String,
}

impl Made {
    fn event(&self) -> Addressed {
        let event = Envelope {
            v: 1,
            id: EventId(Uuid::from_u128(rand::random())),
            kind: Cow::Borrowed(self.kind.as_str()),
            ts: Timestamp::from_unix_millis(1_700_000_000_000),
            stream: self.stream,
            seq: self.seq,
            community_id: self.community,
            channel_id: self.channel,
            actor_id: None,
            acl_version: Some(1),
            payload: RawValue::from_string(self.payload.clone()).expect("JSON"),
        };
        Addressed::of(event).expect("an audience")
    }
}

/// Writes an event to the log, as its entity's append would.
async fn commit(world: &World, event: &Addressed) {
    let mut db = db(world).await;
    let one = &event.event;
    let head = i64::try_from(one.seq.expect("a number")).expect("fits");
    sqlx::query("insert into streams (id, head) values ($1, $2) on conflict (id) do update set head = $2")
        .bind(one.stream.0)
        .bind(head)
        .execute(&mut db)
        .await
        .expect("writes");
    sqlx::query(
        "insert into events (stream, seq, id, type, ts, community_id, channel_id, acl_version, payload, topic, audience)
         values ($1, $2, $3, $4, now(), $5, $6, 1, $7::json, $8, $9)",
    )
    .bind(one.stream.0)
    .bind(head)
    .bind(one.id.0)
    .bind(one.kind.as_ref())
    .bind(one.community_id.map(|id| id.0))
    .bind(one.channel_id.map(|id| id.0))
    .bind(one.payload.get())
    .bind(event.to.topic.id())
    .bind(event.to.audience.code())
    .execute(&mut db)
    .await
    .expect("writes");
}

/// A direct message of these people, as the domain will make it.
async fn dm(world: &World, people: &[UserId]) -> ChannelId {
    let (mut db, id) = (db(world).await, Uuid::from_u128(rand::random()));
    for statement in [
        "insert into channels (id, name, type, visibility, created_at) values ($1, '', 'group_dm', 'private', now())",
        "insert into streams (id) values ($1)",
        "insert into acl (scope, version) values ($1, 1)",
    ] {
        sqlx::query(statement).bind(id).execute(&mut db).await.expect("writes");
    }
    for person in people {
        sqlx::query("insert into channel_members (channel_id, user_id, joined_at) values ($1, $2, now())")
            .bind(id)
            .bind(person.0)
            .execute(&mut db)
            .await
            .expect("writes");
    }
    ChannelId(id)
}

/// The first frame of a stream, with a cursor that covers everything up to now.
async fn settled(world: &World, mut ready: LiveEvent) -> LiveEvent {
    let barrier = everything_before_now(world).await;
    let feeds = world.server.app().node.feeds();
    eventually("the cursor covers what was", async || covers(world, &feeds.cursor(), &barrier).await).await;
    ready.cursor = feeds.cursor();
    ready
}

fn gone(message: u128) -> String {
    format!(r#"{{"message_id":"{}"}}"#, Uuid::from_u128(message))
}

/// A message of a direct message is gone.
fn in_dm(room: ChannelId, seq: u64, message: u128) -> Addressed {
    Made {
        kind: EventType::MessageDeleted,
        stream: room.into(),
        seq: Some(seq),
        community: None,
        channel: Some(room),
        payload: gone(message),
    }
    .event()
}

/// The first event of a person's own stream.
fn personal(person: UserId) -> Addressed {
    Made {
        kind: EventType::ReadUpdated,
        stream: StreamId(person.0),
        seq: Some(1),
        community: None,
        channel: None,
        payload: "{}".into(),
    }
    .event()
}

/// An event of a person's own stream about a channel.
fn personal_about(person: UserId, seq: u64, channel: ChannelId) -> Addressed {
    Made {
        kind: EventType::ReadUpdated,
        stream: StreamId(person.0),
        seq: Some(seq),
        community: None,
        channel: None,
        payload: format!(r#"{{"channel_id":"{channel}"}}"#),
    }
    .event()
}

/// A direct message of ann and bob, and who bob is.
async fn of_two(world: &World) -> (ChannelId, UserId) {
    let (_, bob) = world.nobody.sign_in("bob").await.expect("signs in");
    let (_, ann) = world.nobody.sign_in("ann").await.expect("signs in");
    (dm(world, &[ann.id, bob.id]).await, bob.id)
}

/// The names of the next frames, sorted: streams have no order between them.
async fn names<const N: usize>(live: &mut Live) -> [String; N] {
    let mut names = [const { String::new() }; N];
    for name in &mut names {
        *name = next(live).await.name;
    }
    names.sort();
    names
}

/// The names of all frames up to the next message.
async fn names_until_a_message(live: &mut Live) -> Vec<String> {
    let mut names = vec![next(live).await.name];
    while names.last().is_some_and(|name| name != "message.created") {
        names.push(next(live).await.name);
    }
    names
}

/// A stream of somebody who takes no part in a direct message brings nothing of it up to the next message.
async fn hears_of_no_one_elses(live: &mut Live) {
    let names = names_until_a_message(live).await;
    assert!(!names.iter().any(|name| name == "message.deleted" || name == "read.updated"), "{names:?}");
}

/// Traps 1 and 3: events of direct messages and of persons reach their people, from here and from another node, and no one else.
#[tokio::test]
async fn direct_messages_and_personal_events_reach_their_people() {
    let world = World::new().await;
    let (room, bob) = of_two(&world).await;
    let carol = world.join("carol").await;
    let (mut of_bob, mut of_carol) =
        (world.bob.live(None).await.expect("opens"), carol.live(None).await.expect("opens"));
    assert_eq!(next(&mut of_bob).await.name, "ready");
    let feeds = world.server.app().node.feeds();
    // By the local short cut. The log has none of these: nothing else can bring them.
    for event in [in_dm(room, 1, 1), personal(bob)] {
        feeds.offer(&Arc::new(EncodedEvent::of(&event)));
    }
    assert_eq!(names::<2>(&mut of_bob).await, ["message.deleted", "read.updated"]);
    // From another node, as a copy on the person's subject.
    let other = serve(&world.config).await;
    let copy = EncodedEvent::of(&in_dm(room, 2, 2));
    other.app().bus.send_event(&Subject::Notifications(bob), &copy).await.expect("is sent");
    assert!(next(&mut of_bob).await.data.contains(&Uuid::from_u128(2).to_string()));
    world.ann.post(world.general.id, &text("for all")).await.expect("posts");
    hears_of_no_one_elses(&mut of_carol).await;
    world.end().await;
    other.stop().await;
}

/// Trap 2: the watermark waits for them as for others, and finds what was lost on the way.
#[tokio::test]
async fn what_got_lost_of_direct_messages_and_personal_events_is_found() {
    let world = World::new().await;
    world.leaves_outbox("events are written that no node announces");
    let (room, bob) = of_two(&world).await;
    let mut live = world.bob.live(None).await.expect("opens");
    assert_eq!(next(&mut live).await.name, "ready");
    for event in [in_dm(room, 1, 1), personal(bob)] {
        commit(&world, &event).await;
    }
    assert_eq!(names::<2>(&mut live).await, ["message.deleted", "read.updated"]);
    world.end().await;
}

/// Trap 2: who comes back gets them out of the log, and no one else does.
#[tokio::test]
async fn direct_messages_and_personal_events_are_replayed_to_their_people() {
    let world = World::new().await;
    world.leaves_outbox("events are written that no node announces");
    let (room, bob) = of_two(&world).await;
    let carol = world.join("carol").await;
    let mut live = world.bob.live(None).await.expect("opens");
    let ready = settled(&world, next(&mut live).await).await;
    drop(live);
    for event in [in_dm(room, 1, 1), personal(bob)] {
        commit(&world, &event).await;
    }
    // Another node has no window with them.
    let other = serve(&world.config).await;
    let there = format!("http://{}", other.addr());
    let mut of_bob = world.bob.at(&there).live(Some(&ready.cursor)).await.expect("opens");
    assert_eq!(names::<3>(&mut of_bob).await, ["message.deleted", "read.updated", "ready"]);
    let mut of_carol = carol.at(&there).live(Some(&ready.cursor)).await.expect("opens");
    world.ann.post(world.general.id, &text("for all")).await.expect("posts");
    hears_of_no_one_elses(&mut of_carol).await;
    world.end().await;
    other.stop().await;
}

/// I6: what comes late on a person's own stream about a channel is judged by the rights of now, and what is about a direct message too.
#[tokio::test]
async fn what_is_about_a_channel_is_for_those_who_see_it() {
    let world = World::new().await;
    let (room, bob) = of_two(&world).await;
    let secret = world.channel("secret", ajet_protocol::Visibility::Private).await;
    let elsewhere = dm(&world, &[]).await;
    let mut live = world.bob.live(None).await.expect("opens");
    assert_eq!(next(&mut live).await.name, "ready");
    let feeds = world.server.app().node.feeds();
    let about = [secret.id, room, elsewhere, world.general.id];
    for (seq, channel) in (1..).zip(about) {
        feeds.offer(&Arc::new(EncodedEvent::of(&personal_about(bob, seq, channel))));
    }
    for (seq, channel) in [(2, room), (4, world.general.id)] {
        let envelope = next(&mut live).await.envelope().expect("an envelope");
        assert_eq!((envelope.seq, envelope.about()), (Some(seq), Ok(Some(channel))));
    }
    world.end().await;
}

/// Ephemeral events pass by, to those in the channel alone: without an id, unordered, and never replayed (I10).
#[tokio::test]
async fn what_is_never_stored_passes_by() {
    let world = World::new().await;
    let (_, bob) = world.nobody.sign_in("bob").await.expect("signs in");
    let secret = world.channel("secret", ajet_protocol::Visibility::Private).await;
    let mut live = world.bob.live(None).await.expect("opens");
    let ready = settled(&world, next(&mut live).await).await;
    let typing = |channel: ChannelId| {
        Made {
            kind: EventType::TypingStart,
            stream: channel.into(),
            seq: None,
            community: Some(world.community.id),
            channel: Some(channel),
            payload: format!(r#"{{"user_id":"{}"}}"#, bob.id.0),
        }
        .event()
    };
    let feeds = world.server.app().node.feeds();
    feeds.pass(&EncodedEvent::of(&typing(secret.id)));
    feeds.pass(&EncodedEvent::of(&typing(world.general.id)));
    let passed = next(&mut live).await;
    assert_eq!(passed.name, "typing.start");
    let envelope = passed.envelope().expect("an envelope");
    assert_eq!((envelope.seq, envelope.channel_id), (None, Some(world.general.id)), "not the secret one");
    // From another node.
    let other = serve(&world.config).await;
    let event = EncodedEvent::of(&typing(world.general.id));
    let subject = Subject::Typing(world.community.id, world.general.id);
    other.app().bus.send_event(&subject, &event).await.expect("is sent");
    assert_eq!(next(&mut live).await.name, "typing.start");
    world.ann.post(world.general.id, &text("said")).await.expect("posts");
    assert_eq!(read_until(&mut live, "said").await, ["said"]);
    // Who comes back from before does not hear of it.
    let there = world.bob.at(&format!("http://{}", other.addr()));
    let mut live = there.live(Some(&ready.cursor)).await.expect("opens");
    assert_eq!(names_until_a_message(&mut live).await, ["ready", "message.created"]);
    world.end().await;
    other.stop().await;
}
