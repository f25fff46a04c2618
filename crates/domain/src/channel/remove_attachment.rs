//! Takes a file away, from its message too if one has it: who uploaded it may, and a moderator.

use ajet_protocol::{AttachmentId, MessageId, Permission};
use serde::{Deserialize, Serialize};

use super::attachment::{File, Named, NotTouched};
use super::{Change, ChannelCore};
use crate::asked::Caller;
use crate::need::Needs;
use crate::refusal::Denied;
use crate::verb::{Decided, Repeats, Verb};
use crate::writer::{Decision, Turn};

/// A file to be removed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RemoveAttachment {
    pub attachment_id: AttachmentId,
    /// The message that it is part of, as the caller found it.
    pub message_id: Option<MessageId>,
}

impl RemoveAttachment {
    fn named(&self) -> Named {
        Named { id: self.attachment_id, message_id: self.message_id }
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
    }

    fn decide(&self, core: &mut ChannelCore, turn: &mut Turn<'_>) -> Decided<Self> {
        let (standing, file) = self.named().found(core, turn)?;
        if file.known.uploader != turn.by.id() && !standing.may(Permission::ManageMessages) {
            return Err(Denied::Forbidden.into());
        }
        if is_all(&file) {
            return Err(NotTouched::OnlyOne);
        }
        Ok(Decision {
            events: file.shown(core, None),
            changes: vec![Change::RemoveAttachment { id: self.attachment_id, at: turn.now }],
            raises: vec![],
            made: None,
            answer: (),
        })
    }
}

/// Whether the message of a file says nothing else.
fn is_all(file: &File) -> bool {
    file.message.as_ref().is_some_and(|message| {
        message.body_md.is_empty() && message.poll.is_none() && message.attachments.len() <= 1
    })
}
