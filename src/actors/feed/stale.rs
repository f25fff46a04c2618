//! Texts that are gone: when a message is edited or deleted, the frames of before that show it are changed too, so that no reader
//! who comes late, or comes back, is sent the old text (I19). They stay at their places, as rows of the log do.

use std::sync::Arc;

use ajet_protocol::events::{MessagePayload, MessageShown};
use ajet_protocol::{Addressed, Envelope, Event, EventType, MessageId};
use serde::Deserialize;

use super::window::Window;
use crate::bus::EncodedEvent;

/// What became of a message.
enum Now {
    Edited(Box<MessageShown>),
    Deleted(MessageId),
}

impl Now {
    /// What an event says of a message of before; `None` where it says nothing.
    fn of(event: &EncodedEvent) -> Option<Self> {
        if !matches!(event.kind, Some(EventType::MessageEdited | EventType::MessageDeleted)) {
            return None;
        }
        match Envelope::parse(&event.json).ok()?.event().ok()?? {
            Event::MessageEdited(edited) => Some(Self::Edited(Box::new(edited.message))),
            Event::MessageDeleted(gone) => Some(Self::Deleted(gone.message_id)),
            _ => None,
        }
    }

    fn id(&self) -> MessageId {
        match self {
            Self::Edited(message) => message.id,
            Self::Deleted(id) => *id,
        }
    }

    /// The message as it was shown, as it is now.
    fn instead_of(&self, shown: MessageShown) -> MessageShown {
        match self {
            Self::Edited(message) => (**message).clone(),
            Self::Deleted(_) => MessageShown {
                body_md: String::new(),
                body_html: String::new(),
                attachments: Vec::new(),
                mentions: Vec::new(),
                previews: Vec::new(),
                poll: None,
                deleted: true,
                ..shown
            },
        }
    }
}

/// Takes the text that an event replaces out of the window.
pub fn forget_text(window: &Window, event: &EncodedEvent) {
    let Some(now) = Now::of(event) else { return };
    window.replace(now.id(), |frame| again(&frame.event, &now));
}

/// The message whose text an event shows; `None` where it shows none.
pub fn shown_in(event: &EncodedEvent) -> Option<MessageId> {
    #[derive(Deserialize)]
    struct Shows {
        payload: Payload,
    }
    #[derive(Deserialize)]
    struct Payload {
        message: Message,
    }
    #[derive(Deserialize)]
    struct Message {
        id: MessageId,
    }
    if !matches!(event.kind, Some(EventType::MessageCreated | EventType::MessageEdited)) {
        return None;
    }
    serde_json::from_slice::<Shows>(&event.json).ok().map(|shows| shows.payload.message.id)
}

/// An event that shows a message, as it is now; `None` where it shows another one.
fn again(event: &EncodedEvent, now: &Now) -> Option<Arc<EncodedEvent>> {
    let envelope = Envelope::parse(&event.json).ok()?;
    let payload = |shown: MessageShown| MessagePayload { message: now.instead_of(shown) };
    let event_now = match envelope.event().ok()?? {
        Event::MessageCreated(old) if old.message.id == now.id() => {
            Event::MessageCreated(payload(old.message))
        }
        Event::MessageEdited(old) if old.message.id == now.id() => Event::MessageEdited(payload(old.message)),
        _ => return None,
    };
    let addressed = Addressed::of(Envelope { payload: event_now.payload(), ..envelope })?;
    Some(Arc::new(EncodedEvent::of(&addressed)))
}
