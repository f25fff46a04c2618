//! What a command asks for, before names are looked up.

use ajet_protocol::{Role, TokenId, TokenScope, Trimmed, WebhookId};

use super::reference::{ChannelRef, PersonRef};
use super::table::Spec;

/// A command as it was typed.
#[derive(Debug, Clone, PartialEq)]
pub enum Typed {
    /// One of the server's own.
    Own(&'static Spec, Command),
    /// Perhaps one of the community's.
    Other {
        /// Its name, without the slash and in small letters.
        name: String,
    },
}

/// One of the server's own commands, with its arguments. Their shapes are right: names, topics and texts are as requests may have them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    Join(ChannelRef),
    Leave,
    Topic(Trimmed),
    Message {
        person: PersonRef,
        text: Trimmed,
    },
    /// The text of `/me`, as it is posted.
    Me(Trimmed),
    /// An empty one takes the nickname away.
    Nick(Trimmed),
    /// An empty one takes the status away.
    Status(Trimmed),
    Invite(PersonRef),
    Mute {
        person: PersonRef,
        seconds: Option<u64>,
    },
    Unmute(PersonRef),
    Kick {
        person: PersonRef,
        reason: Option<Trimmed>,
    },
    Ban {
        person: PersonRef,
        reason: Option<Trimmed>,
    },
    Unban(PersonRef),
    Role {
        person: PersonRef,
        role: Role,
    },
    Purge {
        channel: ChannelRef,
        count: i64,
    },
    Remind {
        seconds: u64,
        text: Trimmed,
    },
    Poll {
        question: Trimmed,
        options: Vec<Trimmed>,
    },
    CreateToken {
        name: Trimmed,
        /// None: those of the bot, or a few where the bot is new.
        scopes: Vec<TokenScope>,
    },
    RevokeToken(TokenId),
    CreateWebhook {
        channel: ChannelRef,
        name: Trimmed,
    },
    ListWebhooks,
    RevokeWebhook(WebhookId),
    /// The text of `/shrug`, as it is posted.
    Shrug(Trimmed),
    /// The name of a command, without its slash; `None`: all of them.
    Help(Option<String>),
}
