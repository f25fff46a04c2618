//! Deletes a category. Its channels stay, and stand in none.

use ajet_protocol::events::CategoryGone;
use ajet_protocol::{CategoryId, Event};
use serde::{Deserialize, Serialize};

use super::categories::{ask, one};
use super::{Change, CommunityCore};
use crate::asked::Caller;
use crate::event::Emit;
use crate::need::Needs;
use crate::refusal::Denied;
use crate::verb::{Audit, AuditTarget, Decided, Repeats, Verb};
use crate::writer::{Decision, Turn};

/// A category to be deleted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeleteCategory {
    pub category_id: CategoryId,
}

impl Verb for DeleteCategory {
    type Entity = CommunityCore;
    type Answer = ();
    type Refusal = Denied;

    const REPEATS: Repeats = Repeats::InTurn;

    fn needs(&self, _: &CommunityCore, by: &Caller, needs: &mut Needs) {
        ask(by, needs);
    }

    fn decide(&self, _: &mut CommunityCore, turn: &mut Turn<'_>) -> Decided<Self> {
        let category_id = one(self.category_id, turn)?.id;
        Ok(Decision {
            events: vec![Emit::new(&Event::CategoryDeleted(CategoryGone { category_id }))],
            changes: vec![Change::RemoveCategory { id: category_id }],
            raises: vec![],
            made: None,
            answer: (),
        })
    }

    fn audit(&self) -> Option<Audit<'_>> {
        let target = AuditTarget::Category(self.category_id);
        Some(Audit { action: "category.delete", target, details: vec![] })
    }
}
