//! What holds for payloads of every dialect: dialects, names, pictures, lengths, and what is refused.

use ajet_protocol::{Trimmed, limits};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::{Arrived, Delivery, Dialect, Endpoint, MESSAGES, Refusal, read};

/// The promise of a delivery: 1 to [`MESSAGES`] bodies that show something, each within the limit as it is stored.
pub fn bodies_that_fit(delivery: &Result<Delivery, Refusal>) -> Result<(), TestCaseError> {
    let Ok(delivery) = delivery else { return Ok(()) };
    prop_assert!((1..=MESSAGES).contains(&delivery.bodies.len()));
    for body in &delivery.bodies {
        let stored = Trimmed::from(body.as_str());
        prop_assert!(stored.chars().count() <= limits::BODY_CHARS);
        prop_assert!(ajet_protocol::shape::body(&stored).is_ok() && ajet_markup::shows(&stored));
    }
    Ok(())
}

fn at(endpoint: Endpoint, payload: &Value) -> Result<Delivery, Refusal> {
    let body = payload.to_string();
    read(&Arrived { endpoint, content_type: "application/json", event: Some("x"), body: body.as_bytes() })
}

fn good(payload: &Value) -> Delivery {
    at(Endpoint::Any, payload).expect("says something")
}

fn form(content_type: &str, body: &str) -> Delivery {
    read(&Arrived { endpoint: Endpoint::Any, content_type, event: None, body: body.as_bytes() })
        .expect("says something")
}

#[test]
fn optional_fields_that_are_no_use_count_as_absent() {
    let gitea = json!({"channel": "#ci", "text": "[<https://git.example/a/b|a/b>] tag v1 created by anna",
        "username": "Gitea", "icon_url": "", "unfurl_links": 0, "link_names": 0, "attachments": null});
    let delivery = good(&gitea);
    assert!(ajet_markup::visible(&delivery.bodies[0]).contains("tag v1 created by anna"));
    assert_eq!((delivery.dialect, delivery.username.as_deref()), (Dialect::Slack, Some("Gitea")));
    assert_eq!(delivery.avatar_url, None);
    for payload in [
        json!({"text": "x", "blocks": null}),
        json!({"text": "x", "content": ""}),
        json!({"text": "x", "content": null, "embeds": {}, "components": 0, "poll": [], "attachments": ""}),
        json!({"text": "x", "username": {}, "icon_url": [], "avatar_url": 5}),
    ] {
        let delivery = good(&payload);
        assert_eq!((delivery.dialect, delivery.bodies), (Dialect::Slack, vec!["x".to_owned()]), "{payload}");
    }
    let fields = json!({"attachments": [{"title": "Err", "fields": [
        {"title": "Times", "value": 3, "short": true}, {"title": "Env", "value": "prod"}]}]});
    let shown = ajet_markup::visible(&good(&fields).bodies[0]);
    assert!(["Times", "3", "Env", "prod"].iter().all(|word| shown.contains(word)), "{shown}");
}

#[test]
fn the_dialect_is_of_what_says_something() {
    let (slack, discord) = (json!({"text": "x"}), json!({"content": "x"}));
    for (endpoint, payload, dialect) in [
        (Endpoint::Any, &slack, Dialect::Slack),
        (Endpoint::Any, &discord, Dialect::Discord),
        (Endpoint::Slack, &slack, Dialect::Slack),
        (Endpoint::Slack, &discord, Dialect::Slack),
        (Endpoint::GitHub, &slack, Dialect::GitHub),
    ] {
        let delivery = at(endpoint, payload).expect("says something");
        assert_eq!(delivery.dialect, dialect, "{endpoint:?} {payload}");
        assert!(endpoint == Endpoint::GitHub || delivery.bodies == ["x"], "{delivery:?}");
    }
    let url_encoded = "Application/X-WWW-Form-Urlencoded";
    assert_eq!(form(url_encoded, "payload=%7B%22text%22%3A%22e4%22%7D").dialect, Dialect::Slack);
    assert_eq!(form(url_encoded, "payload_json=%7B%22text%22%3A%22x%22%7D").dialect, Dialect::Discord);
    assert_eq!(form(url_encoded, "content=x").dialect, Dialect::Discord);
    assert_eq!(form(url_encoded, "text=x&username=CI").username.as_deref(), Some("CI"));
}

