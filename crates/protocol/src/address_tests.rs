//! Audiences, topics, and how both are written down.

use super::*;
use crate::events::{
    BlockPayload, CommandAnswered, CommandInvoked, CommunityPreferencesPayload, DraftPayload,
    ENVELOPE_VERSION, NotificationPayload, NotificationsReadPayload, PreferencesPayload, ReadPayload,
    SavedPayload, ScheduledFailed, ScheduledSent, ThreadPreferencesPayload, UserPayload,
};
use crate::{
    ChannelDraft, Event, MessageId, Notification, NotificationId, NotificationReason, NotificationType,
    NotifyLevel, ScheduledId, Timestamp, Unread, User,
};

const COMMUNITY: CommunityId = CommunityId(Uuid::from_u128(1));
const CHANNEL: ChannelId = ChannelId(Uuid::from_u128(2));
const PERSON: UserId = UserId(Uuid::from_u128(3));
/// All there are.
const AUDIENCES: [Audience; 5] = [
    Audience::Members,
    Audience::Seers(CHANNEL),
    Audience::Joined(CHANNEL),
    Audience::Person,
    Audience::FormerSeers(CHANNEL),
];

fn is_of_preferences(kind: EventType) -> bool {
    kind.as_str().ends_with(".preferences")
}

#[test]
fn every_type_of_event_has_an_audience_given_a_channel() {
    for kind in EventType::ALL {
        let audience = kind.audience_on(Topic::Community(COMMUNITY), Some(CHANNEL)).expect("an audience");
        let (noun, _) = kind.as_str().split_once('.').expect("a noun and a verb");
        let expected = match noun {
            _ if is_of_preferences(*kind) => Audience::Person,
            _ if *kind == EventType::ChannelClosed => Audience::FormerSeers(CHANNEL),
            "message" | "reaction" | "poll" | "typing" => Audience::Joined(CHANNEL),
            "channel" | "member" | "overwrite" => Audience::Seers(CHANNEL),
            "category" | "community" | "role" | "emoji" | "presence" => Audience::Members,
            "user" => Audience::Members,
            "notification" | "read" | "block" => Audience::Person,
            "draft" | "saved" | "scheduled" | "command" => Audience::Person,
            other => panic!("what is {other}?"),
        };
        assert_eq!(audience, expected, "{}", kind.as_str());
    }
}

#[test]
fn without_a_channel_only_what_is_about_none_has_an_audience() {
    for kind in EventType::ALL {
        let (noun, _) = kind.as_str().split_once('.').expect("a noun and a verb");
        let expected = match noun {
            _ if is_of_preferences(*kind) => Some(Audience::Person),
            "message" | "reaction" | "poll" | "typing" | "channel" | "overwrite" => None,
            "notification" | "read" | "block" => Some(Audience::Person),
            "draft" | "saved" | "scheduled" | "command" => Some(Audience::Person),
            // It depends on where the event stands.
            "user" => None,
            _ => Some(Audience::Members),
        };
        assert_eq!(kind.audience(None), expected, "{}", kind.as_str());
    }
}

/// I11: what a person changes of themselves is for all who are where the event stands, and for no one else.
#[test]
fn a_changed_person_is_told_to_all_who_are_where_the_event_stands() {
    let place = |community_id, channel_id, stream| {
        let event = Envelope { stream, community_id, ..event("user.updated", channel_id) };
        Addressed::of(event).expect("an address").to
    };
    for (found, topic, audience) in [
        (place(Some(COMMUNITY), None, COMMUNITY.into()), Topic::Community(COMMUNITY), Audience::Members),
        (place(None, Some(CHANNEL), CHANNEL.into()), Topic::Dm(CHANNEL), Audience::Joined(CHANNEL)),
        (place(None, None, PERSON.into()), Topic::Person(PERSON), Audience::Person),
    ] {
        assert_eq!(found, Address { topic, audience });
    }
}

#[test]
fn a_right_is_taken_away_by_these_types() {
    let taking = EventType::ALL.iter().filter(|kind| kind.takes_away()).map(|kind| kind.as_str());
    let all = [
        "channel.deleted",
        "channel.closed",
        "community.deleted",
        "member.left",
        "member.kicked",
        "member.banned",
        "overwrite.updated",
        "overwrite.deleted",
    ];
    assert!(taking.eq(all));
}

/// The log and the bus hold these: a change would misread what is there.
#[test]
fn codes_and_names_of_audiences_stay_as_they_are() {
    let written = AUDIENCES.map(|audience| (audience.code(), audience.as_str()));
    assert_eq!(written, [(1, "members"), (2, "seers"), (3, "joined"), (4, "person"), (5, "former_seers")]);
}

