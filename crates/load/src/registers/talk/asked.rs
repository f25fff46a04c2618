//! What is asked of the server in conversations, and what the history calls it.

use ajet_protocol::{
    CastVotes, ChannelId, KeepDraft, MessageId, PostMessage, PostPoll, ScheduleMessage, ScheduledId,
    Timestamp, Trimmed,
};
use reqwest::Method;

use super::topics::{OPTIONS, places};
use crate::guests::Asked;
use crate::history::Action;
use crate::registers::{PINNED, REACTED, Register};

impl Asked {
    /// A message that puts something to the vote. With `multiple`, several options may be chosen.
    pub fn topic(channel: ChannelId, key: String, multiple: bool) -> Self {
        let body = format!("{key} asks what there is for lunch");
        let options = OPTIONS.iter().map(|option| Trimmed::from(*option)).collect();
        let poll = PostPoll { question: "Lunch?".into(), options, multiple, closes_at: None };
        let request = PostMessage {
            body_md: body.as_str().into(),
            poll: Some(poll),
            client_mutation_id: Some(key.clone()),
            ..PostMessage::default()
        };
        let action = Action::Post { channel: channel.0, key, body };
        let path = format!("/api/channels/{channel}/messages");
        Self { body: serde_json::to_value(request).ok(), ..Self::new(action, Method::POST, path) }
    }

    /// Puts an emoji under a message, or takes it back.
    pub fn react(message: MessageId, person: &str, emoji: &str, reacts: bool) -> Self {
        let register =
            Register::Reaction { message: message.0, person: person.to_owned(), emoji: emoji.to_owned() };
        let encoded: String = emoji.bytes().map(|byte| format!("%{byte:02X}")).collect();
        let path = format!("/api/messages/{message}/reactions/{encoded}");
        let method = if reacts { Method::PUT } else { Method::DELETE };
        Self::set(register, reacts.then_some(REACTED), (method, path, None))
    }

    /// Pins a message to its channel, or takes the pin away.
    pub fn pin(message: MessageId, pins: bool) -> Self {
        let method = if pins { Method::PUT } else { Method::DELETE };
        let path = format!("/api/messages/{message}/pin");
        Self::set(Register::Pinned(message.0), pins.then_some(PINNED), (method, path, None))
    }

    /// Chooses these options, and no others; none withdraws.
    pub fn vote(message: MessageId, person: &str, chosen: &[i64]) -> Self {
        let register = Register::Vote { message: message.0, person: person.to_owned() };
        let body = serde_json::to_value(CastVotes { options: chosen.to_vec() }).ok();
        let path = format!("/api/messages/{message}/votes");
        Self::set(register, places(chosen).as_deref(), (Method::PUT, path, body))
    }

    /// Keeps a draft, or drops it.
    pub fn draft(channel: ChannelId, person: &str, text: Option<&str>) -> Self {
        let register = Register::Draft { channel: channel.0, person: person.to_owned() };
        let path = format!("/api/channels/{channel}/draft");
        let body = text
            .and_then(|text| serde_json::to_value(KeepDraft { body_md: text.into(), parent_id: None }).ok());
        let method = if text.is_some() { Method::PUT } else { Method::DELETE };
        Self::set(register, text, (method, path, body))
    }

    /// Schedules a message for a time, which is this moment of the run.
    pub fn schedule(channel: ChannelId, key: String, (send_at, due_us): (Timestamp, u64)) -> Self {
        let body = format!("{key} says it at its time");
        let request = ScheduleMessage {
            body_md: body.as_str().into(),
            parent_id: None,
            send_at,
            client_mutation_id: Some(key.clone()),
        };
        let action = Action::Schedule { channel: channel.0, key, body, due_us };
        let path = format!("/api/channels/{channel}/scheduled");
        Self { body: serde_json::to_value(request).ok(), ..Self::new(action, Method::POST, path) }
    }

    /// Drops what was scheduled under this key.
    pub fn unschedule(id: ScheduledId, key: String) -> Self {
        Self::new(Action::Unschedule { key }, Method::DELETE, format!("/api/scheduled/{id}"))
    }
}
