//! Notes a file that somebody uploads to a channel. No message has it yet, and no one else hears of it.

use ajet_protocol::{Attachment, AttachmentId, AttachmentStatus};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::attachment::KEYS;
use super::rights::{ask_about_blocks, may_attach, not_apart, seen};
use super::{Change, ChannelCore, Silenced};
use crate::asked::Caller;
use crate::need::{Ask, Needs, StandingOf};
use crate::refusal::Denied;
use crate::refusals;
use crate::verb::{Decided, KeySpace, Made, Repeats, Verb};
use crate::writer::{Core, Decision, Turn};

/// A file that is uploaded. It is pending until its bytes are where they belong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AddAttachment {
    pub filename: String,
    pub content_type: String,
    pub size_bytes: i64,
    /// Empty: nothing was said.
    pub alt: String,
}

refusals! {
    /// Why a file was not taken.
    pub enum NotAdded: Denied | Silenced {}
}

impl Verb for AddAttachment {
    type Entity = ChannelCore;
    type Answer = Made<Box<Attachment>>;
    type Refusal = NotAdded;

    const KEYS: Option<KeySpace> = Some(KEYS);
    const REPEATS: Repeats = Repeats::Freely;
    const LARGEST: &'static str = "filename";

    fn needs(&self, core: &ChannelCore, by: &Caller, needs: &mut Needs) {
        needs.ask(StandingOf { user: by.rights_of(), channel: Some(core.id()) });
        ask_about_blocks(core, by.id(), needs);
    }

    fn decide(&self, core: &mut ChannelCore, turn: &mut Turn<'_>) -> Decided<Self> {
        let standing = seen(core.id(), turn)?;
        may_attach(&standing, turn.now)?;
        not_apart(core, turn)?;
        let id = AttachmentId(core.mint().next(turn.now, turn.universe.entropy()));
        let attachment = Box::new(Attachment {
            id,
            filename: self.filename.clone(),
            content_type: self.content_type.clone(),
            size_bytes: self.size_bytes,
            width: None,
            height: None,
            status: AttachmentStatus::Pending,
            url: Attachment::url_of(id),
            alt: Some(self.alt.clone()).filter(|alt| !alt.is_empty()),
            thumbnail_url: None,
        });
        let change =
            Change::AddAttachment { attachment: attachment.clone(), uploader: turn.by.id(), at: turn.now };
        Ok(Decision {
            events: vec![],
            changes: vec![change],
            raises: vec![],
            made: Some(id.0),
            answer: Made::New(attachment),
        })
    }

    fn replayed(object: Uuid) -> Option<Self::Answer> {
        Some(Made::Before(object))
    }
}
