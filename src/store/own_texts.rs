//! Events of a person's own stream that show a text of the person's: a draft, or what they noted about a saved message.
//!
//! As with messages, the log keeps no text of them (I19): it stands once, in the row of the draft or the saved message, and is joined when
//! the log is read. So a late reader sees the newest text under an older event, and that it is gone where it is.

use std::collections::{HashMap, HashSet};

use ajet_domain::need::{DraftOf, SavedFacts, SavedOf};
use ajet_protocol::events::{DraftPayload, SavedPayload};
use ajet_protocol::{ChannelDraft, Event, EventType, SavedMark, StreamId, UserId};
use serde_json::value::{RawValue, Value};

use super::{Pool, Store, StoreError};

/// What an event shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum OwnText {
    Draft(DraftOf),
    Saved(SavedOf),
}

/// The texts that some events show, as they are now.
#[derive(Debug, Default)]
pub(super) struct OwnTexts {
    drafts: HashMap<DraftOf, ChannelDraft>,
    saved: HashMap<SavedOf, SavedFacts>,
}

/// A payload without the person's text; `None` where it has none. All else stays as it is, also what only a newer node knows.
pub(super) fn without(kind: EventType, payload: &str) -> Option<String> {
    let (part, text, nothing) = match kind {
        EventType::DraftUpdated => ("draft", "body_md", Value::from("")),
        EventType::SavedUpdated => ("saved", "note", Value::Null),
        _ => return None,
    };
    let mut payload: Value = serde_json::from_str(payload).ok()?;
    payload.get_mut(part)?.as_object_mut()?.insert(text.to_owned(), nothing);
    serde_json::to_string(&payload).ok()
}

impl OwnText {
    /// What an event of a person's stream shows; `None` where it shows no such text.
    pub(super) fn of(kind: EventType, stream: StreamId, payload: &str) -> Option<Self> {
        let user = UserId(stream.0);
        match kind {
            EventType::DraftUpdated => match serde_json::from_str(payload).ok()? {
                DraftPayload::Kept { draft } => {
                    Some(Self::Draft(DraftOf { user, channel: draft.channel_id, parent: draft.parent_id }))
                }
                DraftPayload::Gone { .. } => None,
            },
            EventType::SavedUpdated => {
                let SavedPayload { message_id, saved, .. } = serde_json::from_str(payload).ok()?;
                saved.map(|_| Self::Saved(SavedOf { user, message: message_id }))
            }
            _ => None,
        }
    }
}

impl OwnTexts {
    /// The payload of an event with what it shows, as that is now.
    pub(super) fn filled(&self, own: OwnText, payload: &str) -> Option<Box<RawValue>> {
        let event = match own {
            OwnText::Draft(asked) => Event::DraftUpdated(match self.drafts.get(&asked) {
                Some(draft) => DraftPayload::Kept { draft: draft.clone() },
                None => {
                    DraftPayload::Gone { channel_id: asked.channel, parent_id: asked.parent, deleted: true }
                }
            }),
            OwnText::Saved(asked) => {
                let before: SavedPayload = serde_json::from_str(payload).ok()?;
                let mark = |now: &SavedFacts| SavedMark { note: now.note.clone(), remind_at: now.remind_at };
                Event::SavedUpdated(SavedPayload { saved: self.saved.get(&asked).map(mark), ..before })
            }
        };
        Some(event.payload())
    }
}

impl Store {
    /// The texts that events show, as they are now.
    pub(super) async fn own_texts(
        &self,
        shown: HashSet<OwnText>,
        pool: &Pool,
    ) -> Result<OwnTexts, StoreError> {
        let (mut drafts, mut saved) = (Vec::new(), Vec::new());
        for one in shown {
            match one {
                OwnText::Draft(asked) => drafts.push(asked),
                OwnText::Saved(asked) => saved.push(asked),
            }
        }
        let mut texts = OwnTexts::default();
        if !drafts.is_empty() {
            texts.drafts = self.drafts_among(&drafts, pool).await?.into_iter().collect();
        }
        if !saved.is_empty() {
            texts.saved = self.saved_among(&saved, pool).await?;
        }
        Ok(texts)
    }
}

#[cfg(test)]
mod tests {
    use ajet_protocol::{ChannelId, MessageId, Timestamp};
    use serde_json::json;
    use uuid::Uuid;

    use super::*;

    const CHANNEL: ChannelId = ChannelId(Uuid::from_u128(2));
    const MESSAGE: MessageId = MessageId(Uuid::from_u128(3));
    const STREAM: StreamId = StreamId(Uuid::from_u128(1));

    fn draft(body: &str) -> ChannelDraft {
        let updated_at = Timestamp::from_unix_millis(1);
        ChannelDraft { channel_id: CHANNEL, body_md: body.into(), parent_id: Some(MESSAGE), updated_at }
    }

    #[test]
    fn what_the_log_keeps_of_a_draft_has_no_text_and_is_filled_with_that_of_now() {
        let event = Event::DraftUpdated(DraftPayload::Kept { draft: draft("secret") });
        let kept = without(event.kind(), event.payload().get()).expect("has a text");
        assert!(!kept.contains("secret"), "{kept}");
        let own = OwnText::of(event.kind(), STREAM, &kept).expect("shows a draft");
        let asked = DraftOf { user: UserId(STREAM.0), channel: CHANNEL, parent: Some(MESSAGE) };
        assert_eq!(own, OwnText::Draft(asked));
        let texts = OwnTexts { drafts: [(asked, draft("now"))].into(), ..OwnTexts::default() };
        let shown = texts.filled(own, &kept).expect("a payload");
        let now = Event::DraftUpdated(DraftPayload::Kept { draft: draft("now") });
        assert_eq!(shown.get(), now.payload().get());
        let gone = OwnTexts::default().filled(own, &kept).expect("a payload");
        let expected = json!({ "channel_id": CHANNEL, "parent_id": MESSAGE, "deleted": true });
        assert_eq!(serde_json::from_str::<Value>(gone.get()).expect("JSON"), expected);
    }

    #[test]
    fn a_note_is_kept_out_of_the_log_as_well() {
        let saved = Some(SavedMark { note: Some("secret".into()), remind_at: None });
        let event = Event::SavedUpdated(SavedPayload { message_id: MESSAGE, channel_id: CHANNEL, saved });
        let kept = without(event.kind(), event.payload().get()).expect("has a text");
        assert!(!kept.contains("secret"), "{kept}");
        let own = OwnText::of(event.kind(), STREAM, &kept).expect("shows a saved message");
        let gone = OwnTexts::default().filled(own, &kept).expect("a payload");
        let expected = json!({ "message_id": MESSAGE, "channel_id": CHANNEL, "saved": null });
        assert_eq!(serde_json::from_str::<Value>(gone.get()).expect("JSON"), expected);
        assert_eq!(OwnText::of(event.kind(), STREAM, gone.get()), None, "there is nothing to fill in");
        assert_eq!(without(EventType::SavedUpdated, gone.get()), None);
    }
}
