//! Nodes come and go, and no client notices.

use std::collections::HashSet;
use std::sync::atomic::Ordering;

use ajet_chatd::config::Config;
use ajet_client::{Client, Error};
use ajet_protocol::ops::ClusterReport;
use ajet_protocol::{Channel, ChannelId, Code, MessageId, PageQuery, Visibility};
use futures::future::join_all;
use reqwest::Method;
use serde_json::json;
use tokio_util::sync::CancellationToken;

use crate::support::cluster::{Cluster, Reader, posting};
use crate::support::{OPS, World, assert_one_order, code, created, eventually, history, next, text};

#[tokio::test]
async fn any_node_serves_anybody() {
    let cluster = Cluster::of(3).await;
    let world = &cluster.world;
    let (ann, bob) = (cluster.everywhere(&world.ann), cluster.everywhere(&world.bob));
    let mut streams = join_all(bob.iter().map(|bob| async { bob.live(None).await.expect("opens") })).await;
    for live in &mut streams {
        assert_eq!(next(live).await.name, "ready");
    }
    let mut channels = vec![world.general.clone()];
    for n in 0..6 {
        let made = world.channel(&format!("c{n}"), Visibility::Public).await;
        bob[n % 3].join(made.id).await.expect("joins anywhere");
        channels.push(made);
    }
    let mut owners = HashSet::new();
    for channel in &channels {
        for (n, client) in ann.iter().enumerate() {
            let posted =
                client.post(channel.id, &text(&format!("{} from {n}", channel.name))).await.expect("posts");
            for reader in &bob {
                let read = reader.message(posted.id).await.expect("I5: reads at once, anywhere");
                assert_eq!(read.body_md, posted.body_md);
            }
        }
        owners.insert(cluster.owner(channel).await.owner);
    }
    assert!(owners.len() > 1, "seven channels live on more than one node");
    for live in &mut streams {
        // Channels are streams of their own: there is no order between them.
        let mut seen = HashSet::new();
        while seen.len() < channels.len() * 3 {
            seen.extend(created(&next(live).await));
        }
    }
    cluster.end().await;
}

async fn mark_read(reader: &Client, channel: ChannelId, message: MessageId) -> Result<(), Error> {
    let path = format!("/api/channels/{channel}/read");
    reader.tell(Method::PUT, &path, &json!({ "message_id": message })).await
}

/// What a node remembers of rights neither hides what a person has just joined, nor shows what they have just left.
#[tokio::test]
async fn every_node_reads_by_the_rights_of_this_moment() {
    let cluster = Cluster::of(2).await;
    let world = &cluster.world;
    let bob = cluster.everywhere(&world.bob);
    for n in 0..10 {
        let (here, there) = (&bob[n % 2], &bob[(n + 1) % 2]);
        let made = world.channel(&format!("c{n}"), Visibility::Public).await;
        let listed = there.channels(world.community.id).await.expect("lists").items;
        assert!(listed.iter().any(|channel| channel.id == made.id), "a new channel, {n}");
        let posted = world.ann.post(made.id, &text("hello")).await.expect("posts");
        let read = mark_read(there, made.id, posted.id).await.expect_err("has not joined");
        assert_eq!(read.code(), Some(Code::Forbidden));
        here.join(made.id).await.expect("joins");
        mark_read(there, made.id, posted.id).await.expect("has joined");
        here.leave(made.id).await.expect("leaves");
        mark_read(there, made.id, posted.id).await.expect_err("has left");
    }
    let (carol, _) = world.nobody.sign_in("carol").await.expect("signs in");
    let carol = cluster.everywhere(&carol);
    for reader in &carol {
        assert_eq!(code(reader.channels(world.community.id).await), Code::NotFound, "a stranger");
    }
    let invite = world.ann.create_invite(world.community.id, &Default::default()).await.expect("invites");
    carol[0].accept_invite(&invite.code).await.expect("joins");
    for reader in carol.iter().rev() {
        let channels = reader.channels(world.community.id).await.expect("a member now, anywhere");
        assert!(channels.items.iter().any(|channel| channel.id == world.general.id));
        reader.messages(world.general.id, &PageQuery::default()).await.expect("reads");
    }
    cluster.end().await;
}

