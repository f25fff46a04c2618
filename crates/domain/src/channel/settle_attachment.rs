//! Notes what the server found of a file's bytes: what it is, and that it may be shown; or that it is kept from everybody.

use ajet_protocol::{Attachment, AttachmentId, AttachmentStatus, MessageId, Timestamp};
use serde::{Deserialize, Serialize};

use super::attachment::{FoundText, Named, NotTouched};
use super::{Change, ChannelCore};
use crate::asked::{Caller, Via};
use crate::need::Needs;
use crate::refusal::Denied;
use crate::verb::{Decided, Repeats, Verb};
use crate::writer::{Decision, Turn};

/// A file whose bytes were looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SettleAttachment {
    pub attachment_id: AttachmentId,
    /// The message that it is part of, as the server found it.
    pub message_id: Option<MessageId>,
    /// When the text of that message was last replaced that the next field holds.
    pub edited_at: Option<Timestamp>,
    /// The text as HTML, with the names of this moment: what readers get of it. Empty where no message has the file.
    pub shown_html: String,
    /// `None`: it is not fit to be shown.
    pub found: Option<Settled>,
}

/// What its bytes are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settled {
    pub content_type: String,
    pub size_bytes: i64,
    pub width: Option<i32>,
    pub height: Option<i32>,
    /// Whether there is a small picture of it.
    pub thumbnail: bool,
}

impl SettleAttachment {
    fn named(&self) -> Named {
        Named { id: self.attachment_id, message_id: self.message_id }
    }

    fn text(&self) -> FoundText<'_> {
        FoundText { edited_at: self.edited_at, shown_html: &self.shown_html }
    }

    fn settled(&self, file: Attachment) -> Attachment {
        let Some(found) = &self.found else {
            return Attachment { status: AttachmentStatus::Infected, ..file };
        };
        Attachment {
            content_type: found.content_type.clone(),
            size_bytes: found.size_bytes,
            width: found.width,
            height: found.height,
            status: AttachmentStatus::Clean,
            thumbnail_url: found.thumbnail.then(|| Attachment::thumbnail_url_of(file.id)),
            ..file
        }
    }
}

impl Verb for SettleAttachment {
    type Entity = ChannelCore;
    /// The file as it is afterwards.
    type Answer = Box<Attachment>;
    type Refusal = NotTouched;

    const REPEATS: Repeats = Repeats::Freely;
    const LARGEST: &'static str = "body_md";

    fn needs(&self, _: &ChannelCore, by: &Caller, needs: &mut Needs) {
        if by.via == Via::System {
            self.named().ask_alone(needs);
        }
    }

    fn decide(&self, core: &mut ChannelCore, turn: &mut Turn<'_>) -> Decided<Self> {
        if turn.by.via != Via::System {
            return Err(Denied::NotFound.into());
        }
        let file = self.named().file(core, turn.facts)?;
        let before = file.known.attachment.clone();
        if before.status != AttachmentStatus::Pending {
            return Ok(Decision::nothing(Box::new(before)));
        }
        let attachment = Box::new(self.settled(before));
        let mut changes = vec![Change::SettleAttachment { attachment: attachment.clone() }];
        changes.extend(file.indexed(Some(&attachment)));
        Ok(Decision {
            events: file.shown(core, Some(&attachment), self.text())?,
            changes,
            raises: vec![],
            made: None,
            answer: attachment,
        })
    }
}
