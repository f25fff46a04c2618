//! Creates a category.

use ajet_protocol::events::CategoryPayload;
use ajet_protocol::{Category, CategoryId, Event, Trimmed, limits};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::categories::{all, ask};
use super::rights::{Silenced, require_unmuted};
use super::{Change, CommunityCore};
use crate::asked::Caller;
use crate::event::Emit;
use crate::need::Needs;
use crate::refusal::Denied;
use crate::refusals;
use crate::verb::{Audit, AuditTarget, Decided, KeySpace, Made, Repeats, Verb};
use crate::writer::{Decision, Turn};

/// A category to be created.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CreateCategory {
    pub name: Trimmed,
    /// `None` puts it behind all others.
    pub position: Option<i32>,
}

refusals! {
    /// Why a category was not created.
    pub enum Refused: Denied | Silenced {
        /// It would be one more than a community may have.
        TooMany => Limit: "This community has as many categories as a community may have.",
    }
}

impl Verb for CreateCategory {
    type Entity = CommunityCore;
    type Answer = Made<Category>;
    type Refusal = Refused;

    const KEYS: Option<KeySpace> = Some(KeySpace::Of("categories"));
    const REPEATS: Repeats = Repeats::Freely;

    fn needs(&self, _: &CommunityCore, by: &Caller, needs: &mut Needs) {
        ask(by, needs);
    }

    fn decide(&self, core: &mut CommunityCore, turn: &mut Turn<'_>) -> Decided<Self> {
        let others = all(turn)?;
        require_unmuted(&turn.rights(None), turn)?;
        if others.len() >= limits::CATEGORIES {
            return Err(Refused::TooMany);
        }
        let last = others.iter().map(|category| category.position).max();
        let behind = last.map_or(0, |last| last.saturating_add(1));
        let category = Category {
            id: CategoryId(core.new_id(turn)),
            community_id: core.id(),
            name: self.name.to_string(),
            position: self.position.unwrap_or(behind),
        };
        let event = Event::CategoryCreated(CategoryPayload { category: category.clone() });
        Ok(Decision {
            events: vec![Emit::new(&event)],
            changes: vec![Change::AddCategory { category: category.clone() }],
            raises: vec![],
            made: Some(category.id.0),
            answer: Made::New(category),
        })
    }

    fn replayed(object: Uuid) -> Option<Self::Answer> {
        Some(Made::Before(object))
    }

    fn audit(&self) -> Option<Audit<'_>> {
        Some(Audit { action: "category.create", target: AuditTarget::Made("category"), details: vec![] })
    }
}
