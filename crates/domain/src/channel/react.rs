//! Puts an emoji under a message, as the caller's reaction. Again changes nothing.

use ajet_protocol::events::ReactionPayload;
use ajet_protocol::{Event, MessageId, limits};
use serde::{Deserialize, Serialize};

use super::reaction::{ask_about, at_message, custom, own};
use super::rights::{ask_about_blocks, may_react, not_apart};
use super::{Change, ChannelCore, Silenced};
use crate::asked::Caller;
use crate::event::Emit;
use crate::need::{Ask, EmojiNamed, Needs};
use crate::refusal::Denied;
use crate::refusals;
use crate::verb::{Decided, Repeats, Verb};
use crate::writer::{Decision, Turn};

/// A reaction to be added.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct React {
    pub message_id: MessageId,
    /// Exactly one emoji, in the form in which it is kept.
    pub emoji: String,
}

refusals! {
    /// Why a reaction was not added.
    pub enum Refused: Denied | Silenced {
        /// It would be one more emoji than a message may have.
        TooMany => Limit: "This message has as many different reactions as a message may have.",
        /// The community has no emoji of this name.
        UnknownEmoji => Invalid("emoji", "not_found"): "names no emoji of this community",
    }
}

impl Verb for React {
    type Entity = ChannelCore;
    type Answer = ();
    type Refusal = Refused;

    const REPEATS: Repeats = Repeats::InTurn;
    const LARGEST: &'static str = "emoji";

    fn needs(&self, core: &ChannelCore, by: &Caller, needs: &mut Needs) {
        ask_about(own(by, self.message_id, &self.emoji), core, by, needs);
        ask_about_blocks(core, by.id(), needs);
        if let Some(name) = custom(&self.emoji) {
            needs.ask(EmojiNamed(name.to_owned()));
        }
    }

    fn decide(&self, core: &mut ChannelCore, turn: &mut Turn<'_>) -> Decided<Self> {
        let (standing, head) = at_message(self.message_id, core, turn)?;
        if head.deleted {
            return Err(Denied::NotFound.into());
        }
        may_react(&standing, turn.now)?;
        not_apart(core, turn)?;
        self.is_known(core, turn)?;
        let known = core.reaction(&own(turn.by, self.message_id, &self.emoji), turn.facts);
        if known.mine {
            return Ok(Decision::nothing(()));
        }
        if known.people == 0 && known.different >= limits::REACTIONS {
            return Err(Refused::TooMany);
        }
        let Self { message_id, emoji } = self.clone();
        let user_id = turn.by.id();
        let event = Event::ReactionAdded(ReactionPayload { message_id, user_id, emoji: emoji.clone() });
        Ok(Decision {
            events: vec![Emit::in_channel(&event, core.id())],
            changes: vec![Change::AddReaction { message_id, emoji, user_id, at: turn.now }],
            raises: vec![],
            made: None,
            answer: (),
        })
    }
}

impl React {
    /// Refuses a custom emoji that the community does not have. A direct message has none.
    fn is_known(&self, core: &ChannelCore, turn: &Turn<'_>) -> Result<(), Refused> {
        let Some(name) = custom(&self.emoji) else { return Ok(()) };
        let is_there = turn.facts.of(&EmojiNamed(name.to_owned())) && !core.is_direct();
        if is_there { Ok(()) } else { Err(Refused::UnknownEmoji) }
    }
}
