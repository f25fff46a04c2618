//! S-H5: messages of a client that knows the password of NATS and not the cluster's key have no effect on a node.

use ajet_chatd::bus::{EncodedEvent, Seals, Use};
use ajet_chatd::clock;
use ajet_chatd::cluster::wire::{Frame, Reply, Request, Version};
use ajet_cluster::{NodeId, Peer, RouteHeader};
use ajet_protocol::events::Ready;
use ajet_protocol::ops::ClusterReport;
use ajet_protocol::subjects::{NODES_BUCKET, NodeRequest, Subject, WIRE_VERSIONS, node_request};
use ajet_protocol::{SessionId, UserId};
use async_nats::{Client, ConnectOptions, HeaderMap, Message, Subscriber, jetstream};
use bytes::Bytes;
use futures::StreamExt;
use secrecy::SecretString;
use serde_json::json;
use uuid::Uuid;

use crate::support::{
    DEADLINE, OPS, World, eventually, everything_is_published, metrics, next, read_until, stack, text,
};

/// A client that is no node.
async fn stranger() -> Client {
    let nats = &stack().nats;
    let options = ConnectOptions::with_user_and_password(nats.user().into(), nats.password().into());
    options.connect(nats.url()).await.expect("connects")
}

/// A node's seals under the key of a world.
fn seals(world: &World) -> Seals {
    Seals::new(NodeId(Uuid::new_v4()), &world.config.cluster_secrets())
}

/// What this process counted without a good seal.
async fn unsealed(world: &World) -> u64 {
    let metrics = metrics(world).await;
    let count = metrics.lines().find_map(|line| line.strip_prefix("ajet_bus_unsealed_total "));
    count.map_or(0, |count| count.trim().parse().expect("a number"))
}

/// A request that its node takes for a minute, and never took before.
fn frame(request: Request) -> Bytes {
    let route = RouteHeader { attempt: Uuid::new_v4(), ..RouteHeader::default() };
    let frame = Frame { deadline_ms: clock::now().plus_seconds(60).unix_millis(), route, request };
    Version::V3.encode(&frame).expect("encodes").into()
}

/// Asks a node as a node of its cluster does.
async fn ask(nats: &Client, seals: &Seals, subject: &str, request: Request) -> Reply {
    let bytes = frame(request.clone());
    let headers = seals.headers(Use::Ask, subject, &bytes);
    let answer = nats.request_with_headers(subject.to_owned(), headers, bytes).await.expect("answers");
    Version::V3.decode_reply(&answer.payload, &request).expect("a reply")
}

/// S-H5: a node drops a request that its cluster did not seal, and carries out the same request when it is sealed.
#[tokio::test]
async fn a_request_that_the_cluster_did_not_seal_is_not_carried_out() {
    let world = World::new().await;
    let mut live = world.bob.live(None).await.expect("opens");
    let ready: Ready = serde_json::from_str(&next(&mut live).await.data).expect("JSON");
    let end = Request::EndSession(SessionId(ready.session_id));
    let (nats, ours) = (stranger().await, seals(&world));
    let theirs = Seals::new(NodeId(Uuid::new_v4()), &[SecretString::from("another key")]);
    let node = world.server.app().cluster.me().0;
    let subject = node_request(Version::V3.number(), node, NodeRequest::Ask);
    let (before, bytes) = (unsealed(&world).await, frame(end.clone()));
    for headers in [
        HeaderMap::new(),
        theirs.headers(Use::Ask, &subject, &bytes),
        ours.headers(Use::Event, &subject, &bytes),
        ours.headers(Use::Ask, &node_request(Version::V3.number(), node, NodeRequest::Probe), &bytes),
        ours.headers(Use::Ask, &subject, b"other bytes"),
    ] {
        nats.publish_with_headers(subject.clone(), headers, bytes.clone()).await.expect("is sent");
    }
    // On the same connection, so the node has seen the others before it.
    let reply = ask(&nats, &ours, &subject, Request::Describe).await;
    assert!(matches!(reply, Reply::Report(_)), "{reply:?}");
    assert!(unsealed(&world).await >= before + 5, "each of them is counted");
    world.ann.post(world.general.id, &text("still here")).await.expect("posts");
    read_until(&mut live, "still here").await;
    assert_eq!(ask(&nats, &ours, &subject, end).await, Reply::Done(true));
    let ending = tokio::time::timeout(DEADLINE, async { while live.next().await.is_some() {} });
    ending.await.expect("a sealed request ends the stream");
    world.end().await;
}

