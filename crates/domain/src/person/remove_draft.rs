//! Dropping a draft; again changes nothing.

use ajet_protocol::events::DraftPayload;
use ajet_protocol::{ChannelId, MessageId};
use serde::{Deserialize, Serialize};

use super::PersonCore;
use super::drafts::{ask_about, kept, question, updated};
use crate::change::Change;
use crate::need::Needs;
use crate::verb::{Decided, Repeats, Verb};
use crate::writer::{Decision, Turn};
use crate::{Caller, Denied};

/// A draft to be dropped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct RemoveDraft {
    pub channel_id: ChannelId,
    /// The message that it was to reply to.
    pub parent_id: Option<MessageId>,
}

impl Verb for RemoveDraft {
    type Entity = PersonCore;
    type Answer = ();
    type Refusal = Denied;

    /// A late attempt could undo what came after it.
    const REPEATS: Repeats = Repeats::InTurn;
    const LARGEST: &'static str = "parent_id";

    fn needs(&self, core: &PersonCore, by: &Caller, needs: &mut Needs) {
        ask_about(question(core, self.channel_id, self.parent_id), by, needs);
    }

    fn decide(&self, core: &mut PersonCore, turn: &mut Turn<'_>) -> Decided<Self> {
        let Self { channel_id, parent_id } = *self;
        if kept(question(core, channel_id, parent_id), core, turn)?.is_none() {
            return Ok(Decision::nothing(()));
        }
        let gone = DraftPayload::Gone { channel_id, parent_id, deleted: true };
        Ok(Decision {
            events: vec![updated(gone)],
            changes: vec![Change::RemoveDraft { user_id: core.id(), channel_id, parent_id }],
            raises: vec![],
            made: None,
            answer: (),
        })
    }
}
