//! Slash commands: run in a channel, listed for those who may use them, and made by communities for their bots.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use crate::forms::{BodyText, CommandNameText, KeyText, TopicText};
use crate::{
    BotId, ChannelId, CommandId, CommunityId, InvocationId, Message, Timestamp, Trimmed, UserId, shape,
};

/// A slash command to be run: `POST /api/commands`.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RunCommand {
    /// The channel in which it is typed.
    pub channel_id: ChannelId,
    /// The command as it was typed, with its slash: 1 to 4000 characters after trimming.
    #[validate(custom(function = "shape::body"))]
    #[schema(value_type = BodyText)]
    pub text: Trimmed,
    /// The caller's key for what the command makes; a repetition makes nothing more.
    #[validate(custom(function = "shape::idempotency_key"))]
    #[schema(value_type = Option<KeyText>)]
    pub client_mutation_id: Option<String>,
}

/// What came of a slash command.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CommandResult {
    /// Always `true`: what was not done is answered by a problem document.
    pub ok: bool,
    /// The message that it posted; absent where it posted none.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(nullable = false)]
    pub message: Option<Message>,
    /// What it did; absent where it only answers.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(nullable = false)]
    pub effect: Option<CommandEffect>,
    /// An answer for the caller alone, as Markdown; absent where there is nothing to say.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(nullable = false)]
    pub reply_md: Option<String>,
}

/// Without the texts: an answer may hold a secret that is shown this once.
impl std::fmt::Debug for CommandResult {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CommandResult").field("effect", &self.effect).finish_non_exhaustive()
    }
}

/// What a slash command did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CommandEffect {
    /// What was done.
    #[serde(rename = "type")]
    pub kind: EffectType,
    /// What it was done to or what it made: an id, or the code of an invite; absent where that says nothing.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(nullable = false)]
    pub id: Option<String>,
}

/// What slash commands do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum EffectType {
    /// The caller joined the channel.
    Joined,
    /// The caller left the channel.
    Left,
    /// The channel has this topic now.
    Topic,
    /// The message was posted.
    Posted,
    /// The caller is called otherwise in the community.
    Nickname,
    /// The caller's status is another one.
    Status,
    /// The person was let into the channel.
    Added,
    /// An invite into the community was made, for this person alone.
    Invited,
    /// The person may not write for now.
    Muted,
    /// The person may write again.
    Unmuted,
    /// The person is in the community no more.
    Kicked,
    /// The person may not come back.
    Banned,
    /// The person may come back.
    Unbanned,
    /// The person has this role now.
    Role,
    /// Messages of the channel were deleted.
    Purged,
    /// The caller is going to be reminded.
    Reminder,
    /// A token was made; with the bot that it is for, where there was none of the name.
    TokenCreated,
    /// The token is good for nothing any more.
    TokenRevoked,
    /// A webhook was made.
    WebhookCreated,
    /// The webhook's address is taken no more.
    WebhookRevoked,
    /// A bot was told of its command, and answers later or not at all.
    Invoked,
    /// Something that a later version does. It is only read, and is in no schema.
    #[serde(other, skip_serializing)]
    Unknown,
}

/// A slash command that the caller may use.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CommandInfo {
    /// Its name without the slash; of a few two words, such as `token create`.
    pub name: String,
    /// How it is written: what stands in brackets may be left out.
    pub usage: String,
    /// What it does.
    pub description: String,
    /// What stands behind the name, in order.
    pub arguments: Vec<CommandArgument>,
    /// The bot that carries it out; null for one of the server's own.
    pub bot_id: Option<BotId>,
}

/// What stands behind the name of a slash command.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CommandArgument {
    /// Its name, by which errors name it.
    pub name: String,
    /// What it is.
    #[serde(rename = "type")]
    pub kind: ArgumentType,
    /// Whether the command does nothing without it.
    pub required: bool,
    /// Whether several of it may follow each other.
    pub repeated: bool,
    /// Where a client finds what it may be; null where it may be anything.
    pub completion: Option<CompletionSource>,
    /// The words that it may be, where these are few; empty elsewhere.
    pub choices: Vec<String>,
}