fn ghost(name: &str, database: Uuid) -> Peer {
    Peer {
        id: NodeId(Uuid::new_v4()),
        database,
        name: name.into(),
        addr: "203.0.113.9:8080".into(),
        pid: 1,
        version: "0.0.0".into(),
        wire: Version::V3.number(),
        started_at_ms: 0,
        joined: 0,
        wires: WIRE_VERSIONS.to_vec(),
    }
}

/// A node's entry in the list, as the node itself writes it under these keys.
fn entry(member: &Peer, secrets: &[SecretString]) -> Bytes {
    let text = serde_json::to_string(member).expect("JSON");
    let seal = Seals::new(member.id, secrets).seal(Use::Entry, &member.id.to_string(), text.as_bytes());
    serde_json::to_vec(&json!({"member": text, "seal": seal})).expect("JSON").into()
}

/// S-H5: an entry that is not sealed, or stands under the id of another node, makes no node of the cluster.
#[tokio::test]
async fn an_entry_that_the_cluster_did_not_seal_is_no_node() {
    let world = World::new().await;
    let database = world.server.app().store.log_identity().await.expect("reads").database;
    let secrets = world.config.cluster_secrets();
    let jetstream = jetstream::new(stranger().await);
    let made = async || jetstream.get_key_value(NODES_BUCKET).await.is_ok();
    eventually("the list of nodes is there", made).await;
    let bucket = jetstream.get_key_value(NODES_BUCKET).await.expect("a bucket");
    let before = unsealed(&world).await;
    let (forged, moved, sealed) =
        (ghost("forged", database), ghost("moved", database), ghost("sealed", database));
    let put = async |key: NodeId, value: Bytes| {
        bucket.put(key.to_string(), value).await.expect("is written");
    };
    put(forged.id, entry(&forged, &["another key".into()])).await;
    put(NodeId(Uuid::new_v4()), entry(&moved, &secrets)).await;
    put(sealed.id, entry(&sealed, &secrets)).await;
    let ops = world.nobody.with_token(OPS);
    let names = async || {
        let report: ClusterReport = ops.get("/ops/cluster").await.expect("reports");
        report.nodes.into_iter().map(|node| node.name).collect::<Vec<_>>()
    };
    // Written last, so the node has seen the others before it.
    eventually("a sealed entry is a node", async || names().await.contains(&sealed.name)).await;
    let names = names().await;
    assert!(!names.contains(&forged.name) && !names.contains(&moved.name), "{names:?}");
    assert!(unsealed(&world).await >= before + 2, "both are counted");
    world.end().await;
}

async fn tapped(tap: &mut Subscriber) -> Message {
    tokio::time::timeout(DEADLINE, tap.next()).await.expect("in time").expect("open")
}

/// S-H5: an event that the cluster sealed is worth nothing on another subject, even on one where such an event may come.
#[tokio::test]
async fn a_sealed_event_that_is_repeated_elsewhere_is_not_heard() {
    let world = World::new().await;
    everything_is_published(&world).await;
    let (bus, nats) = (&world.server.app().bus, stranger().await);
    let person = UserId(Uuid::new_v4());
    let elsewhere = Subject::Notifications(person).to_string();
    let mut notices = bus.events(Subject::Notifications(person)).await.expect("subscribes");
    bus.flush().await;
    let mut tap = nats.subscribe(Subject::Events(world.community.id).to_string()).await.expect("subscribes");
    // A round trip: the server knows of the subscription.
    jetstream::new(nats.clone()).query_account().await.expect("answers");
    let before = unsealed(&world).await;
    // Of what happens in a community only this may come on a person's subject.
    let invite = world.ann.create_invite(world.community.id, &Default::default()).await.expect("invites");
    for name in ["copied", "sealedanew"] {
        let (client, _) = world.nobody.sign_in(name).await.expect("signs in");
        client.accept_invite(&invite.code).await.expect("joins");
    }
    let (copied, other) = (tapped(&mut tap).await, tapped(&mut tap).await);
    let headers = copied.headers.expect("the seal of its own subject");
    nats.publish_with_headers(elsewhere.clone(), headers, copied.payload).await.expect("is sent");
    let headers = seals(&world).headers(Use::Event, &elsewhere, &other.payload);
    nats.publish_with_headers(elsewhere, headers, other.payload.clone()).await.expect("is sent");
    let heard = tokio::time::timeout(DEADLINE, notices.next()).await.expect("in time").expect("open");
    assert_eq!(
        heard.id,
        EncodedEvent::parse(other.payload, None).expect("an event").id,
        "the first was dropped"
    );
    assert!(unsealed(&world).await > before, "and counted");
    world.end().await;
}
