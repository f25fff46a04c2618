//! Who may do what in a channel: the rules that its verbs share.

use std::borrow::Cow;

use ajet_protocol::{ChannelId, Permission, Timestamp, UserId};

use super::ChannelCore;
use crate::need::{Ask, BlockOf, Needs};
use crate::refusal::Denied;
use crate::writer::Turn;
use crate::{Draft, Standing, refusals};

refusals! {
    /// Why somebody who sees a channel may not write in it.
    pub enum Silenced {
        /// The person has not joined the channel.
        NotJoined => Forbidden: "Join the channel first.",
        /// The channel is read-only.
        Archived => Archived: "This channel is archived: it can be read, and nothing is written there.",
        /// The person is muted.
        Muted => Muted: "You are muted here.",
        /// The person's roles do not let them post, or react.
        MayNotPost => Forbidden: "You may not do this.",
        /// Of the two people of a direct message one has blocked the other.
        Blocked => Blocked: "One of you has blocked the other.",
    }
}

/// The caller's rights in the channel. A caller who may not know of the channel learns nothing else about it.
pub fn seen(channel: ChannelId, turn: &Turn<'_>) -> Result<Standing, Denied> {
    let standing = turn.rights(Some(channel));
    if standing.sees() { Ok(standing) } else { Err(Denied::NotFound) }
}

/// Whether somebody may write here now.
pub fn may_write(standing: &Standing, now: Timestamp) -> Result<(), Silenced> {
    takes_part(standing, Permission::SendMessages, now)
}

/// Whether somebody may upload files here now.
pub fn may_attach(standing: &Standing, now: Timestamp) -> Result<(), Silenced> {
    takes_part(standing, Permission::AttachFiles, now)
}

/// Whether somebody may react to messages here now.
pub fn may_react(standing: &Standing, now: Timestamp) -> Result<(), Silenced> {
    takes_part(standing, Permission::AddReactions, now)
}

fn takes_part(standing: &Standing, by: Permission, now: Timestamp) -> Result<(), Silenced> {
    if !standing.in_channel {
        return Err(Silenced::NotJoined);
    }
    if standing.archived {
        return Err(Silenced::Archived);
    }
    if standing.muted_at(now) {
        return Err(Silenced::Muted);
    }
    if standing.may(by) { Ok(()) } else { Err(Silenced::MayNotPost) }
}

/// The questions of [`not_apart`]: of a direct message of two people, whether either of them blocks the other.
pub fn ask_about_blocks(core: &ChannelCore, person: UserId, needs: &mut Needs) {
    blocks_between(core, person).for_each(|one| needs.ask(one));
}

/// Refuses where a block keeps the caller apart from the person with whom they talk alone here. In a group none counts.
pub fn not_apart(core: &ChannelCore, turn: &Turn<'_>) -> Result<(), Silenced> {
    let are_apart = blocks_between(core, turn.by.id()).any(|one| turn.facts.of(&one));
    if are_apart { Err(Silenced::Blocked) } else { Ok(()) }
}

fn blocks_between(core: &ChannelCore, person: UserId) -> impl Iterator<Item = BlockOf> {
    let both = move |other| [BlockOf { by: person, of: other }, BlockOf { by: other, of: person }];
    core.partner_of(person).into_iter().flat_map(both)
}

/// A text as its author may say it: everybody in the channel, and those of them who are there, are called only if the author may do
/// that. Else these words stand there as text.
pub fn sayable<'a>(draft: &'a Draft, standing: &Standing) -> Cow<'a, Draft> {
    if standing.may(Permission::MentionHere) { Cow::Borrowed(draft) } else { draft.without_calls() }
}
