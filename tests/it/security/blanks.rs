//! Texts that are mostly blanks: what is counted is what is kept, in every field that takes a text, so that no megabyte of blanks gets past a limit
//! and into a row, an event or a page.

use ajet_protocol::{CreateRole, Timestamp};
use reqwest::Method;
use serde_json::{Value, json};
use time::{Duration, OffsetDateTime};

use super::stored::dump;
use crate::support::bots::made;
use crate::support::pictures::{png, uploaded};
use crate::support::requests::{ann, post_hook, status};
use crate::support::{World, category, everything_is_published, id_of, sql, text};

/// Most of what a request may hold.
const BLANKS: usize = 1_000_000;
/// As many at one place as no text may keep.
const KEPT: usize = 10_000;

/// What ann gives a text to, by its path.
struct Things {
    community: String,
    channel: String,
    message: String,
    file: String,
    category: String,
    role: String,
    hook: String,
    bot: String,
    bob: String,
}

impl Things {
    async fn of(world: &World) -> Self {
        let (ann, general) = (&world.ann, world.general.id);
        let request = CreateRole {
            name: "crew".into(),
            permissions: Some(Vec::new()),
            position: Some(1),
            client_mutation_id: None,
        };
        Self {
            community: format!("/api/communities/{}", world.community.id),
            channel: format!("/api/channels/{general}"),
            message: format!("/api/messages/{}", ann.post(general, &text("hello")).await.expect("posts").id),
            file: format!("/api/attachments/{}", uploaded(ann, general, ("a.png", &png(8, 4))).await.id),
            category: format!("/api/categories/{}", category(world, "Teams").await.id),
            role: format!(
                "/api/roles/{}",
                ann.create_role(world.community.id, &request).await.expect("creates").id
            ),
            hook: format!("/api/webhooks/{}", ann.create_webhook(general, "CI").await.expect("makes").id),
            bot: made(world, "robo").await.id.to_string(),
            bob: id_of(&world.bob).await.to_string(),
        }
    }

    /// Requests that bring a text: their method and path, and a body with the text.
    fn requests(&self, general: &str, text: &str) -> Vec<(Method, String, Value)> {
        let Self { community, channel, message, file, category, role, hook, bot, bob } = self;
        let tomorrow = Timestamp::from(OffsetDateTime::now_utc() + Duration::days(1));
        let run = |command: &str| json!({ "channel_id": general, "text": format!("{command} {text}") });
        let poll = |question: &str, option: &str| json!({ "body_md": "x", "poll": { "question": question, "options": [option, "other"] } });
        let command = json!({ "name": "deploy", "description": text, "bot_id": bot });
        vec![
            (Method::POST, format!("{channel}/messages"), json!({ "body_md": text })),
            (Method::POST, format!("{channel}/messages"), poll(text, "one")),
            (Method::POST, format!("{channel}/messages"), poll("which?", text)),
            (Method::PUT, message.clone(), json!({ "body_md": text })),
            (Method::PUT, format!("{message}/saved"), json!({ "note": text })),
            (Method::PUT, format!("{channel}/draft"), json!({ "body_md": text })),
            (Method::POST, format!("{channel}/scheduled"), json!({ "body_md": text, "send_at": tomorrow })),
            (Method::PATCH, channel.clone(), json!({ "name": text })),
            (Method::PATCH, channel.clone(), json!({ "topic": text })),
            (Method::POST, format!("{channel}/webhooks"), json!({ "name": text })),
            (Method::PATCH, hook.clone(), json!({ "name": text })),
            (Method::PATCH, file.clone(), json!({ "alt": text })),
            (Method::PATCH, community.clone(), json!({ "name": text })),
            (Method::POST, format!("{community}/channels"), json!({ "name": text })),
            (Method::POST, format!("{community}/channels"), json!({ "name": "room", "topic": text })),
            (Method::POST, format!("{community}/categories"), json!({ "name": text })),
            (Method::PATCH, category.clone(), json!({ "name": text })),
            (Method::POST, format!("{community}/roles"), json!({ "name": text })),
            (Method::PATCH, role.clone(), json!({ "name": text })),
            (Method::POST, format!("{community}/bots"), json!({ "name": text, "scopes": [] })),
            (Method::POST, format!("{community}/commands"), command),
            (Method::PATCH, format!("{community}/members/{bob}"), json!({ "nickname": text })),
            (Method::PUT, format!("{community}/mutes/{bob}"), json!({ "seconds": 60, "reason": text })),
            (Method::PATCH, "/api/me".into(), json!({ "display_name": text })),
            (Method::PATCH, "/api/me".into(), json!({ "status_text": text })),
            (Method::POST, "/api/commands".into(), run("/me")),
            (Method::POST, "/api/commands".into(), run("/remind 10m")),
        ]
    }
}

#[tokio::test]
async fn a_megabyte_of_blanks_is_kept_in_no_text() {
    let world = World::new().await;
    let (things, general) = (Things::of(&world).await, world.general.id.to_string());
    let blanks = " ".repeat(BLANKS);
    let around = blanks.split_at(BLANKS / 2);
    let mut wrong = Vec::new();
    for (what, text, is_refused) in [
        ("around a word", format!("{}word{}", around.0, around.1), false),
        ("alone", blanks.clone(), false),
        // They are part of the text, which is too long then.
        ("between two words", format!("one{blanks}two"), true),
    ] {
        for (method, path, body) in things.requests(&general, &text) {
            let told = status(ann(&world, method.clone(), &path).json(&body)).await;
            if told >= 500 || (is_refused && told < 400) {
                wrong.push(format!("{method} {path} with blanks {what}: {told}"));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    let hook = world.ann.create_webhook(world.general.id, "CI").await.expect("makes").url.expect("is shown");
    for payload in [json!({ "text": format!("x{blanks}y") }), json!({ "text": "x", "username": &blanks })] {
        assert!(post_hook(&hook, &payload).await < 500);
    }
    everything_is_published(&world).await;
    assert!(!dump(&world).await.contains(&" ".repeat(KEPT)), "blanks are kept");
    let large = "select from events where octet_length(payload::text) > 64 * 1024";
    assert_eq!(sql(&world, large).await, 0, "no event holds them");
    world.end().await;
}
