//! I17 in every test: no log line, no field of a span, no label of a metric and no error answer gives a secret away.
//!
//! What a secret is, is told by what stands in it. Tests put [`CANARY`] into texts of messages, names of files, e-mail addresses and
//! wrong tokens, and say by a proxy that they come from an address like [`CLIENTS`]; real tokens, those of sign-in links among them, and
//! codes of devices are told by their form. An invite's code has that of many other words: at the end of a test its database says which
//! of these were codes. Fields are looked at as they are recorded, before the log redacts those with telling names: that is for what was
//! overlooked, and not what makes the rule hold.

use std::fmt::{Debug, Write};

use tracing::field::{Field, Visit};
use tracing::level_filters::LevelFilter;
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::{Context, Layer};

use super::law;

/// What no one may say of a person's words.
pub const CANARY: &str = "canary";
/// How the addresses begin from which tests come through a proxy (RFC 5737).
pub const CLIENTS: &str = "203.0.113.";
/// How a service token begins: the header that every one has.
const SIGNED: &str = "eyJhbGciOi";
/// Characters of a secret of the server's: 32 bytes as base64.
const TOKEN_CHARS: usize = 43;
/// Characters of an invite's code: 16 bytes as base64.
const INVITE_CHARS: usize = 22;
/// Of these letters are the codes by which people know devices, eight of them with a dash in the middle (RFC 8628, section 6.1).
const DEVICE_LETTERS: &str = "BCDFGHJKLMNPQRSTVWXZ";
/// A field that holds as many characters and is published: the id of a key.
const PUBLIC: &str = "kid";

/// What is looked at: all that a server may log at any level that operators use, as `src/telemetry` filters it.
pub fn watched() -> Targets {
    Targets::new()
        .with_default(LevelFilter::INFO)
        .with_target("ajet_", LevelFilter::DEBUG)
        .with_target("ractor", LevelFilter::WARN)
        .with_target("graphile_worker", LevelFilter::OFF)
        .with_target("reqx", LevelFilter::OFF)
}

/// What a text gives away, if anything.
pub fn given_away(text: &str) -> Option<&'static str> {
    if text.to_ascii_lowercase().contains(CANARY) {
        Some("a canary")
    } else if text.contains(CLIENTS) {
        Some("where a client is")
    } else if text.contains(SIGNED) || words(text).any(is_token) {
        Some("a token")
    } else if words(text).any(is_device_code) {
        Some("a device's code")
    } else {
        None
    }
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_ascii_alphanumeric() && c != '-' && c != '_')
}

/// Random bytes as base64 have letters of both kinds and digits; a name of ours has not.
fn is_token(word: &str) -> bool {
    let has = |kind: fn(&u8) -> bool| word.as_bytes().iter().any(kind);
    word.len() == TOKEN_CHARS
        && has(u8::is_ascii_digit)
        && has(u8::is_ascii_uppercase)
        && has(u8::is_ascii_lowercase)
}

fn is_device_code(word: &str) -> bool {
    let letters = |text: &str| text.len() == 4 && text.chars().all(|letter| DEVICE_LETTERS.contains(letter));
    word.split_once('-').is_some_and(|(first, second)| letters(first) && letters(second))
}

/// The words of a text that may be codes of invites.
fn like_invites(text: &str) -> impl Iterator<Item = &str> {
    words(text).filter(|word| word.len() == INVITE_CHARS)
}

/// Fails the test where an error answer gives something away.
pub fn assert_private(answer: &str) {
    assert_eq!(given_away(answer), None, "in an error: {answer}");
}

/// What the process's metrics give away: their names, labels and help.
pub fn in_metrics() -> Vec<String> {
    let measured = ajet_chatd::telemetry::start_metrics().render();
    let told = |line: &str| given_away(line).map(|what| format!("a metric gives {what} away: {line}"));
    measured.lines().filter_map(told).collect()
}

/// The layer of the log that looks for what is given away.
pub struct Leaks;

impl<S: Subscriber> Layer<S> for Leaks {
    fn on_new_span(&self, attributes: &Attributes<'_>, _: &Id, _: Context<'_, S>) {
        let mut said = Said::of(attributes.metadata());
        attributes.record(&mut said);
        said.judge();
    }

    fn on_record(&self, _: &Id, values: &Record<'_>, _: Context<'_, S>) {
        let mut said = Said("a span".to_owned());
        values.record(&mut said);
        said.judge();
    }

    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let mut said = Said::of(event.metadata());
        event.record(&mut said);
        said.judge();
    }
}

/// What is said, as a line of text.
struct Said(String);

impl Said {
    fn of(metadata: &Metadata<'_>) -> Self {
        Self(format!("{} {}", metadata.target(), metadata.name()))
    }

    fn judge(self) {
        if let Some(what) = given_away(&self.0) {
            law::note_leak(format!("the log gives {what} away: {}", self.0));
        }
        for word in like_invites(&self.0) {
            law::note_word(word);
        }
    }
}

impl Visit for Said {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        if field.name() != PUBLIC {
            // Writing to a string can't fail.
            let _ = write!(self.0, " {}={value:?}", field.name());
        }
    }
}

#[test]
fn what_gives_something_away_is_found() {
    let token = "Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4Zm9vYmFyYm0";
    assert_eq!(token.len(), TOKEN_CHARS);
    let (shown, hook) = (format!("Bearer {token}"), format!("/hook/0197f000/{token}?wait=true"));
    for (text, what) in [
        ("she said Canary-words", "a canary"),
        ("name=\"canary.png\"", "a canary"),
        ("canary@example.org", "a canary"),
        ("peer=203.0.113.9:4711", "where a client is"),
        (shown.as_str(), "a token"),
        (hook.as_str(), "a token"),
        ("eyJhbGciOiJFZERTQSJ9.e30.AAAA", "a token"),
        ("/auth/device?user_code=WDJB-MJHT", "a device's code"),
    ] {
        assert_eq!(given_away(text), Some(what), "{text}");
    }
}

#[test]
fn what_may_be_said_is_passed_over() {
    let (letters, longer) = ("channel_members_of_a_community_without_any_x", "A1b".repeat(20));
    for text in [
        "ajet_chatd::http request path=/hook/{id}/{token} status=404",
        "trace_id=0197f000-0000-7000-8000-000000000001",
        "addr=127.0.0.1:8080",
        "GOOD-WORD HTTP-RFCS-NATS MOST-BLND",
        &letters[..TOKEN_CHARS],
        longer.as_str(),
    ] {
        assert_eq!(given_away(text), None, "{text}");
    }
}

#[test]
fn what_may_be_an_invites_code_is_noted() {
    let (code, hook) = ("Zm9vYmFyYmF6-XV4Zm9vYg", "/api/invites/Zm9vYmFyYmF6-XV4Zm9vYg?x");
    assert_eq!(code.len(), INVITE_CHARS);
    assert_eq!(like_invites(hook).collect::<Vec<_>>(), [code]);
    assert_eq!(like_invites("trace_id=0197f000-0000-7000-8000-000000000001 status=200").next(), None);
}
