//! What the verbs about pins share: who may pin, and what is pinned as the batch leaves it so far.

use ajet_protocol::{MessageId, Permission};

use super::rights::{ask_about_blocks, not_apart, seen};
use super::{Change, ChannelCore, Head, Silenced};
use crate::asked::Caller;
use crate::need::{Ask, Facts, HeadOf, Needs, PinFacts, PinOf, StandingOf};
use crate::refusal::Denied;
use crate::refusals;
use crate::writer::Turn;

refusals! {
    /// Why a pin is not changed.
    pub enum Unpinnable: Denied | Silenced {
        /// It would be one pin more than a channel may have.
        TooMany => Limit: "This channel has as many pins as a channel may have.",
    }
}

/// Asks for what is decided on.
pub fn ask_about(message: MessageId, core: &ChannelCore, by: &Caller, needs: &mut Needs) {
    needs.ask(StandingOf { user: by.rights_of(), channel: Some(core.id()) });
    needs.ask(HeadOf(message));
    needs.ask(PinOf(message));
    ask_about_blocks(core, by.id(), needs);
}

/// What is known of the message, if the caller may change its pin. In a direct message everybody who may write may.
pub fn admitted(message: MessageId, core: &ChannelCore, turn: &Turn<'_>) -> Result<Head, Unpinnable> {
    let standing = seen(core.id(), turn)?;
    let head = core.head(message, turn.facts).ok_or(Denied::NotFound)?;
    let right = if core.is_direct() { Permission::SendMessages } else { Permission::PinMessages };
    if !standing.may(right) {
        return Err(Denied::Forbidden.into());
    }
    if standing.archived {
        return Err(Silenced::Archived.into());
    }
    if standing.muted_at(turn.now) {
        return Err(Silenced::Muted.into());
    }
    not_apart(core, turn)?;
    Ok(head)
}

impl ChannelCore {
    /// Whether a message is pinned, and how many are, as this batch leaves it so far.
    pub(super) fn pins(&self, message: MessageId, facts: &Facts) -> PinFacts {
        let mut found = facts.of(&PinOf(message));
        // What the batch did to pins was decided on these facts, so they tell of each message whether it was pinned before. A deletion
        // is left out: it was not answered yet, so the limit may count a pin that goes with it.
        let mut touched: Vec<(MessageId, bool)> = vec![(message, found.pinned)];
        for change in &self.tentative {
            let (id, pinned) = match change {
                Change::PinMessage { message_id, .. } => (*message_id, true),
                Change::UnpinMessage { message_id } => (*message_id, false),
                _ => continue,
            };
            let known = touched.iter().position(|(one, _)| *one == id);
            let at = known.unwrap_or_else(|| {
                touched.push((id, facts.of(&PinOf(id)).pinned));
                touched.len() - 1
            });
            let before = std::mem::replace(&mut touched[at].1, pinned);
            found.pins += i64::from(pinned) - i64::from(before);
        }
        found.pinned = touched[0].1;
        found
    }
}
