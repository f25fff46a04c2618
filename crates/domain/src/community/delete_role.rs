//! Deletes a custom role. Its holders lose what it granted, and what channels allow and deny it goes with it.

use ajet_protocol::events::RoleGone;
use ajet_protocol::{Event, RoleId};
use serde::{Deserialize, Serialize};

use super::grants::{Beyond, manages_roles, outranks};
use super::{Change, CommunityCore};
use crate::acl::Affected;
use crate::asked::Caller;
use crate::event::Emit;
use crate::need::{Ask, HeldRoles, Needs, RoleOf, StandingOf};
use crate::refusal::Denied;
use crate::verb::{Audit, AuditTarget, Decided, Repeats, Verb};
use crate::writer::{Decision, Turn};

/// A role to be deleted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeleteRole {
    pub role_id: RoleId,
}

impl Verb for DeleteRole {
    type Entity = CommunityCore;
    type Answer = ();
    type Refusal = Beyond;

    const REPEATS: Repeats = Repeats::InTurn;

    fn needs(&self, _: &CommunityCore, by: &Caller, needs: &mut Needs) {
        needs.ask(StandingOf { user: by.rights_of(), channel: None });
        needs.ask(RoleOf(self.role_id));
        needs.ask(HeldRoles(by.rights_of()));
    }

    fn decide(&self, _: &mut CommunityCore, turn: &mut Turn<'_>) -> Decided<Self> {
        let (role_id, standing) = (self.role_id, manages_roles(turn)?);
        let role = turn.facts.of(&RoleOf(role_id)).ok_or(Denied::NotFound)?;
        outranks(&standing, role.position)?;
        let own = turn.facts.of(&HeldRoles(turn.by.rights_of()));
        if !standing.rank.is_above_roles() && own.iter().any(|one| one.id == role_id) {
            return Err(Beyond::HeldRole);
        }
        Ok(Decision {
            events: vec![Emit::new(&Event::RoleDeleted(RoleGone { role_id }))],
            changes: vec![Change::RemoveRole { id: role_id }],
            raises: vec![Affected::Everyone],
            made: None,
            answer: (),
        })
    }

    fn audit(&self) -> Option<Audit<'_>> {
        Some(Audit { action: "role.delete", target: AuditTarget::Role(self.role_id), details: vec![] })
    }
}
