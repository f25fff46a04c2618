//! `PATCH /api/roles/{id}`.

use ajet_protocol::{Code, Event, Permission, Reason, UpdateRole};

use super::support::{give, made, role};
use crate::support::{World, audit, code, id_of, next, next_event};

fn granting(permissions: &[Permission]) -> UpdateRole {
    UpdateRole { permissions: Some(permissions.to_vec()), ..UpdateRole::default() }
}

fn at(position: i64) -> UpdateRole {
    UpdateRole { position: Some(position), ..UpdateRole::default() }
}

/// What a role grants is its holders' from the answer on, and what it does not grant any more is gone.
#[tokio::test]
async fn holders_have_what_their_role_grants_at_once() {
    let world = World::new().await;
    let community = world.community.id;
    let carol = id_of(&world.join("carol").await).await;
    let crew = made(&world, "crew", &[], 5).await;
    give(&world, &world.bob, &[crew.id]).await;
    let mut bobs = world.bob.live(None).await.expect("opens");
    assert_eq!(next(&mut bobs).await.name, "ready");
    let mute = async || world.bob.unmute(community, carol, &Reason::default()).await;
    assert_eq!(code(mute().await), Code::Forbidden);
    for _ in 0..3 {
        let granted =
            world.ann.update_role(crew.id, &granting(&[Permission::MuteMembers])).await.expect("changes");
        assert_eq!((granted.id, granted.permissions), (crew.id, vec![Permission::MuteMembers]));
        mute().await.expect("may");
        world.ann.update_role(crew.id, &granting(&[])).await.expect("changes");
        assert_eq!(code(mute().await), Code::Forbidden);
    }
    let renamed = UpdateRole { name: Some("deck".into()), position: Some(6), permissions: None };
    let renamed = world.ann.update_role(crew.id, &renamed).await.expect("changes");
    assert_eq!((renamed.name.as_str(), renamed.position, renamed.permissions.len()), ("deck", 6, 0));
    loop {
        let Some(Event::RoleUpdated(told)) = next_event(&mut bobs, "role.updated").await else {
            panic!("members hear of it")
        };
        if told.role == renamed {
            break;
        }
    }
    assert_eq!(audit(&world).await.last().map(|(action, _)| action.as_str()), Some("role.update"));
    world.end().await;
}

#[tokio::test]
async fn a_manager_changes_roles_below_their_own_with_what_they_have() {
    let world = World::new().await;
    let low = made(&world, "low", &[Permission::BanMembers], 5).await;
    let high = made(&world, "high", &[], 11).await;
    let manager = made(&world, "manager", &[Permission::ManageRoles], 10).await;
    assert_eq!(code(world.bob.update_role(low.id, &at(4)).await), Code::Forbidden);
    give(&world, &world.bob, &[manager.id]).await;
    world.bob.update_role(low.id, &at(9)).await.expect("may");
    for (role, update) in [
        (low.id, at(10)),
        (low.id, granting(&[Permission::BanMembers, Permission::KickMembers])),
        (manager.id, granting(&[])),
        (manager.id, at(3)),
        (high.id, at(3)),
    ] {
        assert_eq!(code(world.bob.update_role(role, &update).await), Code::Forbidden, "{role}: {update:?}");
    }
    let (stranger, _) = world.nobody.sign_in("dave").await.expect("signs in");
    assert_eq!(code(stranger.update_role(low.id, &at(1)).await), Code::NotFound);
    let taken = UpdateRole { name: Some("HIGH".into()), ..UpdateRole::default() };
    assert_eq!(code(world.ann.update_role(low.id, &taken).await), Code::Conflict);
    let one_more = world.bob.create_role(world.community.id, &role("mine", &[], 3)).await.expect("may");
    world.bob.delete_role(one_more.id).await.expect("may");
    world.end().await;
}
