//! Direct messages on live streams: a new one reaches the open sessions of its people on every node, and no one else.

use std::collections::HashSet;

use ajet_client::{Client, Live, LiveEvent};
use ajet_protocol::subjects::{STREAM, Subject};
use ajet_protocol::{ChannelId, Envelope, Event, MessageId, MuteChannel, StreamId, UserId};
use async_nats::jetstream;
use futures::StreamExt;

use super::open::{ids_of, listed};
use crate::notifications::told::{all_of, mention};
use crate::support::cluster::{Cluster, base};
use crate::support::{
    DEADLINE, World, created, eventually, everything_before_now, frames_past, id_of, next, read_until, serve,
    stack, text,
};

/// The first frame of a stream has come.
async fn opened(client: &Client) -> Live {
    let mut live = client.live(None).await.expect("opens");
    assert_eq!(next(&mut live).await.name, "ready");
    live
}

fn is_of(frame: &LiveEvent, room: ChannelId) -> bool {
    frame.envelope().is_some_and(|event| event.stream == StreamId::from(room))
}

/// The types of the events of a direct message, with their numbers, up to the message with this text.
async fn heard_of(live: &mut Live, room: ChannelId, last: &str) -> Vec<(String, Option<u64>)> {
    let mut heard = Vec::new();
    loop {
        let frame = next(live).await;
        if is_of(&frame, room) {
            heard.push((frame.name.clone(), frame.envelope().and_then(|event| event.seq)));
        }
        if created(&frame).as_deref() == Some(last) {
            return heard;
        }
    }
}

/// I4, I6: sessions that were open before there was any direct message, on two nodes.
#[tokio::test]
async fn open_sessions_of_its_people_hear_of_it_on_every_node_and_no_one_else_does() {
    let cluster = Cluster::of(2).await;
    let world = &cluster.world;
    let carol = world.join("carol").await;
    let mut lives = Vec::new();
    for person in [&world.ann, &world.bob] {
        for one in cluster.everywhere(person) {
            lives.push(opened(&one).await);
        }
    }
    let mut carols = Vec::new();
    for one in cluster.everywhere(&carol) {
        carols.push(opened(&one).await);
    }
    let dm = world.ann.open_dm(&ids_of(&[&world.bob]).await).await.expect("opens");
    let there = world.bob.at(&base(&cluster.others[0]));
    world.ann.post(dm.id, &text("from here")).await.expect("posts");
    there.post(dm.id, &text("from there")).await.expect("posts");
    let expected = [("channel.created", 1), ("message.created", 2), ("message.created", 3)];
    let expected = expected.map(|(name, seq)| (name.to_owned(), Some(seq)));
    for live in &mut lives {
        assert_eq!(heard_of(live, dm.id, "from there").await, expected, "all of it, once and in order");
    }
    let barrier = everything_before_now(world).await;
    for live in &mut carols {
        let heard = frames_past(live, world, &barrier).await;
        assert!(!heard.iter().any(|frame| is_of(frame, dm.id)), "{heard:?}");
    }
    cluster.end().await;
}

/// The people who are there already hear of a group that one of them makes larger, as of a new one.
#[tokio::test]
async fn a_larger_group_is_a_new_one_with_a_history_of_its_own() {
    let world = World::new().await;
    let (carol, dave) = (world.join("carol").await, world.join("dave").await);
    let small = world.ann.open_dm(&ids_of(&[&world.bob, &carol]).await).await.expect("opens");
    world.bob.post(small.id, &text("among us three")).await.expect("posts");
    let (mut carols, mut daves) = (opened(&carol).await, opened(&dave).await);
    let large = world.ann.open_dm(&ids_of(&[&world.bob, &carol, &dave]).await).await.expect("opens");
    world.ann.post(large.id, &text("welcome")).await.expect("posts");
    for live in [&mut carols, &mut daves] {
        assert_eq!(heard_of(live, large.id, "welcome").await.len(), 2);
    }
    assert_eq!(listed(&dave).await, [large.id]);
    let all: HashSet<ChannelId> = listed(&carol).await.into_iter().collect();
    assert_eq!(all, HashSet::from([small.id, large.id]));
    world.end().await;
}