/// What an argument is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ArgumentType {
    /// A channel, as `#name`.
    Channel,
    /// A person, as `@name`.
    Person,
    /// All of the rest of the text.
    Text,
    /// One word, or several in double quotes.
    Word,
    /// A time, as `10m`, `2h` or `3d`.
    Duration,
    /// A whole number.
    Number,
    /// One of a few words.
    Choice,
    /// An id.
    Id,
}

/// Where a client finds what an argument may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CompletionSource {
    /// The community's members.
    Members,
    /// All people whom the caller may find.
    Users,
    /// Those who are banned from the community.
    Bans,
    /// The community's channels that the caller sees.
    Channels,
    /// The words in `choices`.
    Choices,
    /// The community's webhooks.
    Webhooks,
    /// The tokens of the community's bots.
    Tokens,
    /// The commands that the caller may use.
    Commands,
}

/// A community's own slash command, which a bot carries out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CustomCommand {
    /// The command's id.
    pub id: CommandId,
    /// The community that it can be used in.
    pub community_id: CommunityId,
    /// Its name without the slash: `[a-z0-9_-]`, 1 to 32 characters; unique in its community.
    pub name: String,
    /// What it does, in words.
    pub description: String,
    /// The bot that carries it out.
    pub bot_id: BotId,
    /// Who made it.
    pub created_by: UserId,
    /// When it was made.
    pub created_at: Timestamp,
}

/// A slash command to be made: `POST /api/communities/{id}/commands`.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateCommand {
    /// Its name without the slash: `[a-z0-9_-]`, 1 to 32 characters; none that the server's own commands have.
    #[validate(custom(function = "shape::command_name"))]
    #[schema(value_type = CommandNameText)]
    pub name: Trimmed,
    /// What it does, in words: at most 500 characters.
    #[validate(custom(function = "shape::topic"))]
    #[schema(value_type = TopicText)]
    pub description: Trimmed,
    /// The bot that carries it out, one of the same community.
    pub bot_id: BotId,
    /// The caller's key for this creation; a repetition gives the first command again.
    #[validate(custom(function = "shape::idempotency_key"))]
    #[schema(value_type = Option<KeyText>)]
    pub client_mutation_id: Option<String>,
}

/// What a bot answers to its command: `POST /api/invocations/{id}/response`.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RespondToInvocation {
    /// The answer as Markdown, 1 to 4000 characters after trimming.
    #[validate(custom(function = "shape::body"))]
    #[schema(value_type = BodyText)]
    pub body_md: Trimmed,
    /// Whether only the caller of the command reads it. `false`: it is posted into the channel, as a message of the bot's. Null or absent
    /// for `false`.
    pub private: Option<bool>,
}

/// `{"invocation_id": …, "channel_id": …, "user_id": …, "text": …}`; for the bot that carries the command out alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CommandInvoked {
    /// By which the bot answers: `POST /api/invocations/{id}/response`, within 3 seconds.
    pub invocation_id: InvocationId,
    /// The channel in which the command was typed.
    pub channel_id: ChannelId,
    /// Who typed it.
    pub user_id: UserId,
    /// The command as it was typed, with its slash.
    pub text: String,
}

/// `{"invocation_id": …, "reply_md": …}`; for the person who typed the command alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CommandAnswered {
    /// Which command it was: the `id` of the effect that it was answered with.
    pub invocation_id: InvocationId,
    /// The bot's answer as Markdown, or that there was none in time.
    pub reply_md: String,
}

impl CommandAnswered {
    /// What the server says where the bot did not answer.
    pub const NO_ANSWER: &str = "The bot did not answer within 3 seconds.";
    /// The same where it answered by a message that did not come.
    pub const NO_MESSAGE: &str = "The bot answered, but its message has not been posted.";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_printed_without_what_it_says() {
        let result = CommandResult { ok: true, message: None, effect: None, reply_md: Some("hush".into()) };
        assert!(!format!("{result:?}").contains("hush"));
        let shown = serde_json::to_value(&result).expect("JSON");
        assert_eq!(shown, serde_json::json!({ "ok": true, "reply_md": "hush" }), "no nulls");
    }
}
