//! Listening to a live stream, and taking down what it brings: by the SDK (here), or on a socket of its own (`ear`).

use std::sync::Arc;
use std::time::Duration;

use ajet_client::Client;
use ajet_protocol::events::frames;
use ajet_protocol::{Envelope, EventType, NotificationReason};
use serde::Deserialize;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::history::{Recorder, Seen, What};
use crate::workload::{AGAIN, ANSWER_TIMEOUT, Scene};

/// A stream opens within this time, or another node is asked.
pub const OPENS_WITHIN: Duration = Duration::from_secs(3);
/// A stream without events for this long counts as dead: rooms are never quiet here.
const SILENT: Duration = ANSWER_TIMEOUT;

/// One frame of a stream.
#[derive(Debug, Clone, Copy)]
pub struct Frame<'a> {
    pub name: &'a str,
    pub data: &'a str,
    /// Where it began among all bytes that the client received, where they are counted.
    pub at_byte: Option<u64>,
}

/// Listens as somebody, coming back with the cursor wherever the stream ends, until the scene's readers are told to go.
pub async fn listen(
    scene: Arc<Scene>,
    name: String,
    client: Client,
    mut node: usize,
    over: CancellationToken,
) {
    let at: Vec<_> = scene.bases.iter().map(|base| client.at(base)).collect();
    let mut cursor: Option<String> = None;
    while !over.is_cancelled() {
        let opening = tokio::time::timeout(OPENS_WITHIN, at[node].live(cursor.as_deref()));
        let Ok(Ok(mut live)) = opening.await else {
            node = (node + 1) % at.len();
            tokio::time::sleep(AGAIN).await;
            continue;
        };
        scene.recorder.note(&name, What::Opened { node, resumed: cursor.is_some() });
        loop {
            let event = tokio::select! {
                () = over.cancelled() => return,
                event = tokio::time::timeout(SILENT, live.next()) => event,
            };
            let Ok(Some(event)) = event else { break };
            take_down(&scene.recorder, &name, Frame { name: &event.name, data: &event.data, at_byte: None });
            if !event.cursor.is_empty() {
                cursor = Some(event.cursor);
            } else if event.name == frames::RESYNC {
                // The server does not know where this stream stands.
                cursor = None;
                break;
            }
        }
        node = (node + 1) % at.len();
    }
}

/// Takes a frame down; one that tells of nothing (`ready`, `ping`, or a name of the future) is left out.
pub fn take_down(recorder: &Recorder, client: &str, frame: Frame<'_>) {
    let what = match frame.name {
        frames::READY | frames::PING | frames::PRESENCE_DIFF => None,
        frames::RESYNC => Some(What::Resync { reason: Reason::of(frame.data) }),
        frames::RIGHTS => serde_json::from_str::<Changed>(frame.data)
            .ok()
            .map(|Changed { communities, channels }| What::Rights { communities, channels }),
        // Not by `Envelope::parse`, which may insist on a number.
        _ => serde_json::from_str::<Envelope>(frame.data).ok().map(|envelope| seen(&envelope, frame.at_byte)),
    };
    if let Some(what) = what {
        recorder.note(client, what);
    }
}

/// What `resync` says.
#[derive(Deserialize)]
struct Reason {
    reason: String,
}

impl Reason {
    fn of(data: &str) -> String {
        serde_json::from_str::<Self>(data).map_or_else(|_| "unknown".to_owned(), |told| told.reason)
    }
}

/// What `rights` says.
#[derive(Deserialize)]
struct Changed {
    #[serde(default)]
    communities: Vec<Uuid>,
    #[serde(default)]
    channels: Vec<Uuid>,
}

/// What is taken down of a payload, whatever its event. Nodes of two versions may send it.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Told {
    message: Option<Message>,
    message_id: Option<Uuid>,
    channel: Option<Named>,
    member: Option<Member>,
    user_id: Option<Uuid>,
    notification: Option<Notified>,
    /// A text where it is that of a reaction; a new custom emoji is an object.
    emoji: Option<serde_json::Value>,
    poll: Option<Poll>,
    draft: Option<Draft>,
    /// Where a draft was dropped.
    channel_id: Option<Uuid>,
}

#[derive(Deserialize)]
struct Message {
    id: Uuid,
    body_md: String,
}

#[derive(Deserialize)]
struct Named {
    name: String,
}

#[derive(Deserialize)]
struct Notified {
    source_id: Uuid,
    /// A node of the release before does not say it: it tells of mentions by name alone.
    reason: Option<String>,
    id: Option<Uuid>,
}

impl Notified {
    /// The message that it tells of; of what is about none the notification itself.
    fn about(&self) -> Uuid {
        let is_of_message = self.reason.as_deref().is_none_or(|reason| {
            NotificationReason::named(reason).is_some_and(NotificationReason::is_of_message)
        });
        self.id.filter(|_| !is_of_message).unwrap_or(self.source_id)
    }
}

#[derive(Deserialize)]
struct Poll {
    options: Vec<Voted>,
}

#[derive(Deserialize)]
struct Voted {
    votes: i64,
}

#[derive(Deserialize)]
struct Draft {
    channel_id: Uuid,
    body_md: String,
}

#[derive(Deserialize)]
struct Member {
    user: User,
}

#[derive(Deserialize)]
struct User {
    id: Uuid,
}

