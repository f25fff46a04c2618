//! Payloads of Slack and Discord incoming webhooks, as the Markdown of one message. Unknown fields are ignored.

use ajet_protocol::{Code, Trimmed, json, limits, shape};
use serde::Deserialize;
use serde_json::Value;

use super::empty;
use super::mrkdwn::to_markdown;
use crate::http::error::ApiError;

/// Whose client sent it, and so which answer it expects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    Slack,
    Discord,
}

/// What a payload says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HookPost {
    pub dialect: Dialect,
    pub body: String,
    pub username: Option<String>,
    pub avatar_url: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Payload {
    text: Option<String>,
    content: Option<String>,
    username: Option<String>,
    icon_url: Option<String>,
    avatar_url: Option<String>,
    blocks: Vec<Value>,
    attachments: Vec<Value>,
    embeds: Vec<Value>,
}

/// Reads a body: JSON, or Slack's form with JSON in its field `payload`.
pub fn read(content_type: &str, body: &[u8]) -> Result<HookPost, ApiError> {
    let malformed = || ApiError::new(Code::Malformed, "The payload is no JSON object of a form we know.");
    let payload: Payload =
        if content_type.to_ascii_lowercase().starts_with("application/x-www-form-urlencoded") {
            let fields: Vec<(String, String)> =
                serde_urlencoded::from_bytes(body).map_err(|_| malformed())?;
            let sent = fields.into_iter().find(|(name, _)| name == "payload").ok_or_else(malformed)?.1;
            serde_json::from_slice(&json::mended(sent.as_bytes())).map_err(|_| malformed())?
        } else {
            serde_json::from_slice(&json::mended(body)).map_err(|_| malformed())?
        };
    let dialect = if payload.content.is_some() || !payload.embeds.is_empty() {
        Dialect::Discord
    } else {
        Dialect::Slack
    };
    let text = match dialect {
        Dialect::Slack => slack(&payload),
        Dialect::Discord => discord(&payload),
    };
    finish(dialect, &text, payload)
}

fn finish(dialect: Dialect, text: &str, payload: Payload) -> Result<HookPost, ApiError> {
    let body = text.trim().to_owned();
    if body.is_empty() {
        return Err(empty());
    }
    let chars = body.chars().count();
    if chars > limits::BODY_CHARS {
        let most = limits::BODY_CHARS;
        return Err(ApiError::field(
            "text",
            "too_long",
            &format!("makes {chars} characters; {most} at most"),
        ));
    }
    if shape::body(&body).is_err() {
        return Err(ApiError::field("text", "control_character", "holds a NUL character"));
    }
    let username = name_of(payload.username.as_deref().unwrap_or_default())?;
    let avatar_url = payload.icon_url.or(payload.avatar_url).filter(|url| !url.is_empty());
    if let Some(url) = &avatar_url {
        let rule = format!("must be an http or https address of at most {} characters", limits::URL_CHARS);
        shape::web_url(url).map_err(|_| ApiError::field("avatar_url", "bad_format", &rule))?;
    }
    Ok(HookPost { dialect, body, username, avatar_url })
}

/// The name that a message asks for, as it is stored: without blanks around it, and cut to the length of a name.
fn name_of(asked: &str) -> Result<Option<String>, ApiError> {
    let name = Trimmed::from(asked).cut(limits::NAME_CHARS);
    if name.is_empty() {
        return Ok(None);
    }
    shape::name(&name)
        .map_err(|_| ApiError::field("username", "bad_format", "may hold only printable characters"))?;
    Ok(Some(name.into()))
}

/// Slack: `text`, which blocks replace where there are any, then attachments.
fn slack(payload: &Payload) -> String {
    let blocks = payload.blocks.iter().filter_map(block);
    let mut parts: Vec<String> = blocks.collect();
    if parts.is_empty() {
        parts.extend(payload.text.as_deref().map(to_markdown));
    }
    parts.extend(payload.attachments.iter().filter_map(attachment));
    parts.join("\n\n")
}

fn block(block: &Value) -> Option<String> {
    let text = |value: &Value| value["text"].as_str().map(to_markdown);
    match block["type"].as_str()? {
        "header" => block["text"]["text"].as_str().map(|title| format!("**{title}**")),
        "divider" => Some("———".into()),
        "image" => block["alt_text"]
            .as_str()
            .map(|alt| format!("[{alt}]({})", block["image_url"].as_str().unwrap_or(""))),
        "section" => {
            let fields = block["fields"].as_array().into_iter().flatten().filter_map(text);
            let parts: Vec<_> = text(&block["text"]).into_iter().chain(fields).collect();
            Some(parts.join("\n"))
        }
        "context" => {
            let parts: Vec<_> = block["elements"].as_array()?.iter().filter_map(text).collect();
            Some(parts.join(" · "))
        }
        "rich_text" => Some(rich_text(block)),
        _ => text(&block["text"]),
    }
    .filter(|text| !text.is_empty())
}

/// The texts of a rich-text block, in order.
fn rich_text(value: &Value) -> String {
    if let Some(text) = value["text"].as_str() {
        return value["url"].as_str().map_or_else(|| text.to_owned(), |url| format!("[{text}]({url})"));
    }
    if let Some(url) = value["url"].as_str() {
        return url.to_owned();
    }
    let separator = if value["type"] == "rich_text_list" { "\n- " } else { "" };
    let parts: Vec<_> = value["elements"].as_array().into_iter().flatten().map(rich_text).collect();
    format!("{separator}{}", parts.join(separator))
}

fn attachment(attachment: &Value) -> Option<String> {
    let text = |name: &str| attachment[name].as_str().filter(|text| !text.is_empty());
    let mut lines: Vec<String> = Vec::new();
    lines.extend(text("pretext").map(to_markdown));
    lines.extend(text("title").map(|title| match text("title_link") {
        Some(link) => format!("**[{title}]({link})**"),
        None => format!("**{title}**"),
    }));
    lines.extend(text("text").map(to_markdown));
    let fields = attachment["fields"].as_array().into_iter().flatten();
    lines.extend(fields.filter_map(|field| {
        Some(format!("**{}**: {}", field["title"].as_str()?, to_markdown(field["value"].as_str()?)))
    }));
    lines.extend(attachment["blocks"].as_array().into_iter().flatten().filter_map(block));
    if lines.is_empty() {
        lines.extend(text("fallback").map(to_markdown));
    }
    (!lines.is_empty()).then(|| lines.join("\n"))
}

/// Discord: `content`, then embeds; its Markdown is ours.
fn discord(payload: &Payload) -> String {
    let content = payload.content.clone().filter(|text| !text.is_empty());
    let parts: Vec<_> = content.into_iter().chain(payload.embeds.iter().filter_map(embed)).collect();
    parts.join("\n\n")
}

fn embed(embed: &Value) -> Option<String> {
    let text = |name: &str| embed[name].as_str().filter(|text| !text.is_empty());
    let mut lines: Vec<String> = Vec::new();
    lines.extend(text("title").map(|title| match text("url") {
        Some(url) => format!("**[{title}]({url})**"),
        None => format!("**{title}**"),
    }));
    lines.extend(text("description").map(str::to_owned));
    let fields = embed["fields"].as_array().into_iter().flatten();
    lines.extend(
        fields.filter_map(|field| {
            Some(format!("**{}**: {}", field["name"].as_str()?, field["value"].as_str()?))
        }),
    );
    lines.extend(embed["footer"]["text"].as_str().map(str::to_owned));
    (!lines.is_empty()).then(|| lines.join("\n"))
}
