//! Sets the community's picture, or takes it away. If it is so already, nothing happens.

use ajet_protocol::events::{CommunityPayload, CommunityShown};
use ajet_protocol::{Event, Permission};
use serde::{Deserialize, Serialize};

use super::rights::{Unpublished, require, require_unmuted};
use super::{Change, CommunityCore};
use crate::asked::Caller;
use crate::event::Emit;
use crate::need::{Ask, Needs, OwnCommunity, StandingOf};
use crate::picture;
use crate::refusal::Denied;
use crate::verb::{Audit, AuditTarget, Decided, Repeats, Verb};
use crate::writer::{Decision, Turn};

/// The community's picture.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetCommunityAvatar {
    /// Where it is; `None` for none.
    pub avatar_url: Option<String>,
}

impl Verb for SetCommunityAvatar {
    type Entity = CommunityCore;
    type Answer = ();
    type Refusal = Unpublished;

    const REPEATS: Repeats = Repeats::InTurn;

    fn needs(&self, _: &CommunityCore, by: &Caller, needs: &mut Needs) {
        needs.ask(StandingOf { user: by.rights_of(), channel: None });
        needs.ask(OwnCommunity);
    }

    fn decide(&self, core: &mut CommunityCore, turn: &mut Turn<'_>) -> Decided<Self> {
        let standing = require(turn, Permission::ManageCommunity)?;
        let before = turn.facts.of(&OwnCommunity).ok_or(Denied::NotFound)?;
        if before.avatar_url == self.avatar_url {
            return Ok(Decision::nothing(()));
        }
        if self.avatar_url.is_some() {
            require_unmuted(&standing, turn)?;
        }
        let replaced = picture::replaced(before.avatar_url.as_deref(), self.avatar_url.as_deref());
        let community = CommunityShown {
            id: core.id(),
            name: before.name,
            slug: before.slug,
            default_channel_id: before.default_channel,
            avatar_url: self.avatar_url.clone(),
            created_at: before.created_at,
        };
        let change = Change::SetCommunityAvatar { id: core.id(), avatar_url: self.avatar_url.clone() };
        Ok(Decision {
            events: vec![Emit::new(&Event::CommunityUpdated(CommunityPayload { community }))],
            changes: [change].into_iter().chain(replaced).collect(),
            raises: vec![],
            made: None,
            answer: (),
        })
    }

    fn audit(&self) -> Option<Audit<'_>> {
        Some(Audit::of("community.avatar", AuditTarget::Community))
    }
}
