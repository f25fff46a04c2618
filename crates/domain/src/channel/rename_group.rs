//! Gives a direct message of several people a name. Any of them may.

use ajet_protocol::events::ChannelPayload;
use ajet_protocol::{Event, Trimmed};
use serde::{Deserialize, Serialize};

use super::rights::seen;
use super::{Change, ChannelCore};
use crate::asked::Caller;
use crate::event::Emit;
use crate::need::{Ask, DirectOf, Needs, StandingOf};
use crate::refusal::Denied;
use crate::refusals;
use crate::verb::{Decided, Repeats, Verb};
use crate::writer::{Decision, Turn};

/// A name for a direct message of several people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RenameGroup {
    pub name: Trimmed,
}

refusals! {
    /// Why a direct message was not renamed.
    pub enum NotRenamed: Denied {
        /// It is one of two people, who see each other's names.
        NoGroup => Invalid("name", "not_here"): "can't be given to a direct message of two people",
    }
}

impl Verb for RenameGroup {
    type Entity = ChannelCore;
    type Answer = ();
    type Refusal = NotRenamed;

    /// A late attempt could undo what came after it.
    const REPEATS: Repeats = Repeats::InTurn;

    fn needs(&self, core: &ChannelCore, by: &Caller, needs: &mut Needs) {
        needs.ask(StandingOf { user: by.rights_of(), channel: Some(core.id()) });
        if core.is_group() {
            needs.ask(DirectOf(core.id()));
        }
    }

    fn decide(&self, core: &mut ChannelCore, turn: &mut Turn<'_>) -> Decided<Self> {
        seen(core.id(), turn)?;
        if !core.is_group() {
            return Err(NotRenamed::NoGroup);
        }
        let (id, name) = (core.id(), self.name.to_string());
        let mut channel = turn.facts.of(&DirectOf(id)).ok_or(Denied::NotFound)?;
        if core.named().unwrap_or(&channel.name) == name {
            return Ok(Decision::nothing(()));
        }
        channel.name.clone_from(&name);
        let event = Event::ChannelUpdated(ChannelPayload { channel: channel.into() });
        Ok(Decision {
            events: vec![Emit::in_channel(&event, id)],
            changes: vec![Change::NameGroup { id, name }],
            raises: vec![],
            made: None,
            answer: (),
        })
    }
}

impl ChannelCore {
    /// The name that this batch has given to the group last; `None` where it has given none.
    fn named(&self) -> Option<&str> {
        self.tentative.iter().rev().find_map(|change| match change {
            Change::NameGroup { name, .. } => Some(name.as_str()),
            _ => None,
        })
    }
}
