//! People with roles.

use ajet_client::Client;
use ajet_protocol::{CreateRole, CustomRole, Permission, RoleId, SetOverwrite, UpdateMember};

use crate::support::{World, id_of};

/// A request for a role.
pub fn role(name: &str, permissions: &[Permission], position: i64) -> CreateRole {
    let (permissions, position) = (Some(permissions.to_vec()), Some(position));
    CreateRole { name: name.into(), permissions, position, client_mutation_id: None }
}

/// Ann makes a role.
pub async fn made(world: &World, name: &str, permissions: &[Permission], position: i64) -> CustomRole {
    world.ann.create_role(world.community.id, &role(name, permissions, position)).await.expect("creates")
}

/// A request that gives exactly these roles.
pub fn holding(roles: &[RoleId]) -> UpdateMember {
    UpdateMember { roles: Some(roles.to_vec()), ..UpdateMember::default() }
}

/// Ann gives a person these roles, and takes all others.
pub async fn give(world: &World, person: &Client, roles: &[RoleId]) {
    let person = id_of(person).await;
    let member = world.ann.update_member(world.community.id, person, &holding(roles)).await.expect("gives");
    let mut expected = roles.to_vec();
    expected.sort_unstable();
    assert_eq!(member.roles, expected);
}

pub fn allow(permissions: &[Permission]) -> SetOverwrite {
    SetOverwrite { allow: Some(permissions.to_vec()), deny: None }
}

pub fn deny(permissions: &[Permission]) -> SetOverwrite {
    SetOverwrite { allow: None, deny: Some(permissions.to_vec()) }
}
