//! Slash commands: run, listed, made for bots, and answered by them.

use ajet_protocol::{
    CommandId, CommandInfo, CommandResult, CommunityId, CreateCommand, CustomCommand, InvocationId, Page,
    PageQuery, RespondToInvocation, RunCommand,
};
use reqwest::Method;

use crate::{Client, Error, parts_of};

impl Client {
    /// Runs a slash command.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn run_command(&self, request: &RunCommand) -> Result<CommandResult, Error> {
        self.create("/api/commands", request).await
    }

    /// The slash commands that one may use in a community, or in direct messages.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn commands(&self, community: Option<CommunityId>) -> Result<Page<CommandInfo>, Error> {
        let query = community.map(|id| format!("?community_id={id}")).unwrap_or_default();
        self.get(&format!("/api/commands{query}")).await
    }

    /// Makes a slash command of the community's own.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn create_command(
        &self,
        community: CommunityId,
        request: &CreateCommand,
    ) -> Result<CustomCommand, Error> {
        self.create(&format!("/api/communities/{community}/commands"), request).await
    }

    /// A page of the slash commands of a community's own.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn custom_commands(
        &self,
        community: CommunityId,
        query: &PageQuery,
    ) -> Result<Page<CustomCommand>, Error> {
        self.get(&format!("/api/communities/{community}/commands?{}", parts_of(query).join("&"))).await
    }

    /// Deletes a slash command of a community's own. Again changes nothing.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn delete_command(&self, id: CommandId) -> Result<(), Error> {
        self.send_empty(Method::DELETE, &format!("/api/commands/{id}")).await
    }

    /// Answers a use of a command, as the bot that carries it out; again with the same answer changes nothing.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn respond(&self, id: InvocationId, response: &RespondToInvocation) -> Result<(), Error> {
        self.send(Method::POST, &format!("/api/invocations/{id}/response"), Some(response), true).await
    }
}
