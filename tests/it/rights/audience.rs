//! Whom live delivery reaches, and who lost what by a change.

use ajet_chatd::rights::LiveScope;
use ajet_protocol::{Audience, Reason, UserId, Visibility};

use super::seen::{cache, channel_changed, version};
use crate::support::{World, id_of, sql};

fn reached(live: &LiveScope, audience: Audience) -> Vec<UserId> {
    let mut reached = Vec::new();
    live.reach(audience, |person| reached.push(person));
    reached.sort_unstable();
    reached
}

fn sorted<const N: usize>(mut people: [UserId; N]) -> [UserId; N] {
    people.sort_unstable();
    people
}

/// I6: who is banned hears that, and nothing of later versions.
#[tokio::test]
async fn who_loses_a_right_is_known_by_the_version_that_took_it() {
    let world = World::new().await;
    let (rights, community) = (cache(&world), world.community.id);
    let (ann, bob) = (id_of(&world.ann).await, id_of(&world.bob).await);
    let private = world.channel("private", Visibility::Private).await;
    for person in [ann, bob] {
        rights.hold(community, person).await.expect("reads");
    }
    let live = rights.audience(community).expect("two are held");
    assert_eq!(reached(&live, Audience::Members), sorted([ann, bob]));
    assert_eq!(reached(&live, Audience::Seers(private.id)), [ann]);
    world.ann.ban(community, bob, &Reason::default()).await.expect("bans");
    let banned = version(&world).await;
    rights.at_least(community, banned).await.expect("reads");
    assert_eq!(live.lost_by(banned, Audience::Members), [bob]);
    assert!(live.lost_by(banned, Audience::Seers(private.id)).is_empty(), "he never knew of it");
    assert_eq!(reached(&live, Audience::Members), [ann]);
    // The last one does not leave a private channel.
    let carol = id_of(&world.join("carol").await).await;
    world.ann.add_to_channel(private.id, carol).await.expect("adds");
    world.ann.leave(private.id).await.expect("leaves");
    let left = version(&world).await;
    rights.at_least(community, left).await.expect("reads");
    assert_eq!(live.lost_by(left, Audience::Seers(private.id)), [ann]);
    assert!(live.lost_by(left, Audience::Members).is_empty());
    world.end().await;
}

#[tokio::test]
async fn all_hear_that_a_public_channel_is_gone() {
    let world = World::new().await;
    let (rights, community) = (cache(&world), world.community.id);
    let (ann, bob) = (id_of(&world.ann).await, id_of(&world.bob).await);
    let gone = world.channel("gone", Visibility::Public).await;
    for person in [ann, bob] {
        rights.hold(community, person).await.expect("reads");
    }
    let live = rights.audience(community).expect("two are held");
    assert_eq!(live.joined_of(bob), [world.general.id]);
    sql(&world, "delete from channels where name = 'gone'").await;
    let version = channel_changed(&world, gone.id).await;
    rights.at_least(community, version).await.expect("reads");
    let mut lost = live.lost_by(version, Audience::Seers(gone.id));
    lost.sort_unstable();
    assert_eq!(lost, sorted([ann, bob]));
    assert!(reached(&live, Audience::Seers(gone.id)).is_empty());
    assert_eq!(live.joined_of(ann), [world.general.id], "she had joined it");
    world.end().await;
}

#[tokio::test]
async fn people_are_held_until_the_last_session_lets_go() {
    let world = World::new().await;
    let (rights, community, bob) = (cache(&world), world.community.id, id_of(&world.bob).await);
    for _ in 0..2 {
        rights.hold(community, bob).await.expect("reads");
    }
    rights.release(community, bob);
    assert!(rights.audience(community).expect("is held once more").hears(bob, Audience::Members));
    rights.release(community, bob);
    assert!(rights.audience(community).is_none());
    assert!(rights.recall(community, bob, None).is_some(), "what is known of him is not thrown away");
    rights.release(community, bob);
    rights.hold(community, bob).await.expect("from memory");
    assert!(rights.audience(community).is_some());
    world.end().await;
}
