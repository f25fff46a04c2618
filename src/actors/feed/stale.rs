//! Texts that are gone: when a message is edited or deleted, or a person changes or drops a draft or what they noted about a saved message, the
//! frames of before that show it are changed too, so that no reader who comes late, or comes back, is sent the old text (I19). They stay at
//! their places, as rows of the log do.

use std::sync::Arc;

use ajet_protocol::events::{DraftPayload, MessagePayload, MessageShown, PollPayload, SavedPayload};
use ajet_protocol::{Addressed, ChannelId, Envelope, Event, EventType, MessageId, StreamId};
use serde::Deserialize;

use super::window::Window;
use crate::bus::EncodedEvent;

/// What a frame shows the text of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Shown {
    Message(MessageId),
    /// A person's draft.
    Draft(StreamId, ChannelId, Option<MessageId>),
    /// What a person noted about a message that they saved.
    Note(StreamId, MessageId),
}

/// What became of a text.
enum Now {
    Edited(Box<MessageShown>),
    Deleted(MessageId),
    Draft(DraftPayload),
    Saved(SavedPayload),
}

impl Now {
    /// What an event says of a message of before; `None` where it says nothing.
    fn of(event: &EncodedEvent) -> Option<Self> {
        let kind = event.kind?;
        let replaces = [
            EventType::MessageEdited,
            EventType::MessageDeleted,
            EventType::DraftUpdated,
            EventType::SavedUpdated,
        ];
        if !replaces.contains(&kind) {
            return None;
        }
        match Envelope::parse(&event.json).ok()?.event().ok()?? {
            Event::MessageEdited(edited) => Some(Self::Edited(Box::new(edited.message))),
            Event::MessageDeleted(gone) => Some(Self::Deleted(gone.message_id)),
            Event::DraftUpdated(payload) => Some(Self::Draft(payload)),
            Event::SavedUpdated(payload) => Some(Self::Saved(payload)),
            _ => None,
        }
    }

    /// What it is about, on the stream of its event.
    fn about(&self, stream: StreamId) -> Shown {
        match self {
            Self::Edited(message) => Shown::Message(message.id),
            Self::Deleted(id) => Shown::Message(*id),
            Self::Draft(payload) => {
                let (channel, parent) = place_of(payload);
                Shown::Draft(stream, channel, parent)
            }
            Self::Saved(payload) => Shown::Note(stream, payload.message_id),
        }
    }

    /// The payload of an event that showed a draft, or a saved message, as it is now.
    fn of_own(&self, old: Event) -> Option<Event> {
        match (self, old) {
            (Self::Draft(now), Event::DraftUpdated(old)) if place_of(now) == place_of(&old) => {
                Some(Event::DraftUpdated(now.clone()))
            }
            (Self::Saved(now), Event::SavedUpdated(old)) if now.message_id == old.message_id => {
                Some(Event::SavedUpdated(SavedPayload { saved: now.saved.clone(), ..old }))
            }
            _ => None,
        }
    }

    /// The payload of an event that showed a message, or its poll, as it is now.
    fn of_message(&self, old: Event) -> Option<Event> {
        let id = match self {
            Self::Edited(message) => message.id,
            Self::Deleted(id) => *id,
            Self::Draft(_) | Self::Saved(_) => return None,
        };
        let payload = |shown: MessageShown| MessagePayload { message: self.instead_of(shown) };
        match old {
            Event::MessageCreated(old) if old.message.id == id => {
                Some(Event::MessageCreated(payload(old.message)))
            }
            Event::MessageEdited(old) if old.message.id == id => {
                Some(Event::MessageEdited(payload(old.message)))
            }
            Event::PollUpdated(old) if matches!(self, Self::Deleted(_)) && id == old.message_id => {
                Some(Event::PollUpdated(PollPayload { poll: None, ..old }))
            }
            _ => None,
        }
    }

