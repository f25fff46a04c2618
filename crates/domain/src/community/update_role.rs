//! Changes a custom role: its name, what it grants, how high it stands. If all of it is so already, nothing happens.

use ajet_protocol::events::RolePayload;
use ajet_protocol::{CustomRole, Event, Permissions, RoleId, Trimmed};
use serde::{Deserialize, Serialize};

use super::create_role::NAME_TAKEN;
use super::grants::{Beyond, holds, manages_roles, outranks};
use super::rights::{Silenced, require_unmuted};
use super::{Change, CommunityCore};
use crate::acl::Affected;
use crate::asked::Caller;
use crate::event::Emit;
use crate::need::{Ask, Needs, RoleOf, StandingOf};
use crate::refusal::Denied;
use crate::refusals;
use crate::verb::{Audit, AuditTarget, Decided, Repeats, Verb};
use crate::writer::{Decision, Turn};

/// What is to be changed of a role; what is `None` stays as it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UpdateRole {
    pub role_id: RoleId,
    pub name: Option<Trimmed>,
    /// All that it grants afterwards.
    pub permissions: Option<Permissions>,
    pub position: Option<i32>,
}

refusals! {
    /// Why a role was not changed.
    pub enum Refused: Beyond | Silenced {
        /// The community has another role of this name.
        NameTaken => Conflict("name", "taken"): "A role of this name is already there.",
    }
}

impl Verb for UpdateRole {
    type Entity = CommunityCore;
    type Answer = CustomRole;
    type Refusal = Refused;

    const REPEATS: Repeats = Repeats::InTurn;

    fn needs(&self, _: &CommunityCore, by: &Caller, needs: &mut Needs) {
        needs.ask(StandingOf { user: by.rights_of(), channel: None });
        needs.ask(RoleOf(self.role_id));
    }

    /// A role below may lose what the caller does not have, as it may be deleted; it may not gain it.
    fn decide(&self, _: &mut CommunityCore, turn: &mut Turn<'_>) -> Decided<Self> {
        let standing = manages_roles(turn)?;
        let before = turn.facts.of(&RoleOf(self.role_id)).ok_or(Beyond::from(Denied::NotFound))?;
        let after = self.applied_to(&before);
        outranks(&standing, before.position)?;
        outranks(&standing, after.position)?;
        let (had, has) = (Permissions::of(&before.permissions), Permissions::of(&after.permissions));
        holds(&standing, has.without(had))?;
        if after == before {
            return Ok(Decision::nothing(after));
        }
        if after.name != before.name {
            require_unmuted(&standing, turn)?;
        }
        let name = (after.name != before.name).then(|| after.name.clone());
        let permissions = (has != had).then_some(has);
        let position = (after.position != before.position).then_some(after.position);
        let raises = permissions.is_some() || position.is_some();
        Ok(Decision {
            events: vec![Emit::new(&Event::RoleUpdated(RolePayload { role: after.clone() }))],
            changes: vec![Change::UpdateRole { id: self.role_id, name, permissions, position }],
            raises: raises.then_some(Affected::Everyone).into_iter().collect(),
            made: None,
            answer: after,
        })
    }

    fn constraint(name: &str) -> Option<Refused> {
        (name == NAME_TAKEN).then_some(Refused::NameTaken)
    }

    fn audit(&self) -> Option<Audit<'_>> {
        Some(Audit { action: "role.update", target: AuditTarget::Role(self.role_id), details: vec![] })
    }
}

impl UpdateRole {
    fn applied_to(&self, before: &CustomRole) -> CustomRole {
        let mut after = before.clone();
        if let Some(name) = &self.name {
            after.name = name.to_string();
        }
        if let Some(permissions) = self.permissions {
            after.permissions = permissions.names();
        }
        after.position = self.position.unwrap_or(before.position);
        after
    }
}
