//! Slash commands: run and listed for everybody, made by those who manage bots, answered by bots.

use std::collections::HashMap;

use ajet_domain::community as verb;
use ajet_protocol::scopes::{CommandsWrite, SessionOnly};
use ajet_protocol::{
    CommandId, CommandInfo, CommandResult, CommunityId, CreateCommand, CustomCommand, InvocationId, Page,
    RespondToInvocation, RunCommand,
};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Answer;
use crate::http::extract::Keyed;
use crate::http::extract::body::{Id, Valid};
use crate::http::extract::caller::Caller;
use crate::http::extract::form::InQuery;
use crate::http::extract::paging::{self, Paging};
use crate::http::state::App;
use crate::usecases::slash::{Speaker, Wording};
use crate::usecases::{Created, custom_commands, invocations, slash};

/// The routes of this file.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(run, list))
        .routes(routes!(create, list_of_community))
        .routes(routes!(delete))
        .routes(routes!(respond))
}

/// Who types a command.
fn speaker<S>(caller: &Caller<S>) -> Speaker {
    Speaker { by: caller.by(), scopes: caller.session.scopes, wording: Wording::ENGLISH }
}

/// Runs a slash command in a channel, as what it does could be done by other routes: with the same rights, limits and events.
///
/// People are named as `@name` or `@<user:…>`, channels as `#name` or `#<channel:…>`, times as `10m`, `2h` or `3d`; several words are one in
/// double quotes. What a command makes is made once for a key. A token needs the scopes of what the command does as well. A command of a
/// community's own is passed on to its bot: the effect is `invoked`, and `command.answered` tells what came of it.
#[utoipa::path(post, path = "/api/commands", operation_id = "commands.run", tag = "commands",
    request_body(content = RunCommand, description = "The command, and where it is typed."),
    responses(
        (status = 200, description = "What came of it.", body = CommandResult),
        (status = 403, description = "The caller may not do this (`forbidden`), is muted (`muted`), or blocked (`blocked`)."),
        (status = 404, description = "The caller does not see the channel (`not_found`)."),
        (status = 409, description = "What it makes stands in another's way (`conflict`), is one too many (`limit`), or the channel is archived (`archived`)."),
        (status = 422, description = "There is no such command, or an argument is missing or wrong: `errors` names it, and the usage is in `detail` (`invalid`)."),
        (status = 429, description = "Too many requests (`rate_limited`), or the channel is in slow mode (`slow_mode`).")),
    security(("bearer" = [])))]
pub async fn run(
    State(app): State<App>,
    caller: Caller<CommandsWrite>,
    Keyed { body, key }: Keyed<RunCommand>,
) -> Answer<Json<CommandResult>> {
    let RunCommand { channel_id, text, .. } = body;
    slash::run(&app.context, &speaker(&caller), channel_id, &text, key).await.map(Json)
}

/// The slash commands that the caller may use, with how they are written and completed: in a community, those of its own included, or else
/// those that can be used in direct messages. All of them are on this page.
#[utoipa::path(get, path = "/api/commands", operation_id = "commands.list", tag = "commands",
    params(("community_id" = Option<uuid::Uuid>, Query, description = "The community in which they are to be used.")),
    responses(
        (status = 200, description = "The commands.", body = Page<CommandInfo>),
        (status = 404, description = "The caller does not belong to the community (`not_found`)."),
        (status = 422, description = "`community_id` is no UUID (`invalid`).")),
    security(("bearer" = [])))]
pub async fn list(
    State(app): State<App>,
    caller: Caller<CommandsWrite>,
    InQuery(given): InQuery<HashMap<String, String>>,
) -> Answer<Json<Page<CommandInfo>>> {
    let community = paging::id(&given, "community_id")?.map(CommunityId);
    slash::list(&app.context, &speaker(&caller), community).await.map(Json)
}

