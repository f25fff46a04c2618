//! Shapes (SC-T*), envelopes (EB-T7, EB-T8) and ids.

use std::collections::HashSet;

use serde_json::json;
use uuid::Uuid;
use validator::Validate;

use crate::events::MessageGone;
use crate::mint::Mint;
use crate::*;

fn id() -> Uuid {
    Uuid::from_u128(0x0197_0000_0000_7000_8000_0000_0000_0001)
}

fn community() -> serde_json::Value {
    json!({"id": id(), "name": "Ferris", "slug": "ferris", "role": "owner", "created_at": "2026-02-17T10:30:00Z"})
}

fn channel() -> serde_json::Value {
    json!({"id": id(), "community_id": id(), "name": "general", "type": "text", "visibility": "public", "topic": null,
        "category_id": null, "position": 0, "members": [], "last_message_id": null,
        "unread": {"count": 0, "mentions": 0}, "muted": false, "created_at": "2026-02-17T10:30:00Z"})
}

fn codes_of<T: Validate>(value: &T) -> Vec<String> {
    let report = value.validate().expect_err("must not validate");
    shape::field_errors(&report).into_iter().map(|error| format!("{}:{}", error.field, error.code)).collect()
}

#[test]
fn sc_t1_valid_community_passes() {
    let community: Community = serde_json::from_value(community()).expect("decodes");
    community.validate().expect("valid");
}

#[test]
fn sc_t2_missing_required_field_fails() {
    let mut value = community();
    value.as_object_mut().expect("object").remove("name");
    let error = serde_json::from_value::<Community>(value).expect_err("name is required");
    assert!(error.to_string().contains("name"), "{error}");
}

#[test]
fn sc_t3_invalid_uuid_fails() {
    let mut value = community();
    value["id"] = json!("not-a-uuid");
    assert!(serde_json::from_value::<Community>(value).is_err());
}

#[test]
fn sc_t4_channel_type_is_an_enum() {
    let mut value = channel();
    value["type"] = json!("pigeon");
    assert!(serde_json::from_value::<Channel>(value).is_err());
    for kind in ["text", "voice", "dm", "group_dm"] {
        let mut value = channel();
        value["type"] = json!(kind);
        let channel: Channel = serde_json::from_value(value).expect("decodes");
        assert_eq!(channel.kind.as_str(), kind);
    }
}

#[test]
fn sc_t5_optional_fields_may_be_null() {
    let channel: Channel = serde_json::from_value(channel()).expect("decodes");
    channel.validate().expect("valid");
    assert_eq!(channel.topic, None);
}

#[test]
fn sc_t6_message_body_is_not_empty() {
    for body in ["", "   ", "\n\t "] {
        let post: PostMessage = serde_json::from_value(json!({"body_md": body})).expect("decodes");
        assert_eq!(codes_of(&post), ["body_md:too_short"]);
    }
}

#[test]
fn sc_t6_message_body_counts_characters_after_trimming() {
    let fits = json!({"body_md": format!("  {}  ", "é".repeat(4000))});
    serde_json::from_value::<PostMessage>(fits).expect("decodes").validate().expect("4000 characters fit");
    let over = json!({"body_md": "é".repeat(4001)});
    assert_eq!(
        codes_of(&serde_json::from_value::<PostMessage>(over).expect("decodes")),
        ["body_md:too_long"]
    );
}

#[test]
fn sc_t7_slug_format() {
    for slug in ["Ferris", "fer ris", "fer_ris", "é", "x", ""] {
        let create = CreateCommunity { name: "N".into(), slug: slug.into(), client_mutation_id: None };
        assert_eq!(codes_of(&create).len(), 1, "{slug:?} must be refused");
    }
    for slug in ["ferris", "a-1", "42"] {
        let create = CreateCommunity { name: "N".into(), slug: slug.into(), client_mutation_id: None };
        create.validate().expect("valid slug");
    }
}

#[test]
fn names_refuse_what_hides_or_reorders() {
    for name in ["a\u{202e}b", "a\0b", "a\nb", " "] {
        let create = CreateCommunity { name: name.into(), slug: "ok".into(), client_mutation_id: None };
        assert_eq!(codes_of(&create).len(), 1, "{name:?} must be refused");
    }
}

