//! Changes while everything else goes on: nothing that is answered is older than the version it comes with, and in the end what is
//! known is what is stored.

use std::sync::atomic::{AtomicBool, Ordering};

use ajet_chatd::rights::Rights;
use ajet_protocol::{Audience, ChannelId, CommunityId, Reason, UserId, Visibility};
use futures::future::join_all;

use super::seen::{cache, version};
use crate::support::{World, id_of};

/// What a person's standings say, one after another, until it is `done`: as of which version, and whether they belong.
async fn watch(
    rights: &Rights,
    community: CommunityId,
    (person, channel): (UserId, ChannelId),
    done: &AtomicBool,
) -> Vec<(u64, bool)> {
    let mut seen = Vec::new();
    while !done.load(Ordering::SeqCst) {
        let standing = rights.standing(community, person, Some(channel)).await.expect("reads");
        let standing = standing.expect("is there");
        seen.push((standing.acl_version, standing.in_community || standing.in_channel));
        tokio::task::yield_now().await;
    }
    seen
}

/// I6. A standing may be newer than its version, and is never older.
#[tokio::test]
async fn no_standing_of_a_later_version_has_what_an_earlier_one_took() {
    let world = World::new().await;
    let (rights, community, general) = (cache(&world), world.community.id, world.general.id);
    let mut people = Vec::new();
    for n in 0..8 {
        people.push(id_of(&world.join(&format!("p{n}")).await).await);
    }
    let done = AtomicBool::new(false);
    let seen = join_all(people.iter().map(|person| watch(&rights, community, (*person, general), &done)));
    let banning = async {
        let mut banned = Vec::new();
        for person in &people {
            world.ann.ban(community, *person, &Reason::default()).await.expect("bans");
            banned.push(version(&world).await);
            rights.heard(community, version(&world).await);
        }
        rights.refresh(community).await.expect("reads");
        done.store(true, Ordering::SeqCst);
        banned
    };
    let (seen, banned) = tokio::join!(seen, banning);
    for (seen, banned) in seen.into_iter().zip(banned) {
        let leaked = seen.iter().find(|(as_of, belongs)| *as_of >= banned && *belongs);
        assert_eq!(leaked, None, "banned by version {banned}");
    }
    world.end().await;
}

/// Holds and releases a person again and again, and asks for their rights, until it is `done`.
async fn disturb(rights: &Rights, community: CommunityId, person: UserId, done: &AtomicBool) {
    while !done.load(Ordering::SeqCst) {
        rights.hold(community, person).await.expect("reads");
        let live = rights.audience(community).expect("is held");
        let _ = live.hears(person, Audience::Members);
        rights.at_least(community, live.version() + 1).await.expect("reads");
        rights.release(community, person);
        rights.standing(community, person, None).await.expect("reads");
    }
}

#[tokio::test]
async fn what_is_known_in_the_end_is_what_is_stored() {
    let world = World::new().await;
    let (rights, community) = (cache(&world), world.community.id);
    let mut clients = vec![world.bob.clone()];
    for name in ["carol", "dave", "erin"] {
        clients.push(world.join(name).await);
    }
    let people = join_all(clients.iter().map(id_of)).await;
    let mut channels = vec![world.general.id];
    for name in ["one", "two"] {
        channels.push(world.channel(name, Visibility::Public).await.id);
    }
    rights.hold(community, people[0]).await.expect("reads");
    let done = AtomicBool::new(false);
    let disturbing = join_all(people.iter().map(|person| disturb(&rights, community, *person, &done)));
    let changing = async {
        for round in 0..10 {
            let moves =
                clients.iter().enumerate().map(|(n, client)| come_and_go(client, &channels, n + round));
            join_all(moves).await;
            rights.heard(community, version(&world).await);
        }
        done.store(true, Ordering::SeqCst);
    };
    tokio::join!(disturbing, changing);
    rights.refresh(community).await.expect("reads");
    let fresh = cache(&world);
    for person in &people {
        for channel in &channels {
            let known = rights.standing(community, *person, Some(*channel)).await.expect("reads");
            let stored = fresh.standing(community, *person, Some(*channel)).await.expect("reads");
            assert_eq!(known, stored);
        }
    }
    let live = rights.audience(community).expect("bob is held");
    for channel in &channels {
        let stored = fresh.standing(community, people[0], Some(*channel)).await.expect("reads");
        let mut reached = Vec::new();
        live.reach(Audience::Joined(*channel), |person| reached.push(person));
        assert_eq!(reached.contains(&people[0]), stored.expect("is there").in_channel, "by the index");
        assert!(reached.len() <= 1, "only he is held");
    }
    world.end().await;
}

async fn come_and_go(client: &ajet_client::Client, channels: &[ChannelId], n: usize) {
    let channel = channels[n % channels.len()];
    client.join(channel).await.expect("joins");
    if n.is_multiple_of(2) {
        client.leave(channel).await.expect("leaves");
    }
}