/// I4: who was away gets all of a direct message that was founded meanwhile, by a node that has no window of it.
#[tokio::test]
async fn what_was_founded_and_said_meanwhile_is_replayed() {
    let world = World::new().await;
    let mut live = world.bob.live(None).await.expect("opens");
    let ready = next(&mut live).await;
    let feeds = world.server.app().node.feeds();
    let barrier = everything_before_now(&world).await;
    eventually("the cursor covers what was", async || {
        crate::support::covers(&world, &feeds.cursor(), &barrier).await
    })
    .await;
    let cursor = feeds.cursor();
    assert_eq!(ready.name, "ready");
    drop(live);
    let dm = world.ann.open_dm(&ids_of(&[&world.bob]).await).await.expect("opens");
    world.ann.post(dm.id, &text("missed")).await.expect("posts");
    let other = serve(&world.config).await;
    for bob in [world.bob.clone(), world.bob.at(&base(&other))] {
        let mut live = bob.live(Some(&cursor)).await.expect("opens");
        let heard = heard_of(&mut live, dm.id, "missed").await;
        let names: Vec<&str> = heard.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["channel.created", "message.created"]);
    }
    world.end().await;
    other.stop().await;
}

/// The routes of channels serve a direct message that was founded as they serve any channel.
#[tokio::test]
async fn all_that_channels_have_works_in_one() {
    let world = World::new().await;
    let bob_id = id_of(&world.bob).await;
    let dm = world.ann.open_dm(&[bob_id]).await.expect("opens").id;
    let mut live = opened(&world.bob).await;
    let (message, told) = mention(&world.ann, dm, &world.bob, "look").await;
    assert_eq!(told.channel_id, Some(dm));
    let edited = world.ann.edit(message.id, "look here").await.expect("edits");
    assert_eq!(edited.body_md, "look here");
    world.bob.react(message.id, "👍").await.expect("reacts");
    world.bob.unreact(message.id, "👍").await.expect("takes it back");
    let unread = world.bob.unread().await.expect("lists").items;
    assert!(unread.iter().any(|one| (one.channel_id, one.count) == (dm, 1)), "{unread:?}");
    world.bob.mark_read(dm, message.id).await.expect("marks");
    assert!(world.bob.unread().await.expect("lists").items.iter().all(|one| one.channel_id != dm));
    assert!(all_of(&world.bob).await.iter().all(|one| one.read), "with what told of it");
    world.bob.mute_channel(dm, &MuteChannel { muted: true }).await.expect("mutes");
    world.ann.delete(message.id).await.expect("deletes");
    world.bob.post(dm, &text("done")).await.expect("posts");
    let mut heard = HashSet::new();
    loop {
        let frame = next(&mut live).await;
        heard.insert(frame.name.clone());
        if created(&frame).as_deref() == Some("done") {
            break;
        }
    }
    let of_channel =
        ["message.created", "message.edited", "reaction.added", "reaction.removed", "message.deleted"];
    assert!(of_channel.iter().all(|name| heard.contains(*name)), "{heard:?}");
    world.end().await;
}

/// A connection to NATS, and what comes on a person's subject from now on.
async fn copies_for(person: UserId) -> (async_nats::Client, async_nats::Subscriber) {
    let nats = &stack().nats;
    let options =
        async_nats::ConnectOptions::with_user_and_password(nats.user().into(), nats.password().into());
    let client = options.connect(nats.url()).await.expect("connects");
    let copies = client.subscribe(Subject::Notifications(person).to_string()).await.expect("subscribes");
    client.flush().await.expect("is with the server");
    (client, copies)
}

/// What comes up to the event by which a message was posted.
async fn copies_up_to(message: MessageId, copies: &mut async_nats::Subscriber) -> Vec<Envelope> {
    let mut seen = Vec::new();
    loop {
        let copy = tokio::time::timeout(DEADLINE, copies.next()).await.expect("in time").expect("open");
        let event = Envelope::parse(&copy.payload).expect("an event");
        let posted = match event.event() {
            Ok(Some(Event::MessageCreated(told))) => Some(told.message.id),
            _ => None,
        };
        seen.push(event);
        if posted == Some(message) {
            return seen;
        }
    }
}