#[test]
fn addresses_are_http_or_https() {
    for bad in [
        "javascript:alert(1)",
        "ftp://x",
        "http://",
        "http:/x",
        "http:x",
        "https:///x",
        "https:\\\\x",
        "https://\\x",
        "http://a b",
        "http://a\u{2028}b",
        " http://x",
        "//x",
        "https://\"onerror=x",
        "https://a'b/",
        "https://a%22b/",
        "https://a<b>/",
        "http://@/",
        "http://@host/",
        "http://ann@host/",
        "https://example.com\\\\@example.org",
        "https://example.com/a\\\\b",
        "http://ann:secret@host/",
        "http://:8080/",
        "http://?q",
        "http://./",
        "http://host:99999/",
        "http://[::1/",
    ] {
        assert!(shape::web_url(bad).is_err(), "{bad:?} must be refused");
    }
    for good in [
        "https://example.org/a.png",
        "HTTPS://i.example/a.png",
        "hTTp://EXAMPLE.org:8080?q=@#x",
        "https://example.org/?q=a\\\\b",
        "http://127.0.0.1/",
        "http://[::1]:9/a%20b",
        "https://bücher.example/größe/a.png",
        "https://under_score.example/@ann",
    ] {
        assert!(shape::web_url(good).is_ok(), "{good:?} must pass");
    }
    let long = format!("https://example.org/{}", "x".repeat(limits::URL_CHARS));
    assert!(shape::web_url(&long).is_err());
}

#[test]
fn two_cursors_are_refused_by_their_names() {
    let both = PageQuery { before: Some(id()), after: Some(id()), limit: None };
    assert_eq!(codes_of(&both), ["after:exclusive", "before:exclusive"]);
}

/// As a live stream shows it: a community's own event has no number, and no event has an ACL version.
#[test]
fn a_communitys_own_event_is_read_without_its_number() {
    let mut value: serde_json::Value = serde_json::from_str(&envelope("member.banned", "{}")).expect("json");
    let parsed = Envelope::parse_shown(value.to_string().as_bytes()).expect("as on the bus");
    assert_eq!((parsed.seq, parsed.acl_version), (Some(7), Some(3)));
    value.as_object_mut().expect("object").remove("acl_version");
    value["seq"] = json!(null);
    assert!(Envelope::parse(value.to_string().as_bytes()).is_err(), "on the bus it has one");
    let parsed = Envelope::parse_shown(value.to_string().as_bytes()).expect("as readers get it");
    assert_eq!((parsed.seq, parsed.acl_version), (None, None));
    value["seq"] = json!(0);
    assert!(Envelope::parse_shown(value.to_string().as_bytes()).is_err());
    value["seq"] = json!(null);
    value["stream"] = json!(Uuid::from_u128(9));
    assert!(Envelope::parse_shown(value.to_string().as_bytes()).is_err(), "a channel's event has a number");
}

#[test]
fn what_events_show_is_the_same_for_all_readers() {
    let channel: Channel = serde_json::from_value(channel()).expect("decodes");
    let shown = events::ChannelShown::from(channel.clone());
    let fields = serde_json::to_value(&shown).expect("encodes");
    for of_reader in ["unread", "muted", "notify"] {
        assert!(fields.get(of_reader).is_none(), "{fields}");
    }
    assert_eq!(Channel::from(shown), channel, "all read, not muted");
    let of_before = json!({ "channel": self::channel() });
    let read: events::ChannelPayload = serde_json::from_value(of_before).expect("written with both");
    assert_eq!(read.channel.id, channel.id);
    let community: Community = serde_json::from_value(community()).expect("decodes");
    let fields = serde_json::to_value(events::CommunityShown::from(community)).expect("encodes");
    assert!(fields.get("role").is_none(), "{fields}");
    assert_eq!(fields["default_channel_id"], json!(null), "release 0.1.0 wrote none");
}

