//! Puts all categories of a community in order. Those that stand where they should already are not changed.

use std::collections::HashMap;

use ajet_protocol::{Category, CategoryId};
use serde::{Deserialize, Serialize};

use super::categories::{all, ask, updated};
use super::{Change, CommunityCore};
use crate::asked::Caller;
use crate::need::Needs;
use crate::refusal::Denied;
use crate::refusals;
use crate::verb::{Audit, AuditTarget, Decided, Repeats, Verb};
use crate::writer::{Decision, Turn};

/// All categories of a community in their order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderCategories {
    pub ids: Vec<CategoryId>,
}

refusals! {
    /// Why categories were not put in order.
    pub enum Refused: Denied {
        /// One of `ids` is no category of the community.
        Unknown => Invalid("ids", "not_found"): "names what is no category of this community",
        /// A category of the community is not among `ids`.
        Missing => Invalid("ids", "incomplete"): "does not name all categories of this community",
        /// A category is there twice.
        Duplicate => Invalid("ids", "duplicate"): "names a category more than once",
    }
}

impl Verb for OrderCategories {
    type Entity = CommunityCore;
    type Answer = ();
    type Refusal = Refused;

    const REPEATS: Repeats = Repeats::InTurn;
    const LARGEST: &'static str = "ids";

    fn needs(&self, _: &CommunityCore, by: &Caller, needs: &mut Needs) {
        ask(by, needs);
    }

    fn decide(&self, _: &mut CommunityCore, turn: &mut Turn<'_>) -> Decided<Self> {
        let ordered = self.ordered(all(turn)?)?;
        let moved = (0..).zip(ordered).filter(|(position, category)| category.position != *position);
        let moved: Vec<_> = moved.map(|(position, category)| Category { position, ..category }).collect();
        let change = |category: &Category| Change::UpdateCategory {
            id: category.id,
            name: None,
            position: Some(category.position),
        };
        Ok(Decision {
            changes: moved.iter().map(change).collect(),
            events: moved.into_iter().map(updated).collect(),
            raises: vec![],
            made: None,
            answer: (),
        })
    }

    fn audit(&self) -> Option<Audit<'_>> {
        Some(Audit { action: "category.order", target: AuditTarget::Community, details: vec![] })
    }
}

impl OrderCategories {
    /// The community's categories in the order asked for.
    fn ordered(&self, all: Vec<Category>) -> Result<Vec<Category>, Refused> {
        let mut left: HashMap<_, _> = all.into_iter().map(|category| (category.id, category)).collect();
        let mut ordered: Vec<Category> = Vec::with_capacity(left.len());
        for id in &self.ids {
            let Some(category) = left.remove(id) else {
                let again = ordered.iter().any(|category| category.id == *id);
                return Err(if again { Refused::Duplicate } else { Refused::Unknown });
            };
            ordered.push(category);
        }
        if left.is_empty() { Ok(ordered) } else { Err(Refused::Missing) }
    }
}
