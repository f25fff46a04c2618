//! The table of the server's own commands: how each is written, what it takes, and what completes its arguments.

use ajet_protocol::{ArgumentType, CompletionSource, Permission, TokenScope};

/// A command.
#[derive(Debug, PartialEq, Eq)]
pub struct Spec {
    /// Without the slash; of some two words.
    pub name: &'static str,
    pub description: &'static str,
    pub arguments: &'static [Argument],
    pub takes: Takes,
}

/// What a command takes of the person who types it, and of the place. Who may is decided by what it does: this tells which commands are
/// worth showing, and which token may try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Takes {
    /// Whether it is of use in a channel of a community only.
    pub community: bool,
    /// The right in the community.
    pub right: Option<Permission>,
    /// What a token needs besides `commands:write`; `None`: no token is enough.
    pub scopes: Option<&'static [TokenScope]>,
}

/// What stands behind the name of a command.
#[derive(Debug, PartialEq, Eq)]
pub struct Argument {
    pub name: &'static str,
    pub kind: ArgumentType,
    pub required: bool,
    pub repeated: bool,
    pub completion: Option<CompletionSource>,
    pub choices: &'static [&'static str],
}

impl Spec {
    /// How it is written.
    #[must_use]
    pub fn usage(&self) -> String {
        let parts = self.arguments.iter().map(Argument::usage);
        let line: Vec<String> = std::iter::once(format!("/{}", self.name)).chain(parts).collect();
        line.join(" ")
    }
}

impl Argument {
    const fn new(name: &'static str, kind: ArgumentType) -> Self {
        Self { name, kind, required: true, repeated: false, completion: None, choices: &[] }
    }

    const fn from(self, source: CompletionSource) -> Self {
        Self { completion: Some(source), ..self }
    }

    const fn of(self, choices: &'static [&'static str]) -> Self {
        Self { completion: Some(CompletionSource::Choices), choices, ..self }
    }

    const fn optional(self) -> Self {
        Self { required: false, ..self }
    }

    const fn repeated(self) -> Self {
        Self { repeated: true, ..self }
    }

    fn usage(&self) -> String {
        let plain = match self.kind {
            ArgumentType::Channel => format!("#{}", self.name),
            ArgumentType::Person => format!("@{}", self.name),
            ArgumentType::Choice if !self.repeated => self.choices.join("|"),
            ArgumentType::Word if self.repeated || self.name == "question" => format!("\"{}\"", self.name),
            _ => self.name.to_owned(),
        };
        let plain = if self.repeated { format!("{plain}…") } else { plain };
        if self.required { plain } else { format!("[{plain}]") }
    }
}

const CHANNEL: Argument = Argument::new("channel", ArgumentType::Channel).from(CompletionSource::Channels);
const MEMBER: Argument = Argument::new("person", ArgumentType::Person).from(CompletionSource::Members);
const ANYBODY: Argument = Argument::new("person", ArgumentType::Person).from(CompletionSource::Users);
const BANNED: Argument = Argument::new("person", ArgumentType::Person).from(CompletionSource::Bans);
const TEXT: Argument = Argument::new("text", ArgumentType::Text);
const REASON: Argument = Argument::new("reason", ArgumentType::Text).optional();
const NAME: Argument = Argument::new("name", ArgumentType::Word);
const REST_NAME: Argument = Argument::new("name", ArgumentType::Text);
const DURATION: Argument = Argument::new("duration", ArgumentType::Duration);
const COUNT: Argument = Argument::new("count", ArgumentType::Number).optional();
const ROLE: Argument = Argument::new("role", ArgumentType::Choice).of(&["admin", "member"]);
const QUESTION: Argument = Argument::new("question", ArgumentType::Word);
const OPTION: Argument = Argument::new("option", ArgumentType::Word).repeated();
const TOKEN: Argument = Argument::new("id", ArgumentType::Id).from(CompletionSource::Tokens);
const WEBHOOK: Argument = Argument::new("id", ArgumentType::Id).from(CompletionSource::Webhooks);
const SCOPES: Argument = Argument::new("scopes", ArgumentType::Choice).of(SCOPE_NAMES).repeated().optional();
const COMMAND: Argument =
    Argument::new("command", ArgumentType::Text).from(CompletionSource::Commands).optional();

/// As [`TokenScope::as_str`] has them.
pub(super) const SCOPE_NAMES: &[&str] = &[
    "messages:read",
    "messages:write",
    "reactions:write",
    "channels:read",
    "channels:write",
    "members:read",
    "members:write",
    "files:write",
    "commands:write",
    "webhooks:write",
    "presence:write",
];

const CHANNELS: Option<&[TokenScope]> = Some(&[TokenScope::ChannelsWrite]);
const MEMBERS: Option<&[TokenScope]> = Some(&[TokenScope::MembersWrite]);
const MESSAGES: Option<&[TokenScope]> = Some(&[TokenScope::MessagesWrite]);
const MESSAGES_AND_CHANNELS: Option<&[TokenScope]> =
    Some(&[TokenScope::ChannelsWrite, TokenScope::MessagesWrite]);
