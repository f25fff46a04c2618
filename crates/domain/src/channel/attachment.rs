//! Files of a channel, as its verbs share them: what is known of one, and how it becomes part of a message.

use ajet_protocol::{
    Attachment, AttachmentId, AttachmentStatus, Message, MessageId, Permission, Timestamp, limits,
};

use super::rights::{Silenced, seen};
use super::set_previews::shown;
use super::{Change, ChannelCore};
use crate::asked::Caller;
use crate::event::Emit;
use crate::need::{Ask, AttachmentFacts, AttachmentOf, Facts, MessageOf, Needs, StandingOf};
use crate::refusal::Denied;
use crate::verb::KeySpace;
use crate::writer::Turn;
use crate::{Standing, refusals};

/// Keys of files: those of messages stand with the messages.
pub(super) const KEYS: KeySpace = KeySpace::Of("attachments");

refusals! {
    /// Why files are not attached to a message.
    pub enum NotAttached {
        /// One of them is unknown, another person's, of another channel, used already, or kept from everybody.
        NotYours => Invalid("attachment_ids", "not_found"): "names a file that is not yours to attach here",
        /// One of them is named twice.
        Twice => Invalid("attachment_ids", "duplicate"): "names a file twice",
        /// They are more than a message may have.
        TooMany => Invalid("attachment_ids", "too_many"): "names more than 10 files",
        /// The author's roles do not let them attach files.
        MayNotAttach => Forbidden: "You may not attach files here.",
    }
}

refusals! {
    /// Why nothing is done with a file that is there.
    pub enum NotTouched: Denied | Silenced {
        /// It became part of a message meanwhile, or of none.
        Moved => Conflict: "The file was posted or removed just now; try again.",
        /// Its message would say nothing.
        OnlyOne => Conflict: "The message says nothing else: delete the message instead.",
        /// Its message has another text meanwhile.
        Edited => Conflict: "The message was edited in this moment; try again.",
    }
}

/// Asks about files that are to be attached to a message.
pub(super) fn ask_about_all(ids: &[AttachmentId], needs: &mut Needs) {
    if ids.len() <= limits::MESSAGE_ATTACHMENTS {
        ids.iter().for_each(|id| needs.ask(AttachmentOf(*id)));
    }
}

/// The files of a message to be posted, in order.
pub(super) fn to_attach(
    ids: &[AttachmentId],
    core: &ChannelCore,
    standing: &Standing,
    turn: &Turn<'_>,
) -> Result<Vec<Attachment>, NotAttached> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    if ids.len() > limits::MESSAGE_ATTACHMENTS {
        return Err(NotAttached::TooMany);
    }
    if ids.iter().enumerate().any(|(at, id)| ids[..at].contains(id)) {
        return Err(NotAttached::Twice);
    }
    if !standing.may(Permission::AttachFiles) {
        return Err(NotAttached::MayNotAttach);
    }
    let own = |id: &AttachmentId| {
        let found = core.attachment(*id, turn.facts)?;
        let expires = found.created_at.plus_seconds(limits::UNUSED_ATTACHMENT_HOURS * 3600);
        let is_free = found.uploader == turn.by.id()
            && found.message_id.is_none()
            && found.attachment.status != AttachmentStatus::Infected
            && turn.now < expires;
        is_free.then_some(found.attachment)
    };
    ids.iter().map(|id| own(id).ok_or(NotAttached::NotYours)).collect()
}

/// The rows by which files become part of a message.
pub(super) fn attached(ids: &[AttachmentId], message_id: MessageId) -> impl Iterator<Item = Change> {
    (0_u8..).zip(ids).map(move |(place, id)| Change::AttachFile { id: *id, message_id, place })
}

/// A file as a command finds it, and the message that the command takes it to be part of.
#[derive(Debug, Clone, Copy)]
pub(super) struct Named {
    pub id: AttachmentId,
    pub message_id: Option<MessageId>,
}

impl Named {
    /// Asks about it, and for the rights of the caller.
    pub fn ask(self, core: &ChannelCore, by: &Caller, needs: &mut Needs) {
        needs.ask(StandingOf { user: by.rights_of(), channel: Some(core.id()) });
        self.ask_alone(needs);
    }

    /// Asks about it alone.
    pub fn ask_alone(self, needs: &mut Needs) {
        needs.ask(AttachmentOf(self.id));
        if let Some(message) = self.message_id {
            needs.ask(MessageOf(message));
        }
    }

    /// What is known of it, with its message, for a caller who may know of it: those who read its message, or who uploaded it.
    pub fn found(self, core: &ChannelCore, turn: &Turn<'_>) -> Result<(Standing, File), NotTouched> {
        let standing = seen(core.id(), turn)?;
        let file = self.file(core, turn.facts)?;
        if file.message.is_none() && file.known.uploader != turn.by.id() {
            return Err(Denied::NotFound.into());
        }
        Ok((standing, file))
    }

