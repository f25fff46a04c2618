//! Changes the community itself: its name, its part of addresses, the channel that everybody joins on arrival. If all of it is so
//! already, nothing happens.

use ajet_protocol::events::{CommunityPayload, CommunityShown};
use ajet_protocol::{ChannelId, Event, Permission, Trimmed};
use serde::{Deserialize, Serialize};

use super::rights::{Silenced, require, require_unmuted};
use super::{Change, CommunityCore};
use crate::asked::Caller;
use crate::event::Emit;
use crate::need::{Ask, CommunityFacts, Needs, OpenChannel, OwnCommunity, StandingOf};
use crate::refusal::Denied;
use crate::refusals;
use crate::verb::{Audit, AuditTarget, Decided, Repeats, Verb};
use crate::writer::{Decision, Turn};

/// What is to be changed of a community; what is `None` stays as it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UpdateCommunity {
    pub name: Option<Trimmed>,
    pub slug: Option<String>,
    pub default_channel_id: Option<ChannelId>,
}

/// The constraint that keeps communities apart in addresses.
pub(super) const SLUG_TAKEN: &str = "communities_slug_key";

refusals! {
    /// Why a community was not changed.
    pub enum Refused: Denied | Silenced {
        /// Another community has the slug.
        SlugTaken => Conflict("slug", "taken"): "This slug is taken.",
        /// `default_channel_id` names no channel that every member may see and write in.
        NotOpen => Invalid("default_channel_id", "not_found"): "names no public text channel of this community",
    }
}

impl Verb for UpdateCommunity {
    type Entity = CommunityCore;
    type Answer = ();
    type Refusal = Refused;

    const REPEATS: Repeats = Repeats::InTurn;

    fn needs(&self, _: &CommunityCore, by: &Caller, needs: &mut Needs) {
        needs.ask(StandingOf { user: by.rights_of(), channel: None });
        needs.ask(OwnCommunity);
        if let Some(channel) = self.default_channel_id {
            needs.ask(OpenChannel(channel));
        }
    }

    fn decide(&self, core: &mut CommunityCore, turn: &mut Turn<'_>) -> Decided<Self> {
        let standing = require(turn, Permission::ManageCommunity)?;
        let before = turn.facts.of(&OwnCommunity).ok_or(Denied::NotFound)?;
        if let Some(channel) = self.default_channel_id
            && !turn.facts.of(&OpenChannel(channel))
        {
            return Err(Refused::NotOpen);
        }
        let after = self.applied_to(&before);
        if after == before {
            return Ok(Decision::nothing(()));
        }
        if (&after.name, &after.slug) != (&before.name, &before.slug) {
            require_unmuted(&standing, turn)?;
        }
        let community = CommunityShown {
            id: core.id(),
            name: after.name.clone(),
            slug: after.slug.clone(),
            default_channel_id: after.default_channel,
            avatar_url: after.avatar_url.clone(),
            created_at: after.created_at,
        };
        let change = Change::UpdateCommunity {
            id: core.id(),
            name: (after.name != before.name).then_some(after.name),
            slug: (after.slug != before.slug).then_some(after.slug),
            default_channel: self.default_channel_id,
        };
        Ok(Decision {
            events: vec![Emit::new(&Event::CommunityUpdated(CommunityPayload { community }))],
            changes: vec![change],
            raises: vec![],
            made: None,
            answer: (),
        })
    }

    fn constraint(name: &str) -> Option<Refused> {
        (name == SLUG_TAKEN).then_some(Refused::SlugTaken)
    }

    fn audit(&self) -> Option<Audit<'_>> {
        let audit = Audit::of("community.update", AuditTarget::Community);
        let audit = audit.with("name", self.name.as_deref()).with("slug", self.slug.as_deref());
        Some(audit.with("default_channel_id", self.default_channel_id.map(|channel| channel.to_string())))
    }
}

impl UpdateCommunity {
    fn applied_to(&self, before: &CommunityFacts) -> CommunityFacts {
        CommunityFacts {
            name: self.name.as_ref().map_or_else(|| before.name.clone(), ToString::to_string),
            slug: self.slug.clone().unwrap_or_else(|| before.slug.clone()),
            default_channel: self.default_channel_id.or(before.default_channel),
            avatar_url: before.avatar_url.clone(),
            created_at: before.created_at,
        }
    }
}
