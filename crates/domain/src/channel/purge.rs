//! Deletes several messages at once, as a moderator. Those that are deleted already are told of to no one.

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

/// Its name in the audit log, where the channel says how many messages it deleted.
pub(super) const PURGE: &str = "message.purge";

/// Messages to be deleted: those that were the newest ones when it was asked for. They are named, so that another attempt does not
/// delete others.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Purge {
    pub message_ids: Vec<MessageId>,
}

impl Verb for Purge {
    type Entity = ChannelCore;
    /// How many of them are deleted now: another attempt is answered as the first one.
    type Answer = u32;
    type Refusal = Denied;

    const REPEATS: Repeats = Repeats::Freely;

    fn needs(&self, core: &ChannelCore, by: &Caller, needs: &mut Needs) {
        needs.ask(StandingOf { user: by.rights_of(), channel: Some(core.id()) });
        self.message_ids.iter().for_each(|id| needs.ask(HeadOf(*id)));
    }

    fn decide(&self, core: &mut ChannelCore, turn: &mut Turn<'_>) -> Decided<Self> {
        purged(&self.message_ids, core, turn)
    }

    fn audit(&self) -> Option<Audit<'_>> {
        Some(Audit::of(PURGE, AuditTarget::OwnChannel))
    }
}

/// The deletion of messages, and how many of them are deleted by it or before it.
pub(super) fn purged(
    ids: &[MessageId],
    core: &ChannelCore,
    turn: &Turn<'_>,
) -> Result<Decision<Change, u32>, Denied> {
    let standing = seen(core.id(), turn)?;
    if !standing.may(Permission::ManageMessages) {
        return Err(Denied::Forbidden);
    }
    let there = ids.iter().filter(|id| core.head(**id, turn.facts).is_some()).count();
    let stands = |id: &MessageId| core.head(*id, turn.facts).is_some_and(|head| !head.deleted);
    let gone: Vec<MessageId> = ids.iter().copied().filter(stands).collect();
    let deleted =
        |id: &MessageId| Emit::in_channel(&Event::MessageDeleted(MessageGone { message_id: *id }), core.id());
    Ok(Decision {
        events: gone.iter().map(deleted).collect(),
        changes: gone.iter().map(|id| Change::DeleteMessage { id: *id, at: turn.now }).collect(),
        raises: vec![],
        made: None,
        answer: u32::try_from(there).unwrap_or(u32::MAX),
    })
}