const MEMBERS_AND_CHANNELS: Option<&[TokenScope]> =
    Some(&[TokenScope::MembersWrite, TokenScope::ChannelsWrite]);
const WEBHOOKS: Option<&[TokenScope]> = Some(&[TokenScope::WebhooksWrite]);

/// Wherever somebody types.
const fn anywhere(scopes: Option<&'static [TokenScope]>) -> Takes {
    Takes { community: false, right: None, scopes }
}

/// In the channels of communities, by all members.
const fn inside(scopes: Option<&'static [TokenScope]>) -> Takes {
    Takes { community: true, right: None, scopes }
}

/// In the channels of communities, by those who have a right.
const fn with(right: Permission, scopes: Option<&'static [TokenScope]>) -> Takes {
    Takes { community: true, right: Some(right), scopes }
}

const fn spec(
    name: &'static str,
    arguments: &'static [Argument],
    takes: Takes,
    description: &'static str,
) -> Spec {
    Spec { name, description, arguments, takes }
}

/// All of them, in the order in which they are listed. One of two words stands beside others of the same first word.
pub const SPECS: &[Spec] = &[
    spec("join", &[CHANNEL], inside(CHANNELS), "Joins a channel."),
    spec("leave", &[], inside(CHANNELS), "Leaves this channel."),
    spec("topic", &[TEXT], with(Permission::SetTopic, CHANNELS), "Sets the topic of this channel."),
    spec("msg", &[ANYBODY, TEXT], anywhere(MESSAGES_AND_CHANNELS), "Sends a direct message."),
    spec("me", &[TEXT], anywhere(MESSAGES), "Says what you do, in italics."),
    spec(
        "nick",
        &[REST_NAME],
        inside(MEMBERS),
        "Sets what you are called in this community; \"\" for nothing.",
    ),
    spec("status", &[TEXT], anywhere(None), "Sets your status; \"\" for none."),
    spec(
        "invite",
        &[ANYBODY],
        with(Permission::CreateInvites, MEMBERS_AND_CHANNELS),
        "Lets a member into this channel, and invites anybody else into the community.",
    ),
    spec(
        "mute",
        &[MEMBER, DURATION.optional()],
        with(Permission::MuteMembers, MEMBERS),
        "Keeps a member from writing, for a time or until it is lifted.",
    ),
    spec("unmute", &[MEMBER], with(Permission::MuteMembers, MEMBERS), "Lets a muted member write again."),
    spec(
        "kick",
        &[MEMBER, REASON],
        with(Permission::KickMembers, MEMBERS),
        "Removes a member from the community.",
    ),
    spec(
        "ban",
        &[ANYBODY, REASON],
        with(Permission::BanMembers, MEMBERS),
        "Removes a person, who may not come back.",
    ),
    spec("unban", &[BANNED], with(Permission::BanMembers, MEMBERS), "Lets a banned person come back."),
    spec(
        "role",
        &[MEMBER, ROLE],
        with(Permission::ManageMembers, MEMBERS),
        "Makes a member an admin, or an admin a member.",
    ),
    spec(
        "purge",
        &[CHANNEL, COUNT],
        with(Permission::ManageMessages, MESSAGES),
        "Deletes the newest messages of a channel: 10, or as many as you say, up to 100.",
    ),
    spec("remind", &[DURATION, TEXT], anywhere(None), "Reminds you of something after a time."),
    spec("poll", &[QUESTION, OPTION], anywhere(MESSAGES), "Asks a question, with 2 to 10 options."),
    spec(
        "token create",
        &[NAME, SCOPES],
        with(Permission::ManageBots, None),
        "Makes a token for the bot of this name, and the bot if there is no such one.",
    ),
    spec("token revoke", &[TOKEN], with(Permission::ManageBots, None), "Ends a token."),
    spec(
        "webhook create",
        &[CHANNEL, REST_NAME],
        with(Permission::ManageWebhooks, WEBHOOKS),
        "Makes a webhook that posts into a channel.",
    ),
    spec(
        "webhook list",
        &[],
        with(Permission::ManageWebhooks, WEBHOOKS),
        "Lists the webhooks of this community.",
    ),
    spec("webhook revoke", &[WEBHOOK], with(Permission::ManageWebhooks, WEBHOOKS), "Ends a webhook."),
    spec("shrug", &[TEXT.optional()], anywhere(MESSAGES), "Posts a shrug, behind what you say."),
    spec("help", &[COMMAND], anywhere(Some(&[])), "Lists the commands that you may use, or explains one."),
];

/// Whether a name is that of a command of the server's own, or the first word of one: no community's command has it.
#[must_use]
pub fn is_own(name: &str) -> bool {
    SPECS.iter().any(|spec| spec.name.split(' ').next() == Some(name))
}