#[test]
fn a_name_is_one_that_may_be_shown() {
    let named = |name: Value| good(&json!({"text": "x", "username": name})).username;
    for (asked, name) in [
        (json!("CI"), Some("CI")),
        (json!("  CI\n"), Some("CI")),
        (json!(7), Some("7")),
        (json!("a\u{7}b"), Some("ab")),
        (json!("two\nlines"), Some("two lines")),
        (json!("\u{202e}evil\u{200b}"), Some("evil")),
        (json!("\u{200b}\u{3164}"), None),
        (json!(" \t\n"), None),
        (json!(""), None),
        (json!(null), None),
        (json!({"name": "x"}), None),
        (json!("👩\u{200d}🔬 lab"), Some("👩\u{200d}🔬 lab")),
    ] {
        assert_eq!(named(asked.clone()).as_deref(), name, "{asked}");
    }
    assert_eq!(named(json!("é".repeat(200))), Some("é".repeat(80)));
    assert_eq!(
        named(json!(format!("{} b", "a".repeat(79)))),
        Some("a".repeat(79)),
        "no blank at the end of a cut"
    );
    let stacked = named(json!(format!("z{}", "\u{301}".repeat(70)))).expect("a name");
    assert!(ajet_protocol::shape::name(&stacked).is_ok(), "{stacked}");
    assert_eq!(named(json!(format!("CI{}", " ".repeat(100_000)))).as_deref(), Some("CI"));
}

#[test]
fn a_picture_is_an_address_of_the_web() {
    let pictured = |fields: Value| {
        let mut payload = json!({"text": "x"});
        payload.as_object_mut().expect("an object").extend(fields.as_object().expect("an object").clone());
        good(&payload).avatar_url
    };
    for (fields, address) in [
        (json!({"icon_url": "https://i.example/a.png"}), Some("https://i.example/a.png")),
        (json!({"icon_url": "HTTPS://i.example/A.png"}), Some("https://i.example/A.png")),
        (json!({"avatar_url": " http://i.example "}), Some("http://i.example")),
        (json!({"icon_url": "", "avatar_url": "https://i.example/b"}), Some("https://i.example/b")),
        (json!({"icon_url": "data:x", "avatar_url": "https://i.example/b"}), Some("https://i.example/b")),
        (json!({"icon_url": "javascript://x"}), None),
        (json!({"icon_url": "https://"}), None),
        (json!({"icon_url": "https://i.example/a b"}), None),
        (json!({"icon_url": format!("https://i.example/{}", "x".repeat(2048))}), None),
        (json!({"icon_emoji": ":tada:"}), None),
        (json!({"avatar_url": 5}), None),
    ] {
        assert_eq!(pictured(fields.clone()).as_deref(), address, "{fields}");
    }
}

#[test]
fn long_payloads_make_several_messages() {
    let text: Vec<String> =
        (0..150).map(|number| format!("line {number} of a long alert, in so many words")).collect();
    let bodies = good(&json!({"text": text.join("\n")})).bodies;
    assert_eq!(bodies.len(), 2);
    assert_eq!(bodies.join("\n"), text.join("\n"));
    let section = json!({"type": "section", "text": {"type": "mrkdwn", "text": "y".repeat(2900)}});
    let bodies = good(&json!({"blocks": [section, section, section]})).bodies;
    assert_eq!(bodies, ["y".repeat(2900), "y".repeat(2900), "y".repeat(2900)]);
    let bodies = good(&json!({"content": "word ".repeat(10_000)})).bodies;
    assert_eq!(bodies.len(), MESSAGES);
    assert!(bodies.iter().all(|body| body.chars().count() <= 4000));
    assert!(bodies[4].ends_with("\n… (cut)") && !bodies[3].contains("(cut)"));
}

