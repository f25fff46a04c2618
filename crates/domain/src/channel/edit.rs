//! Replaces a message's text: its author, within the edit window.

use ajet_protocol::events::MessagePayload;
use ajet_protocol::{Event, Message, MessageId};
use serde::{Deserialize, Serialize};

use super::rights::{ask_about_blocks, may_write, not_apart, sayable, seen};
use super::set_previews::{ask_about_previews, preview_job, preview_job_of};
use super::{Change, ChannelCore, Silenced};
use crate::asked::Caller;
use crate::event::Emit;
use crate::need::{Ask, EditWindow, MessageOf, Needs, StandingOf};
use crate::refusal::Denied;
use crate::verb::{Decided, Repeats, Verb};
use crate::writer::{Decision, Turn};
use crate::{Draft, refusals};

/// New text for a message.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Edit {
    pub message_id: MessageId,
    pub draft: Draft,
}

refusals! {
    /// Why a text was not replaced.
    pub enum Refused: Denied | Silenced {
        /// The message is older than the edit window.
        WindowClosed => EditWindowClosed: "This message is too old to be edited.",
        /// The message was deleted.
        Gone => Gone: "The message was deleted.",
    }
}

impl Verb for Edit {
    type Entity = ChannelCore;
    /// The message with its new text, and with its replies as they are now.
    type Answer = Box<Message>;
    type Refusal = Refused;

    const REPEATS: Repeats = Repeats::InTurn;
    const LARGEST: &'static str = "body_md";

    fn needs(&self, core: &ChannelCore, by: &Caller, needs: &mut Needs) {
        needs.ask(StandingOf { user: by.rights_of(), channel: Some(core.id()) });
        ask_about_blocks(core, by.id(), needs);
        needs.ask(MessageOf(self.message_id));
        needs.ask(EditWindow);
        ask_about_previews(&self.draft, needs);
    }

    fn decide(&self, core: &mut ChannelCore, turn: &mut Turn<'_>) -> Decided<Self> {
        let standing = seen(core.id(), turn)?;
        let mut message = core.message(self.message_id, turn.facts).ok_or(Denied::NotFound)?;
        if message.author.id != turn.by.id() {
            return Err(Denied::Forbidden.into());
        }
        may_write(&standing, turn.now)?;
        not_apart(core, turn)?;
        if message.deleted {
            return Err(Refused::Gone);
        }
        if turn.now > message.created_at.plus_seconds(turn.facts.of(&EditWindow)) {
            return Err(Refused::WindowClosed);
        }
        message.body_md.clone_from(&self.draft.body_md);
        let draft = sayable(&self.draft, &standing);
        draft.shown().clone_into(&mut message.body_html);
        message.mentions = draft.mentions().collect();
        message.edited_at = Some(turn.now);
        let event = Event::MessageEdited(MessagePayload { message: message.clone().into() });
        let change =
            Change::EditMessage { message: Box::new(message.clone()), template: draft.body_html.clone() };
        // What the former text showed goes as well, if the new one has no links.
        let anew = preview_job(&self.draft, message.id, turn);
        let anew = anew.or_else(|| (!message.previews.is_empty()).then(|| preview_job_of(message.id)));
        Ok(Decision {
            events: vec![Emit::in_channel(&event, core.id())],
            changes: [change].into_iter().chain(anew).collect(),
            raises: vec![],
            made: None,
            answer: Box::new(message),
        })
    }
}
