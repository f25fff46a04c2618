//! EB-T1 to EB-T11 (T7 and T8 are in the protocol crate).

use std::borrow::Cow;
use std::time::Duration;

use ajet_chatd::bus::{Bus, BusOptions, EncodedEvent, Events, Retention, Seals, Use};
use ajet_cluster::NodeId;
use ajet_devstack::Stack;
use ajet_protocol::events::{ENVELOPE_VERSION, MemberGone};
use ajet_protocol::subjects::{ALL_EVENTS, STREAM, Subject};
use ajet_protocol::{
    Address, Addressed, Audience, ChannelId, CommunityId, Envelope, Event, EventId, StreamId, Timestamp,
    Topic, UserId,
};
use async_nats::jetstream::consumer::{AckPolicy, pull};
use futures::StreamExt;
use secrecy::SecretString;
use uuid::Uuid;

use crate::support::{DEADLINE, eventually, stack, start_stack};

/// The cluster's key of these tests.
const KEY: &str = "the key of the tests' own cluster";

fn access<'a>(url: &'a str, password: &'a SecretString, name: &'a str) -> BusOptions<'a> {
    BusOptions { url, user: "ajet", password, tls_ca: None, name }
}

fn seals(key: &str) -> Seals {
    Seals::new(NodeId(Uuid::new_v4()), &[key.into()])
}

fn keep() -> Retention {
    Retention { retention: Duration::from_secs(3600), replicas: 1 }
}

async fn connect(stack: &Stack, name: &str) -> Bus {
    connect_under(stack, name, KEY).await
}

async fn connect_under(stack: &Stack, name: &str, key: &str) -> Bus {
    let (url, password) = (stack.nats.url(), stack.nats.password().into());
    let bus = Bus::connect(&access(&url, &password, name), keep(), seals(key)).await.expect("connects");
    eventually("JetStream is ready", async || bus.is_ready()).await;
    bus
}

fn envelope(community: CommunityId, seq: u64) -> Envelope {
    let gone = Event::MemberBanned(MemberGone { user_id: UserId(Uuid::new_v4()) });
    Envelope {
        v: ENVELOPE_VERSION,
        id: EventId(Uuid::new_v4()),
        kind: Cow::Borrowed(gone.kind().as_str()),
        ts: Timestamp::from_unix_millis(1),
        stream: StreamId(community.0),
        seq: Some(seq),
        community_id: Some(community),
        channel_id: None,
        actor_id: None,
        acl_version: Some(1),
        payload: gone.payload(),
    }
}

fn encoded(event: Envelope) -> EncodedEvent {
    EncodedEvent::of(&Addressed::of(event).expect("a type with an audience"))
}

fn event(community: CommunityId, seq: u64) -> EncodedEvent {
    encoded(envelope(community, seq))
}

/// An event of a type that no version knows yet, for those who may know of a channel.
fn unknown(community: CommunityId, seq: u64, channel: ChannelId) -> EncodedEvent {
    let to = Address { topic: Topic::Community(community), audience: Audience::Seers(channel) };
    let (kind, channel_id) = (Cow::Borrowed("moon.landed"), Some(channel));
    EncodedEvent::of(&Addressed { to, event: Envelope { kind, channel_id, ..envelope(community, seq) } })
}

async fn publish(bus: &Bus, event: &EncodedEvent) {
    let subject = Subject::Events(event.community_id.expect("a community"));
    let sent = bus.publish(&subject, event).await.expect("is sent");
    bus.acknowledged(sent).await.expect("is acknowledged");
}

async fn received(subscriber: &mut async_nats::Subscriber) -> u64 {
    let message = tokio::time::timeout(DEADLINE, subscriber.next()).await.expect("in time").expect("open");
    EncodedEvent::parse(message.payload, None).expect("an event").seq
}

fn community() -> CommunityId {
    CommunityId(Uuid::new_v4())
}

/// EB-T1.
#[tokio::test]
async fn a_bus_connects() {
    assert!(connect(stack(), "t1").await.is_connected());
}

