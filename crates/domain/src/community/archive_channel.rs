//! Makes a channel read-only, or opens it again. If it is so already, nothing happens.
//!
//! What is read-only takes no posts, edits and reactions; people join and leave it as before, and messages can be deleted.

use ajet_protocol::events::ChannelPayload;
use ajet_protocol::{Channel, ChannelId, Event, Permission};
use serde::{Deserialize, Serialize};

use super::rights::require_in;
use super::{Change, CommunityCore};
use crate::acl::Affected;
use crate::asked::Caller;
use crate::event::Emit;
use crate::need::{Ask, ChannelOf, Needs, StandingOf};
use crate::refusal::Denied;
use crate::verb::{Audit, AuditTarget, Decided, Repeats, Verb};
use crate::writer::{Decision, Turn};

/// A channel to be made read-only, or to be opened again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ArchiveChannel {
    pub channel_id: ChannelId,
    pub archived: bool,
}

impl Verb for ArchiveChannel {
    type Entity = CommunityCore;
    type Answer = ();
    type Refusal = Denied;

    const REPEATS: Repeats = Repeats::InTurn;

    fn needs(&self, _: &CommunityCore, by: &Caller, needs: &mut Needs) {
        needs.ask(StandingOf { user: by.rights_of(), channel: Some(self.channel_id) });
        needs.ask(ChannelOf(self.channel_id));
    }

    fn decide(&self, _: &mut CommunityCore, turn: &mut Turn<'_>) -> Decided<Self> {
        let Self { channel_id: id, archived } = *self;
        require_in(turn, id, Permission::ManageChannels)?;
        let before = turn.facts.of(&ChannelOf(id)).ok_or(Denied::NotFound)?;
        if before.archived == archived {
            return Ok(Decision::nothing(()));
        }
        let channel = Channel { archived, ..before };
        let event = Event::ChannelUpdated(ChannelPayload { channel: channel.into() });
        Ok(Decision {
            events: vec![Emit::in_channel(&event, id)],
            changes: vec![Change::ArchiveChannel { id, at: archived.then_some(turn.now) }],
            // What anybody may do there changes.
            raises: vec![Affected::Use(id)],
            made: None,
            answer: (),
        })
    }

    fn audit(&self) -> Option<Audit<'_>> {
        let action = if self.archived { "channel.archive" } else { "channel.unarchive" };
        Some(Audit { action, target: AuditTarget::Channel(self.channel_id), details: vec![] })
    }
}
