//! What the verbs about categories share.

use ajet_protocol::events::CategoryPayload;
use ajet_protocol::{Category, CategoryId, Event, Permission};

use super::rights::require;
use crate::asked::Caller;
use crate::event::Emit;
use crate::need::{AllCategories, Ask, Needs, StandingOf};
use crate::refusal::Denied;
use crate::writer::Turn;

/// The questions of [`all`].
pub fn ask(by: &Caller, needs: &mut Needs) {
    needs.ask(StandingOf { user: by.rights_of(), channel: None });
    needs.ask(AllCategories);
}

/// All categories of the community, if the caller may manage them.
pub fn all(turn: &Turn<'_>) -> Result<Vec<Category>, Denied> {
    require(turn, Permission::ManageChannels)?;
    Ok(turn.facts.of(&AllCategories))
}

/// One of them, under the same condition. Every member may know of every category.
pub fn one(id: CategoryId, turn: &Turn<'_>) -> Result<Category, Denied> {
    all(turn)?.into_iter().find(|category| category.id == id).ok_or(Denied::NotFound)
}

/// The event of a category that was changed.
pub fn updated(category: Category) -> Emit {
    Emit::new(&Event::CategoryUpdated(CategoryPayload { category }))
}
