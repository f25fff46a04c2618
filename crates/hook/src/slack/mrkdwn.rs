//! Slack's markup (`mrkdwn`) as Markdown of our dialect.
//!
//! Code is read first, then what stands in angle brackets, then emphasis at the edges of words. Whatever only looks like
//! markup (`x < 5`, `vector<int>`, `*/5 * * * *`, `# 1`) is text, and text is escaped. Work is linear in its length.

use super::angle;
use super::inline::{self, Inline, quoted};
use super::marks::{self, Mark, Role};
use crate::write;

const FENCE: &str = "```";
/// Characters of an emoji's name at most.
const NAME_BYTES: usize = 60;

/// A part of a text.
#[derive(Debug)]
pub enum Piece<'a> {
    /// The beginning of a line.
    Line(Quote),
    /// Shown as it is, but for Slack's entities.
    Text(&'a str),
    /// Shown as it is.
    Said(String),
    /// Complete Markdown.
    Markdown(String),
    /// The name of an emoji, with its colons.
    Emoji(&'a str),
    Code(&'a str),
    Fence(&'a str),
    Mark(Mark),
}

/// What a line quotes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quote {
    Nothing,
    Itself,
    /// Itself and all lines behind it.
    Rest,
}

/// Turns a text with Slack's markup into Markdown.
#[must_use]
pub fn to_markdown(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let mut reader = Reader { text: &text, at: 0, quote: Quote::Nothing, pieces: Vec::new() };
    reader.read();
    let mut pieces = reader.pieces;
    marks::pair(&mut pieces);
    written(&pieces)
}

/// Appends text that is shown as it is, but for emoji by name.
pub fn push_with_emoji(inline: &mut Inline, text: &str) {
    let (mut at, mut shown) = (0, 0);
    while let Some(found) = text[at..].find(':') {
        at += found;
        // An emoji may follow another one directly.
        let before = text[shown..at].chars().next_back();
        if let Some((emoji, length)) = emoji_at(text, at, before) {
            inline.text(&text[shown..at]);
            inline.markdown(emoji);
            at += length;
            shown = at;
        } else {
            at += 1;
        }
    }
    inline.text(&text[shown..]);
}

/// Whether a text is fit for the name of an emoji, and shows as it is if there is no such emoji.
#[must_use]
pub fn is_emoji_name(name: &str) -> bool {
    let is_edge =
        |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || b"+-".contains(byte));
    let bytes = name.as_bytes();
    let is_known = bytes.iter().all(|byte| byte.is_ascii_alphanumeric() || b"+-_'".contains(byte));
    is_known && is_edge(bytes.first()) && is_edge(bytes.last()) && !name.contains("__")
}

/// Slack's three entities as the characters that they stand for, each once.
#[must_use]
pub fn decoded(text: &str) -> String {
    if !text.contains('&') {
        return text.to_owned();
    }
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    /// What the line at hand quotes.
    quote: Quote,
    pieces: Vec<Piece<'a>>,
}

impl Reader<'_> {
    fn read(&mut self) {
        self.line();
        while self.at < self.text.len() {
            self.piece();
        }
    }

    fn line(&mut self) {
        let ahead = &self.text[self.at..];
        let (quote, length) = match self.quote {
            // The quote goes on already, and marks in it are text.
            Quote::Rest => (Quote::Nothing, 0),
            before => quote_at(ahead, before == Quote::Itself),
        };
        self.at += length;
        self.pieces.push(Piece::Line(quote));
        if self.quote != Quote::Rest {
            self.quote = quote;
        }
    }

    fn piece(&mut self) {
        let (text, at) = (self.text, self.at);
        let ahead = &text[at..];
        let (piece, length) = match ahead.as_bytes()[0] {
            b'\n' => {
                self.at += 1;
                return self.line();
            }
            b'`' => code_at(ahead),
            b'<' => angle::read(ahead).unwrap_or((Piece::Text("<"), 1)),
            b'*' | b'_' | b'~' => marks::at(text, at),
            b':' => {
                let is_behind_emoji = matches!(self.pieces.last(), Some(Piece::Emoji(_)));
                let before = text[..at].chars().next_back().filter(|_| !is_behind_emoji);
                let emoji = emoji_at(text, at, before);
                emoji.map_or((Piece::Text(":"), 1), |(name, length)| (Piece::Emoji(name), length))
            }
            _ => {
                let length = ahead.find(['\n', '`', '<', '*', '_', '~', ':']).unwrap_or(ahead.len());
                (Piece::Text(&ahead[..length]), length)
            }
        };
        self.at += length;
        self.pieces.push(piece);
    }
}

