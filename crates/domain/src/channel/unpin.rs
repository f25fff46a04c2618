//! Takes a message's pin away. Again changes nothing; nor does it where the message was deleted, and its pin with it.

use ajet_protocol::events::PinPayload;
use ajet_protocol::{Event, MessageId};
use serde::{Deserialize, Serialize};

use super::pinned::{Unpinnable, admitted, ask_about};
use super::{Change, ChannelCore};
use crate::asked::Caller;
use crate::event::Emit;
use crate::need::Needs;
use crate::verb::{Audit, AuditTarget, Decided, Repeats, Verb};
use crate::writer::{Decision, Turn};

/// A message that is to be pinned no more. It may have been pinned by another person.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Unpin {
    pub message_id: MessageId,
}

impl Verb for Unpin {
    type Entity = ChannelCore;
    type Answer = ();
    type Refusal = Unpinnable;

    const REPEATS: Repeats = Repeats::InTurn;

    fn needs(&self, core: &ChannelCore, by: &Caller, needs: &mut Needs) {
        ask_about(self.message_id, core, by, needs);
    }

    fn decide(&self, core: &mut ChannelCore, turn: &mut Turn<'_>) -> Decided<Self> {
        let message_id = self.message_id;
        let head = admitted(message_id, core, turn)?;
        if head.deleted || !core.pins(message_id, turn.facts).pinned {
            return Ok(Decision::nothing(()));
        }
        let event = Event::MessageUnpinned(PinPayload { message_id, user_id: turn.by.id() });
        Ok(Decision {
            events: vec![Emit::in_channel(&event, core.id())],
            changes: vec![Change::UnpinMessage { message_id }],
            raises: vec![],
            made: None,
            answer: (),
        })
    }

    fn audit(&self) -> Option<Audit<'_>> {
        Some(Audit::of("message.unpin", AuditTarget::Message(self.message_id)))
    }
}