#[test]
fn audiences_read_as_they_are_written() {
    for audience in AUDIENCES {
        assert_eq!(Audience::of_code(audience.code(), Some(CHANNEL)), Some(audience));
        assert_eq!(Audience::named(audience.as_str(), Some(CHANNEL)), Some(audience));
        let without = audience.channel().is_none().then_some(audience);
        assert_eq!(Audience::of_code(audience.code(), None), without, "of a channel, and there is none");
        assert_eq!(Audience::named(audience.as_str(), None), without);
    }
}

#[test]
fn an_unknown_audience_is_none() {
    for code in [i16::MIN, -1, 0, 6, i16::MAX] {
        assert_eq!(Audience::of_code(code, Some(CHANNEL)), None, "{code}");
    }
    for name in ["", "Members", "members ", "everyone", "1"] {
        assert_eq!(Audience::named(name, Some(CHANNEL)), None, "{name:?}");
    }
}

#[test]
fn a_topic_is_the_community_else_the_channel_else_the_person() {
    let stream = StreamId(PERSON.0);
    for (community, channel, topic, id, subject) in [
        (Some(COMMUNITY), None, Topic::Community(COMMUNITY), COMMUNITY.0, Subject::Events(COMMUNITY)),
        (
            Some(COMMUNITY),
            Some(CHANNEL),
            Topic::Community(COMMUNITY),
            COMMUNITY.0,
            Subject::Events(COMMUNITY),
        ),
        (None, Some(CHANNEL), Topic::Dm(CHANNEL), CHANNEL.0, Subject::Dm(CHANNEL)),
        (None, None, Topic::Person(PERSON), PERSON.0, Subject::Notifications(PERSON)),
    ] {
        let found = Topic::of(stream, community, channel);
        assert_eq!((found, found.id(), found.subject()), (topic, id, subject));
    }
}

fn event(kind: &'static str, channel_id: Option<ChannelId>) -> Envelope {
    Envelope {
        v: ENVELOPE_VERSION,
        id: Uuid::from_u128(4).into(),
        kind: kind.into(),
        ts: Timestamp::from_unix_millis(1),
        stream: COMMUNITY.into(),
        seq: Some(1),
        community_id: Some(COMMUNITY),
        channel_id,
        actor_id: None,
        acl_version: None,
        payload: Box::default(),
    }
}

#[test]
fn an_event_has_the_address_of_its_type() {
    let joined = Addressed::of(event("member.joined", None)).expect("an address");
    assert_eq!(joined.to, Address { topic: Topic::Community(COMMUNITY), audience: Audience::Members });
    let posted = Addressed::of(event("message.created", Some(CHANNEL))).expect("an address");
    assert_eq!(posted.to.audience, Audience::Joined(CHANNEL));
    assert!(Addressed::of(event("message.created", None)).is_none(), "it lacks its channel");
    assert!(Addressed::of(event("moon.landed", None)).is_none(), "no type that we know");
}

