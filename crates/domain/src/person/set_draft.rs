//! Keeping what one has begun to write in a channel, or as a reply there: for all of one's sessions, and for no one else.

use ajet_protocol::events::DraftPayload;
use ajet_protocol::{ChannelDraft, ChannelId, MessageId, Trimmed, limits};
use serde::{Deserialize, Serialize};

use super::PersonCore;
use super::drafts::{ask_about, kept, newly_kept, question, updated};
use crate::change::Change;
use crate::need::{Ask, Kept, KeptOf, Needs};
use crate::verb::{Decided, Repeats, Verb};
use crate::writer::{Decision, Turn};
use crate::{Caller, Denied, refusals};

/// A draft to be kept; it replaces the one before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetDraft {
    pub channel_id: ChannelId,
    /// The message that it is to reply to.
    pub parent_id: Option<MessageId>,
    pub body_md: Trimmed,
}

refusals! {
    /// Why a draft was not kept.
    pub enum NotKept: Denied {
        /// The person has as many drafts as they may.
        TooMany => Limit: "You have 1000 drafts already; drop some first.",
    }
}

impl Verb for SetDraft {
    type Entity = PersonCore;
    /// The draft as it is afterwards.
    type Answer = Box<ChannelDraft>;
    type Refusal = NotKept;

    /// A late attempt could undo what came after it.
    const REPEATS: Repeats = Repeats::InTurn;
    const LARGEST: &'static str = "body_md";

    fn needs(&self, core: &PersonCore, by: &Caller, needs: &mut Needs) {
        ask_about(question(core, self.channel_id, self.parent_id), by, needs);
        if by.id() == core.id() {
            needs.ask(KeptOf { user: core.id(), what: Kept::Drafts });
        }
    }

    fn decide(&self, core: &mut PersonCore, turn: &mut Turn<'_>) -> Decided<Self> {
        let Self { channel_id, parent_id, body_md } = self.clone();
        let before = kept(question(core, channel_id, parent_id), core, turn)?;
        let user_id = core.id();
        if let Some(same) = before.as_ref().filter(|before| before.body_md == *body_md) {
            return Ok(Decision::nothing(Box::new(same.clone())));
        }
        let stored = turn.facts.of(&KeptOf { user: user_id, what: Kept::Drafts });
        if before.is_none() && stored + newly_kept(core, turn) >= limits::DRAFTS {
            return Err(NotKept::TooMany);
        }
        let draft = ChannelDraft { channel_id, body_md: body_md.into(), parent_id, updated_at: turn.now };
        Ok(Decision {
            events: vec![updated(DraftPayload::Kept { draft: draft.clone() })],
            changes: vec![Change::KeepDraft { user_id, draft: Box::new(draft.clone()) }],
            raises: vec![],
            made: None,
            answer: Box::new(draft),
        })
    }
}