/// What a line quotes, and how long the mark before that is. A mark that quotes nothing is text, but for an empty line
/// between quoted ones.
fn quote_at(ahead: &str, is_after_quote: bool) -> (Quote, usize) {
    let Some(behind) = after_quote_mark(ahead) else { return (Quote::Nothing, 0) };
    let rest = after_quote_mark(behind).and_then(after_quote_mark);
    if let Some(rest) = rest.filter(|rest| !rest.trim_start().is_empty()) {
        return (Quote::Rest, ahead.len() - rest.trim_start().len());
    }
    let line = behind.split('\n').next().unwrap_or_default();
    if line.trim().is_empty() && !is_after_quote {
        return (Quote::Nothing, 0);
    }
    (Quote::Itself, ahead.len() - behind.strip_prefix(' ').unwrap_or(behind).len())
}

fn after_quote_mark(text: &str) -> Option<&str> {
    text.strip_prefix('>').or_else(|| text.strip_prefix("&gt;"))
}

/// Code, and its length with its marks. A fence without an end is code until the text ends; a lone mark is text.
fn code_at(ahead: &str) -> (Piece<'_>, usize) {
    if let Some(inside) = ahead.strip_prefix(FENCE) {
        let end = inside.find(FENCE);
        let code = &inside[..end.unwrap_or(inside.len())];
        let length = end.map_or(ahead.len(), |end| end + 2 * FENCE.len());
        let piece = if code.trim().is_empty() { Piece::Text(&ahead[..length]) } else { Piece::Fence(code) };
        return (piece, length);
    }
    let run = ahead.bytes().take_while(|byte| *byte == b'`').count();
    let end = 1 + ahead[1..].find(['`', '\n']).unwrap_or(ahead.len() - 1);
    if run == 1 && ahead[end..].starts_with('`') && !ahead[1..end].trim().is_empty() {
        return (Piece::Code(&ahead[1..end]), end + 1);
    }
    (Piece::Text(&ahead[..run]), run)
}

/// The name of the emoji that stands at a place, with its colons, and its length there with a skin tone, which is not
/// shown. Names within a word, a path or a number are none.
fn emoji_at(text: &str, at: usize, before: Option<char>) -> Option<(&str, usize)> {
    let (name, length) = name_at(&text[at..])?;
    let tone = name_at(&text[at + length..]).filter(|(name, _)| name.starts_with(":skin-tone-"));
    let end = at + length + tone.map_or(0, |(_, length)| length);
    let behind = text[end..].chars().next().filter(|_| name_at(&text[end..]).is_none());
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == ':';
    let is_apart = !before.is_some_and(is_word) && !behind.is_some_and(is_word);
    is_apart.then_some((name, end - at))
}

fn name_at(ahead: &str) -> Option<(&str, usize)> {
    let inside = ahead.strip_prefix(':')?;
    let length = inside.bytes().take(NAME_BYTES).position(|byte| byte == b':')?;
    is_emoji_name(&inside[..length]).then(|| (&ahead[..length + 2], length + 2))
}

/// The pieces as Markdown: quoted lines with their marks, and all others.
fn written(pieces: &[Piece<'_>]) -> String {
    let mut chunks: Vec<(Quote, Inline)> = Vec::new();
    for piece in pieces {
        let before = chunks.last().map(|(quote, _)| *quote);
        if let Piece::Line(quote) = piece
            && !goes_on(before, *quote)
        {
            chunks.push((*quote, Inline::default()));
        } else if let Some((_, inline)) = chunks.last_mut() {
            write_piece(inline, piece);
        }
    }
    let chunks = chunks.into_iter().map(|(quote, inline)| match quote {
        Quote::Nothing => inline.finish(),
        Quote::Itself | Quote::Rest => quoted(&inline.finish()),
    });
    chunks.collect::<Vec<_>>().join("\n")
}

/// Whether a line belongs to what is being written.
fn goes_on(before: Option<Quote>, line: Quote) -> bool {
    before == Some(Quote::Rest) || before == Some(Quote::Nothing) && line == Quote::Nothing
}

fn write_piece(inline: &mut Inline, piece: &Piece<'_>) {
    match piece {
        Piece::Line(_) => inline.text("\n"),
        Piece::Text(text) => inline.text(&decoded(text)),
        Piece::Said(text) => inline.text(text),
        Piece::Markdown(markdown) => inline.markdown(markdown),
        Piece::Emoji(name) => inline.markdown(name),
        Piece::Code(code) => match inline::code(&decoded(code)) {
            Some(span) => inline.markdown(&span),
            None => inline.text(&decoded(code)),
        },
        Piece::Fence(code) => inline.block(&write::fence("", &decoded(code))),
        Piece::Mark(mark) => match mark.role {
            Role::Text => inline.text(mark.sign()),
            Role::Opens => inline.open(mark.markdown()),
            Role::Closes => inline.close(mark.markdown()),
        },
    }
}

#[cfg(test)]
#[path = "mrkdwn_tests.rs"]
mod tests;
