//! What a person may give to others, and take from them: no more than they have themselves, and custom roles below their own rank.

use ajet_protocol::{Permission, Permissions, RoleId};

use super::rights::require;
use crate::Standing;
use crate::need::AllowedTo;
use crate::refusal::Denied;
use crate::refusals;
use crate::rights::Rank;
use crate::writer::Turn;

refusals! {
    /// Why a role, a permission or a person is out of the caller's reach.
    pub enum Beyond: Denied {
        /// The custom role stands at or above the caller.
        RoleTooHigh => Forbidden: "The role stands at or above your own.",
        /// One gives and takes only what one has.
        NotHeld => Forbidden: "You do not have all of these permissions here yourself.",
        /// The person stands above the caller.
        PersonTooHigh => Forbidden: "The person stands above you.",
        /// What one set for oneself would outlast what one may do by others.
        OwnOverwrite => Forbidden: "Only an owner changes what a channel allows and denies themselves.",
        /// The caller holds the custom role: without it a channel may deny them less.
        HeldRole => Forbidden: "You hold this role yourself.",
    }
}

/// The caller's rights in the community, if they manage its roles.
pub fn manages_roles(turn: &Turn<'_>) -> Result<Standing, Beyond> {
    Ok(require(turn, Permission::ManageRoles)?)
}

/// Whether a custom role of this position is the caller's to change and to give: it must stand below them. Owners and admins stand
/// above all of them.
pub fn outranks(standing: &Standing, position: i32) -> Result<(), Beyond> {
    if standing.rank > Rank::Role(position) { Ok(()) } else { Err(Beyond::RoleTooHigh) }
}

/// Whether the caller has all of these, within the scopes of their token: who may manage roles must not get more by it.
pub fn holds(standing: &Standing, permissions: Permissions) -> Result<(), Beyond> {
    if permissions.and(standing.permissions) == permissions { Ok(()) } else { Err(Beyond::NotHeld) }
}

/// Whether the caller has all that channels allow the role, in each of these channels: who holds it may do that there.
pub fn holds_where_allowed(role: RoleId, turn: &Turn<'_>) -> Result<(), Beyond> {
    let allowances = turn.facts.of(&AllowedTo { role, user: turn.by.rights_of() });
    allowances.iter().try_for_each(|one| holds(&turn.within_scopes(one.standing), one.allow))
}
