//! Who may do what in a community: the rules that its verbs share.

use ajet_protocol::{ChannelId, Member, Permission, Permissions, Role};

use crate::Standing;
use crate::need::{AccountOf, Ask, MemberOf, Needs, StandingOf};
use crate::refusal::Denied;
use crate::refusals;
use crate::writer::Turn;
use ajet_protocol::UserId;

/// The caller's rights, if they have this one. The community is not there for those who do not belong to it.
pub fn require(turn: &Turn<'_>, one: Permission) -> Result<Standing, Denied> {
    let standing = turn.rights(None);
    if !standing.in_community {
        return Err(Denied::NotFound);
    }
    if standing.may(one) { Ok(standing) } else { Err(Denied::Forbidden) }
}

/// The caller's rights in a channel, if they have this one. The channel is not there for those who may not see it.
pub fn require_in(turn: &Turn<'_>, channel: ChannelId, one: Permission) -> Result<Standing, Denied> {
    let standing = turn.rights(Some(channel));
    if !standing.sees() {
        return Err(Denied::NotFound);
    }
    if standing.may(one) { Ok(standing) } else { Err(Denied::Forbidden) }
}

/// The caller's rights and membership, where they may know of the channel.
pub fn visible(turn: &Turn<'_>, channel: ChannelId) -> Result<(Standing, Member), Denied> {
    let standing = turn.rights(Some(channel));
    if !standing.sees() {
        return Err(Denied::NotFound);
    }
    let member = turn.facts.of(&MemberOf(turn.by.rights_of())).ok_or(Denied::NotFound)?;
    Ok((standing, member))
}

/// Whether somebody of this role, or of none any more, may invite.
#[must_use]
pub fn may_invite(role: Option<Role>) -> bool {
    role.is_some_and(|role| Permissions::of_role(role).contains(Permission::CreateInvites))
}

refusals! {
    /// Why nothing is done to another person.
    pub enum Untouchable: Denied {
        /// One can't do it to oneself.
        Yourself => Invalid("user_id", "yourself"): "is you",
        /// An owner stands above everybody else.
        Owner => Forbidden: "This can't be done to an owner.",
    }
}

/// The questions of [`target`].
pub fn ask_about(person: UserId, by: UserId, needs: &mut Needs) {
    needs.ask(StandingOf { user: by, channel: None });
    needs.ask(MemberOf(person));
    needs.ask(AccountOf(person));
}

/// The membership of another person, to whom the caller wants to do what this right allows; `None` for a person outside the
/// community. An owner is out of reach.
pub fn target(turn: &Turn<'_>, person: UserId, one: Permission) -> Result<Option<Member>, Untouchable> {
    require(turn, one)?;
    if person == turn.by.rights_of() {
        return Err(Untouchable::Yourself);
    }
    if !turn.facts.of(&AccountOf(person)) {
        return Err(Denied::NotFound.into());
    }
    match turn.facts.of(&MemberOf(person)) {
        Some(member) if member.role == Role::Owner => Err(Untouchable::Owner),
        member => Ok(member),
    }
}
