//! What readers get, against what serde makes of the same JSON.

use proptest::prelude::*;
use serde_json::Value;
use uuid::Uuid;

use super::*;
use crate::events::ENVELOPE_VERSION;
use crate::{ChannelId, CommunityId, Timestamp, UserId};

const COMMUNITY: CommunityId = CommunityId(Uuid::from_u128(1));
const CHANNEL: ChannelId = ChannelId(Uuid::from_u128(2));

/// An event of a channel's stream.
fn event(kind: &str, payload: &str) -> Envelope {
    Envelope {
        v: ENVELOPE_VERSION,
        id: Uuid::from_u128(3).into(),
        kind: kind.to_owned().into(),
        ts: Timestamp::from_unix_millis(1_700_000_000_123),
        stream: CHANNEL.into(),
        seq: Some(42),
        community_id: Some(COMMUNITY),
        channel_id: Some(CHANNEL),
        actor_id: Some(UserId(Uuid::from_u128(4))),
        acl_version: Some(7),
        payload: serde_json::from_str(payload).expect("JSON"),
    }
}

fn of_community(kind: &str, payload: &str) -> Envelope {
    Envelope { stream: COMMUNITY.into(), ..event(kind, payload) }
}

fn written(event: &Envelope) -> String {
    serde_json::to_string(event).expect("encodes")
}

/// The short way must give what serde does; here it must be possible at all.
fn assert_cut(event: &Envelope) {
    let json = written(event);
    for of_community in [false, true] {
        assert!(cut(json.as_bytes(), of_community).is_some(), "{json}");
        assert_shown(&json, of_community);
    }
}

fn assert_shown(json: &str, of_community: bool) {
    let mut expected: Value = serde_json::from_str(json).expect("JSON");
    let fields = expected.as_object_mut().expect("an object");
    fields.remove("acl_version");
    if of_community && let Some(seq) = fields.get_mut("seq") {
        *seq = Value::Null;
    }
    let shown = for_readers(json.as_bytes(), of_community);
    let read: Value = serde_json::from_slice(&shown).expect("JSON still");
    assert_eq!(read, expected, "{json}");
}

#[test]
fn only_the_version_is_left_out_of_a_channels_event() {
    let json = written(&event("message.deleted", r#"{"message_id":"m", "n":1.50}"#));
    let shown = for_readers(json.as_bytes(), false);
    assert_eq!(std::str::from_utf8(&shown).expect("text"), json.replace(r#","acl_version":7"#, ""));
}

#[test]
fn the_number_is_null_in_a_communitys_own_event() {
    let event = of_community("member.joined", r#"{"member":{"seq":42}}"#);
    let json = written(&event);
    assert!(event.is_of_community());
    let shown = for_readers(json.as_bytes(), true);
    let expected = json.replacen(r#""seq":42"#, r#""seq":null"#, 1).replace(r#","acl_version":7"#, "");
    assert_eq!(std::str::from_utf8(&shown).expect("text"), expected);
    assert!(!self::event("message.created", "{}").is_of_community());
}

#[test]
fn every_envelope_that_we_write_is_cut() {
    assert_cut(&event("message.created", "{}"));
    assert_cut(&of_community("channel.created", "null"));
    assert_cut(&Envelope { acl_version: None, ..event("message.created", "{}") });
    assert_cut(&Envelope { seq: None, acl_version: None, ..event("typing.start", "{}") });
    let bare =
        Envelope { community_id: None, channel_id: None, actor_id: None, ..event("read.updated", "1") };
    assert_cut(&bare);
    assert_cut(&Envelope { seq: Some(u64::MAX), acl_version: Some(u64::MAX), ..bare });
}

#[test]
fn a_payload_that_looks_like_an_envelope_stays() {
    let inner = written(&of_community("message.created", "{}"));
    assert_cut(&event("message.created", &inner));
    assert_cut(&event("message.created", &format!("[{inner},{inner}]")));
    let text = serde_json::to_string(&inner).expect("encodes");
    assert_cut(&of_community("message.created", &format!(r#"{{"body":{text}}}"#)));
}

#[test]
fn odd_envelopes_are_parsed() {
    let kinds =
        ["\",\"acl_version\":1,\"payload\":", "x\\", "{", "[", ",", "\u{2028}\n", "", ",\"seq\":5", "a,"];
    for kind in kinds {
        for of_community in [false, true] {
            assert_shown(&written(&event(kind, "{}")), of_community);
        }
    }
    for json in [
        r#"{"payload":{"acl_version":1},"acl_version":7,"seq":3}"#,
        r#"{"payload":1,"seq":3,"acl_version":7}"#,
        r#"{"v":1,"acl_version":7,"seq":3,"payload":{}}"#,
        r#"{ "v": 1, "seq": 3, "acl_version": 7, "payload": { "a": [1, 2] } }"#,
        r#"{"v":1,"seq":3,"more":{"acl_version":9,"b":[1],"seq":4},"acl_version":7,"payload":{}}"#,
        r#"{"v":1,"seq":3,"more":[1,{"a":2,"acl_version":9,"payload":1}],"acl_version":7,"payload":{}}"#,
        r#"{"v":1,"seq":3,"payload":{"acl_version":9},"acl_version":7}"#,
        r#"{"v":1,"seq":3,"payload":{"a":1}}"#,
        r#"{"v":1,"seq":"3","acl_version":"7,8","payload":{}}"#,
        r#"{"acl_version":7,"payload":{}}"#,
        "{}",
    ] {
        for of_community in [false, true] {
            assert_shown(json, of_community);
        }
    }
}

#[test]
fn a_parsed_payload_stays_as_it_is_written() {
    let shown = for_readers(br#"{"seq":-3,"acl_version":7.5,"payload":1e400}"#, true);
    assert_eq!(std::str::from_utf8(&shown).expect("text"), r#"{"payload":1e400,"seq":null}"#);
}

#[test]
fn what_is_no_json_object_stays_as_it_is() {
    for bytes in [&b""[..], b"{", b"[1]", b"\xff", b",\"payload\":", b"{,\"payload\":"] {
        assert_eq!(for_readers(bytes, true), bytes);
    }
}

proptest! {
    #[test]
    fn whatever_stands_in_an_event_it_is_shown_as_serde_says(
        kind in "\\PC{0,20}", body in any::<String>(), seq in any::<Option<u64>>(), acl_version in any::<Option<u64>>(),
        of_community in any::<bool>(),
    ) {
        let payload = serde_json::to_string(&serde_json::json!({ "body": body })).expect("encodes");
        assert_shown(&written(&Envelope { seq, acl_version, ..event(&kind, &payload) }), of_community);
    }
}