    /// The message as it was shown, as it is now.
    fn instead_of(&self, shown: MessageShown) -> MessageShown {
        match self {
            Self::Edited(message) => (**message).clone(),
            _ => MessageShown {
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
    window.replace(now.about(event.stream), |frame| again(&frame.event, &now));
}

/// Which draft of its person a payload is about.
fn place_of(payload: &DraftPayload) -> (ChannelId, Option<MessageId>) {
    match payload {
        DraftPayload::Kept { draft } => (draft.channel_id, draft.parent_id),
        DraftPayload::Gone { channel_id, parent_id, .. } => (*channel_id, *parent_id),
    }
}

/// What an event shows the text of; `None` where it shows no text.
pub fn shown_in(event: &EncodedEvent) -> Option<Shown> {
    match event.kind? {
        EventType::MessageCreated | EventType::MessageEdited => message_in(event).map(Shown::Message),
        EventType::PollUpdated => poll_in(event).map(Shown::Message),
        EventType::DraftUpdated | EventType::SavedUpdated => own_in(event),
        _ => None,
    }
}

/// The message that an event shows.
fn message_in(event: &EncodedEvent) -> Option<MessageId> {
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
    serde_json::from_slice::<Shows>(&event.json).ok().map(|shows| shows.payload.message.id)
}

/// The message whose poll an event shows.
fn poll_in(event: &EncodedEvent) -> Option<MessageId> {
    #[derive(Deserialize)]
    struct Shows {
        payload: Payload,
    }
    #[derive(Deserialize)]
    struct Payload {
        message_id: MessageId,
    }
    serde_json::from_slice::<Shows>(&event.json).ok().map(|shows| shows.payload.message_id)
}

/// The draft, or the saved message, that an event shows; `None` where it says that it is gone.
fn own_in(event: &EncodedEvent) -> Option<Shown> {
    match Envelope::parse(&event.json).ok()?.event().ok()?? {
        Event::DraftUpdated(payload @ DraftPayload::Kept { .. }) => {
            let (channel, parent) = place_of(&payload);
            Some(Shown::Draft(event.stream, channel, parent))
        }
        Event::SavedUpdated(SavedPayload { message_id, saved: Some(_), .. }) => {
            Some(Shown::Note(event.stream, message_id))
        }
        _ => None,
    }
}

/// An event that shows something, as that is now; `None` where it shows something else.
fn again(event: &EncodedEvent, now: &Now) -> Option<Arc<EncodedEvent>> {
    let envelope = Envelope::parse(&event.json).ok()?;
    let old = envelope.event().ok()??;
    let event_now = match now {
        Now::Edited(_) | Now::Deleted(_) => now.of_message(old)?,
        Now::Draft(_) | Now::Saved(_) => now.of_own(old)?,
    };
    let addressed = Addressed::of(Envelope { payload: event_now.payload(), ..envelope })?;
    Some(Arc::new(EncodedEvent::of(&addressed)))
}

#[cfg(test)]
mod tests {
    use std::ops::ControlFlow;

    use ajet_protocol::{ChannelDraft, EventId, SavedMark, Timestamp};
    use uuid::Uuid;

    use super::super::cursor::Cursors;
    use super::super::frame::{Frame, Reach};
    use super::*;

    const STREAM: StreamId = StreamId(Uuid::from_u128(1));
    const MESSAGE: MessageId = MessageId(Uuid::from_u128(3));

    fn channel(n: u128) -> ChannelId {
        ChannelId(Uuid::from_u128(n))
    }

    fn event(stream: StreamId, event: &Event) -> Arc<EncodedEvent> {
        let envelope = Envelope {
            v: 1,
            id: EventId(Uuid::from_u128(9)),
            kind: event.kind().as_str().into(),
            ts: Timestamp::from_unix_millis(1),
            stream,
            seq: Some(1),
            community_id: None,
            channel_id: None,
            actor_id: None,
            acl_version: Some(1),
            payload: event.payload(),
        };
        Arc::new(EncodedEvent::of(&Addressed::of(envelope).expect("an audience")))
    }

    fn draft(place: u128, body: &str) -> Event {
        let (channel_id, body_md) = (channel(place), body.to_owned());
        let updated_at = Timestamp::from_unix_millis(1);
        let draft = ChannelDraft { channel_id, body_md, parent_id: None, updated_at };
        Event::DraftUpdated(DraftPayload::Kept { draft })
    }

    fn note(text: &str) -> Event {
        let saved = Some(SavedMark { note: Some(text.into()), remind_at: None });
        Event::SavedUpdated(SavedPayload { message_id: MESSAGE, channel_id: channel(5), saved })
    }

    /// Delivers an event as a feed does.
    fn deliver(window: &Window, event: Arc<EncodedEvent>) {
        forget_text(window, &event);
        let with = (Cursors::new(window.boot()), Arc::from(""));
        let reach = Reach::People(Box::default());
        window.push(|number| Frame::new(number, event, reach, with), |_| Vec::new());
    }

    /// The payloads that a reader is sent who comes late.
    fn payloads(window: &Window) -> Vec<String> {
        let mut found = Vec::new();
        let _ = window.look(1, |frame| {
            let envelope = Envelope::parse(&frame.event.json).expect("an envelope");
            found.push(envelope.payload.get().to_owned());
            ControlFlow::Continue(())
        });
        found
    }

    /// I19: as it is with messages, and as the log has it.
    #[test]
    fn of_a_draft_and_of_a_note_a_late_reader_is_sent_the_newest_text() {
        let window = Window::new(1 << 20);
        let other = StreamId(Uuid::from_u128(2));
        for (stream, one) in [
            (STREAM, draft(5, "secret")),
            (STREAM, draft(6, "of another channel")),
            (other, draft(5, "of another person")),
            (STREAM, draft(5, "now")),
            (STREAM, note("secret")),
            (other, note("of another person")),
            (STREAM, note("now")),
        ] {
            deliver(&window, event(stream, &one));
        }
        let text = |event: Event| event.payload().get().to_owned();
        let [now, elsewhere, theirs] = [(5, "now"), (6, "of another channel"), (5, "of another person")]
            .map(|(place, body)| text(draft(place, body)));
        let (note_now, their_note) = (text(note("now")), text(note("of another person")));
        let drafts = [now.clone(), elsewhere.clone(), theirs.clone(), now];
        let notes = [note_now.clone(), their_note.clone(), note_now];
        assert_eq!(payloads(&window), drafts.into_iter().chain(notes).collect::<Vec<_>>());
        let gone = DraftPayload::Gone { channel_id: channel(5), parent_id: None, deleted: true };
        let gone = Event::DraftUpdated(gone);
        let unsaved = SavedPayload { message_id: MESSAGE, channel_id: channel(5), saved: None };
        let unsaved = Event::SavedUpdated(unsaved);
        deliver(&window, event(STREAM, &gone));
        deliver(&window, event(STREAM, &unsaved));
        let (gone, unsaved) = (text(gone), text(unsaved));
        let expected = [
            gone.clone(),
            elsewhere,
            theirs,
            gone.clone(),
            unsaved.clone(),
            their_note,
            unsaved.clone(),
            gone,
            unsaved,
        ];
        assert_eq!(payloads(&window), expected);
    }
}
