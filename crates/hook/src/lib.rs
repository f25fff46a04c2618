//! Payloads that other programs send to an incoming webhook, as Markdown messages.
//!
//! Reading is lenient: a sender does not retry what we refuse, so the alert would be lost. An optional field that is null,
//! empty or of a wrong type counts as absent, and everything that a sender says is shown. Only what says nothing at all, or
//! is no payload, is refused: a body that is no JSON object and no form with one, or JSON of more than 127 levels. Nothing
//! here does IO; whose webhook it is and what its maker may do is the server's matter.

mod code;
mod discord;
mod encoding;
mod fields;
mod github;
mod moment;
pub mod multipart;
mod pictures;
mod slack;
mod speaker;
mod split;
mod value;
mod write;

#[cfg(test)]
mod tests;

use ajet_protocol::{Trimmed, limits};
use serde_json::Value;

pub use pictures::Picture;
use write::Note;

/// Whose payloads an address takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Endpoint {
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
    pub endpoint: Endpoint,
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
    /// Markdown bodies of the messages that it makes, in order: 1 to [`MESSAGES`], each within the limit of a message. None where it has
    /// pictures alone.
    pub bodies: Vec<String>,
    /// The pictures that came with it, as many as a message may have; no body names them.
    pub pictures: Vec<Picture>,
    /// The name that it asks to speak under, cut to the length of a name.
    pub username: Option<String>,
    /// The http or https address of the picture that it asks for.
    pub avatar_url: Option<String>,
}

/// Why a payload can't become a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// It is no JSON object, or no form that holds one; `at` says what and where, never what it holds.
    Malformed { at: String },
    /// It has no text that could be shown.
    SaysNothing,
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
    if arrived.endpoint == Endpoint::GitHub {
        let note = github::said(arrived.event.unwrap_or_default(), &payload.json);
        // A payload that is none of GitHub's is read as any other.
        let note = note.unwrap_or_else(|| message(&payload.json, discord::said(&payload.json)));
        let bodies = bodies(note)?;
        let (dialect, pictures) = (Dialect::GitHub, Vec::new());
        return Ok(Delivery { dialect, bodies, pictures, username: None, avatar_url: None });
    }
    let files = discord::take_files(&mut payload.json);
    let discord = discord::said(&payload.json);
    // A payload of Discord says something in Discord's own fields or comes in Discord's own form; any other is Slack's.
    let is_discord = payload.is_discord_form || discord.is_some();
    let dialect =
        if arrived.endpoint == Endpoint::Any && is_discord { Dialect::Discord } else { Dialect::Slack };
    let mut note = message(&payload.json, discord);
    let (pictures, lines) = pictures::taken_out(payload.files, files);
    lines.iter().for_each(|line| note.line(line));
    let (username, avatar_url) = (speaker::username(&payload.json), speaker::avatar_url(&payload.json));
    let bodies = match bodies(note) {
        Err(Refusal::SaysNothing) if !pictures.is_empty() => Vec::new(),
        bodies => bodies?,
    };
    Ok(Delivery { dialect, bodies, pictures, username, avatar_url })
}

impl Delivery {
    /// The bodies with lines of [`Picture::named`] added: at the end of the last one, or in one more where that is too long. A line is
    /// left out where there may be no more messages.
    #[must_use]
    pub fn naming(mut bodies: Vec<String>, lines: Vec<String>) -> Vec<String> {
        for line in lines {
            let fits = |body: &&mut String| body.chars().count() + line.chars().count() < limits::BODY_CHARS;
            let many = bodies.len();
            if let Some(body) = bodies.last_mut().filter(fits) {
                body.push('\n');
                body.push_str(&line);
            } else if many < MESSAGES {
                bodies.push(line);
            }
        }
        bodies
    }
}

/// What a payload of Slack or Discord says. The fields of both are shown whatever its dialect is: senders that serve
/// several chats mix them.
fn message(payload: &Value, discord: Option<discord::Said>) -> Note {
    let Some(discord) = discord else {
        return slack::said(payload);
    };
    // The same text in both chats' fields is one text, sent so that either finds it.
    let is_repeated = value::plain(&payload["text"]) == value::plain(&payload["content"]);
    let absent = Value::Null;
    let text = if is_repeated { &absent } else { &payload["text"] };
    let mut note = Note::default();
    note.paragraph(&discord.content);
    note.paragraph(slack::text_and_blocks_said(text, payload).markdown());
    note.paragraph(discord.embeds.markdown());
    note.paragraph(slack::attachments_said(payload).markdown());
    note.paragraph(discord.rest.markdown());
    note
}

/// The bodies of the messages that a text makes; those that would show nothing are left out.
fn bodies(note: Note) -> Result<Vec<String>, Refusal> {
    // PostgreSQL can't store NUL.
    let markdown = note.into_markdown().replace('\0', "").replace("\r\n", "\n").replace('\r', "\n");
    // A body is stored in NFC, which may be longer than what was sent.
    let markdown = Trimmed::from(markdown);
    let mut bodies = split::split(&markdown, limits::BODY_CHARS, MESSAGES);
    bodies.retain(|body| ajet_markup::shows(body));
    if bodies.is_empty() { Err(Refusal::SaysNothing) } else { Ok(bodies) }
}
