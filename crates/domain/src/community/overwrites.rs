//! What channels allow and deny: whose overwrites a person may change.

use ajet_protocol::{ChannelId, OverwriteTarget, Permission, Permissions, RoleId, UserId};
use uuid::Uuid;

use super::CommunityCore;
use super::grants::{Beyond, manages_roles, outranks};
use super::rights::require_in;
use crate::Standing;
use crate::asked::Caller;
use crate::need::{Ask, MemberOf, Needs, OverwriteOf, RoleOf, StandingOf};
use crate::refusal::Denied;
use crate::rights::Rank;
use crate::writer::Turn;

/// The questions of [`manages_here`] and [`within_reach`], and what the channel has for the target.
pub fn ask_about_target(channel: ChannelId, target: Uuid, by: &Caller, needs: &mut Needs) {
    needs.ask(StandingOf { user: by.rights_of(), channel: None });
    needs.ask(StandingOf { user: by.rights_of(), channel: Some(channel) });
    needs.ask(StandingOf { user: UserId(target), channel: None });
    needs.ask(MemberOf(UserId(target)));
    needs.ask(RoleOf(RoleId(target)));
    needs.ask(OverwriteOf { channel, target });
}

/// The caller's rights in the channel, if they manage roles there.
pub fn manages_here(turn: &Turn<'_>, channel: ChannelId) -> Result<Standing, Beyond> {
    Ok(require_in(turn, channel, Permission::ManageRoles)?)
}

/// What the target is: everybody, a custom role below the caller, or a member who does not stand above them.
///
/// What everybody may do in the channel is for those who manage roles in the whole community: there is no rank that it stands below, and an
/// overwrite that lets somebody manage roles here is not enough. An overwrite for oneself is an owner's alone: one that an admin set would
/// outlast their being one.
pub fn within_reach(
    core: &CommunityCore,
    turn: &Turn<'_>,
    standing: &Standing,
    place: OverwriteOf,
) -> Result<OverwriteTarget, Beyond> {
    let target = place.target;
    if target == core.id().0 {
        return manages_roles(turn).map(|_| OverwriteTarget::Role);
    }
    if target == turn.by.rights_of().0 && standing.rank != Rank::Owner {
        return Err(Beyond::OwnOverwrite);
    }
    if let Some(role) = turn.facts.of(&RoleOf(RoleId(target))) {
        return outranks(standing, role.position).map(|()| OverwriteTarget::Role);
    }
    let person = UserId(target);
    if turn.facts.of(&MemberOf(person)).is_none() {
        // What was imposed on a person who has left stays, and may still be changed.
        let stays = turn.facts.of(&place).ok_or(Denied::NotFound)?;
        return Ok(stays.target_type);
    }
    let theirs = turn.facts.of(&StandingOf { user: person, channel: None });
    if theirs.rank > standing.rank { Err(Beyond::PersonTooHigh) } else { Ok(OverwriteTarget::User) }
}

/// What differs between two sets.
pub fn difference(one: Permissions, other: Permissions) -> Permissions {
    Permissions::from_bits(one.bits() ^ other.bits())
}
