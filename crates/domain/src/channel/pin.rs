//! Pins a message to its channel. Again changes nothing.

use ajet_protocol::events::PinPayload;
use ajet_protocol::{Event, MessageId, limits};
use serde::{Deserialize, Serialize};

use super::pinned::{Unpinnable, admitted, ask_about};
use super::{Change, ChannelCore};
use crate::asked::Caller;
use crate::event::Emit;
use crate::need::Needs;
use crate::refusal::Denied;
use crate::verb::{Audit, AuditTarget, Decided, Repeats, Verb};
use crate::writer::{Decision, Turn};

/// A message to be pinned. Who may need not have joined the channel.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Pin {
    pub message_id: MessageId,
}

impl Verb for Pin {
    type Entity = ChannelCore;
    type Answer = ();
    type Refusal = Unpinnable;

    const REPEATS: Repeats = Repeats::InTurn;

    fn needs(&self, core: &ChannelCore, by: &Caller, needs: &mut Needs) {
        ask_about(self.message_id, core, by, needs);
    }

    fn decide(&self, core: &mut ChannelCore, turn: &mut Turn<'_>) -> Decided<Self> {
        let message_id = self.message_id;
        if admitted(message_id, core, turn)?.deleted {
            return Err(Denied::NotFound.into());
        }
        let known = core.pins(message_id, turn.facts);
        if known.pinned {
            return Ok(Decision::nothing(()));
        }
        if known.pins >= limits::PINS {
            return Err(Unpinnable::TooMany);
        }
        let user_id = turn.by.id();
        let event = Event::MessagePinned(PinPayload { message_id, user_id });
        Ok(Decision {
            events: vec![Emit::in_channel(&event, core.id())],
            changes: vec![Change::PinMessage { message_id, user_id, at: turn.now }],
            raises: vec![],
            made: None,
            answer: (),
        })
    }

    fn audit(&self) -> Option<Audit<'_>> {
        Some(Audit::of("message.pin", AuditTarget::Message(self.message_id)))
    }
}
