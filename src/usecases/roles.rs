//! Custom roles: created, listed, changed, deleted.

use ajet_domain::asked::Caller;
use ajet_domain::community::{CreateRole, DeleteRole, UpdateRole};
use ajet_protocol::{CommunityId, CustomRole, Page, PageQuery, Permission, RoleId, UserId};

use super::deletion::Deletion;
use super::reading::{Reading, belongs};
use super::{Context, Created, Failure, Found, GivenKey};

/// Creates a role, which has no holders yet.
///
/// # Errors
/// [`Failure`]
pub async fn create(
    context: &Context,
    by: Caller,
    community: CommunityId,
    role: CreateRole,
    key: GivenKey,
) -> Result<Created<CustomRole>, Failure> {
    let reader = by.id();
    let made = context.make(community, by, key.without_former(), role).await?;
    Created::of(made, |role| Ok(*role), async |id| get(context, reader, community, RoleId(id)).await).await
}

async fn get(
    context: &Context,
    reader: UserId,
    community: CommunityId,
    id: RoleId,
) -> Result<CustomRole, Failure> {
    let reading = Reading::of(context, reader, community);
    reading.answer(belongs, |fence| context.store.role_for(fence, id)).await?.or_not_found()
}

/// The roles of a community.
///
/// # Errors
/// [`Failure`]
pub async fn list(
    context: &Context,
    reader: UserId,
    community: CommunityId,
    query: &PageQuery,
) -> Result<Page<CustomRole>, Failure> {
    let reading = Reading::of(context, reader, community);
    reading.answer(belongs, |fence| context.store.roles_of(fence, query)).await
}

/// Changes a role.
///
/// # Errors
/// [`Failure`]
pub async fn update(context: &Context, by: Caller, update: UpdateRole) -> Result<CustomRole, Failure> {
    let community = context.store.community_of_role(update.role_id).await?.or_not_found()?;
    context.ask(community, by, update).await
}

/// Deletes a role.
///
/// # Errors
/// [`Failure`]
pub async fn delete(context: &Context, by: Caller, role_id: RoleId) -> Result<(), Failure> {
    let deletion = Deletion { action: "role.delete", id: role_id.0, right: Some(Permission::ManageRoles) };
    let home = context.store.community_of_role(role_id).await?;
    deletion.ask(context, by, home, DeleteRole { role_id }).await
}
