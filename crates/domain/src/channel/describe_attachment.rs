//! Says in words what a file shows, or takes the words away. Who uploaded it may: new words of a posted file are read by the channel, so
//! they are for those who may write there now. Again changes nothing.

use ajet_protocol::{Attachment, AttachmentId, MessageId, Timestamp};
use serde::{Deserialize, Serialize};

use super::attachment::{FoundText, Named, NotTouched};
use super::rights::{ask_about_blocks, may_write, not_apart};
use super::{Change, ChannelCore};
use crate::asked::Caller;
use crate::need::Needs;
use crate::refusal::Denied;
use crate::verb::{Decided, Repeats, Verb};
use crate::writer::{Decision, Turn};

/// Words for a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DescribeAttachment {
    pub attachment_id: AttachmentId,
    /// The message that it is part of, as the caller found it.
    pub message_id: Option<MessageId>,
    /// When the text of that message was last replaced that the next field holds.
    pub edited_at: Option<Timestamp>,
    /// The text as HTML, with the names of this moment: what readers get of it. Empty where no message has the file.
    pub shown_html: String,
    /// Empty takes them away.
    pub alt: String,
}

impl DescribeAttachment {
    fn named(&self) -> Named {
        Named { id: self.attachment_id, message_id: self.message_id }
    }

    fn text(&self) -> FoundText<'_> {
        FoundText { edited_at: self.edited_at, shown_html: &self.shown_html }
    }
}

impl Verb for DescribeAttachment {
    type Entity = ChannelCore;
    /// The file as it is afterwards.
    type Answer = Box<Attachment>;
    type Refusal = NotTouched;

    /// A late attempt could undo what came after it.
    const REPEATS: Repeats = Repeats::InTurn;
    const LARGEST: &'static str = "alt";

    fn needs(&self, core: &ChannelCore, by: &Caller, needs: &mut Needs) {
        self.named().ask(core, by, needs);
        ask_about_blocks(core, by.id(), needs);
    }

    fn decide(&self, core: &mut ChannelCore, turn: &mut Turn<'_>) -> Decided<Self> {
        let (standing, file) = self.named().found(core, turn)?;
        if file.known.uploader != turn.by.id() {
            return Err(Denied::Forbidden.into());
        }
        let alt = Some(self.alt.clone()).filter(|alt| !alt.is_empty());
        if file.message.is_some() && alt.is_some() {
            may_write(&standing, turn.now)?;
            not_apart(core, turn)?;
        }
        if file.known.attachment.alt == alt {
            return Ok(Decision::nothing(Box::new(file.known.attachment)));
        }
        let attachment = Attachment { alt, ..file.known.attachment.clone() };
        let events = file.shown(core, Some(&attachment), self.text())?;
        let change = Change::DescribeAttachment { id: self.attachment_id, alt: self.alt.clone() };
        Ok(Decision {
            events,
            changes: vec![change],
            raises: vec![],
            made: None,
            answer: Box::new(attachment),
        })
    }
}
