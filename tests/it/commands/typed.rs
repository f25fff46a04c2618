//! How tests type commands.

use ajet_client::{Client, Error};
use ajet_protocol::{ChannelId, CommandResult, RunCommand};
use reqwest::Method;

use crate::support::World;
use crate::support::requests::{ann, fields, problem};

/// A command typed in a channel.
pub fn typed(channel_id: ChannelId, text: &str) -> RunCommand {
    RunCommand { channel_id, text: text.into(), client_mutation_id: None }
}

/// Somebody types a command in `general`.
pub async fn run(world: &World, by: &Client, text: &str) -> Result<CommandResult, Error> {
    by.run_command(&typed(world.general.id, text)).await
}

/// The argument that is to blame for a command of ann's that is refused, which says how it is written.
pub async fn misused(world: &World, text: &str) -> String {
    let request = ann(world, Method::POST, "/api/commands").json(&typed(world.general.id, text));
    let (status, problem) = problem(request).await;
    assert_eq!((status, fields(&problem).len()), (422, 1), "{text}: {problem}");
    let detail = problem["detail"].as_str().unwrap_or_default();
    assert!(detail.contains("Usage: /"), "{text}: {detail}");
    fields(&problem)[0].0.to_owned()
}