/// A third node owns none of so many with a probability of (2/3)^24, which is 1 in 17,000.
const CHANNELS: usize = 24;
/// So many of them one task posts to.
const EACH: usize = 8;

#[tokio::test]
async fn nodes_join_and_drain_under_load_and_no_request_fails() {
    let mut cluster = Cluster::of(2).await;
    let mut channels = vec![cluster.world.general.clone()];
    for n in 1..CHANNELS {
        channels.push(cluster.world.channel(&format!("c{n}"), Visibility::Public).await);
    }
    let stop = CancellationToken::new();
    let first = cluster.everywhere(&cluster.world.ann)[..1].to_vec();
    let reader = cluster.everywhere(&cluster.world.ann);
    let mut live = reader[1].live(None).await.expect("opens");
    assert_eq!(next(&mut live).await.name, "ready");
    let (reader, reading) = Reader::start(reader, live);
    // Only now: what is posted before the stream is open is not for it.
    let posts: Vec<_> =
        channels.chunks(EACH).map(|some| posting(first.clone(), some.to_vec(), stop.clone())).collect();
    cluster.join().await;
    // Load runs on the third node before another one leaves.
    let newcomer = cluster.others.last().expect("a third node").app().cluster.me().0;
    let moved = async || {
        for channel in &channels {
            let found = cluster.owner(channel).await;
            if found.owner == newcomer && found.active && found.epoch > 1 {
                return true;
            }
        }
        false
    };
    eventually("the newcomer serves some of it", moved).await;
    // The second node goes, with the reader's stream on it.
    let leaving = cluster.others.remove(0);
    leaving.stop().await;
    let seen_of = |channel: &Channel| {
        let prefix = format!("{} ", channel.name);
        reader.seen.lock().iter().filter(|text| text.starts_with(&prefix)).count()
    };
    let seen_so_far: Vec<usize> = channels.iter().map(seen_of).collect();
    let go_on =
        async || channels.iter().zip(&seen_so_far).all(|(channel, so_far)| seen_of(channel) > so_far + 2);
    eventually("load goes on after that in each channel", go_on).await;
    stop.cancel();
    let posted: Vec<_> =
        join_all(posts).await.into_iter().flat_map(|one| one.expect("no request failed")).collect();
    for channel in &channels {
        let stored = history(&cluster.world.ann, channel).await;
        assert_one_order(&stored);
        let here = posted.iter().filter(|one| one.channel_id == channel.id);
        assert_eq!(
            stored.iter().map(|one| one.id).collect::<Vec<_>>(),
            here.map(|one| one.id).collect::<Vec<_>>(),
            "I1, I2: what was acknowledged, once, in its order"
        );
    }
    let wanted: HashSet<_> = posted.into_iter().map(|one| one.body_md).collect();
    eventually("I4: every event, without a hole", async || wanted.is_subset(&reader.seen.lock())).await;
    assert!(reader.reconnects.load(Ordering::Relaxed) > 0, "the stream came back elsewhere");
    reading.abort();
    cluster.end().await;
}

#[tokio::test]
async fn another_installation_on_the_same_nats_is_none_of_ours() {
    let (one, two) = (World::new().await, World::new().await);
    for world in [&one, &two] {
        let report: ClusterReport = world.nobody.with_token(OPS).get("/ops/cluster").await.expect("reports");
        assert_eq!(report.nodes.len(), 1);
    }
    let config: &Config = &one.config;
    assert_ne!(config.db.dbname, two.config.db.dbname);
    one.end().await;
    two.end().await;
}