/// Makes a slash command of the community's own, which one of its bots carries out: the bot is told by `command.invoked`.
#[utoipa::path(post, path = "/api/communities/{id}/commands", operation_id = "commands.create", tag = "commands",
    params(("id" = uuid::Uuid, Path, description = "The community's id.")),
    request_body(content = CreateCommand, description = "The command to be made."),
    responses(
        (status = 201, description = "The new command.", body = CustomCommand),
        (status = 403, description = "The caller may not manage bots here (`forbidden`), or is muted (`muted`)."),
        (status = 409, description = "Another command here has this name (`conflict`), or there are 100 already (`limit`).")),
    security(("bearer" = [])))]
pub async fn create(
    State(app): State<App>,
    caller: Caller<SessionOnly>,
    Id(id): Id<CommunityId>,
    Keyed { body, key }: Keyed<CreateCommand>,
) -> Answer<Created<CustomCommand>> {
    let CreateCommand { name, description, bot_id, .. } = body;
    let command = verb::CreateCommand { name: name.into(), description, bot_id };
    custom_commands::create(&app.context, caller.by(), id, command, key).await
}

/// The slash commands of a community's own, by their ids.
#[utoipa::path(get, path = "/api/communities/{id}/commands", operation_id = "commands.list_of_community", tag = "commands",
    params(("id" = uuid::Uuid, Path, description = "The community's id."), ajet_protocol::PageQuery),
    responses((status = 200, description = "One page of commands.", body = Page<CustomCommand>)),
    security(("bearer" = [])))]
pub async fn list_of_community(
    State(app): State<App>,
    caller: Caller<CommandsWrite>,
    Id(id): Id<CommunityId>,
    Paging(query): Paging,
) -> Answer<Json<Page<CustomCommand>>> {
    custom_commands::list(&app.context, caller.id(), id, &query).await.map(Json)
}

/// Deletes a slash command of a community's own.
#[utoipa::path(delete, path = "/api/commands/{id}", operation_id = "commands.delete", tag = "commands",
    params(("id" = uuid::Uuid, Path, description = "The command's id.")),
    responses(
        (status = 204, description = "The command is gone."),
        (status = 403, description = "The caller may not manage bots here (`forbidden`).")),
    security(("bearer" = [])))]
pub async fn delete(
    State(app): State<App>,
    caller: Caller<SessionOnly>,
    Id(id): Id<CommandId>,
) -> Answer<StatusCode> {
    custom_commands::delete(&app.context, caller.by(), id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Answers a use of a command, for the bot that carries it out, once and within 3 seconds.
///
/// A private answer reaches who typed the command alone, by `command.answered`. Any other is posted into the channel as a message of the
/// bot's, which has to have joined it; `commands:write` is enough for that.
#[utoipa::path(post, path = "/api/invocations/{id}/response", operation_id = "commands.respond", tag = "commands",
    params(("id" = uuid::Uuid, Path, description = "The invocation's id, of the event `command.invoked`.")),
    request_body(content = RespondToInvocation, description = "The answer."),
    responses(
        (status = 204, description = "It was told or posted."),
        (status = 403, description = "The bot may not post there (`forbidden`), or is muted (`muted`)."),
        (status = 404, description = "There is no such use of a command of this bot (`not_found`)."),
        (status = 409, description = "The channel is archived (`archived`)."),
        (status = 410, description = "It was answered already, or its 3 seconds are over (`gone`)."),
        (status = 429, description = "The channel is in slow mode, and the bot has posted there a moment ago (`slow_mode`): the same answer is taken later.")),
    security(("bearer" = [])))]
pub async fn respond(
    State(app): State<App>,
    caller: Caller<CommandsWrite>,
    Id(id): Id<InvocationId>,
    Valid(response): Valid<RespondToInvocation>,
) -> Answer<StatusCode> {
    invocations::respond(&app.context, caller.by(), id, response).await?;
    Ok(StatusCode::NO_CONTENT)
}
