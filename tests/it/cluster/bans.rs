//! Bans and kicks, and what is under way to the person on several nodes.

use std::time::{Duration, Instant};

use ajet_client::Client;
use ajet_protocol::{Channel, CreateCommunity, Reason};
use futures::future::join_all;

use crate::support::bots::made;
use crate::support::cluster::Cluster;
use crate::support::requests::bearer;
use crate::support::{Raw, World, id_of, read_until, sql, text};

/// Messages before a ban, each of some 8 KB as a frame: 6.5 MB. The kernel holds at most 4 MB of a connection that is not read
/// (`tcp_wmem`), so the last of them wait in the server.
const BEFORE: usize = 800;
/// Posted at a time.
const AT_ONCE: usize = 20;
/// Letters of each.
const LETTERS: usize = 3900;

/// A community of ann's beside the first one, with these people in it; its channel.
pub async fn elsewhere<const N: usize>(world: &World, people: [&Client; N]) -> Channel {
    let request = CreateCommunity { name: "Else".into(), slug: "else".into(), client_mutation_id: None };
    let community = world.ann.create_community(&request).await.expect("founds");
    let invite = world.ann.create_invite(community.id, &Default::default()).await.expect("invites");
    for person in people {
        person.accept_invite(&invite.code).await.expect("joins");
    }
    world.ann.channels(community.id).await.expect("lists").items.swap_remove(0)
}

/// A person's stream at each node, open and then not read.
async fn unread(cluster: &Cluster, person: &Client) -> Vec<Raw> {
    // HTTP/1.0 has no chunks that a text could be cut by.
    let request = bearer(person.token().expect("a token"), "GET /api/events HTTP/1.0");
    let request = request.as_str();
    let streams = cluster.nodes().into_iter().map(|node| async move {
        let mut stream = Raw::to(node.addr()).await;
        stream.send(request).await;
        stream.read_until("event: ready").await;
        stream
    });
    join_all(streams).await
}

/// Ann posts more than readers that do not read can be sent.
async fn post_much(world: &World) {
    let letters = "x".repeat(LETTERS);
    for first in (0..BEFORE).step_by(AT_ONCE) {
        let posts = (first..first + AT_ONCE).map(|n| {
            let request = text(&format!("{n} {letters}"));
            async move { world.ann.post(world.general.id, &request).await.expect("posts") }
        });
        join_all(posts).await;
    }
}

/// I14: whatever waits for a slow reader of the banned person is gone when the ban is answered, on each node: a stream that does not
/// take what is on its way is ended, and its client comes back. Other readers, and the person's other communities, lose nothing.
#[tokio::test]
async fn a_ban_is_answered_when_nothing_more_comes_on_any_node() {
    let cluster = Cluster::of(3).await;
    let world = &cluster.world;
    let (community, general) = (world.community.id, world.general.id);
    let carol = world.join("carol").await;
    let elsewhere = elsewhere(world, [&world.bob, &carol]).await;
    let bob = id_of(&world.bob).await;
    let (mut bobs, mut carols) = tokio::join!(unread(&cluster, &world.bob), unread(&cluster, &carol));
    post_much(world).await;
    world.ann.post(general, &text("the last one before")).await.expect("posts");
    world.ann.ban(community, bob, &Reason::default()).await.expect("bans");
    world.ann.post(general, &text("without bob")).await.expect("posts");
    world.ann.post(elsewhere.id, &text("somewhere else")).await.expect("posts");
    let reading = bobs.iter_mut().map(Raw::rest);
    for (node, said) in join_all(reading).await.into_iter().enumerate() {
        let whole = said.rfind("\n\n").map_or("", |end| &said[..end]);
        let cursor = whole.lines().rev().find_map(|line| line.strip_prefix("id: ")).expect("a cursor");
        let there = world.bob.at(&format!("http://{}", cluster.nodes()[node].addr()));
        let mut again = there.live(Some(cursor)).await.expect("opens");
        let heard = read_until(&mut again, "somewhere else").await;
        for late in ["the last one before", "without bob"] {
            assert!(!said.contains(late), "node {node} sent {late:?} after the answer");
            assert!(!heard.iter().any(|text| text == late), "node {node} replayed {late:?}");
        }
    }
    // The same reader without a ban gets all of it: nothing fell out of the node's memory.
    let reading = carols.iter_mut().map(|stream| stream.read_until("somewhere else"));
    for (node, said) in join_all(reading).await.into_iter().enumerate() {
        for wanted in ["the last one before", "without bob"] {
            assert!(said.contains(wanted), "node {node} lost {wanted:?}");
        }
    }
    cluster.end().await;
}

/// A node that may emit and says nothing is waited for until it has read of the ban by itself, or emits nothing any more: so long,
/// and no longer.
#[tokio::test]
async fn a_ban_waits_for_a_silent_node_and_not_for_ever() {
    let world = World::new().await;
    let (community, bob) = (world.community.id, id_of(&world.bob).await);
    sql(&world, "insert into node_leases (node) values (gen_random_uuid())").await;
    for banned_again in [false, true] {
        let began = Instant::now();
        world.ann.ban(community, bob, &Reason::default()).await.expect("bans");
        let waited = began.elapsed();
        assert!(waited >= Duration::from_secs(2), "again: {banned_again}: answered after {waited:?}");
        assert!(waited < Duration::from_secs(6), "again: {banned_again}: answered after {waited:?}");
    }
    world.end().await;
}

/// The same of a bot with many tokens, of which nodes are told in parts: it is waited for once.
#[tokio::test]
async fn the_end_of_many_tokens_waits_for_a_silent_node_once() {
    let world = World::new().await;
    let bot = made(&world, "robo").await;
    let tokens = "insert into api_tokens (id, bot_id, community_id, user_id, token_hash, scopes, created_at)
                  select gen_random_uuid(), b.id, b.community_id, b.user_id, decode(md5(n::text), 'hex'), 1, now()
                  from bots b, generate_series(1, 400) n";
    assert_eq!(sql(&world, tokens).await, 400);
    let silent =
        "insert into node_leases (node, seen_at) values (gen_random_uuid(), now() + interval '1 minute')";
    sql(&world, silent).await;
    let began = Instant::now();
    world.ann.delete_bot(bot.id).await.expect("deletes");
    let waited = began.elapsed();
    assert!(waited >= Duration::from_secs(2), "answered after {waited:?}");
    assert!(waited < Duration::from_secs(6), "answered after {waited:?}");
    assert_eq!(sql(&world, "select from api_tokens where revoked_at is null").await, 0);
    world.end().await;
}
