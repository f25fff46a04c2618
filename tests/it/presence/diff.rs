//! The frame `presence.diff`: who came online and went, told once to those who share a channel with them.

use ajet_client::{Client, Live};
use ajet_protocol::{CreateCommunity, PresenceDiff, PresenceMode, UpdateMe, UserId, Visibility};

use super::list::hide;
use super::pace::{fast, two};
use crate::support::requests::bearer;
use crate::support::{Raw, World, id_of, next};

/// The next diff of a stream.
async fn next_diff(live: &mut Live) -> PresenceDiff {
    loop {
        let frame = next(live).await;
        if frame.name == "presence.diff" {
            return serde_json::from_str(&frame.data).expect("its data");
        }
    }
}

/// The diffs of a stream up to the one by which somebody came online.
async fn until_online(live: &mut Live, person: UserId) -> Vec<PresenceDiff> {
    let mut diffs = Vec::new();
    loop {
        let diff = next_diff(live).await;
        let came = diff.online.contains(&person);
        diffs.push(diff);
        if came {
            return diffs;
        }
    }
}

fn names(diffs: &[PresenceDiff], person: UserId) -> bool {
    diffs.iter().any(|diff| diff.online.contains(&person) || diff.offline.contains(&person))
}

async fn opened(client: &Client) -> Live {
    let mut live = client.live(None).await.expect("opens");
    assert_eq!(next(&mut live).await.name, "ready");
    live
}

/// Another community of ann's, with these people in it.
async fn elsewhere(world: &World, people: [&Client; 2]) {
    let request = CreateCommunity { name: "Else".into(), slug: "else".into(), client_mutation_id: None };
    let community = world.ann.create_community(&request).await.expect("founds");
    let invite = world.ann.create_invite(community.id, &Default::default()).await.expect("invites");
    for person in people {
        person.accept_invite(&invite.code).await.expect("joins");
    }
}

/// On another node as well: the one that somebody is online at tells the others.
#[tokio::test]
async fn who_comes_and_goes_is_told_once_each() {
    let cluster = two(fast).await;
    let bob = id_of(&cluster.world.bob).await;
    let mut streams = Vec::new();
    for ann in cluster.everywhere(&cluster.world.ann) {
        streams.push(opened(&ann).await);
    }
    cluster.world.bob.heartbeat().await.expect("beats");
    for live in &mut streams {
        // Not that she herself is online.
        assert_eq!(next_diff(live).await, PresenceDiff { online: vec![bob], offline: vec![] });
        assert_eq!(next_diff(live).await, PresenceDiff { online: vec![], offline: vec![bob] });
    }
    drop(streams);
    cluster.end().await;
}

/// An empty or repeated id would change where a client goes on from.
#[tokio::test]
async fn a_diff_has_no_id() {
    let world = World::with(fast).await;
    let request = bearer(world.ann.token().expect("a token"), "GET /api/events HTTP/1.0");
    let mut stream = Raw::to(world.server.addr()).await;
    stream.send(&request).await;
    stream.read_until("event: ready").await;
    world.bob.heartbeat().await.expect("beats");
    let read = stream.read_until("event: presence.diff").await;
    let (before, _) = read.rsplit_once("event: presence.diff").expect("the frame");
    assert!(before.is_empty() || before.ends_with("\n\n"), "{read}");
    world.end().await;
}

/// I6: who was kicked hears of no one there any more, and of others as before.
#[tokio::test]
async fn who_is_out_of_a_community_is_told_of_no_one_there() {
    let world = World::with(|config| config.presence.diff_s = 1).await;
    let carol = world.join("carol").await;
    let (dave, erin) = (world.join("dave").await, world.nobody.sign_in("erin").await.expect("signs in").0);
    elsewhere(&world, [&carol, &erin]).await;
    let (bob, dave_id, erin_id) = (id_of(&world.bob).await, id_of(&dave).await, id_of(&erin).await);
    let (mut carols, mut anns) = (opened(&carol).await, opened(&world.ann).await);
    world.bob.heartbeat().await.expect("beats");
    until_online(&mut carols, bob).await;
    let kicked = id_of(&carol).await;
    world.ann.remove_member(world.community.id, kicked, &Default::default()).await.expect("kicks");
    dave.heartbeat().await.expect("beats");
    until_online(&mut anns, dave_id).await;
    erin.heartbeat().await.expect("beats");
    let told = until_online(&mut carols, erin_id).await;
    assert!(!names(&told, dave_id), "{told:?}");
    world.end().await;
}

/// I6: of people who share several channels one is looked at first, and others where that one says no.
#[tokio::test]
async fn who_may_not_view_one_shared_channel_is_told_of_by_another() {
    let world = World::with(|config| config.presence.diff_s = 1).await;
    let (carol, dave) = (world.join("carol").await, world.join("dave").await);
    let open = world.channel("open", Visibility::Public).await;
    world.bob.join(open.id).await.expect("joins");
    let (bob, carol_id, dave_id) = (id_of(&world.bob).await, id_of(&carol).await, id_of(&dave).await);
    for hidden_from in [bob, carol_id] {
        hide(&world, world.general.id, hidden_from).await;
    }
    let mut live = opened(&world.ann).await;
    carol.heartbeat().await.expect("beats");
    world.bob.heartbeat().await.expect("beats");
    let mut told = until_online(&mut live, bob).await;
    dave.heartbeat().await.expect("beats");
    told.extend(until_online(&mut live, dave_id).await);
    assert!(!names(&told, carol_id), "she shares nothing else: {told:?}");
    world.end().await;
}

async fn show(person: &Client, presence: PresenceMode) {
    let update = UpdateMe { presence: Some(presence), ..UpdateMe::default() };
    person.update_me(&update).await.expect("changes");
}

/// The next diff of a stream that names somebody.
async fn until_named(live: &mut Live, person: UserId) -> PresenceDiff {
    loop {
        let diff = next_diff(live).await;
        if names(std::slice::from_ref(&diff), person) {
            return diff;
        }
    }
}

/// Also who is shown as online already, on all nodes.
#[tokio::test]
async fn who_is_invisible_comes_and_goes_unseen() {
    let cluster = two(fast).await;
    let world = &cluster.world;
    let carol = world.join("carol").await;
    let (bob, carol_id) = (id_of(&world.bob).await, id_of(&carol).await);
    let mut streams = Vec::new();
    for ann in cluster.everywhere(&world.ann) {
        streams.push(opened(&ann).await);
    }
    show(&world.bob, PresenceMode::Invisible).await;
    let bobs = opened(&world.bob).await;
    carol.heartbeat().await.expect("beats");
    for live in &mut streams {
        let told = until_online(live, carol_id).await;
        assert!(!names(&told, bob), "{told:?}");
    }
    for (presence, online) in [(PresenceMode::Auto, true), (PresenceMode::Invisible, false)] {
        show(&world.bob, presence).await;
        for live in &mut streams {
            let told = until_named(live, bob).await;
            assert_eq!(told.online.contains(&bob), online, "{told:?}");
        }
    }
    drop((streams, bobs));
    cluster.end().await;
}
