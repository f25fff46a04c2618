//! What the verbs about reactions share: their questions, the message that they are about, and what the batch has done to it.

use std::collections::HashMap;

use ajet_protocol::MessageId;

use super::rights::seen;
use super::{Change, ChannelCore, Head};
use crate::Standing;
use crate::asked::Caller;
use crate::need::{Ask, Facts, HeadOf, Needs, ReactionFacts, ReactionOf, StandingOf};
use crate::refusal::Denied;
use crate::writer::Turn;

/// The caller's own reaction to a message.
pub fn own(by: &Caller, message: MessageId, emoji: &str) -> ReactionOf {
    ReactionOf { message, user: by.id(), emoji: emoji.to_owned() }
}

/// The name of a custom emoji, which is kept as `:name:`; `None` for one that is a character.
pub fn custom(emoji: &str) -> Option<&str> {
    emoji.strip_prefix(':')?.strip_suffix(':')
}

/// Asks for what is decided on.
pub fn ask_about(reaction: ReactionOf, core: &ChannelCore, by: &Caller, needs: &mut Needs) {
    needs.ask(StandingOf { user: by.rights_of(), channel: Some(core.id()) });
    needs.ask(HeadOf(reaction.message));
    needs.ask(reaction);
}

/// The caller's rights in the channel, and what is known of the message, if they see the channel and the message is there. One that was
/// deleted takes no reactions and has none, also where the facts, which are those before the batch, still have some.
pub fn at_message(
    message: MessageId,
    core: &ChannelCore,
    turn: &Turn<'_>,
) -> Result<(Standing, Head), Denied> {
    let standing = seen(core.id(), turn)?;
    let head = core.head(message, turn.facts).ok_or(Denied::NotFound)?;
    Ok((standing, head))
}

impl ChannelCore {
    /// What is known of a reaction, as this batch leaves it so far.
    pub(super) fn reaction(&self, asked: &ReactionOf, facts: &Facts) -> ReactionFacts {
        let mut found = self.tallies.facts(asked).unwrap_or_else(|| facts.of(asked));
        let having = |one: &ReactionOf| self.tallies.people(one).unwrap_or_else(|| facts.of(one).people);
        // How many people have each emoji that the batch has touched. What it did was decided on these facts: they hold the answer.
        let mut people = HashMap::from([(asked.emoji.clone(), found.people)]);
        let here = self.tentative.iter().filter_map(|change| reacted(change, asked.message));
        for (one, step) in here {
            let before = *people.entry(one.emoji.clone()).or_insert_with(|| having(&one));
            let after = before + step;
            // An emoji comes with the first person who has it, and goes with the last one.
            found.different += i64::from(after > 0) - i64::from(before > 0);
            if one == *asked {
                found.mine = step > 0;
            }
            people.insert(one.emoji, after);
        }
        found.people = people.get(&asked.emoji).copied().unwrap_or(found.people);
        found
    }
}

/// The reaction to a message that a change is about, and how many more people have it; `None` for a change of anything else. Only the
/// emoji of that message's reactions are copied.
fn reacted(change: &Change, to: MessageId) -> Option<(ReactionOf, i64)> {
    let (message, user, emoji, step) = match change {
        Change::AddReaction { message_id, user_id, emoji, at: _ } => (message_id, user_id, emoji, 1),
        Change::RemoveReaction { message_id, user_id, emoji } => (message_id, user_id, emoji, -1),
        _ => return None,
    };
    (*message == to).then(|| (ReactionOf { message: to, user: *user, emoji: emoji.clone() }, step))
}
