//! Payloads at a webhook's address, through a real server: what readers get of them, and what each sender is told.

use ajet_protocol::{Code, Mention, MentionType, Message, Problem, WebhookId};
use hmac::{Hmac, KeyInit, Mac};
use reqwest::{Client, Method, RequestBuilder};
use serde_json::{Value, json};
use sha2::Sha256;

use crate::typed::seen;
use crate::world::{World, assert_one_order, sql};

const JSON: &str = "application/json";
const FORM: &str = "Application/X-WWW-Form-Urlencoded";
const MULTIPART: &str = "Multipart/Form-Data; boundary=XyZ";
const MIB: usize = 1024 * 1024;

/// A webhook of ann's in `general`, and who sends to it.
pub struct Hook {
    world: World,
    id: WebhookId,
    url: String,
    http: Client,
}

/// What became of a request.
struct Made {
    status: u16,
    answer: String,
    messages: Vec<Message>,
}

impl Hook {
    pub async fn new() -> Self {
        let world = World::new().await;
        let made = world.ann.create_webhook(world.general.id, "CI").await.expect("makes");
        let url = made.url.expect("shown once");
        Self { world, id: made.id, url, http: Client::new() }
    }

    fn request(&self, path: &str, content_type: &str, body: impl Into<reqwest::Body>) -> RequestBuilder {
        self.http.post(format!("{}{path}", self.url)).header("content-type", content_type).body(body)
    }

    fn json(&self, path: &str, payload: &Value) -> RequestBuilder {
        self.request(path, JSON, payload.to_string())
    }

    async fn made(&self, request: RequestBuilder) -> Made {
        let before = self.world.history().await.len();
        let answer = request.send().await.expect("answers");
        let status = answer.status().as_u16();
        let answer = answer.text().await.expect("text");
        let messages = self.world.history().await.split_off(before);
        Made { status, answer, messages }
    }

    /// The one message of a payload.
    pub async fn said(&self, payload: &Value) -> Message {
        let made = self.made(self.json("", payload)).await;
        assert!([200, 204].contains(&made.status), "{payload}: {}", made.answer);
        made.only().clone()
    }
}

impl Made {
    fn told(&self) -> (u16, &str) {
        (self.status, &self.answer)
    }

    fn only(&self) -> &Message {
        assert_eq!(self.messages.len(), 1, "{} {}", self.status, self.answer);
        &self.messages[0]
    }

    /// What it was refused with; then no message was made.
    fn refusal(&self) -> (u16, Code, String) {
        assert!(self.messages.is_empty(), "{} {}", self.status, self.answer);
        let problem: Problem = serde_json::from_str(&self.answer).expect("a problem document");
        (self.status, problem.code, problem.detail)
    }

    fn shown(&self) -> String {
        let pages: Vec<_> = self.messages.iter().map(|message| seen(&message.body_html)).collect();
        pages.join("\n")
    }
}

/// A multipart form of parts, each with the parameters of its disposition.
fn form(parts: &[(&str, &str)]) -> String {
    let mut body = String::new();
    for (parameters, value) in parts {
        body += &format!("--XyZ\r\nContent-Disposition: form-data; {parameters}\r\n\r\n{value}\r\n");
    }
    body + "--XyZ--\r\n"
}

/// An URL-encoded form whose one field is a payload.
fn payload_form(payload: &str) -> String {
    serde_urlencoded::to_string([("payload", payload)]).expect("a form")
}

pub fn section(kind: &str, text: &str) -> Value {
    json!({"type": "section", "text": {"type": kind, "text": text}})
}

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
}

