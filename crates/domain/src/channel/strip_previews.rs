//! Takes away what the links of a message show, for good: its author or a moderator may. Again changes nothing.

use ajet_protocol::{Message, MessageId, Permission, Timestamp};
use serde::{Deserialize, Serialize};

use super::rights::seen;
use super::set_previews::shown;
use super::{Change, ChannelCore};
use crate::asked::Caller;
use crate::need::{Ask, HeadOf, MessageOf, Needs, PreviewsStripped, StandingOf};
use crate::refusal::Denied;
use crate::refusals;
use crate::verb::{Audit, AuditTarget, Decided, Repeats, Verb};
use crate::writer::{Decision, Turn};

/// What the audit log calls it where the message is another person's.
pub const STRIPPING: &str = "message.strip_previews";

/// A message that is to show nothing of what it links to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StripPreviews {
    pub message_id: MessageId,
    /// When the text was last replaced that the next field holds.
    pub edited_at: Option<Timestamp>,
    /// The text as HTML, with the names of this moment: what readers get of it.
    pub shown_html: String,
}

refusals! {
    /// Why previews were not taken away.
    pub enum NotStripped: Denied {
        /// The message has another text meanwhile.
        Edited => Conflict: "The message was edited in this moment; try again.",
    }
}

impl Verb for StripPreviews {
    type Entity = ChannelCore;
    type Answer = ();
    type Refusal = NotStripped;

    const REPEATS: Repeats = Repeats::Freely;
    const LARGEST: &'static str = "previews";

    fn needs(&self, core: &ChannelCore, by: &Caller, needs: &mut Needs) {
        needs.ask(StandingOf { user: by.rights_of(), channel: Some(core.id()) });
        needs.ask(HeadOf(self.message_id));
        needs.ask(MessageOf(self.message_id));
        needs.ask(PreviewsStripped(self.message_id));
    }

    fn decide(&self, core: &mut ChannelCore, turn: &mut Turn<'_>) -> Decided<Self> {
        let standing = seen(core.id(), turn)?;
        let found = core.message(self.message_id, turn.facts).ok_or(Denied::NotFound)?;
        if found.author.id != turn.by.id() && !standing.may(Permission::ManageMessages) {
            return Err(Denied::Forbidden.into());
        }
        if found.deleted || core.is_stripped(self.message_id, turn.facts) {
            return Ok(Decision::nothing(()));
        }
        let shows = !found.previews.is_empty();
        if shows && found.edited_at != self.edited_at {
            return Err(NotStripped::Edited);
        }
        let message = Message { previews: Vec::new(), ..found };
        let told = shows.then(|| shown(core, message, &self.shown_html));
        Ok(Decision {
            events: told.into_iter().collect(),
            changes: vec![Change::StripPreviews { message_id: self.message_id }],
            raises: vec![],
            made: None,
            answer: (),
        })
    }

    /// Of what others wrote: the channel leaves out the rest.
    fn audit(&self) -> Option<Audit<'_>> {
        Some(Audit::of(STRIPPING, AuditTarget::Message(self.message_id)))
    }
}
