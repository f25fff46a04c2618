//! EB-T1 to EB-T11 (T7 and T8 are in the protocol crate).

use std::borrow::Cow;
use std::time::Duration;

use ajet_chatd::bus::{Bus, BusOptions, EncodedEvent, Events, Retention, Seals, Use};
use ajet_cluster::NodeId;
use ajet_devstack::Stack;
use ajet_protocol::events::{ENVELOPE_VERSION, MessageGone};
use ajet_protocol::subjects::{ALL_EVENTS, STREAM, Subject};
use ajet_protocol::{CommunityId, Envelope, Event, EventId, MessageId, StreamId, Timestamp};
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

fn event(community: CommunityId, seq: u64) -> EncodedEvent {
    let gone = Event::MessageDeleted(MessageGone { message_id: MessageId(Uuid::new_v4()) });
    EncodedEvent::of(&Envelope {
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
    })
}

async fn publish(bus: &Bus, event: &EncodedEvent) {
    let subject = Subject::Events(event.community_id.expect("a community"));
    let sent = bus.publish(&subject, event).await.expect("is sent");
    bus.acknowledged(sent).await.expect("is acknowledged");
}

async fn received(subscriber: &mut async_nats::Subscriber) -> u64 {
    let message = tokio::time::timeout(DEADLINE, subscriber.next()).await.expect("in time").expect("open");
    EncodedEvent::parse(message.payload).expect("an event").seq
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
        if EncodedEvent::parse(message.payload).expect("an event").community_id == Some(community) {
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
        assert_eq!(EncodedEvent::parse(message.payload.clone()).expect("an event").seq, seq);
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

async fn heard(events: &mut Events) -> u64 {
    tokio::time::timeout(DEADLINE, events.next()).await.expect("in time").expect("open").seq
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
    let bare = async_nats::ConnectOptions::with_user_and_password(
        stack().nats.user().into(),
        stack().nats.password().into(),
    );
    let bare = bare.connect(stack().nats.url()).await.expect("connects");
    bare.publish(Subject::Events(community).to_string(), copied.json.clone()).await.expect("is sent");
    bare.flush().await.expect("is with the server");
    publish(&ours, &event(community, 4)).await;
    assert_eq!(heard(&mut events).await, 4, "the three forged ones before it were dropped");
}

/// H5: the development stack asks who comes.
#[tokio::test]
async fn nats_takes_nobody_without_a_password() {
    assert!(async_nats::connect(stack().nats.url()).await.is_err());
}