/// EB-T2.
#[tokio::test]
async fn a_bad_address_is_named() {
    let none = SecretString::default();
    let nowhere = access("not a url at all", &none, "t2");
    let error = Bus::connect(&nowhere, keep(), seals(KEY)).await.expect_err("refused").to_string();
    assert!(error.contains("nats.url"), "{error}");
}

/// EB-T3, EB-T6.
#[tokio::test]
async fn every_subscriber_of_a_subject_gets_it() {
    let (here, there) = (connect(stack(), "here").await, connect(stack(), "there").await);
    let community = community();
    let subject = Subject::Events(community).to_string();
    let mut one = there.subscribe(&subject).await.expect("subscribes");
    let mut two = there.subscribe(&subject).await.expect("subscribes");
    there.flush().await;
    publish(&here, &event(community, 1)).await;
    assert_eq!((received(&mut one).await, received(&mut two).await), (1, 1));
}

/// EB-T4.
#[tokio::test]
async fn a_wildcard_gets_the_events_of_every_community() {
    let (here, there) = (connect(stack(), "here").await, connect(stack(), "there").await);
    let mut all = there.subscribe(ALL_EVENTS).await.expect("subscribes");
    there.flush().await;
    let community = community();
    publish(&here, &event(community, 7)).await;
    loop {
        let message = tokio::time::timeout(DEADLINE, all.next()).await.expect("in time").expect("open");
        if EncodedEvent::parse(message.payload, None).expect("an event").community_id == Some(community) {
            break;
        }
    }
}

/// EB-T5.
#[tokio::test]
async fn unsubscribing_stops_delivery() {
    let (here, there) = (connect(stack(), "here").await, connect(stack(), "there").await);
    let community = community();
    let mut subscriber = there.subscribe(&Subject::Events(community).to_string()).await.expect("subscribes");
    there.flush().await;
    publish(&here, &event(community, 1)).await;
    assert_eq!(received(&mut subscriber).await, 1);
    subscriber.unsubscribe().await.expect("unsubscribes");
    there.flush().await;
    publish(&here, &event(community, 2)).await;
    let after = tokio::time::timeout(DEADLINE, subscriber.next()).await.expect("ends in time");
    assert!(after.is_none());
}

/// EB-T9.
#[tokio::test]
async fn a_durable_consumer_replays_and_duplicates_are_dropped() {
    let bus = connect(stack(), "t9").await;
    let community = community();
    let config = pull::Config {
        durable_name: Some(format!("t9-{}", community.0.simple())),
        ack_policy: AckPolicy::Explicit,
        filter_subject: Subject::Events(community).to_string(),
        ..Default::default()
    };
    let stream = bus.jetstream().get_stream(STREAM).await.expect("the stream");
    let consumer = stream.get_or_create_consumer("t9", config.clone()).await.expect("a consumer");
    for seq in 1..=3 {
        let one = event(community, seq);
        publish(&bus, &one).await;
        publish(&bus, &one).await;
    }
    drop(consumer);
    let again = stream.get_or_create_consumer("t9", config).await.expect("the same consumer");
    let mut messages = again.messages().await.expect("messages");
    for seq in 1..=3 {
        let message = tokio::time::timeout(DEADLINE, messages.next())
            .await
            .expect("in time")
            .expect("open")
            .expect("fine");
        message.ack().await.expect("acknowledges");
        assert_eq!(EncodedEvent::parse(message.payload.clone(), None).expect("an event").seq, seq);
    }
}

/// EB-T10.
#[tokio::test]
async fn a_subscriber_goes_on_after_a_restart_of_the_server() {
    let mut stack = start_stack("eb-t10").await;
    let (here, there) = (connect(&stack, "here").await, connect(&stack, "there").await);
    let community = community();
    let mut subscriber = there.subscribe(&Subject::Events(community).to_string()).await.expect("subscribes");
    there.flush().await;
    stack.nats.pause().await;
    eventually("the loss is noticed", async || !here.is_connected() && !there.is_connected()).await;
    stack.nats.resume().await.expect("starts again");
    eventually("both are back", async || here.is_ready() && there.is_ready()).await;
    there.flush().await;
    publish(&here, &event(community, 1)).await;
    assert_eq!(received(&mut subscriber).await, 1);
    stack.stop().await;
}