fn envelope(kind: &str, payload: &str) -> String {
    format!(
        r#"{{"v":1,"id":"{0}","type":"{kind}","ts":"2026-02-17T10:30:00.123Z","stream":"{0}","seq":7,"community_id":"{0}","channel_id":null,"actor_id":null,"acl_version":3,"payload":{payload},"from_the_future":1}}"#,
        id()
    )
}

#[test]
fn sc_t9_valid_envelope_passes_and_unknown_fields_are_ignored() {
    let json = envelope("message.deleted", &format!(r#"{{"message_id":"{}"}}"#, id()));
    let parsed = Envelope::parse(json.as_bytes()).expect("valid");
    let event = parsed.event().expect("decodes").expect("known");
    assert_eq!(event, Event::MessageDeleted(MessageGone { message_id: MessageId(id()) }));
}

#[test]
fn unknown_event_types_are_ignored_not_refused() {
    let parsed = Envelope::parse(envelope("moon.landed", "{}").as_bytes()).expect("valid");
    assert_eq!(parsed.event(), Ok(None));
}

#[test]
fn eb_t7_json_roundtrip_preserves_all_fields() {
    let json = envelope("message.deleted", &format!(r#"{{"message_id":"{}"}}"#, id()));
    let once = Envelope::parse(json.as_bytes()).expect("valid");
    let text = serde_json::to_string(&once).expect("encodes");
    let twice = Envelope::parse(text.as_bytes()).expect("valid");
    assert_eq!(serde_json::to_value(&once).expect("value"), serde_json::to_value(&twice).expect("value"));
    assert_eq!(twice.ts.to_string(), "2026-02-17T10:30:00.123Z");
}

#[test]
fn eb_t8_envelope_without_type_or_payload_is_refused() {
    let whole: serde_json::Value = serde_json::from_str(&envelope("message.deleted", "{}")).expect("json");
    for field in ["type", "payload", "id", "ts", "stream", "v"] {
        let mut value = whole.clone();
        value.as_object_mut().expect("object").remove(field);
        let error = Envelope::parse(value.to_string().as_bytes()).expect_err("must be refused");
        assert!(error.to_string().contains(field), "{error}");
    }
}

#[test]
fn durable_events_need_a_number() {
    let mut value: serde_json::Value =
        serde_json::from_str(&envelope("message.deleted", "{}")).expect("json");
    value["seq"] = json!(0);
    assert!(Envelope::parse(value.to_string().as_bytes()).is_err());
    value["seq"] = json!(null);
    assert!(Envelope::parse(value.to_string().as_bytes()).is_err());
    value["type"] = json!("typing.start");
    assert!(Envelope::parse(value.to_string().as_bytes()).is_ok());
}

#[test]
fn every_event_is_described_with_the_schema_of_its_payload() {
    let mut schemas = Vec::new();
    let described = Event::describe(&mut schemas);
    for one in &described {
        assert!(schemas.iter().any(|(name, _)| *name == one.payload), "{}: {}", one.name, one.payload);
        assert!(one.text.ends_with('.') && !one.text.starts_with(' '), "{}: {:?}", one.name, one.text);
    }
    for kind in EventType::ALL {
        let parsed = Envelope::parse(envelope(kind.as_str(), "{}").as_bytes()).expect("valid");
        let is_typed = parsed.event() != Ok(None);
        let is_described = described.iter().any(|one| one.kind == *kind);
        assert_eq!(is_typed, is_described, "{}", kind.as_str());
    }
}

#[test]
fn event_names_are_unique_and_known_by_name() {
    let names: HashSet<_> = EventType::ALL.iter().map(|kind| kind.as_str()).collect();
    assert_eq!(names.len(), EventType::ALL.len());
    assert!(EventType::ALL.iter().all(|kind| EventType::named(kind.as_str()) == Some(*kind)));
}

#[test]
fn codes_read_as_they_are_written() {
    for code in Code::ALL {
        assert_eq!(serde_json::to_value(code).expect("encodes"), json!(code.as_str()));
    }
}

#[test]
fn permissions_read_as_they_are_written() {
    for one in Permission::ALL {
        assert_eq!(serde_json::to_value(one).expect("encodes"), json!(one.as_str()));
    }
}

#[test]
fn a_plain_member_has_the_first_six_and_invites() {
    let member = Permissions::of_role(Role::Member);
    let granted: Vec<_> =
        Permission::ALL.iter().filter(|one| member.contains(**one)).map(|one| one.as_str()).collect();
    assert_eq!(
        granted,
        [
            "view_channel",
            "send_messages",
            "add_reactions",
            "attach_files",
            "mention_here",
            "set_topic",
            "create_invites"
        ]
    );
}

#[test]
fn minted_ids_rise_whatever_the_clock_says() {
    let mut mint = Mint::above(7, None);
    let mut last = Uuid::nil();
    for step in 0..20_000_u64 {
        let clock = Timestamp::from_unix_millis(if step % 3 == 0 { 1_000 } else { 2_000 - step / 20 });
        let next = mint.next(clock, step.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        assert!(next > last, "step {step}: {next} after {last}");
        assert_eq!(next.get_version_num(), 7);
        last = next;
    }
    let mut successor = Mint::above(1, Some(last));
    assert!(
        successor.next(Timestamp::from_unix_millis(0), 0) > last,
        "an activation goes on above its floor"
    );
}

#[test]
fn subjects_are_spelled_as_designed() {
    let (community, channel, user) = (CommunityId(id()), ChannelId(id()), UserId(id()));
    let i = id();
    use subjects::Subject;
    assert_eq!(Subject::Events(community).to_string(), format!("chat.events.{i}"));
    assert_eq!(Subject::Dm(channel).to_string(), format!("chat.dm.{i}"));
    assert_eq!(Subject::Typing(community, channel).to_string(), format!("chat.typing.{i}.{i}"));
    assert_eq!(Subject::TypingDm(channel).to_string(), format!("chat.typing.dm.{i}"));
    assert_eq!(Subject::Presence(community).to_string(), format!("chat.presence.{i}"));
    assert_eq!(Subject::Notifications(user).to_string(), format!("chat.notifications.{i}"));
    assert_eq!(subjects::typing_in(community), format!("chat.typing.{i}.*"));
}

#[test]
fn a_persons_subject_names_the_person() {
    let person = UserId(id());
    let subject = subjects::Subject::Notifications(person).to_string();
    assert_eq!(subjects::person_of(&subject), Some(person));
    let (id, plain) = (id(), id().simple());
    for other in [
        format!("chat.events.{id}"),
        format!("chat.notifications.{plain}"),
        format!("chat.notifications.{id}.x"),
        "chat.notifications.".to_owned(),
        subjects::ALL_NOTIFICATIONS.to_owned(),
    ] {
        assert_eq!(subjects::person_of(&other), None, "{other}");
    }
}

/// Reads a word of a later version, which is in no schema and never written.
fn reads_later_words<T>(unknown: T, known: &str)
where
    T: serde::Serialize + serde::de::DeserializeOwned + utoipa::PartialSchema + std::fmt::Debug + PartialEq,
{
    assert_eq!(serde_json::from_value::<T>(json!("of_a_later_version")).expect("is read"), unknown);
    assert_ne!(serde_json::from_value::<T>(json!(known)).expect("is read"), unknown);
    assert!(serde_json::to_value(&unknown).is_err());
    let schema = serde_json::to_value(T::schema()).expect("a schema");
    let words = schema["enum"].as_array().expect("words");
    assert!(words.contains(&json!(known)) && !words.contains(&json!("unknown")), "{schema}");
}

#[test]
fn clients_read_words_of_later_versions() {
    reads_later_words(NotificationReason::Unknown, "webhook_off");
    reads_later_words(OffReason::Unknown, "failing");
    reads_later_words(EffectType::Unknown, "invoked");
    reads_later_words(SearchHitType::Unknown, "user");
    assert!(!NotificationReason::ALL.contains(&NotificationReason::Unknown));
    assert_eq!((NotificationReason::named("unknown"), OffReason::named("unknown")), (None, None));
}
