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
    assert_eq!(post.body, "Build **passed**: [#1](https://ci.example/1) & more");
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

#[test]
fn what_only_looks_like_markup_stays_as_it_was_sent() {
    for text in
        ["disk usage if x < 5 then page", "load < 1", "std::vector<int> v; <html>", "run `rm -rf *` now"]
    {
        assert_eq!(json(&serde_json::json!({ "text": text }).to_string()).body, text);
    }
    let schedule = r#"{"attachments":[{"title":"t","fields":[{"title":"Schedule","value":"*/5 * * * *"}]}]}"#;
    assert_eq!(json(schedule).body, "**t**\n**Schedule**: */5 * * * *");
}

#[test]
fn a_name_is_stored_without_blanks_and_at_most_80_characters_long() {
    let named = |name: &str| json(&serde_json::json!({ "text": "x", "username": name }).to_string()).username;
    assert_eq!(named(&format!("  CI{}", " ".repeat(100_000))).as_deref(), Some("CI"));
    assert_eq!(named(&"é".repeat(200)), Some("é".repeat(80)));
    let cut_at_a_blank = format!("{} b", "a".repeat(79));
    assert_eq!(named(&cut_at_a_blank), Some("a".repeat(79)));
    assert_eq!(named(" \t\n"), None);
    assert!(read("application/json", br#"{"text":"x","username":"a\u0007b"}"#).is_err());
}

#[test]
fn an_avatar_is_an_address_of_at_most_2048_characters() {
    let shown = |url: &str| {
        let payload = serde_json::json!({ "text": "x", "avatar_url": url }).to_string();
        read("application/json", payload.as_bytes()).map(|post| post.avatar_url)
    };
    let address = |chars: usize| format!("https://a.example/{}", "x".repeat(chars - 18));
    assert_eq!(shown(&address(2048)).expect("fits"), Some(address(2048)));
    assert!(shown(&address(2049)).is_err());
    assert!(shown(&format!("https://a.example/x{}", " ".repeat(3000))).is_err(), "blanks are not cut off");
}
