//! Removes what a channel allows and denies everybody, a role or a member; again changes nothing.

use std::borrow::Cow;

use ajet_protocol::events::OverwritePayload;
use ajet_protocol::{ChannelId, Event, Permissions};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::grants::{Beyond, holds};
use super::overwrites::{ask_about_target, manages_here, within_reach};
use super::{Change, CommunityCore};
use crate::acl::Affected;
use crate::asked::Caller;
use crate::event::Emit;
use crate::need::{Needs, OverwriteOf};
use crate::verb::{Audit, AuditTarget, Decided, Repeats, Verb};
use crate::writer::{Decision, Turn};

/// An overwrite to be removed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RemoveOverwrite {
    pub channel_id: ChannelId,
    /// A role, a person, or the community for everybody.
    pub target_id: Uuid,
}

impl Verb for RemoveOverwrite {
    type Entity = CommunityCore;
    type Answer = ();
    type Refusal = Beyond;

    const REPEATS: Repeats = Repeats::InTurn;

    fn needs(&self, _: &CommunityCore, by: &Caller, needs: &mut Needs) {
        ask_about_target(self.channel_id, self.target_id, by, needs);
    }

    fn decide(&self, core: &mut CommunityCore, turn: &mut Turn<'_>) -> Decided<Self> {
        let Self { channel_id, target_id } = self.clone();
        let standing = manages_here(turn, channel_id)?;
        let place = OverwriteOf { channel: channel_id, target: target_id };
        let Some(overwrite) = turn.facts.of(&place) else { return Ok(Decision::nothing(())) };
        within_reach(core, turn, &standing, place)?;
        // What was denied is given by this, and what was allowed is taken.
        holds(&standing, Permissions::of(&overwrite.allow))?;
        holds(&standing, Permissions::of(&overwrite.deny))?;
        let event = Event::OverwriteDeleted(OverwritePayload { overwrite });
        Ok(Decision {
            events: vec![Emit::in_channel(&event, channel_id)],
            changes: vec![Change::RemoveOverwrite { channel_id, target_id }],
            raises: vec![Affected::Channel(channel_id)],
            made: None,
            answer: (),
        })
    }

    fn audit(&self) -> Option<Audit<'_>> {
        let details = vec![("target_id", Cow::Owned(self.target_id.to_string()))];
        Some(Audit { action: "overwrite.delete", target: AuditTarget::Channel(self.channel_id), details })
    }
}
