//! Creates a custom role, which has no holders yet.

use std::borrow::Cow;

use ajet_protocol::events::RolePayload;
use ajet_protocol::{CustomRole, Event, Permissions, RoleId, Trimmed, limits};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::grants::{Beyond, holds, manages_roles, outranks};
use super::rights::{Silenced, require_unmuted};
use super::{Change, CommunityCore};
use crate::acl::Affected;
use crate::asked::Caller;
use crate::event::Emit;
use crate::need::{Ask, Needs, RoleCount, StandingOf};
use crate::refusals;
use crate::verb::{Audit, AuditTarget, Decided, KeySpace, Made, Repeats, Verb};
use crate::writer::{Decision, Turn};

/// A role to be created.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CreateRole {
    pub name: Trimmed,
    pub permissions: Permissions,
    pub position: i32,
}

refusals! {
    /// Why a role was not created.
    pub enum Refused: Beyond | Silenced {
        /// The community has a role of this name.
        NameTaken => Conflict("name", "taken"): "A role of this name is already there.",
        /// The community has as many roles as it may.
        Full => Limit: "A community has at most 250 roles.",
    }
}

/// The constraint that keeps the names of roles apart within a community.
pub(super) const NAME_TAKEN: &str = "roles_name_key";

impl Verb for CreateRole {
    type Entity = CommunityCore;
    type Answer = Made<Box<CustomRole>>;
    type Refusal = Refused;

    const KEYS: Option<KeySpace> = Some(KeySpace::Of("roles"));
    const REPEATS: Repeats = Repeats::Freely;

    fn needs(&self, _: &CommunityCore, by: &Caller, needs: &mut Needs) {
        needs.ask(StandingOf { user: by.rights_of(), channel: None });
        needs.ask(RoleCount);
    }

    /// Nodes learn of the role here, though it changes no one's rights yet: when it is given, they read anew of its holder alone.
    fn decide(&self, core: &mut CommunityCore, turn: &mut Turn<'_>) -> Decided<Self> {
        let standing = manages_roles(turn)?;
        require_unmuted(&standing, turn)?;
        outranks(&standing, self.position)?;
        holds(&standing, self.permissions)?;
        if turn.facts.of(&RoleCount) >= limits::ROLES {
            return Err(Refused::Full);
        }
        let role = CustomRole {
            id: RoleId(core.new_id(turn)),
            community_id: core.id(),
            name: self.name.to_string(),
            permissions: self.permissions.names(),
            position: self.position,
        };
        Ok(Decision {
            events: vec![Emit::new(&Event::RoleCreated(RolePayload { role: role.clone() }))],
            changes: vec![Change::AddRole { role: Box::new(role.clone()), at: turn.now }],
            raises: vec![Affected::Everyone],
            made: Some(role.id.0),
            answer: Made::New(Box::new(role)),
        })
    }

    fn replayed(object: Uuid) -> Option<Self::Answer> {
        Some(Made::Before(object))
    }

    fn constraint(name: &str) -> Option<Refused> {
        (name == NAME_TAKEN).then_some(Refused::NameTaken)
    }

    fn audit(&self) -> Option<Audit<'_>> {
        let details = vec![("name", Cow::Borrowed(self.name.as_str()))];
        Some(Audit { action: "role.create", target: AuditTarget::Made("role"), details })
    }
}
