//! Who may do what in a community: the rules that its verbs share.

use ajet_protocol::{ChannelId, Member, Permission};

use crate::need::{AccountOf, Ask, MemberOf, Needs, StandingOf};
use crate::refusal::Denied;
use crate::refusals;
use crate::writer::Turn;
use crate::{Rank, Standing};
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
    holding(turn.rights(Some(channel)), one)
}

/// Rights in a channel, if this one is among them. The channel is not there for those who may not see it.
pub fn holding(standing: Standing, one: Permission) -> Result<Standing, Denied> {
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

/// Whether an invite is still worth something, by what the person who made it may do now; `None` where they are not known any more.
#[must_use]
pub fn may_invite(maker: Option<Standing>) -> bool {
    maker.is_some_and(|maker| maker.may(Permission::CreateInvites))
}

refusals! {
    /// Why somebody may not write where others read.
    pub enum Silenced {
        /// The person is muted.
        Muted => Muted: "You are muted here.",
    }
}

refusals! {
    /// Why a text such as a name is not published, where the verb refuses nothing else.
    pub enum Unpublished: Denied | Silenced {}
}

/// Names and topics are texts that others read: who is muted publishes none.
pub fn require_unmuted(standing: &Standing, turn: &Turn<'_>) -> Result<(), Silenced> {
    if standing.muted_at(turn.now) { Err(Silenced::Muted) } else { Ok(()) }
}

refusals! {
    /// Why nothing is done to another person.
    pub enum Untouchable: Denied {
        /// One can't do it to oneself.
        Yourself => Invalid("user_id", "yourself"): "is you",
        /// An owner stands above everybody else.
        Owner => Forbidden: "This can't be done to an owner.",
        /// The person stands above the caller.
        Above => Forbidden: "This person stands above you.",
    }
}

/// The questions of [`target`].
pub fn ask_about(person: UserId, by: UserId, needs: &mut Needs) {
    needs.ask(StandingOf { user: by, channel: None });
    needs.ask(StandingOf { user: person, channel: None });
    needs.ask(MemberOf(person));
    needs.ask(AccountOf(person));
}

/// The membership of another person, to whom the caller wants to do what this right allows; `None` for a person outside the
/// community. An owner is out of reach, and so is a person who stands above the caller.
pub fn target(turn: &Turn<'_>, person: UserId, one: Permission) -> Result<Option<Member>, Untouchable> {
    let caller = require(turn, one)?;
    reached(turn, person, caller.rank)
}

/// The same of a caller who stands so high, and whose right was judged already.
pub fn reached(turn: &Turn<'_>, person: UserId, caller: Rank) -> Result<Option<Member>, Untouchable> {
    if person == turn.by.rights_of() {
        return Err(Untouchable::Yourself);
    }
    if !turn.facts.of(&AccountOf(person)) {
        return Err(Denied::NotFound.into());
    }
    let rank = turn.facts.of(&StandingOf { user: person, channel: None }).rank;
    if rank == Rank::Owner {
        return Err(Untouchable::Owner);
    }
    if rank > caller { Err(Untouchable::Above) } else { Ok(turn.facts.of(&MemberOf(person))) }
}