#[tokio::test]
async fn a_form_with_files_names_them_and_waits_where_it_is_asked_to() {
    let hook = Hook::new().await;
    let body = form(&[
        ("name=\"payload_json\"", r#"{"content":"two files"}"#),
        ("name=\"files[0]\"; filename=\"a.txt\"", "hello"),
        ("name=\"files[1]\"; filename=\"b.log\"", "one\r\ntwo"),
    ]);
    for (query, status) in [("", 204), ("?wait=true", 200), ("?wait=1", 200), ("?wait=no", 204)] {
        let made = hook.made(hook.request(query, MULTIPART, body.clone())).await;
        let shown = made.shown();
        assert_eq!((made.status, shown.as_str()), (status, "two files\n📎 a.txt\n📎 b.log"), "{query}");
        let message = made.only();
        if status == 204 {
            assert!(made.answer.is_empty(), "{}", made.answer);
        } else {
            let waited: Message = serde_json::from_str(&made.answer).expect("the message");
            assert_eq!((waited.id, &waited.body_html), (message.id, &message.body_html), "{query}");
        }
    }
    let long = json!({"content": "a line of many words, again and again\n".repeat(150)});
    let made = hook.made(hook.json("?wait=true", &long)).await;
    let first: Message = serde_json::from_str(&made.answer).expect("a message");
    assert_eq!((made.messages.len(), first.id), (2, made.messages[0].id), "the first of several");
}

#[tokio::test]
async fn a_form_may_be_as_large_as_its_files() {
    let hook = Hook::new().await;
    let with_file = |bytes: usize| {
        let file = "x".repeat(bytes);
        form(&[("name=\"content\"", "see file"), ("name=\"file\"; filename=\"big.bin\"", file.as_str())])
    };
    for bytes in [2 * MIB, 11 * MIB - 4096] {
        let made = hook.made(hook.request("", MULTIPART, with_file(bytes))).await;
        assert_eq!((made.status, made.shown().as_str()), (204, "see file\n📎 big.bin"), "{bytes}");
    }
    let without_files = json!({"text": "x".repeat(MIB)}).to_string();
    for (content_type, body) in [(MULTIPART, with_file(11 * MIB)), (JSON, without_files)] {
        let (status, code, _) = hook.made(hook.request("", content_type, body)).await.refusal();
        assert_eq!((status, code), (413, Code::TooLarge), "{content_type}");
    }
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
}

#[tokio::test]
async fn slacks_own_address_answers_as_slack_does() {
    let hook = Hook::new().await;
    for payload in [
        json!({"text": "x"}),
        json!({"content": "x"}),
        json!({"embeds": [{"description": "x"}]}),
        json!({"attachments": [{"text": "x"}]}),
    ] {
        for path in ["/slack", "/slack?wait=true"] {
            let made = hook.made(hook.json(path, &payload)).await;
            assert_eq!((made.told(), made.shown().as_str()), ((200, "ok"), "x"), "{path} {payload}");
        }
    }
    let made = hook.made(hook.request("/slack", FORM, payload_form(r#"{"content":"x"}"#))).await;
    assert_eq!((made.told(), made.shown().as_str()), ((200, "ok"), "x"));
}

fn push() -> Value {
    json!({"ref": "refs/heads/main", "compare": "https://github.example/c",
        "commits": [{"id": "0123456789abcdef", "message": "Fix *it*\n\nBecause.", "url": "https://github.example/1",
            "author": {"username": "anna"}}],
        "repository": {"full_name": "acme/app", "html_url": "https://github.example/acme/app"},
        "sender": {"login": "anna"}})
}

/// The signature of a body under the secret of an address.
fn signature(url: &str, body: &str) -> String {
    let secret = url.rsplit('/').next().expect("a secret");
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("a key of any length");
    mac.update(body.as_bytes());
    let digits: String = mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    format!("sha256={digits}")
}

#[tokio::test]
async fn github_is_posted_once_per_delivery_and_only_if_its_signature_is_right() {
    let hook = Hook::new().await;
    let shown = "acme/app: anna pushed 1 commit to main\n0123456 Fix *it* — anna";
    let delivered = |id: &str, payload: &Value| {
        hook.json("/github", payload).header("x-github-event", "push").header("x-github-delivery", id)
    };
    let made = hook.made(delivered("d-1", &push())).await;
    assert_eq!((made.told(), made.shown().as_str()), ((200, "ok"), shown), "without a signature");
    let mut other = push();
    other["ref"] = json!("refs/heads/other");
    for again in [push(), other] {
        let made = hook.made(delivered("d-1", &again)).await;
        assert_eq!((made.told(), made.messages.len()), ((200, "ok"), 0), "a delivery is posted once");
    }
    let body = push().to_string();
    // Gitea sends an empty one where no secret is set.
    for (id, right) in [("d-2", signature(&hook.url, &body)), ("d-3", String::new())] {
        let made = hook.made(delivered(id, &push()).header("x-hub-signature-256", &right)).await;
        assert_eq!((made.told(), made.shown().as_str()), ((200, "ok"), shown), "{right:?}");
    }
    for wrong in [signature(&hook.url, "{}"), signature("https://x.example/other", &body), "sha256=00".into()]
    {
        let signed = delivered("d-4", &push()).header("x-hub-signature-256", &wrong);
        let (status, code, _) = hook.made(signed).await.refusal();
        assert_eq!((status, code), (403, Code::Forbidden), "{wrong}");
    }
    let body = payload_form(&body);
    let signed = hook.request("/github", FORM, body.clone()).header("x-github-event", "push");
    let made = hook.made(signed.header("x-hub-signature-256", signature(&hook.url, &body))).await;
    assert_eq!((made.told(), made.shown().as_str()), ((200, "ok"), shown), "as a form");
}

#[tokio::test]
async fn github_events_say_something_known_or_not() {
    let hook = Hook::new().await;
    let ping = json!({"zen": "Keep it logically awesome.", "hook": {"events": ["push"]},
        "repository": {"full_name": "acme/app"}});
    let odd = json!({"action": "created", "sender": {"login": "anna"}});
    for (event, payload, words) in [
        ("ping", ping, ["acme/app", "Keep it logically awesome."]),
        ("sponsorship", odd, ["sponsorship", "anna"]),
    ] {
        let made = hook.made(hook.json("/github", &payload).header("x-github-event", event)).await;
        assert_eq!(made.told(), (200, "ok"), "{event}");
        let shown = seen(&made.only().body_html);
        assert!(words.iter().all(|word| shown.contains(word)), "{event}: {shown}");
    }
}

#[tokio::test]
async fn a_key_makes_the_messages_of_a_payload_once() {
    let hook = Hook::new().await;
    let long = json!({"text": "a line of many words, again and again\n".repeat(150)});
    let keyed = |payload: &Value, key: &[u8]| hook.json("", payload).header("idempotency-key", key);
    for messages in [2, 0, 0] {
        let made = hook.made(keyed(&long, b"build-7")).await;
        assert_eq!((made.told(), made.messages.len()), ((200, "ok"), messages));
    }
    let (status, code, _) = hook.made(keyed(&json!({"text": "other"}), b"build-7")).await.refusal();
    assert_eq!((status, code), (409, Code::Conflict));
    let (ann, general) = (&hook.world.ann, hook.world.general.id);
    let url = format!("{}/api/channels/{general}/messages", hook.world.base());
    let by_ann = |key: &[u8]| {
        let sent = hook.http.post(&url).bearer_auth(ann.token().expect("a token"));
        sent.header("idempotency-key", key).json(&json!({"body_md": "x"}))
    };
    for key in ["Schlüssel-1".as_bytes(), b"\xff"] {
        for sent in [keyed(&long, key), by_ann(key)] {
            let (status, code, _) = hook.made(sent).await.refusal();
            assert_eq!((status, code), (422, Code::Invalid));
        }
    }
}

#[tokio::test]
async fn everybody_is_called_by_slacks_command_and_by_no_text() {
    let hook = Hook::new().await;
    let here = Mention { kind: MentionType::Here, target_id: None };
    let broadcast = json!({"blocks": [{"type": "rich_text", "elements": [{"type": "rich_text_section",
        "elements": [{"type": "broadcast", "range": "here"}]}]}]});
    for payload in [json!({"text": "<!here> disk is full"}), json!({"text": "<!channel> x"}), broadcast] {
        let message = hook.said(&payload).await;
        assert_eq!(message.mentions, [here], "{payload}");
        assert!(message.body_html.contains(r#"<span class="mention">@here</span>"#), "{}", message.body_html);
    }
    for (payload, shown) in [
        (json!({"blocks": [section("plain_text", "@here <!here>")]}), "@here <!here>"),
        (json!({"text": "@here and @<here>"}), "@here and @<here>"),
        (json!({"text": "`<!here>`"}), "<!here>"),
    ] {
        let message = hook.said(&payload).await;
        assert_eq!((message.mentions.len(), seen(&message.body_html).as_str()), (0, shown), "{payload}");
    }
}

/// Whatever is sent to an address that is off: 404.
async fn assert_is_off(hook: &Hook) {
    let mut payload = push();
    payload["text"] = json!("x");
    for path in ["", "/slack", "/github"] {
        let made = hook.made(hook.json(path, &payload).header("x-github-event", "push")).await;
        let (status, code, _) = made.refusal();
        assert_eq!((status, code), (404, Code::NotFound), "{path}");
    }
}

#[tokio::test]
async fn a_webhook_that_was_deleted_or_whose_maker_left_is_not_there() {
    let mut hook = Hook::new().await;
    hook.said(&json!({"text": "x"})).await;
    let path = format!("/api/webhooks/{}", hook.id);
    hook.world.ann.send_empty(Method::DELETE, &path).await.expect("deletes");
    assert_is_off(&hook).await;
    sql(&hook.world, "update community_members set role = 'admin'").await;
    sql(&hook.world, "update communities set acl_version = acl_version + 1").await;
    let of_bob = hook.world.bob.create_webhook(hook.world.general.id, "Bob's").await.expect("an admin may");
    hook.url = of_bob.url.expect("shown once");
    hook.said(&json!({"text": "x"})).await;
    let leave = "delete from community_members where user_id = (select id from users where username = 'bob')";
    sql(&hook.world, leave).await;
    sql(&hook.world, "update communities set acl_version = acl_version + 1").await;
    assert_is_off(&hook).await;
}
