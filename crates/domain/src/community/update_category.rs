//! Changes a category: its name, its place. If both are so already, nothing happens.

use ajet_protocol::{Category, CategoryId, Trimmed};
use serde::{Deserialize, Serialize};

use super::categories::{ask, one, updated};
use super::rights::{Unpublished, require_unmuted};
use super::{Change, CommunityCore};
use crate::asked::Caller;
use crate::need::Needs;
use crate::verb::{Audit, AuditTarget, Decided, Repeats, Verb};
use crate::writer::{Decision, Turn};

/// What is to be changed of a category; what is `None` stays as it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UpdateCategory {
    pub category_id: CategoryId,
    pub name: Option<Trimmed>,
    pub position: Option<i32>,
}

impl Verb for UpdateCategory {
    type Entity = CommunityCore;
    /// The category as it is afterwards.
    type Answer = Category;
    type Refusal = Unpublished;

    const REPEATS: Repeats = Repeats::InTurn;

    fn needs(&self, _: &CommunityCore, by: &Caller, needs: &mut Needs) {
        ask(by, needs);
    }

    fn decide(&self, _: &mut CommunityCore, turn: &mut Turn<'_>) -> Decided<Self> {
        let before = one(self.category_id, turn)?;
        let after = Category {
            name: self.name.as_ref().map_or_else(|| before.name.clone(), Trimmed::to_string),
            position: self.position.unwrap_or(before.position),
            ..before.clone()
        };
        if after == before {
            return Ok(Decision::nothing(after));
        }
        if after.name != before.name {
            require_unmuted(&turn.rights(None), turn)?;
        }
        let change = Change::UpdateCategory {
            id: after.id,
            name: (after.name != before.name).then(|| after.name.clone()),
            position: (after.position != before.position).then_some(after.position),
        };
        Ok(Decision {
            events: vec![updated(after.clone())],
            changes: vec![change],
            raises: vec![],
            made: None,
            answer: after,
        })
    }

    fn audit(&self) -> Option<Audit<'_>> {
        let target = AuditTarget::Category(self.category_id);
        Some(Audit { action: "category.update", target, details: vec![] })
    }
}
