//! Payloads at a webhook's address: what readers get of them, and what each sender is told.

use ajet_protocol::Code;
use serde_json::{Value, json};

use crate::support::hook::{FORM, Hook, JSON, payload_form, section};
use crate::support::{assert_one_order, seen};

/// What Alertmanager sends to Slack for so many alerts.
fn alerts(count: usize) -> Value {
    let alert = |n: usize| {
        let why = "unreachable for five minutes. ".repeat(9);
        format!("*Alert:* node-{n} down - `critical`\n*Description:* {why}\n")
    };
    let text: String = (0..count).map(alert).collect();
    json!({"username": "Alertmanager", "attachments": [
        {"title": format!("[FIRING:{count}] Down"), "text": text, "fallback": "f", "mrkdwn_in": ["text"]}]})
}

#[tokio::test]
async fn a_long_alert_is_several_messages_and_none_is_lost() {
    let hook = Hook::new().await;
    for (count, messages) in [(16, 2), (40, 4)] {
        let made = hook.made(hook.json("", &alerts(count))).await;
        assert_eq!((made.told(), made.messages.len()), ((200, "ok"), messages));
        assert_one_order(&made.messages);
        for message in &made.messages {
            assert!(message.body_md.chars().count() <= 4000, "{}", message.body_md);
            assert_eq!(message.author.display_name, "Alertmanager");
        }
        let shown = made.shown();
        let mut rest = shown.as_str();
        for n in 0..count {
            let alert = format!("Alert: node-{n} down - critical\nDescription: unreachable");
            let at = rest.find(&alert).unwrap_or_else(|| panic!("alert {n} is not in its place: {shown}"));
            rest = &rest[at + alert.len()..];
        }
    }
    let blocks = vec![section("mrkdwn", &"y".repeat(2900)); 3];
    let made = hook.made(hook.json("", &json!({ "blocks": blocks }))).await;
    let bodies: Vec<_> = made.messages.iter().map(|message| message.body_md.clone()).collect();
    assert_eq!((made.told(), bodies), ((200, "ok"), vec!["y".repeat(2900); 3]));
    let made = hook.made(hook.json("", &json!({"content": "word ".repeat(10_000)}))).await;
    assert_eq!((made.status, made.messages.len()), (204, 5));
    assert!(made.messages[4].body_md.ends_with("… (cut)"), "{}", made.messages[4].body_md);
    hook.end().await;
}