/// Also of a type that this version does not know.
#[test]
fn a_persons_event_is_about_the_channel_that_its_payload_names() {
    let about = |payload: String| {
        let payload = serde_json::value::RawValue::from_string(payload).expect("JSON");
        Envelope { payload, community_id: None, ..event("moon.landed", None) }.about()
    };
    let named = format!(r#"{{"channel_id":"{CHANNEL}","message_id":"x"}}"#);
    assert_eq!(about(named), Ok(Some(CHANNEL)));
    let notified = format!(r#"{{"notification":{{"id":1,"channel_id":"{CHANNEL}"}}}}"#);
    assert_eq!(about(notified), Ok(Some(CHANNEL)));
    for none in ["{}", "null", r#"{"channel_id":null}"#, r#"{"notification":{}}"#, r#"{"ids":[]}"#] {
        assert_eq!(about(none.into()), Ok(None), "{none}");
    }
    for bad in [
        r#"{"channel_id":7}"#,
        r#"{"channel_id":"general"}"#,
        r#"{"notification":{"channel_id":""}}"#,
        "[]",
        "7",
    ] {
        assert!(about(bad.into()).is_err(), "{bad}");
    }
}

fn bob() -> User {
    User {
        id: PERSON,
        username: "bob".into(),
        display_name: "Bob".into(),
        avatar_url: None,
        status_text: None,
        bot: false,
        created_at: Timestamp::from_unix_millis(1),
    }
}

/// Of those that a job or a bot brings about, and which channel it is about.
fn later(kind: EventType) -> (Event, Option<ChannelId>) {
    let id = Uuid::from_u128(5);
    match kind {
        EventType::ScheduledSent => {
            let (scheduled_id, message_id) = (ScheduledId(id), MessageId(id));
            let sent = ScheduledSent { scheduled_id, message_id, channel_id: CHANNEL };
            (Event::ScheduledSent(sent), Some(CHANNEL))
        }
        EventType::CommandInvoked => {
            let (invocation_id, text) = (crate::InvocationId(id), "/deploy".to_owned());
            let invoked = CommandInvoked { invocation_id, channel_id: CHANNEL, user_id: PERSON, text };
            (Event::CommandInvoked(invoked), Some(CHANNEL))
        }
        EventType::CommandAnswered => {
            let (invocation_id, reply_md) = (crate::InvocationId(id), "done".to_owned());
            (Event::CommandAnswered(CommandAnswered { invocation_id, reply_md }), None)
        }
        EventType::ScheduledFailed => {
            let (scheduled_id, reason) = (ScheduledId(id), "muted".into());
            let failed = ScheduledFailed { scheduled_id, channel_id: CHANNEL, reason };
            (Event::ScheduledFailed(failed), Some(CHANNEL))
        }
        other => panic!("which channel is {} about?", other.as_str()),
    }
}

/// Of those that tell what a person has set, and which channel it is about.
fn preferences(kind: EventType) -> (Event, Option<ChannelId>) {
    match kind {
        EventType::ChannelPreferences => {
            let payload = PreferencesPayload {
                channel_id: CHANNEL,
                muted: true,
                notify: NotifyLevel::All,
                hidden: false,
            };
            (Event::ChannelPreferences(payload), Some(CHANNEL))
        }
        EventType::CommunityPreferences => {
            let payload =
                CommunityPreferencesPayload { community_id: COMMUNITY, notify: NotifyLevel::Mentions };
            (Event::CommunityPreferences(payload), None)
        }
        EventType::ThreadPreferences => {
            let payload = ThreadPreferencesPayload {
                channel_id: CHANNEL,
                message_id: MessageId(Uuid::from_u128(5)),
                following: true,
            };
            (Event::ThreadPreferences(payload), Some(CHANNEL))
        }
        other => panic!("which channel is {} about?", other.as_str()),
    }
}

/// A new type of a person's own stream is added here, or it would reach the person whatever became of their rights.
#[test]
fn every_type_of_a_persons_stream_says_which_channel_it_is_about() {
    let (id, at, user) = (Uuid::from_u128(5), Timestamp::from_unix_millis(1), bob());
    let of_persons = EventType::ALL.iter().filter(|kind| kind.audience(None) == Some(Audience::Person));
    for kind in of_persons {
        let (sent, expected) = match kind {
            kind if is_of_preferences(*kind) => preferences(*kind),
            EventType::NotificationNew => {
                let notification = Notification {
                    id: NotificationId(id),
                    kind: NotificationType::Mention,
                    reason: NotificationReason::User,
                    source_id: id,
                    community_id: Some(COMMUNITY),
                    channel_id: Some(CHANNEL),
                    actor: user.clone(),
                    preview: None,
                    read: false,
                    silent: false,
                    created_at: at,
                };
                (Event::NotificationNew(NotificationPayload { notification }), Some(CHANNEL))
            }
            EventType::NotificationRead => (
                Event::NotificationRead(NotificationsReadPayload::Ids { ids: vec![NotificationId(id)] }),
                None,
            ),
            EventType::ReadUpdated => {
                let (message_id, unread) = (Some(MessageId(id)), Unread { count: 0, mentions: 0 });
                (Event::ReadUpdated(ReadPayload { channel_id: CHANNEL, message_id, unread }), Some(CHANNEL))
            }
            EventType::DraftUpdated => {
                let draft = ChannelDraft {
                    channel_id: CHANNEL,
                    body_md: "d".into(),
                    parent_id: None,
                    updated_at: at,
                };
                (Event::DraftUpdated(DraftPayload::Kept { draft }), Some(CHANNEL))
            }
            EventType::SavedUpdated => {
                let saved = SavedPayload { message_id: MessageId(id), channel_id: CHANNEL, saved: None };
                (Event::SavedUpdated(saved), Some(CHANNEL))
            }
            EventType::ScheduledSent
            | EventType::ScheduledFailed
            | EventType::CommandInvoked
            | EventType::CommandAnswered => later(*kind),
            EventType::BlockUpdated => {
                (Event::BlockUpdated(BlockPayload { user_id: PERSON, blocked: true }), None)
            }
            other => panic!("which channel is {} about?", other.as_str()),
        };
        let envelope = Envelope { payload: sent.payload(), community_id: None, ..event(kind.as_str(), None) };
        assert_eq!(envelope.about(), Ok(expected), "{}", kind.as_str());
    }
}

/// It names no channel, so that it reaches the person whatever becomes of their rights.
#[test]
fn a_changed_person_is_about_no_channel() {
    let user = User {
        id: PERSON,
        username: "bob".into(),
        display_name: "Bob".into(),
        avatar_url: None,
        status_text: None,
        bot: false,
        created_at: Timestamp::from_unix_millis(1),
    };
    let payload = Event::UserUpdated(UserPayload { user }).payload();
    let envelope = Envelope { payload, community_id: None, ..event("user.updated", None) };
    assert_eq!(envelope.about(), Ok(None));
}
