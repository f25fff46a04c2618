//! Takes a file away, from its message too if one has it: who uploaded it may, and a moderator.

use ajet_protocol::{AttachmentId, MessageId, Permission, Timestamp};
use serde::{Deserialize, Serialize};

use super::attachment::{File, FoundText, Named, NotTouched};
use super::{Change, ChannelCore};
use crate::asked::Caller;
use crate::need::{Ask, HeadOf, Needs};
use crate::refusal::Denied;
use crate::removed::removed;
use crate::verb::{Audit, AuditTarget, Decided, Repeats, Verb};
use crate::writer::{Decision, Turn};

/// What the audit log calls the removal of another person's file.
pub const FILE_REMOVAL: &str = "message.remove_file";

/// A file to be removed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RemoveAttachment {
    pub attachment_id: AttachmentId,
    /// The message that it is part of, as the caller found it.
    pub message_id: Option<MessageId>,
    /// When the text of that message was last replaced that the next field holds.
    pub edited_at: Option<Timestamp>,
    /// The text as HTML, with the names of this moment: what readers get of it. Empty where no message has the file.
    pub shown_html: String,
}

impl RemoveAttachment {
    fn named(&self) -> Named {
        Named { id: self.attachment_id, message_id: self.message_id }
    }

    fn text(&self) -> FoundText<'_> {
        FoundText { edited_at: self.edited_at, shown_html: &self.shown_html }
    }
}

impl Verb for RemoveAttachment {
    type Entity = ChannelCore;
    type Answer = ();
    type Refusal = NotTouched;

    const REPEATS: Repeats = Repeats::Freely;
    const LARGEST: &'static str = "body_md";

    fn needs(&self, core: &ChannelCore, by: &Caller, needs: &mut Needs) {
        self.named().ask(core, by, needs);
        if let Some(message) = self.message_id {
            needs.ask(HeadOf(message));
        }
    }

    fn decide(&self, core: &mut ChannelCore, turn: &mut Turn<'_>) -> Decided<Self> {
        let (standing, file) = self.named().found(core, turn)?;
        if file.known.uploader != turn.by.id() && !standing.may(Permission::ManageMessages) {
            return Err(Denied::Forbidden.into());
        }
        if is_all(&file) {
            return Err(NotTouched::OnlyOne);
        }
        let (id, at) = (self.attachment_id, turn.now);
        let mut changes = vec![Change::RemoveAttachment { id, at }, removed(turn.by.id(), id.0, at)];
        changes.extend(file.indexed(None));
        Ok(Decision {
            events: file.shown(core, None, self.text())?,
            changes,
            raises: vec![],
            made: None,
            answer: (),
        })
    }

    /// Of what others posted: the channel leaves out the rest. One that no message has is removed by its uploader alone.
    fn audit(&self) -> Option<Audit<'_>> {
        let audit = Audit::of(FILE_REMOVAL, AuditTarget::Message(self.message_id?));
        Some(audit.with("attachment_id", Some(self.attachment_id.to_string())))
    }
}

/// Whether the message of a file says nothing else.
fn is_all(file: &File) -> bool {
    file.message.as_ref().is_some_and(|message| {
        message.body_md.is_empty() && message.poll.is_none() && message.attachments.len() <= 1
    })
}