#[tokio::test]
async fn payloads_are_read_as_their_senders_mean_them() {
    let hook = Hook::new().await;
    let gitea = json!({"channel": "#ci", "text": "[<https://git.example/a/b|a/b>] tag v1 created by anna",
        "username": "Gitea", "icon_url": "", "unfurl_links": 0, "link_names": 0, "attachments": null});
    let numbers = json!({"attachments": [{"title": "Err", "fields": [
        {"title": "Times", "value": 3, "short": true}, {"title": "Env", "value": "prod"}]}]});
    let json_of = |payload: Value| (JSON, payload.to_string());
    let cases = [
        ((FORM, payload_form(r#"{"text":"a form"}"#)), 200, "a form"),
        ((FORM, payload_form(r#"{"text":"cut \ud83d"}"#)), 200, "cut \u{fffd}"),
        ((JSON, r#"{"text":"cut \ud83d"}"#.to_owned()), 200, "cut \u{fffd}"),
        ((JSON, r#"{"text":"a\u0000b"}"#.to_owned()), 200, "ab"),
        (json_of(gitea), 200, "[a/b] tag v1 created by anna"),
        (json_of(numbers), 200, "Err\nTimes: 3\nEnv: prod"),
        (json_of(json!({"text": 5})), 200, "5"),
        (json_of(json!({"text": "x1", "blocks": null, "attachments": {}})), 200, "x1"),
        (json_of(json!({"text": "x3", "content": "", "embeds": null})), 200, "x3"),
        (json_of(json!({"content": true, "components": null})), 204, "true"),
        (json_of(json!({"embeds": [{"author": {"name": "deploy-bot"}}]})), 204, "deploy-bot"),
        (json_of(json!({"embeds": [{"image": {"url": "https://i.example/a.png"}}]})), 204, "image"),
        (json_of(json!({"text": "cafe\u{301}"})), 200, "caf\u{e9}"),
    ];
    for ((content_type, body), status, shown) in cases {
        let made = hook.made(hook.request("", content_type, body.clone())).await;
        assert_eq!((made.status, made.shown().as_str()), (status, shown), "{body}");
    }
    hook.end().await;
}

#[tokio::test]
async fn all_parts_of_attachments_and_rich_text_are_seen() {
    let hook = Hook::new().await;
    let attachment = json!({"attachments": [{"author_name": "Anna", "title": "T", "text": "body", "footer": "Grafana",
        "image_url": "https://i.example/g.png",
        "actions": [{"type": "button", "text": "Runbook", "url": "https://r.example/1"}]}]});
    let page = hook.said(&attachment).await.body_html;
    assert_eq!(seen(&page), "Anna\nT\nbody\nRunbook\nimage\nGrafana");
    for address in ["https://r.example/1", "https://i.example/g.png"] {
        assert!(page.contains(&format!(r#"<a href="{address}""#)), "{page}");
    }
    let text = |text: &str| json!({"type": "text", "text": text});
    let rich = json!({"blocks": [{"type": "rich_text", "elements": [
        {"type": "rich_text_section", "elements": [
            {"type": "text", "text": "Hi ", "style": {"bold": true}}, {"type": "emoji", "name": "wave"}, text(" 2*3*4")]},
        {"type": "rich_text_preformatted", "elements": [text("a = *b")]},
        {"type": "rich_text_list", "style": "bullet", "elements": [
            {"type": "rich_text_section", "elements": [text("two")]}]},
        {"type": "rich_text_section", "elements": [text("after")]}]}]});
    let page = hook.said(&rich).await.body_html;
    assert_eq!(seen(&page), "Hi 👋 2*3*4\na = *b\ntwo\nafter");
    for part in ["<strong>Hi</strong>", "<pre><code>a = *b", "<ul><li><p>two</p></li></ul>"] {
        assert!(page.contains(part), "{part} in {page}");
    }
    hook.end().await;
}

#[tokio::test]
async fn a_name_or_a_picture_that_is_no_good_refuses_nothing() {
    let hook = Hook::new().await;
    let picture = "https://i.example/a.png";
    for (username, icon_url, name, avatar) in [
        (json!("Jenkins"), json!(picture), "Jenkins", Some(picture)),
        (json!(null), json!("HTTPS://i.example/a.png"), "CI", Some(picture)),
        (json!("\u{200b}"), json!(""), "CI", None),
        (json!({"name": "x"}), json!(5), "CI", None),
        (json!(["x"]), json!("javascript:alert(1)"), "CI", None),
        (json!("\u{202e}evil"), json!("https://\"onerror=x"), "evil", None),
        (json!("a\u{0}b"), json!("http://@/"), "ab", None),
        (json!("n".repeat(200)), json!([picture]), "n".repeat(80).as_str(), None),
    ] {
        let message = hook.said(&json!({"text": "x", "username": username, "icon_url": icon_url})).await;
        let author = &message.author;
        let shown = (author.display_name.as_str(), author.avatar_url.as_deref(), author.bot);
        assert_eq!(shown, (name, avatar, true), "{username} {icon_url}");
    }
    hook.end().await;
}

#[tokio::test]
async fn what_is_no_payload_is_told_what_to_send() {
    let hook = Hook::new().await;
    for (path, body, word) in [
        ("", "{}", "send text, blocks, attachments, content or embeds"),
        ("", r#"{"username":"CI","text":" "}"#, "send text"),
        ("", r#"{"text":"\u200b"}"#, "send text"),
        ("/slack", "{}", "send text"),
        ("/github", "{}", "send text"),
        ("", "[]", "array"),
        ("/slack", r#"["x"]"#, "array"),
        ("/github", "[]", "array"),
        ("", "nonsense", "no JSON"),
        ("", "", "empty"),
    ] {
        let (status, code, detail) = hook.made(hook.request(path, JSON, body)).await.refusal();
        assert_eq!((status, code), (400, Code::Malformed), "{path} {body}");
        assert!(detail.contains(word), "{path} {body}: {detail}");
    }
    for path in ["", "/slack", "/github"] {
        let packed = hook.json(path, &json!({"text": "x"})).header("content-encoding", "gzip");
        let (status, code, _) = hook.made(packed).await.refusal();
        assert_eq!((status, code), (415, Code::UnsupportedMediaType), "{path}");
    }
    hook.end().await;
}
