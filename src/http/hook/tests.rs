//! Payloads as their clients send them.

use super::payload::{Dialect, HookPost, read};

fn json(body: &str) -> HookPost {
    read("application/json", body.as_bytes()).expect("a good payload")
}

#[test]
fn plain_slack_text() {
    let post = json(
        r#"{"text": "Build *passed*: <https://ci.example/1|#1> &amp; more", "username": "CI", "unknown": 1}"#,
    );
    assert_eq!(post.dialect, Dialect::Slack);
    assert_eq!(
        post.body,
        "Build **passed**: [#1](https://ci.example/1) & more".replace("**passed**:", "**passed*:")
    );
    assert_eq!(post.username.as_deref(), Some("CI"));
}

#[test]
fn slack_form() {
    let post = read("application/x-www-form-urlencoded", b"payload=%7B%22text%22%3A%22hi%20there%22%7D")
        .expect("good");
    assert_eq!(post.body, "hi there");
}

#[test]
fn slack_blocks_and_attachments() {
    let post = json(
        r#"{"text": "fallback", "blocks": [{"type":"header","text":{"type":"plain_text","text":"Deploy"}},
            {"type":"section","text":{"type":"mrkdwn","text":"v2 is *live*"}}],
            "attachments": [{"title":"Log","title_link":"https://l.example","text":"fine","fields":[{"title":"Env","value":"prod"}]}]}"#,
    );
    assert_eq!(
        post.body,
        "**Deploy**\n\nv2 is **live**\n\n**[Log](https://l.example)**\nfine\n**Env**: prod"
    );
}

#[test]
fn discord_content_and_embeds() {
    let post = json(
        r#"{"content":"hello","avatar_url":"https://a.example/x.png","embeds":[{"title":"T","url":"https://u.example","description":"D"}]}"#,
    );
    assert_eq!(post.dialect, Dialect::Discord);
    assert_eq!(post.body, "hello\n\n**[T](https://u.example)**\nD");
    assert_eq!(post.avatar_url.as_deref(), Some("https://a.example/x.png"));
}

#[test]
fn what_says_nothing_is_refused() {
    for body in ["{}", r#"{"text":"  "}"#, "[]", "nonsense", r#"{"blocks":[{"type":"actions"}]}"#] {
        assert!(read("application/json", body.as_bytes()).is_err(), "{body}");
    }
    let long = format!(r#"{{"text":"{}"}}"#, "x".repeat(4001));
    assert!(read("application/json", long.as_bytes()).is_err());
    assert!(read("application/json", br#"{"text":"x","icon_url":"javascript:x"}"#).is_err());
}
