//! Sets what a channel allows and denies everybody, a role or a member; again replaces it. If it is so already, nothing happens.

use std::borrow::Cow;

use ajet_protocol::events::OverwritePayload;
use ajet_protocol::{ChannelId, Event, Overwrite, Permissions, limits};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::grants::{Beyond, holds};
use super::overwrites::{ask_about_target, difference, manages_here, within_reach};
use super::{Change, CommunityCore};
use crate::acl::Affected;
use crate::asked::Caller;
use crate::event::Emit;
use crate::need::{Ask, Needs, OverwriteCount, OverwriteOf};
use crate::refusals;
use crate::verb::{Audit, AuditTarget, Decided, Repeats, Verb};
use crate::writer::{Decision, Turn};

/// What a channel is to allow and deny.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetOverwrite {
    pub channel_id: ChannelId,
    /// A role, a person, or the community for everybody.
    pub target_id: Uuid,
    pub allow: Permissions,
    pub deny: Permissions,
}

refusals! {
    /// Why it was not set.
    pub enum Refused: Beyond {
        /// The channel has as many overwrites as it may.
        Full => Limit: "A channel has at most 100 overwrites.",
    }
}

impl Verb for SetOverwrite {
    type Entity = CommunityCore;
    type Answer = Overwrite;
    type Refusal = Refused;

    const REPEATS: Repeats = Repeats::InTurn;

    fn needs(&self, _: &CommunityCore, by: &Caller, needs: &mut Needs) {
        ask_about_target(self.channel_id, self.target_id, by, needs);
        needs.ask(OverwriteCount(self.channel_id));
    }

    fn decide(&self, core: &mut CommunityCore, turn: &mut Turn<'_>) -> Decided<Self> {
        let Self { channel_id, target_id, allow, deny } = self.clone();
        let standing = manages_here(turn, channel_id)?;
        let place = OverwriteOf { channel: channel_id, target: target_id };
        let target_type = within_reach(core, turn, &standing, place)?;
        let before = turn.facts.of(&place);
        let (allowed, denied) = before.as_ref().map_or_else(Default::default, |before| {
            (Permissions::of(&before.allow), Permissions::of(&before.deny))
        });
        // What is neither given nor taken may be more than the caller has.
        holds(&standing, difference(allow, allowed))?;
        holds(&standing, difference(deny, denied))?;
        if before.is_none() && turn.facts.of(&OverwriteCount(channel_id)) >= limits::OVERWRITES {
            return Err(Refused::Full);
        }
        let (allow, deny) = (allow.names(), deny.names());
        let overwrite = Overwrite { channel_id, target_id, target_type, allow, deny };
        if before.as_ref() == Some(&overwrite) {
            return Ok(Decision::nothing(overwrite));
        }
        let event = Event::OverwriteUpdated(OverwritePayload { overwrite: overwrite.clone() });
        Ok(Decision {
            events: vec![Emit::in_channel(&event, channel_id)],
            changes: vec![Change::SetOverwrite(Box::new(overwrite.clone()))],
            raises: vec![Affected::Channel(channel_id)],
            made: None,
            answer: overwrite,
        })
    }

    fn audit(&self) -> Option<Audit<'_>> {
        let names = |set: Permissions| {
            let names: Vec<_> = set.names().into_iter().map(|one| one.as_str()).collect();
            Cow::Owned(names.join(" "))
        };
        let target_id = Cow::Owned(self.target_id.to_string());
        let details =
            vec![("target_id", target_id), ("allow", names(self.allow)), ("deny", names(self.deny))];
        Some(Audit { action: "overwrite.set", target: AuditTarget::Channel(self.channel_id), details })
    }
}
