//! Says what the links of a message show. The server asks for it when it has looked, and may ask again.

use ajet_protocol::events::MessagePayload;
use ajet_protocol::{Event, LinkPreview, Message, MessageId, Timestamp};
use serde::{Deserialize, Serialize};

use super::{Change, ChannelCore};
use crate::Draft;
use crate::asked::{Caller, Via};
use crate::event::Emit;
use crate::job::JobRequest;
use crate::need::{Ask, LinkPreviewsOn, MessageOf, Needs, PreviewsStripped};
use crate::refusal::Denied;
use crate::verb::{Decided, Repeats, Verb};
use crate::writer::{Decision, Turn};

/// What the links of a text show.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetPreviews {
    pub message_id: MessageId,
    /// When the text was last replaced whose links these are. Of another text they say nothing.
    pub edited_at: Option<Timestamp>,
    /// That text as HTML, with the names of this moment: what readers get of it.
    pub shown_html: String,
    /// In the order of the links.
    pub previews: Vec<Preview>,
}

/// What one link shows ([`LinkPreview`]).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Preview {
    pub url: String,
    pub title: Option<String>,
    pub description: Option<String>,
    pub site_name: Option<String>,
    pub image_url: Option<String>,
}

impl From<LinkPreview> for Preview {
    fn from(one: LinkPreview) -> Self {
        let LinkPreview { url, title, description, site_name, image_url } = one;
        Self { url, title, description, site_name, image_url }
    }
}

impl From<Preview> for LinkPreview {
    fn from(one: Preview) -> Self {
        let Preview { url, title, description, site_name, image_url } = one;
        Self { url, title, description, site_name, image_url }
    }
}

impl Verb for SetPreviews {
    type Entity = ChannelCore;
    type Answer = ();
    type Refusal = Denied;

    /// A late attempt could bring back what a later one replaced.
    const REPEATS: Repeats = Repeats::InTurn;
    const LARGEST: &'static str = "previews";

    fn needs(&self, _: &ChannelCore, by: &Caller, needs: &mut Needs) {
        if by.via == Via::System {
            needs.ask(MessageOf(self.message_id));
            needs.ask(PreviewsStripped(self.message_id));
        }
    }

    fn decide(&self, core: &mut ChannelCore, turn: &mut Turn<'_>) -> Decided<Self> {
        if turn.by.via != Via::System {
            return Err(Denied::NotFound);
        }
        let found = core.message(self.message_id, turn.facts).ok_or(Denied::NotFound)?;
        let is_stripped = core.is_stripped(self.message_id, turn.facts);
        let previews: Vec<LinkPreview> = self.previews.iter().cloned().map(LinkPreview::from).collect();
        let is_of_another_text = found.deleted || found.edited_at != self.edited_at;
        if is_of_another_text || is_stripped || found.previews == previews {
            return Ok(Decision::nothing(()));
        }
        let message = Message { previews: previews.clone(), ..found };
        Ok(Decision {
            events: vec![shown(core, message, &self.shown_html)],
            changes: vec![Change::SetPreviews { message_id: self.message_id, previews }],
            raises: vec![],
            made: None,
            answer: (),
        })
    }
}

/// Tells of a message whose previews or files have changed. It was not edited: its text is the same, and so is the time of its last edit.
pub fn shown(core: &ChannelCore, message: Message, html: &str) -> Emit {
    let message = Message { body_html: html.to_owned(), ..message };
    Emit::in_channel(&Event::MessageEdited(MessagePayload { message: message.into() }), core.id())
}

/// The question of [`preview_job`], of a text that has links.
pub fn ask_about_previews(draft: &Draft, needs: &mut Needs) {
    if draft.has_links() {
        needs.ask(LinkPreviewsOn);
    }
}

/// Asks for a look at what the links of a text lead to, if it has any and messages show that.
pub fn preview_job(draft: &Draft, message_id: MessageId, turn: &Turn<'_>) -> Option<Change> {
    let wanted = draft.has_links() && turn.facts.of(&LinkPreviewsOn);
    wanted.then(|| preview_job_of(message_id))
}

/// Asks for that look.
pub fn preview_job_of(message_id: MessageId) -> Change {
    Change::RequestJob(JobRequest::PreviewMessage { message_id })
}
