//! Makes a slash command of the community's own, which one of its bots carries out.

use ajet_protocol::{BotId, CommandId, CustomCommand, Permission, Trimmed, limits};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::rights::{Silenced, require, require_unmuted};
use super::{Change, CommunityCore};
use crate::asked::Caller;
use crate::change::SlashChange;
use crate::need::{Ask, CommandBot, CommandCount, CommandNamed, Needs, StandingOf};
use crate::refusal::Denied;
use crate::verb::{Audit, AuditTarget, Decided, KeySpace, Made, Repeats, Verb};
use crate::writer::{Decision, Turn};
use crate::{refusals, slash};

/// A command to be made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CreateCommand {
    /// Without its slash.
    pub name: String,
    pub description: Trimmed,
    pub bot_id: BotId,
}

/// The constraint that keeps the commands of a community apart.
const NAME_TAKEN: &str = "commands_community_id_name_key";

refusals! {
    /// Why a command was not made.
    pub enum Refused: Denied | Silenced {
        /// It would be one more than a community may have.
        TooMany => Limit: "This community has as many commands as a community may have.",
        /// The server has a command of this name.
        Reserved => Invalid("name", "reserved"): "is the name of a command that every community has",
        /// Another command of the community has the name.
        NameTaken => Conflict("name", "taken"): "Another command here has this name.",
        /// `bot_id` names no bot of the community.
        BotUnknown => Invalid("bot_id", "not_found"): "names no bot of this community",
    }
}

impl Verb for CreateCommand {
    type Entity = CommunityCore;
    type Answer = Made<Box<CustomCommand>>;
    type Refusal = Refused;

    const KEYS: Option<KeySpace> = Some(KeySpace::Of("commands"));
    const REPEATS: Repeats = Repeats::Freely;

    fn needs(&self, _: &CommunityCore, by: &Caller, needs: &mut Needs) {
        needs.ask(StandingOf { user: by.rights_of(), channel: None });
        needs.ask(CommandBot(self.bot_id));
        needs.ask(CommandNamed(self.name.clone()));
        needs.ask(CommandCount);
    }

    fn decide(&self, core: &mut CommunityCore, turn: &mut Turn<'_>) -> Decided<Self> {
        let standing = require(turn, Permission::ManageBots)?;
        require_unmuted(&standing, turn)?;
        if slash::is_own(&self.name) {
            return Err(Refused::Reserved);
        }
        if turn.facts.of(&CommandBot(self.bot_id)).is_none() {
            return Err(Refused::BotUnknown);
        }
        if turn.facts.of(&CommandNamed(self.name.clone())) {
            return Err(Refused::NameTaken);
        }
        if turn.facts.of(&CommandCount) >= limits::COMMANDS {
            return Err(Refused::TooMany);
        }
        let id = CommandId(core.new_id(turn));
        let command = CustomCommand {
            id,
            community_id: core.id(),
            name: self.name.clone(),
            description: self.description.to_string(),
            bot_id: self.bot_id,
            created_by: turn.by.id(),
            created_at: turn.now,
        };
        let add = SlashChange::AddCommand {
            id,
            name: command.name.clone(),
            description: command.description.clone(),
            bot_id: self.bot_id,
            by: turn.by.id(),
            at: turn.now,
        };
        Ok(Decision {
            events: vec![],
            changes: vec![Change::Slash(add)],
            raises: vec![],
            made: Some(id.0),
            answer: Made::New(Box::new(command)),
        })
    }

    fn replayed(object: Uuid) -> Option<Self::Answer> {
        Some(Made::Before(object))
    }

    fn constraint(name: &str) -> Option<Refused> {
        (name == NAME_TAKEN).then_some(Refused::NameTaken)
    }

    fn audit(&self) -> Option<Audit<'_>> {
        let audit = Audit::of("command.create", AuditTarget::Made("command"));
        let audit = audit.with("name", Some(self.name.as_str()));
        Some(audit.with("bot_id", Some(self.bot_id.to_string())))
    }
}