    /// The same for every caller.
    pub fn file(self, core: &ChannelCore, facts: &Facts) -> Result<File, NotTouched> {
        let known = core.attachment(self.id, facts).ok_or(Denied::NotFound)?;
        if known.message_id != self.message_id {
            return Err(NotTouched::Moved);
        }
        let message = match self.message_id {
            Some(id) => {
                Some(core.message(id, facts).filter(|message| !message.deleted).ok_or(Denied::NotFound)?)
            }
            None => None,
        };
        Ok(File { known, message })
    }
}

/// A file, with the message that it is part of.
pub(super) struct File {
    pub known: AttachmentFacts,
    pub message: Option<Message>,
}

/// The text of a file's message, as the caller found it. Of a file that no message has it says nothing.
#[derive(Debug, Clone, Copy)]
pub(super) struct FoundText<'a> {
    /// When it was last replaced.
    pub edited_at: Option<Timestamp>,
    /// It as HTML, with the names of that moment: what readers get of it.
    pub shown_html: &'a str,
}

impl File {
    /// The event that shows its message with the file as `change` makes it; `None` takes it out. Where no message has it, there is no
    /// event. What is stored of the text holds placeholders for names, so readers get the text that was found; it must be the present one.
    pub fn shown(
        &self,
        core: &ChannelCore,
        change: Option<&Attachment>,
        text: FoundText<'_>,
    ) -> Result<Vec<Emit>, NotTouched> {
        let Some(message) = self.message_with(change) else { return Ok(Vec::new()) };
        if message.edited_at != text.edited_at {
            return Err(NotTouched::Edited);
        }
        Ok(vec![shown(core, message, text.shown_html)])
    }

    /// What is found of its message once `change` has made the file this, where a message has it: files are found by their names.
    pub fn indexed(&self, change: Option<&Attachment>) -> Option<Change> {
        let message = Box::new(self.message_with(change)?);
        Some(Change::IndexMessage { message })
    }

    fn message_with(&self, change: Option<&Attachment>) -> Option<Message> {
        let id = self.known.attachment.id;
        let mut message = self.message.clone()?;
        let files = std::mem::take(&mut message.attachments);
        let with = |file: Attachment| if file.id == id { change.cloned() } else { Some(file) };
        message.attachments = files.into_iter().filter_map(with).collect();
        Some(message)
    }
}

impl ChannelCore {
    /// What is known of a file, as this batch leaves it so far.
    pub(super) fn attachment(&self, id: AttachmentId, facts: &Facts) -> Option<AttachmentFacts> {
        let stored = facts.of(&AttachmentOf(id));
        self.tentative.iter().fold(stored, |known, change| match change {
            Change::AddAttachment { attachment, uploader, at } if attachment.id == id => {
                Some(AttachmentFacts {
                    attachment: (**attachment).clone(),
                    uploader: *uploader,
                    message_id: None,
                    created_at: *at,
                })
            }
            Change::SettleAttachment { attachment } if attachment.id == id => {
                known.map(|known| AttachmentFacts { attachment: (**attachment).clone(), ..known })
            }
            Change::DescribeAttachment { id: of, alt } if *of == id => {
                known.map(|known| described(known, alt))
            }
            Change::AttachFile { id: of, message_id, .. } if *of == id => {
                known.map(|known| AttachmentFacts { message_id: Some(*message_id), ..known })
            }
            Change::RemoveAttachment { id: of, .. } if *of == id => None,
            Change::DeleteMessage { id: gone, .. } => known.filter(|known| known.message_id != Some(*gone)),
            _ => known,
        })
    }

    /// A message with its files as this batch leaves them so far.
    pub(super) fn with_files(&self, message: Message) -> Message {
        if message.attachments.is_empty() {
            return message;
        }
        let files =
            message.attachments.into_iter().filter_map(|file| as_left(file, &self.tentative)).collect();
        Message { attachments: files, ..message }
    }
}

fn described(known: AttachmentFacts, alt: &str) -> AttachmentFacts {
    let alt = (!alt.is_empty()).then(|| alt.to_owned());
    AttachmentFacts { attachment: Attachment { alt, ..known.attachment }, ..known }
}

/// A file after these changes; `None` where they remove it.
fn as_left(file: Attachment, changes: &[Change]) -> Option<Attachment> {
    let id = file.id;
    changes.iter().try_fold(file, |file, change| match change {
        Change::SettleAttachment { attachment } if attachment.id == id => Some((**attachment).clone()),
        Change::DescribeAttachment { id: of, alt } if *of == id => {
            Some(Attachment { alt: (!alt.is_empty()).then(|| alt.clone()), ..file })
        }
        Change::RemoveAttachment { id: of, .. } if *of == id => None,
        _ => Some(file),
    })
}