fn seen(envelope: &Envelope, at_byte: Option<u64>) -> What {
    let told: Told = serde_json::from_str(envelope.payload.get()).unwrap_or_default();
    let named = told.channel.map(|channel| channel.name);
    let emoji = told.emoji.as_ref().and_then(|emoji| emoji.as_str()).map(str::to_owned);
    let is_draft = envelope.kind == EventType::DraftUpdated.as_str();
    let drafted = told.draft.as_ref().map(|draft| draft.channel_id).or(told.channel_id).filter(|_| is_draft);
    let body = named.or(emoji).or(told.draft.map(|draft| draft.body_md));
    let (message, body) = match told.message {
        Some(message) => (Some(message.id), Some(message.body_md)),
        None => (told.message_id.or(told.notification.as_ref().map(Notified::about)), body),
    };
    let reason = told.notification.and_then(|one| one.reason);
    What::Event(Seen {
        id: envelope.id.0,
        reason,
        stream: envelope.stream.0,
        seq: envelope.seq,
        kind: envelope.kind.to_string(),
        community: envelope.community_id.map(|id| id.0),
        channel: envelope.channel_id.map(|id| id.0).or(drafted),
        person: told.member.map(|member| member.user.id).or(told.user_id),
        message,
        body,
        votes: told.poll.map(|poll| poll.options.iter().map(|one| one.votes).collect()).unwrap_or_default(),
        at_byte,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is taken down of one frame.
    fn taken(name: &str, data: &str) -> Option<What> {
        let recorder = Recorder::new(None).expect("kept in memory");
        take_down(&recorder, "r", Frame { name, data, at_byte: Some(7) });
        recorder.finish().pop().map(|line| line.what)
    }

    fn event(kind: &str, numbers: &str, payload: &str) -> Seen {
        let id = Uuid::from_u128(1);
        let data = format!(
            r#"{{"v":1,"id":"{id}","type":"{kind}","ts":"2026-11-26T10:00:00.000Z","stream":"{id}",{numbers}
               "community_id":"{id}","channel_id":null,"actor_id":null,"payload":{payload}}}"#
        );
        match taken(kind, &data) {
            Some(What::Event(seen)) => seen,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn an_event_without_a_number_or_a_version_is_read() {
        let payload = r#"{"user_id":"00000000-0000-0000-0000-000000000002"}"#;
        let seen = event("member.left", r#""seq":null,"#, payload);
        assert_eq!((seen.number(), seen.person, seen.at_byte), (None, Some(Uuid::from_u128(2)), Some(7)));
        let numbered = event("member.left", r#""seq":4,"acl_version":3,"#, payload);
        assert_eq!((numbered.seq, numbered.number()), (Some(4), None), "the community's own stream");
    }

    #[test]
    fn a_type_of_the_future_is_taken_down_too() {
        let seen = event("poll.updated", r#""seq":9,"#, r#"{"message":7}"#);
        assert_eq!((seen.kind.as_str(), seen.message, seen.body), ("poll.updated", None, None));
    }

    #[test]
    fn the_message_of_a_notification_is_taken_down() {
        let payload =
            r#"{"notification":{"type":"mention","source_id":"00000000-0000-0000-0000-000000000005"}}"#;
        let seen = event("notification.new", r#""seq":2,"#, payload);
        assert_eq!((seen.message, seen.body), (Some(Uuid::from_u128(5)), None));
    }

    #[test]
    fn what_is_said_in_conversations_is_taken_down() {
        let id = Uuid::from_u128(5);
        let payload = format!(r#"{{"message_id":"{id}","user_id":"{id}","emoji":"👍"}}"#);
        let seen = event("reaction.added", r#""seq":2,"#, &payload);
        assert_eq!((seen.message, seen.person, seen.body.as_deref()), (Some(id), Some(id), Some("👍")));
        let poll = r#"{"options":[{"votes":2},{"votes":0}]}"#;
        let payload = format!(r#"{{"message_id":"{id}","poll":{poll}}}"#);
        let seen = event("poll.updated", r#""seq":3,"#, &payload);
        assert_eq!((seen.message, seen.votes), (Some(id), vec![2, 0]));
        let payload = format!(r#"{{"draft":{{"channel_id":"{id}","body_md":"so far"}}}}"#);
        let seen = event("draft.updated", r#""seq":4,"#, &payload);
        assert_eq!((seen.channel, seen.body.as_deref()), (Some(id), Some("so far")));
        let payload = format!(r#"{{"channel_id":"{id}","parent_id":null,"deleted":true}}"#);
        let seen = event("draft.updated", r#""seq":5,"#, &payload);
        assert_eq!((seen.channel, seen.body), (Some(id), None));
        let seen = event("emoji.created", r#""seq":6,"#, &format!(r#"{{"emoji":{{"id":"{id}"}}}}"#));
        assert_eq!(seen.body, None, "a custom emoji");
    }

    #[test]
    fn frames_that_are_no_events_are_known() {
        assert_eq!(taken("ready", "{}"), None);
        assert_eq!(taken("ping", "{}"), None);
        assert_eq!(taken("hello", "{}"), None, "a name of the future");
        let resync = taken("resync", r#"{"reason":"behind"}"#);
        assert_eq!(resync, Some(What::Resync { reason: "behind".into() }));
        let id = Uuid::from_u128(3);
        let rights = taken("rights", &format!(r#"{{"communities":["{id}"],"channels":[]}}"#));
        assert_eq!(rights, Some(What::Rights { communities: vec![id], channels: vec![] }));
    }
}
