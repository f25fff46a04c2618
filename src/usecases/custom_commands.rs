//! Slash commands of communities' own: made, listed, deleted. How they are used is in [`super::invocations`].

use ajet_domain::asked::Caller;
use ajet_domain::community::{CreateCommand, DeleteCommand};
use ajet_protocol::{CommandId, CommunityId, CustomCommand, Page, PageQuery, Permission, UserId};

use super::deletion::Deletion;
use super::reading::{Reading, belongs};
use super::{Context, Created, Failure, Found, GivenKey};

/// Makes a command, which a bot of the community carries out.
///
/// # Errors
/// [`Failure`]
pub async fn create(
    context: &Context,
    by: Caller,
    community: CommunityId,
    command: CreateCommand,
    key: GivenKey,
) -> Result<Created<CustomCommand>, Failure> {
    let reader = by.id();
    let made = context.make(community, by, key.without_former(), command).await?;
    Created::of(
        made,
        |command| Ok(*command),
        async |id| {
            let (reading, id) = (Reading::of(context, reader, community), CommandId(id));
            let read = reading.answer(belongs, |fence| context.store.command_for(fence, id));
            read.await?.or_not_found()
        },
    )
    .await
}

/// The commands of a community's own, for its members.
///
/// # Errors
/// [`Failure`]
pub async fn list(
    context: &Context,
    reader: UserId,
    community: CommunityId,
    query: &PageQuery,
) -> Result<Page<CustomCommand>, Failure> {
    let reading = Reading::of(context, reader, community);
    reading.answer(belongs, |fence| context.store.commands_of(fence, query)).await
}

/// Deletes a command.
///
/// # Errors
/// [`Failure`]
pub async fn delete(context: &Context, by: Caller, command_id: CommandId) -> Result<(), Failure> {
    let deletion =
        Deletion { action: "command.delete", id: command_id.0, right: Some(Permission::ManageBots) };
    let home = context.store.community_of_command(command_id).await?;
    deletion.ask(context, by, home, DeleteCommand { command_id }).await
}
