//! Deletes a slash command of the community's own. Uses of it that wait for an answer go on waiting.

use ajet_protocol::{CommandId, Permission};
use serde::{Deserialize, Serialize};

use super::rights::require;
use super::{Change, CommunityCore};
use crate::asked::Caller;
use crate::change::SlashChange;
use crate::need::{Ask, CommandOf, Needs, StandingOf};
use crate::refusal::Denied;
use crate::verb::{Audit, AuditTarget, Decided, Repeats, Verb};
use crate::writer::{Decision, Turn};

/// A command to be deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeleteCommand {
    pub command_id: CommandId,
}

impl Verb for DeleteCommand {
    type Entity = CommunityCore;
    type Answer = ();
    type Refusal = Denied;

    const REPEATS: Repeats = Repeats::InTurn;

    fn needs(&self, _: &CommunityCore, by: &Caller, needs: &mut Needs) {
        needs.ask(StandingOf { user: by.rights_of(), channel: None });
        needs.ask(CommandOf(self.command_id));
    }

    fn decide(&self, _: &mut CommunityCore, turn: &mut Turn<'_>) -> Decided<Self> {
        require(turn, Permission::ManageBots)?;
        if !turn.facts.of(&CommandOf(self.command_id)) {
            return Err(Denied::NotFound);
        }
        let gone = SlashChange::RemoveCommand { id: self.command_id };
        Ok(Decision { changes: vec![Change::Slash(gone)], ..Decision::nothing(()) })
    }

    fn audit(&self) -> Option<Audit<'_>> {
        Some(Audit::of("command.delete", AuditTarget::Command(self.command_id)))
    }
}
