//! Takes the caller's own reaction back. Again changes nothing; nor does it where the message was deleted, and its reactions with it.

use ajet_protocol::events::ReactionPayload;
use ajet_protocol::{Event, MessageId};
use serde::{Deserialize, Serialize};

use super::reaction::{ask_about, at_message, own};
use super::{Change, ChannelCore};
use crate::asked::Caller;
use crate::event::Emit;
use crate::need::Needs;
use crate::refusal::Denied;
use crate::verb::{Decided, Repeats, Verb};
use crate::writer::{Decision, Turn};

/// A reaction to be taken back. Who sees the channel may do so: also after leaving it or while muted, as with one's own messages,
/// which can be deleted then, and where the channel is read-only.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Unreact {
    pub message_id: MessageId,
    /// Exactly one emoji, in the form in which it is kept.
    pub emoji: String,
}

impl Verb for Unreact {
    type Entity = ChannelCore;
    type Answer = ();
    type Refusal = Denied;

    const REPEATS: Repeats = Repeats::InTurn;
    const LARGEST: &'static str = "emoji";

    fn needs(&self, core: &ChannelCore, by: &Caller, needs: &mut Needs) {
        ask_about(own(by, self.message_id, &self.emoji), core, by, needs);
    }

    fn decide(&self, core: &mut ChannelCore, turn: &mut Turn<'_>) -> Decided<Self> {
        let (_, head) = at_message(self.message_id, core, turn)?;
        if head.deleted || !core.reaction(&own(turn.by, self.message_id, &self.emoji), turn.facts).mine {
            return Ok(Decision::nothing(()));
        }
        let Self { message_id, emoji } = self.clone();
        let user_id = turn.by.id();
        let event = Event::ReactionRemoved(ReactionPayload { message_id, user_id, emoji: emoji.clone() });
        Ok(Decision {
            events: vec![Emit::in_channel(&event, core.id())],
            changes: vec![Change::RemoveReaction { message_id, emoji, user_id }],
            raises: vec![],
            made: None,
            answer: (),
        })
    }
}