/// JetStream keeps an event of a direct message once, on the subject of the direct message; the copies for its people pass.
#[tokio::test]
async fn copies_go_to_its_people_and_are_not_kept() {
    let world = World::new().await;
    let dm = world.ann.open_dm(&ids_of(&[&world.bob]).await).await.expect("opens").id;
    let bob = id_of(&world.bob).await;
    let (client, mut copies) = copies_for(bob).await;
    let said = world.ann.post(dm, &text("hi")).await.expect("posts");
    // That it was founded may come as late, and that bob joined the community.
    let event = copies_up_to(said.id, &mut copies).await.pop().expect("the last one");
    assert_eq!(event.channel_id, Some(dm));
    let own = Subject::Notifications(bob).to_string();
    let stream = jetstream::new(client).get_stream(STREAM).await.expect("the stream");
    let subject = Subject::Dm(dm).to_string();
    eventually("it is kept", async || {
        let kept = stream.get_last_raw_message_by_subject(&subject).await;
        kept.is_ok_and(|kept| Envelope::parse(&kept.payload).is_ok_and(|kept| kept.id == event.id))
    })
    .await;
    let copy = stream.get_last_raw_message_by_subject(&own).await;
    let kept = copy.ok().and_then(|kept| Envelope::parse(&kept.payload).ok());
    assert!(kept.is_none_or(|kept| kept.channel_id != Some(dm)), "dropped as a duplicate");
    world.end().await;
}

/// I6: the publisher remembers the people of other direct messages too, and these get no copy.
#[tokio::test]
async fn who_is_not_in_it_is_sent_no_copy() {
    let world = World::new().await;
    let carol = world.join("carol").await;
    let with_carol = world.ann.open_dm(&ids_of(&[&carol]).await).await.expect("opens").id;
    let with_bob = world.ann.open_dm(&ids_of(&[&world.bob]).await).await.expect("opens").id;
    let (_bobs, mut to_bob) = copies_for(id_of(&world.bob).await).await;
    let (_carols, mut to_carol) = copies_for(id_of(&carol).await).await;
    let said = world.ann.post(with_bob, &text("to bob")).await.expect("posts");
    copies_up_to(said.id, &mut to_bob).await;
    // Its copies leave after all those of the other message.
    let last = world.ann.post(with_carol, &text("to carol")).await.expect("posts");
    let heard = copies_up_to(last.id, &mut to_carol).await;
    assert!(heard.iter().all(|event| event.channel_id != Some(with_bob)), "{heard:?}");
    world.end().await;
}

/// A stream that is narrowed to a community has direct messages all the same.
#[tokio::test]
async fn a_narrowed_stream_has_new_direct_messages() {
    let world = World::new().await;
    let path = format!("/api/events?community_id={}", world.community.id);
    let narrowed = reqwest::Client::new()
        .get(format!("{}{path}", world.base()))
        .bearer_auth(world.bob.token().expect("a token"))
        .send()
        .await
        .expect("opens");
    let mut bytes = narrowed.bytes_stream();
    let first = tokio::time::timeout(DEADLINE, bytes.next()).await.expect("in time").expect("open");
    assert!(String::from_utf8_lossy(&first.expect("bytes")).contains("ready"));
    let dm = world.ann.open_dm(&ids_of(&[&world.bob]).await).await.expect("opens").id;
    let mut whole = opened(&world.bob).await;
    world.ann.post(dm, &text("to you")).await.expect("posts");
    read_until(&mut whole, "to you").await;
    let mut seen = String::new();
    while !seen.contains("to you") {
        let more = tokio::time::timeout(DEADLINE, bytes.next()).await.expect("in time").expect("open");
        seen.push_str(&String::from_utf8_lossy(&more.expect("bytes")));
    }
    assert!(seen.contains("event: channel.created"), "{seen}");
    world.end().await;
}

/// I3: what came on a person's own stream a moment before is not told again when they come into a direct message.
#[tokio::test]
async fn coming_into_one_tells_nothing_twice() {
    let world = World::new().await;
    let mut live = world.bob.live(None).await.expect("opens");
    world.bob.mute_channel(world.general.id, &MuteChannel { muted: true }).await.expect("mutes");
    let dm = world.ann.open_dm(&ids_of(&[&world.bob]).await).await.expect("opens").id;
    world.ann.post(dm, &text("hi")).await.expect("posts");
    let mut told = Vec::new();
    while told.last().is_none_or(|last| last != "message.created") {
        told.push(next(&mut live).await.name);
    }
    let settings = told.iter().filter(|name| *name == "channel.preferences").count();
    assert_eq!(settings, 1, "{told:?}");
    world.end().await;
}
