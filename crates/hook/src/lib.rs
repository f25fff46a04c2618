//! Payloads that other programs send to an incoming webhook, as Markdown messages.
//!
//! Reading is lenient: a sender does not retry what we refuse, so the alert would be lost. An optional field that is null,
//! empty or of a wrong type counts as absent, and everything that a sender says is shown. Only what says nothing at all, or
//! is no payload, is refused. Nothing here does IO; whose webhook it is and what its maker may do is the server's matter.

mod code;
mod discord;
mod encoding;
mod github;
mod label;
mod multipart;
mod refusal;
mod slack;
mod speaker;
mod split;
mod value;
mod write;

#[cfg(test)]
mod tests;

use ajet_protocol::limits;
use serde_json::{Value, json};

use write::Note;

pub use refusal::Refusal;

/// Whose payloads an address takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Door {
    /// `/hook/{id}/{token}`: Slack's or Discord's, told apart by what says something.
    Any,
    /// `/hook/{id}/{token}/slack`.
    Slack,
    /// `/hook/{id}/{token}/github`.
    GitHub,
}

/// Whose client sent a payload, and so which answer it expects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    Slack,
    Discord,
    GitHub,
}

/// What arrived at a webhook's address.
#[derive(Debug, Clone, Copy)]
pub struct Arrived<'a> {
    pub door: Door,
    /// The `Content-Type` header; empty if the request has none.
    pub content_type: &'a str,
    /// GitHub's `X-GitHub-Event` header.
    pub event: Option<&'a str>,
    pub body: &'a [u8],
}

/// What a payload says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    pub dialect: Dialect,
    /// Markdown bodies of the messages that it makes, in order: 1 to [`MESSAGES`], each within the limit of a message.
    pub bodies: Vec<String>,
    /// The name that it asks to speak under, cut to the length of a name.
    pub username: Option<String>,
    /// The http or https address of the picture that it asks for.
    pub avatar_url: Option<String>,
}

/// Messages that one payload makes at most.
pub const MESSAGES: usize = 5;

/// Reads what arrived.
///
/// # Errors
///
/// What says nothing that could be shown, or is no payload at all.
pub fn read(arrived: &Arrived<'_>) -> Result<Delivery, Refusal> {
    let mut payload = encoding::payload(arrived)?;
    let dialect = dialect_of(arrived.door, &payload);
    if dialect == Dialect::GitHub {
        let note = github::said(arrived.event.unwrap_or_default(), &payload.json).unwrap_or_default();
        return Ok(Delivery { dialect, bodies: bodies(note)?, username: None, avatar_url: None });
    }
    let files = discord::take_files(&mut payload.json);
    let mut note = message(&payload.json);
    for file in &files {
        note.line(&file.shown());
    }
    for name in payload.files.iter().filter(|name| files.iter().all(|file| file.name != **name)) {
        note.line(&format!("📎 {}", label::label(name)));
    }
    let (username, avatar_url) = (speaker::username(&payload.json), speaker::avatar_url(&payload.json));
    Ok(Delivery { dialect, bodies: bodies(note)?, username, avatar_url })
}

/// A payload of Discord says something in Discord's own fields or comes in Discord's own form; any other is Slack's.
fn dialect_of(door: Door, payload: &encoding::Payload) -> Dialect {
    match door {
        Door::GitHub => Dialect::GitHub,
        Door::Slack => Dialect::Slack,
        Door::Any if payload.is_discord_form || discord::said(&payload.json).is_some() => Dialect::Discord,
        Door::Any => Dialect::Slack,
    }
}

/// What a payload of Slack or Discord says. The fields of both are shown whatever its dialect is: senders that serve
/// several chats mix them.
fn message(payload: &Value) -> Note {
    let Some(discord) = discord::said(payload) else {
        return slack::said(payload).unwrap_or_default();
    };
    let mut note = Note::default();
    note.paragraph(&discord.content);
    note.paragraph(&text_and_blocks(payload).into_markdown());
    note.paragraph(&discord.embeds.into_markdown());
    note.paragraph(&slack::attachments_said(payload).unwrap_or_default().into_markdown());
    note.paragraph(&discord.rest.into_markdown());
    note
}

/// Slack's text and blocks beside Discord's fields. The same text in both chats' fields is one text, sent so that either finds
/// it.
fn text_and_blocks(payload: &Value) -> Note {
    let is_repeated =
        value::text(payload, "text").is_some_and(|text| value::text(payload, "content") == Some(text));
    let own = if is_repeated { json!({ "blocks": payload["blocks"] }) } else { Value::Null };
    slack::text_and_blocks_said(if is_repeated { &own } else { payload }).unwrap_or_default()
}

/// The bodies of the messages that a text makes; those that would show nothing are left out.
fn bodies(note: Note) -> Result<Vec<String>, Refusal> {
    // PostgreSQL can't store NUL.
    let markdown = note.into_markdown().replace('\0', "").replace("\r\n", "\n").replace('\r', "\n");
    let mut bodies = split::split(&markdown, limits::BODY_CHARS, MESSAGES);
    bodies.retain(|body| ajet_markup::shows(body));
    if bodies.is_empty() { Err(Refusal::SaysNothing) } else { Ok(bodies) }
}
