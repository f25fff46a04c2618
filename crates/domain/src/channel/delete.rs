//! Takes a message's text away: its author or a moderator may. Again changes nothing.

use ajet_protocol::events::MessageGone;
use ajet_protocol::{Event, MessageId, Permission};
use serde::{Deserialize, Serialize};

use super::rights::seen;
use super::{Change, ChannelCore};
use crate::asked::Caller;
use crate::event::Emit;
use crate::need::{Ask, HeadOf, Needs, StandingOf};
use crate::refusal::Denied;
use crate::verb::{Audit, AuditTarget, Decided, Repeats, Verb};
use crate::writer::{Decision, Turn};

/// What the audit log calls the deletion of another person's message.
pub const DELETION: &str = "message.delete";

/// A message to be deleted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Delete {
    pub message_id: MessageId,
}

impl Verb for Delete {
    type Entity = ChannelCore;
    type Answer = ();
    type Refusal = Denied;

    const REPEATS: Repeats = Repeats::Freely;

    fn needs(&self, core: &ChannelCore, by: &Caller, needs: &mut Needs) {
        needs.ask(StandingOf { user: by.rights_of(), channel: Some(core.id()) });
        needs.ask(HeadOf(self.message_id));
    }

    fn decide(&self, core: &mut ChannelCore, turn: &mut Turn<'_>) -> Decided<Self> {
        let standing = seen(core.id(), turn)?;
        let head = core.head(self.message_id, turn.facts).ok_or(Denied::NotFound)?;
        if head.author != turn.by.id() && !standing.may(Permission::ManageMessages) {
            return Err(Denied::Forbidden);
        }
        if head.deleted {
            return Ok(Decision::nothing(()));
        }
        let event = Event::MessageDeleted(MessageGone { message_id: self.message_id });
        Ok(Decision {
            events: vec![Emit::in_channel(&event, core.id())],
            changes: vec![Change::DeleteMessage { id: self.message_id, at: turn.now }],
            raises: vec![],
            made: None,
            answer: (),
        })
    }

    /// Of what others wrote: the channel leaves out the rest.
    fn audit(&self) -> Option<Audit<'_>> {
        Some(Audit::of(DELETION, AuditTarget::Message(self.message_id)))
    }
}
