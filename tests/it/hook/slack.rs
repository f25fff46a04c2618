//! Senders that speak Slack's or Discord's language.

use ajet_protocol::{Code, Mention, MentionType};
use serde_json::{Value, json};

use crate::support::hook::{FORM, Hook, payload_form, section};
use crate::support::{World, code, seen};

#[tokio::test]
async fn webhooks_take_slack_and_discord_payloads() {
    let world = World::new().await;
    assert_eq!(code(world.bob.create_webhook(world.general.id, "CI").await), Code::Forbidden);
    let webhook = world.ann.create_webhook(world.general.id, "CI").await.expect("creates");
    let url = webhook.url.expect("shown once");
    let listed: serde_json::Value =
        world.ann.get(&format!("/api/channels/{}/webhooks", world.general.id)).await.expect("lists");
    assert!(!listed.to_string().contains("hook/"), "the secret shows once: {listed}");
    let http = reqwest::Client::new();
    let slack = http
        .post(&url)
        .json(&serde_json::json!({"text": "hi", "username": "Jenkins"}))
        .send()
        .await
        .expect("answers");
    assert_eq!((slack.status().as_u16(), slack.text().await.expect("text").as_str()), (200, "ok"));
    let discord = http.post(&url).json(&serde_json::json!({"content": "yo"})).send().await.expect("answers");
    assert_eq!(discord.status().as_u16(), 204);
    let wait = http.post(format!("{url}?wait=true")).json(&serde_json::json!({"embeds": [{"title": "T"}]}));
    let waited: serde_json::Value = wait.send().await.expect("answers").json().await.expect("the message");
    assert_eq!(waited["body_md"], "**T**");
    let history = world.history().await;
    let names: Vec<_> =
        history.iter().map(|message| (message.author.display_name.as_str(), message.author.bot)).collect();
    assert_eq!(names, [("Jenkins", true), ("CI", true), ("CI", true)]);
    let forged =
        http.post(format!("{url}x")).json(&serde_json::json!({"text": "x"})).send().await.expect("answers");
    assert_eq!(forged.status().as_u16(), 404);
    world.end().await;
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
    hook.end().await;
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
    hook.end().await;
}

/// Texts of Slack's, what a reader sees of each, and a part of its HTML.
fn slack_texts() -> Vec<(Value, &'static str, &'static str)> {
    let text = |text: &str| json!({ "text": text });
    let healthchecks = json!({"attachments": [{"title": "db is DOWN", "fields": [
        {"title": "Last Ping Body", "value": "```\npg_dump: error\n```"}, {"title": "Total", "value": "5"}]}]});
    let cron =
        json!({"attachments": [{"title": "t", "fields": [{"title": "Schedule", "value": "*/5 * * * *"}]}]});
    vec![
        (text("disk usage if x < 5 then page"), "disk usage if x < 5 then page", ""),
        (text("load < 1"), "load < 1", ""),
        (text("1 &lt; 2 &amp; 3"), "1 < 2 & 3", ""),
        (text("std::vector<int> v; <html>"), "std::vector<int> v; <html>", ""),
        (json!({"blocks": [section("mrkdwn", "if x < 5 & y > 3")]}), "if x < 5 & y > 3", ""),
        (
            text("*Status*: firing, (*urgent*)."),
            "Status: firing, (urgent).",
            "<strong>Status</strong>: firing, (<strong>urgent</strong>).",
        ),
        (text("run `rm -rf *` now"), "run rm -rf * now", "<code>rm -rf *</code>"),
        (cron, "t\nSchedule: */5 * * * *", "<strong>Schedule</strong>: "),
        (
            healthchecks,
            "db is DOWN\nLast Ping Body:\npg_dump: error\nTotal: 5",
            "<pre><code>pg_dump: error\n</code></pre><p><strong>Total</strong>: 5</p>",
        ),
        (text("<https://ci.example/42>です"), "https://ci.example/42です", ">https://ci.example/42</a>です"),
        (text("see <https://ci.example/42>foo"), "see https://ci.example/42foo", "ci.example/42</a>foo"),
        (text("<https://ci.example/1|build *1*>"), "build *1*", r#"<a href="https://ci.example/1""#),
        (text("# 1\n---\n5. five\n&copy;"), "# 1\n---\n5. five\n&copy;", ""),
    ]
}

#[tokio::test]
async fn slack_markup_reads_as_in_slack() {
    let hook = Hook::new().await;
    for (payload, shown, part) in slack_texts() {
        let page = hook.said(&payload).await.body_html;
        assert_eq!(seen(&page), shown, "{payload}: {page}");
        assert!(page.contains(part), "{payload}: {page}");
        assert!(!["<h1", "<h2", "<ul", "<ol", "<blockquote"].iter().any(|tag| page.contains(tag)), "{page}");
    }
    hook.end().await;
}
