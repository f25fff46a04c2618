//! Deletes several messages at once, as a moderator. Those that are deleted already are left out.

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

/// Messages to be deleted: those that were the newest ones when it was asked for. They are named, so that another attempt does not
/// delete others.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Purge {
    pub message_ids: Vec<MessageId>,
}

impl Verb for Purge {
    type Entity = ChannelCore;
    /// How many were deleted by this.
    type Answer = u32;
    type Refusal = Denied;

    const REPEATS: Repeats = Repeats::Freely;

    fn needs(&self, core: &ChannelCore, by: &Caller, needs: &mut Needs) {
        needs.ask(StandingOf { user: by.rights_of(), channel: Some(core.id()) });
        self.message_ids.iter().for_each(|id| needs.ask(HeadOf(*id)));
    }

    fn decide(&self, core: &mut ChannelCore, turn: &mut Turn<'_>) -> Decided<Self> {
        let standing = seen(core.id(), turn)?;
        if !standing.may(Permission::ManageMessages) {
            return Err(Denied::Forbidden);
        }
        let stands = |id: &MessageId| core.head(*id, turn.facts).is_some_and(|head| !head.deleted);
        let gone: Vec<MessageId> = self.message_ids.iter().copied().filter(stands).collect();
        let deleted = |id: &MessageId| {
            Emit::in_channel(&Event::MessageDeleted(MessageGone { message_id: *id }), core.id())
        };
        Ok(Decision {
            events: gone.iter().map(deleted).collect(),
            changes: gone.iter().map(|id| Change::DeleteMessage { id: *id, at: turn.now }).collect(),
            raises: vec![],
            made: None,
            answer: u32::try_from(gone.len()).unwrap_or(u32::MAX),
        })
    }

    fn audit(&self) -> Option<Audit<'_>> {
        let audit = Audit::of("message.purge", AuditTarget::OwnChannel);
        Some(audit.with("count", Some(self.message_ids.len().to_string())))
    }
}
