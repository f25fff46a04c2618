//! Lifts a ban; again changes nothing. The person comes back by an invite.

use ajet_protocol::{Permission, UserId};
use serde::{Deserialize, Serialize};

use super::rights::require;
use super::{Change, CommunityCore};
use crate::asked::Caller;
use crate::need::{Ask, BanOf, Needs, StandingOf};
use crate::refusal::Denied;
use crate::verb::{Audit, AuditTarget, Decided, Repeats, Verb};
use crate::writer::{Decision, Turn};

/// A person who may come back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unban {
    pub user_id: UserId,
    pub reason: Option<String>,
}

impl Verb for Unban {
    type Entity = CommunityCore;
    type Answer = ();
    type Refusal = Denied;

    const REPEATS: Repeats = Repeats::InTurn;

    fn needs(&self, _: &CommunityCore, by: &Caller, needs: &mut Needs) {
        needs.ask(StandingOf { user: by.rights_of(), channel: None });
        needs.ask(BanOf(self.user_id));
    }

    fn decide(&self, _: &mut CommunityCore, turn: &mut Turn<'_>) -> Decided<Self> {
        require(turn, Permission::BanMembers)?;
        if !turn.facts.of(&BanOf(self.user_id)) {
            return Ok(Decision::nothing(()));
        }
        Ok(Decision {
            events: vec![],
            // The person is not told: who was banned without having been there learns nothing of the community.
            changes: vec![Change::Unban { user_id: self.user_id }],
            raises: vec![],
            made: None,
            answer: (),
        })
    }

    fn audit(&self) -> Option<Audit<'_>> {
        let audit = Audit::of("member.unban", AuditTarget::Person(self.user_id));
        Some(audit.with("reason", self.reason.as_deref()))
    }
}
