//! Leaves the community, and all of its channels. A community keeps an owner: the only one can't leave.

use ajet_protocol::Event;
use ajet_protocol::events::MemberGone;
use serde::{Deserialize, Serialize};

use super::{Change, CommunityCore};
use crate::acl::Affected;
use crate::asked::Caller;
use crate::event::Emit;
use crate::need::{Ask, Needs, SoleOwner, StandingOf};
use crate::refusal::Denied;
use crate::refusals;
use crate::verb::{Decided, Repeats, Verb};
use crate::writer::{Decision, Turn};

/// The caller leaves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeaveCommunity;

refusals! {
    /// Why somebody can't leave.
    pub enum Refused: Denied {
        /// The community would be left without an owner.
        SoleOwner => Conflict: "The only owner of a community can't leave it.",
    }
}

impl Verb for LeaveCommunity {
    type Entity = CommunityCore;
    type Answer = ();
    type Refusal = Refused;

    const REPEATS: Repeats = Repeats::InTurn;

    fn needs(&self, _: &CommunityCore, by: &Caller, needs: &mut Needs) {
        needs.ask(StandingOf { user: by.rights_of(), channel: None });
        needs.ask(SoleOwner(by.id()));
    }

    fn decide(&self, _: &mut CommunityCore, turn: &mut Turn<'_>) -> Decided<Self> {
        let user_id = turn.by.id();
        if !turn.rights(None).in_community {
            return Err(Denied::NotFound.into());
        }
        if turn.facts.of(&SoleOwner(user_id)) {
            return Err(Refused::SoleOwner);
        }
        Ok(Decision {
            events: vec![Emit::new(&Event::MemberLeft(MemberGone { user_id }))],
            changes: vec![Change::RemoveMember { user_id }],
            raises: vec![Affected::Person(user_id)],
            made: None,
            answer: (),
        })
    }
}