/// EB-T11.
#[tokio::test]
async fn after_closing_nothing_can_be_sent() {
    let bus = connect(stack(), "t11").await;
    bus.close().await;
    assert!(!bus.is_connected());
    assert!(bus.send(Use::Event, "chat.typing.x.y", bytes::Bytes::from_static(b"{}")).await.is_err());
}

async fn heard(events: &mut Events) -> EncodedEvent {
    tokio::time::timeout(DEADLINE, events.next()).await.expect("in time").expect("open")
}

/// A client of NATS that is no node.
async fn stranger() -> async_nats::Client {
    let nats = &stack().nats;
    let options =
        async_nats::ConnectOptions::with_user_and_password(nats.user().into(), nats.password().into());
    options.connect(nats.url()).await.expect("connects")
}

/// H5: a NATS client without the cluster's key is ignored, and so is a message sealed for another subject.
#[tokio::test]
async fn only_what_the_cluster_sealed_for_its_own_subject_is_heard() {
    let (ours, theirs) =
        (connect(stack(), "ours").await, connect_under(stack(), "theirs", "another key").await);
    let listener = connect(stack(), "listener").await;
    let (community, foreign) = (community(), community());
    let mut events = listener.events(Subject::Events(community)).await.expect("subscribes");
    listener.flush().await;
    publish(&theirs, &event(community, 1)).await;
    let misplaced = ours.publish(&Subject::Events(community), &event(foreign, 2)).await.expect("is sent");
    ours.acknowledged(misplaced).await.expect("is acknowledged");
    let copied = event(community, 3);
    let bare = stranger().await;
    bare.publish(Subject::Events(community).to_string(), copied.json.clone()).await.expect("is sent");
    bare.flush().await.expect("is with the server");
    publish(&ours, &event(community, 4)).await;
    assert_eq!(heard(&mut events).await.seq, 4, "the three forged ones before it were dropped");
}

/// What a node of a later version publishes reaches its audience; an audience that the cluster did not seal is none.
#[tokio::test]
async fn an_event_of_an_unknown_type_has_the_audience_that_its_publisher_gave_it() {
    let (here, there) = (connect(stack(), "here").await, connect(stack(), "there").await);
    let (community, channel) = (community(), ChannelId(Uuid::new_v4()));
    let subject = Subject::Events(community);
    let mut events = there.events(subject).await.expect("subscribes");
    there.flush().await;
    let sent = unknown(community, 1, channel);
    publish(&here, &sent).await;
    let read = heard(&mut events).await;
    assert_eq!((read.id, read.kind, read.to), (sent.id, None, sent.to));
    // As a node of an earlier version sends it, which knows of no audiences.
    let unnamed = EncodedEvent { to: None, ..unknown(community, 2, channel) };
    publish(&here, &unnamed).await;
    let read = heard(&mut events).await;
    assert_eq!((read.seq, read.to, read.topic()), (2, None, Topic::Community(community)));
    // The event is the cluster's, its audience is not.
    let forged = unknown(community, 3, channel);
    let seals = seals(KEY);
    let mut headers = seals.headers(Use::Event, &subject.to_string(), &forged.json);
    seals.address(&mut headers, &subject.to_string(), forged.id, Audience::Joined(channel));
    headers.insert("Ajet-Audience", "members");
    let bare = stranger().await;
    bare.publish_with_headers(subject.to_string(), headers, forged.json).await.expect("is sent");
    bare.flush().await.expect("is with the server");
    let read = heard(&mut events).await;
    assert_eq!((read.seq, read.to), (3, None));
    // Of a type that this version knows it knows the audience, whatever is said.
    let known = EncodedEvent { to: sent.to, ..event(community, 4) };
    publish(&here, &known).await;
    let to = Address { topic: Topic::Community(community), audience: Audience::Members };
    assert_eq!(heard(&mut events).await.to, Some(to));
}

