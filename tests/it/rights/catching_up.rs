//! How what is remembered is brought up to date, and when.

use std::time::Duration;

use ajet_protocol::{Audience, ChannelId, CommunityId, Reason, Visibility};
use futures::future::join_all;

use super::seen::{cache, channel_changed, version};
use crate::support::{World, eventually, id_of, sql};

#[tokio::test]
async fn what_is_remembered_stays_until_the_changes_are_read() {
    let world = World::new().await;
    let (rights, bob) = (cache(&world), id_of(&world.bob).await);
    let (community, general) = (world.community.id, world.general.id);
    assert_eq!(rights.recall(community, bob, Some(general)), None, "nothing is known");
    let before = rights.standing(community, bob, Some(general)).await.expect("reads").expect("is there");
    assert!(before.in_channel && before.acl_version == version(&world).await);
    world.bob.leave(general).await.expect("leaves");
    let recalled = || rights.recall(community, bob, Some(general));
    assert_eq!(recalled(), Some(before), "no query was made, and none told of it");
    rights.refresh(community).await.expect("reads");
    assert_eq!(recalled(), None, "who is not held is forgotten when they change");
    let after = rights.standing(community, bob, Some(general)).await.expect("reads").expect("is there");
    assert!(!after.in_channel && after.sees_channel && after.acl_version == version(&world).await);
    let seen = rights.seen_channels(community, bob).await.expect("reads").expect("is there");
    assert_eq!(seen, (after.acl_version, true, vec![general]));
    world.end().await;
}

#[tokio::test]
async fn a_version_that_was_heard_of_is_read_in_the_background() {
    let world = World::new().await;
    let (rights, bob, community) = (cache(&world), id_of(&world.bob).await, world.community.id);
    rights.heard(community, 99);
    assert!(rights.recall(community, bob, None).is_none(), "what is not remembered is not read");
    rights.standing(community, bob, None).await.expect("reads");
    world.ann.ban(community, bob, &Reason::default()).await.expect("bans");
    rights.heard(community, version(&world).await);
    eventually("it is known", async || rights.recall(community, bob, None).is_none()).await;
    world.end().await;
}

#[tokio::test]
async fn all_who_wait_for_a_version_get_it() {
    let world = World::new().await;
    let (rights, bob, community) = (cache(&world), id_of(&world.bob).await, world.community.id);
    rights.hold(community, bob).await.expect("reads");
    let live = rights.audience(community).expect("bob is held");
    for _ in 0..5 {
        world.bob.leave(world.general.id).await.expect("leaves");
        world.bob.join(world.general.id).await.expect("joins");
        let version = version(&world).await;
        assert!(live.version() < version);
        let waiting = join_all((0..200).map(|_| rights.at_least(community, version)));
        let known = tokio::time::timeout(Duration::from_secs(10), waiting).await.expect("in time");
        assert!(known.iter().all(Result::is_ok) && live.version() >= version);
    }
    world.end().await;
}

/// The log of changes was tidied, or does not reach back: everything is read again.
#[tokio::test]
async fn a_log_of_changes_with_a_hole_is_not_trusted() {
    let world = World::new().await;
    let (rights, bob, community) = (cache(&world), id_of(&world.bob).await, world.community.id);
    rights.hold(community, bob).await.expect("reads");
    let stranger = id_of(&world.join("carol").await).await;
    rights.refresh(community).await.expect("reads");
    rights.standing(community, stranger, None).await.expect("reads");
    for person in [bob, stranger] {
        world.ann.ban(community, person, &Reason::default()).await.expect("bans");
    }
    sql(&world, "delete from acl_changes").await;
    rights.refresh(community).await.expect("reads");
    let live = rights.audience(community).expect("bob is held");
    assert_eq!(live.version(), version(&world).await);
    assert!(!live.hears(bob, Audience::Members));
    assert!(rights.recall(community, stranger, None).is_none(), "who is not held is read again");
    assert!(
        !rights.standing(community, stranger, None).await.expect("reads").expect("is there").in_community
    );
    world.end().await;
}

/// A node of the release before raises the community's own version alone.
#[tokio::test]
async fn what_a_node_of_the_release_before_changes_concerns_everyone() {
    let world = World::new().await;
    let (rights, bob, general) = (cache(&world), id_of(&world.bob).await, world.general.id);
    let community = world.community.id;
    rights.hold(community, bob).await.expect("reads");
    sql(&world, "delete from channel_members where user_id = (select id from users where username = 'bob')")
        .await;
    sql(&world, "update communities set acl_version = acl_version + 1").await;
    rights.refresh(community).await.expect("reads");
    let standing = rights.recall(community, bob, Some(general)).expect("is held");
    assert!(!standing.in_channel && standing.acl_version == version(&world).await);
    world.end().await;
}

#[tokio::test]
async fn a_channel_that_changes_is_read_by_itself() {
    let world = World::new().await;
    let (rights, bob, community) = (cache(&world), id_of(&world.bob).await, world.community.id);
    rights.hold(community, bob).await.expect("reads");
    let private = world.channel("private", Visibility::Private).await;
    rights.refresh(community).await.expect("reads");
    let sees = || rights.recall(community, bob, Some(private.id)).expect("is held").sees_channel;
    assert!(!sees());
    sql(&world, "update channels set visibility = 'public' where name = 'private'").await;
    let version = channel_changed(&world, private.id).await;
    rights.at_least(community, version).await.expect("reads");
    assert!(sees());
    world.end().await;
}

#[tokio::test]
async fn a_community_that_is_not_there_is_not_remembered() {
    let world = World::new().await;
    let (rights, bob) = (cache(&world), id_of(&world.bob).await);
    let nowhere = CommunityId(uuid::Uuid::from_u128(1));
    assert_eq!(rights.standing(nowhere, bob, None).await.expect("reads"), None);
    assert_eq!(rights.seen_channels(nowhere, bob).await.expect("reads"), None);
    rights.at_least(nowhere, 5).await.expect("there is nothing to know");
    rights.hold(nowhere, bob).await.expect("there is nothing to hold");
    assert!(rights.audience(nowhere).is_none());
    rights.release(nowhere, bob);
    let lost = ChannelId(uuid::Uuid::from_u128(2));
    assert_eq!(rights.community_of(lost).await.expect("reads"), None);
    for _ in 0..2 {
        let found = rights.community_of(world.general.id).await.expect("reads");
        assert_eq!(found, Some(world.community.id));
    }
    world.end().await;
}