#[test]
fn bodies_are_measured_as_they_are_stored() {
    // NFC writes this note as three characters.
    let bodies = good(&json!({"content": "\u{1d160}".repeat(4000)})).bodies;
    assert!((3..=MESSAGES).contains(&bodies.len()));
    for body in &bodies {
        assert!(Trimmed::from(body.as_str()).chars().count() <= limits::BODY_CHARS);
    }
    assert_eq!(bodies.concat().chars().filter(|c| *c == '\u{1d158}').count(), 4000, "nothing is cut");
}

#[test]
fn what_has_something_to_say_is_never_refused() {
    let unknown = json!({"message": "disk full", "severity": "high"});
    for endpoint in [Endpoint::Any, Endpoint::Slack] {
        let shown = ajet_markup::visible(&at(endpoint, &unknown).expect("says something").bodies.join("\n"));
        assert!(shown.contains("disk full") && shown.contains("severity: high"), "{shown}");
    }
    let span = json!({"content": "`a\n<t:0> b`"});
    assert_eq!(good(&span).bodies, ["`a\n<t:0> b`"], "code stays as it is");
    assert_eq!(form("", r#"{"text":"x","n":1e999}"#).bodies, ["x"]);
}

#[test]
fn what_says_nothing_is_refused() {
    for payload in [
        json!({}),
        json!({"text": "  "}),
        json!({"text": "\u{200b}"}),
        json!({"text": "\u{0}"}),
        json!({"username": "CI", "icon_url": "https://i.example/a.png"}),
    ] {
        assert_eq!(at(Endpoint::Any, &payload), Err(Refusal::SaysNothing), "{payload}");
    }
    let silent = Arrived { endpoint: Endpoint::GitHub, content_type: "", event: None, body: b"{}" };
    assert_eq!(read(&silent), Err(Refusal::SaysNothing));
    for body in ["", "[]", "nonsense", "{", "payload=", "7"] {
        let arrived =
            Arrived { endpoint: Endpoint::Any, content_type: "", event: None, body: body.as_bytes() };
        assert!(matches!(read(&arrived), Err(Refusal::Malformed { .. })), "{body}");
    }
}

#[test]
fn half_an_emoji_loses_no_alert() {
    let delivery = form("application/json", r#"{"text":"cut \ud83d"}"#);
    assert_eq!(delivery.bodies, ["cut \u{fffd}"]);
}

proptest! {
    #[test]
    fn no_bytes_make_a_panic(body in proptest::collection::vec(any::<u8>(), 0..200), kind in 0usize..5, endpoint in 0usize..3) {
        let types = ["application/json", "application/x-www-form-urlencoded", "multipart/form-data; boundary=b", "", "x/y; ="];
        let endpoints = [Endpoint::Any, Endpoint::Slack, Endpoint::GitHub];
        let quoted = json!({"text": String::from_utf8_lossy(&body), "content": String::from_utf8_lossy(&body)}).to_string();
        for body in [body.as_slice(), quoted.as_bytes()] {
            bodies_that_fit(&read(&Arrived { endpoint: endpoints[endpoint], content_type: types[kind], event: None, body }))?;
        }
    }
}

/// The authors of what a payload quotes (an issue, an embed) can't call anybody by it.
#[test]
fn what_a_payload_quotes_calls_nobody() {
    let user = "@<user:550e8400-e29b-41d4-a716-446655440000>";
    let text = format!("@<here> {user} `@<here>` a || b || c");
    for (endpoint, event, payload) in [
        (Endpoint::Any, None, json!({ "content": text })),
        (Endpoint::Any, None, json!({ "embeds": [{ "description": text }] })),
        (Endpoint::Any, None, json!({ "blocks": [{ "type": "markdown", "text": text }] })),
        (Endpoint::Any, None, json!({ "text": text })),
        (
            Endpoint::GitHub,
            Some("issue_comment"),
            json!({ "action": "created", "comment": { "body": text } }),
        ),
    ] {
        let body = payload.to_string();
        let arrived = Arrived { endpoint, content_type: "application/json", event, body: body.as_bytes() };
        let markdown = read(&arrived).expect("is read").bodies.concat();
        assert_eq!(ajet_markup::mentions(&markdown), [], "{markdown}");
        assert!(ajet_markup::visible(&markdown).contains(&text.replace('`', "")), "{markdown}");
    }
}