/// One subscription brings what is for any person: their own events, their direct messages, and new communities.
#[tokio::test]
async fn notices_come_with_the_person_whom_they_are_for() {
    let (here, there) = (connect(stack(), "here").await, connect(stack(), "there").await);
    let mut notices = there.notices().await.expect("subscribes");
    there.flush().await;
    let (person, community, dm) = (UserId(Uuid::new_v4()), community(), ChannelId(Uuid::new_v4()));
    let own = |of: UserId| Envelope {
        kind: Cow::Borrowed("read.updated"),
        stream: StreamId(of.0),
        community_id: None,
        ..envelope(community, 1)
    };
    let message = Envelope {
        kind: Cow::Borrowed("message.deleted"),
        stream: dm.into(),
        community_id: None,
        channel_id: Some(dm),
        ..envelope(community, 1)
    };
    let joined = Envelope { kind: Cow::Borrowed("member.joined"), ..envelope(community, 1) };
    let in_channel = Envelope { channel_id: Some(dm), ..joined.clone() };
    let sent: Vec<_> =
        [own(UserId(Uuid::new_v4())), in_channel, envelope(community, 1), own(person), message, joined]
            .map(encoded)
            .into();
    for one in &sent {
        here.send_event(&Subject::Notifications(person), one).await.expect("is sent");
    }
    let mut heard = Vec::new();
    while heard.len() < 3 {
        let next = tokio::time::timeout(DEADLINE, notices.next()).await.expect("in time").expect("open");
        // Other tests run on the same server.
        heard.extend(Some(next).filter(|(of, _)| *of == person).map(|(_, event)| event.id));
    }
    let expected: Vec<_> = sent[3..].iter().map(|event| event.id).collect();
    assert_eq!(heard, expected, "the three before them concern somebody else");
}

/// Typing and presence of a community come as one stream, each only on its own subject.
#[tokio::test]
async fn what_is_never_stored_of_a_community_comes_as_one_stream() {
    let (here, there) = (connect(stack(), "here").await, connect(stack(), "there").await);
    let (community, channel) = (community(), ChannelId(Uuid::new_v4()));
    let mut passing = there.passing(community).await.expect("subscribes");
    there.flush().await;
    let ephemeral = |kind: &'static str, channel_id: Option<ChannelId>| {
        let kind = Cow::Borrowed(kind);
        encoded(Envelope { kind, channel_id, seq: None, ..envelope(community, 1) })
    };
    let (typing, presence) = (Subject::Typing(community, channel), Subject::Presence(community));
    let (starts, comes) = (ephemeral("typing.start", Some(channel)), ephemeral("presence.online", None));
    for (subject, one) in [
        (presence, &starts),
        (presence, &event(community, 1)),
        (Subject::Typing(community, ChannelId(Uuid::new_v4())), &starts),
        (typing, &comes),
        (typing, &starts),
        (presence, &comes),
    ] {
        here.send_event(&subject, one).await.expect("is sent");
    }
    let mut heard = Vec::new();
    for _ in 0..2 {
        let next = tokio::time::timeout(DEADLINE, passing.next()).await.expect("in time").expect("open");
        assert_eq!(next.seq, 0);
        heard.push(next.id);
    }
    // Two subscriptions have no order between them.
    assert!(heard.contains(&starts.id) && heard.contains(&comes.id), "{heard:?}");
    here.send_event(&typing, &ephemeral("typing.stop", Some(channel))).await.expect("is sent");
    let last = tokio::time::timeout(DEADLINE, passing.next()).await.expect("in time").expect("open");
    assert_eq!(&*last.kind_name, "typing.stop", "the four others were dropped");
}

/// H5: the development stack asks who comes.
#[tokio::test]
async fn nats_takes_nobody_without_a_password() {
    assert!(async_nats::connect(stack().nats.url()).await.is_err());
}
