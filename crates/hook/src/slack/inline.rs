//! Markdown that is put together from pieces: which of them must be kept apart, and which need a line of their own.
//!
//! Text is escaped as a whole once its end is known, because characters can mean something together that come from two
//! pieces: `5` and `. five`, or `@` and `<here>`.

use std::mem;

use ajet_markup::escape;

use super::mrkdwn::push_with_emoji;
use crate::write::{self, joined, needs_own_line, one_line};

/// Keeps marks apart that would be read as one. It has no width, and no line is broken there.
const JOINER: char = '\u{2060}';

/// Lines of text with markup, as they grow.
#[derive(Debug, Default)]
pub struct Inline {
    out: String,
    /// Text behind `out` that is not escaped yet.
    text: String,
    /// The last character of `out`, if it belongs to markup.
    mark: Option<char>,
    /// Whether that markup works only if no word follows directly.
    needs_edge: bool,
    /// Whether `out` ends with a block, behind which a line begins.
    is_after_block: bool,
}

impl Inline {
    /// Appends text that is shown as it is.
    pub fn text(&mut self, text: &str) {
        let text = if self.is_after_block { text.trim_start_matches(' ') } else { text };
        if text.is_empty() {
            return;
        }
        if mem::take(&mut self.is_after_block) && !text.starts_with('\n') {
            self.text.push('\n');
        }
        self.text.push_str(text);
    }

    /// Appends a piece of Markdown that is complete in itself.
    pub fn markdown(&mut self, piece: &str) {
        if !piece.is_empty() {
            self.begin(piece);
            self.needs_edge = piece.ends_with(':');
        }
    }

    /// Appends a mark that opens. What comes next must not be blank.
    pub fn open(&mut self, mark: &str) {
        self.begin(mark);
        self.needs_edge = false;
    }

    /// Appends a mark that closes. What came before must not be blank.
    pub fn close(&mut self, mark: &str) {
        self.flush(true);
        if self.mark.is_some_and(|before| mark.starts_with(before)) {
            self.out.push(JOINER);
        }
        self.out.push_str(mark);
        self.mark = mark.chars().next_back();
        self.needs_edge = mark.starts_with('_');
    }

    /// Appends a piece of Markdown on lines of its own.
    pub fn block(&mut self, piece: &str) {
        self.flush(false);
        if !self.out.is_empty() && !self.out.ends_with('\n') {
            self.out.push('\n');
        }
        self.out.push_str(piece);
        self.mark = None;
        self.is_after_block = true;
    }

    /// All of it.
    #[must_use]
    pub fn finish(mut self) -> String {
        self.flush(false);
        self.out
    }

    fn begin(&mut self, piece: &str) {
        self.flush(true);
        if mem::take(&mut self.is_after_block) {
            self.out.push('\n');
        }
        if self.must_be_kept_apart(piece) {
            self.out.push(JOINER);
        }
        self.out.push_str(piece);
        self.mark = piece.chars().next_back();
    }

    /// Whether a piece would be read together with what stands before it.
    fn must_be_kept_apart(&self, piece: &str) -> bool {
        let before = self.out.chars().next_back();
        match piece.chars().next() {
            Some(mark @ ('*' | '~' | '`')) => self.mark == Some(mark),
            Some('_') => self.mark == Some('_') || before.is_some_and(char::is_alphanumeric),
            Some(':') => before.is_some_and(|c| c.is_ascii_alphanumeric() || c == ':'),
            _ => false,
        }
    }

    /// Escapes the text so far. An address right before markup is put between angle brackets, or it would go on into it.
    fn flush(&mut self, is_before_markup: bool) {
        let text = mem::take(&mut self.text);
        let Some(first) = text.chars().next() else { return };
        if self.mark.is_some() && self.needs_edge && (first.is_alphanumeric() || first == ':') {
            self.out.push(JOINER);
        }
        self.mark = None;
        let (from, to) = last_address(&text).filter(|_| is_before_markup).unwrap_or((text.len(), text.len()));
        self.out.push_str(&escape(&text[..from]));
        self.out.push_str(&write::link("", &text[from..to]));
        self.out.push_str(&escape(&text[to..]));
    }
}

/// Where the address stands with which a text ends, punctuation behind it left out.
fn last_address(text: &str) -> Option<(usize, usize)> {
    let word_at = text.trim_end_matches(|c: char| !c.is_whitespace()).len();
    let word = text[word_at..].to_ascii_lowercase();
    let at = word.match_indices("http").map(|(at, _)| at).find(|at| {
        let is_scheme = word[*at..].starts_with("http://") || word[*at..].starts_with("https://");
        is_scheme && !word[..*at].ends_with(|c: char| c.is_ascii_alphanumeric())
    })?;
    let from = word_at + at;
    let address = text[from..].trim_end_matches(|c: char| ".,:;!?)]}'\"*_~|".contains(c));
    let is_whole = !address.contains(['<', '>', '\\', '`', '"']);
    (is_whole && ajet_markup::is_web_address(address)).then_some((from, from + address.len()))
}

/// A link with a label of plain text. A label that repeats the address is left out.
#[must_use]
pub fn link(text: &str, address: &str) -> String {
    let (text, address) = (one_line(text), address.trim());
    if text.is_empty() || text == address {
        write::link("", address)
    } else if address.is_empty() {
        escape(&text)
    } else if ajet_markup::is_web_address(address) {
        write::link(&link_label(&text), address)
    } else {
        escape(&spelled(&text, address))
    }
}

/// A label and an address that may not be a link, as plain text.
#[must_use]
pub fn spelled(text: &str, address: &str) -> String {
    if text.is_empty() || text == address { address.to_owned() } else { format!("{text} ({address})") }
}

/// The label of a link: plain text and emoji, in which no address becomes a link of its own, which could reach out of the label.
fn link_label(text: &str) -> String {
    let parts = text.split("://").map(|part| {
        let mut inline = Inline::default();
        push_with_emoji(&mut inline, part);
        inline.finish()
    });
    parts.collect::<Vec<_>>().join("\\://")
}

/// Plain text in bold, line by line; emoji by name show as emoji.
#[must_use]
pub fn strong(text: &str) -> String {
    strong_by(text, push_with_emoji)
}

/// Text in bold, each line written by `write`.
#[must_use]
pub fn strong_by(text: &str, write: impl Fn(&mut Inline, &str)) -> String {
    let lines = text.split(['\n', '\r']).map(str::trim).filter(|line| !line.is_empty()).map(|line| {
        let mut inline = Inline::default();
        inline.open("**");
        write(&mut inline, line);
        inline.close("**");
        inline.finish()
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// A code span. What holds a fence itself is shown as plain text: its marks would be read as one.
#[must_use]
pub fn code(text: &str) -> Option<String> {
    let is_fit = !text.trim().is_empty() && !text.contains("``");
    is_fit.then(|| write::code_span(text))
}

/// Markdown as a quote, without empty lines at its ends.
#[must_use]
pub fn quoted(markdown: &str) -> String {
    let lines = markdown.trim_matches('\n').split('\n');
    let quoted = lines.map(|line| if line.trim().is_empty() { ">".to_owned() } else { format!("> {line}") });
    quoted.collect::<Vec<_>>().join("\n")
}

/// Pieces on one line, or below one another if one of them needs lines of its own. Blank ones are left out.
#[must_use]
pub fn side_by_side(pieces: &[String], separator: &str) -> String {
    if pieces.iter().any(|piece| needs_own_line(piece)) {
        return stacked(pieces);
    }
    joined(pieces.iter().cloned(), separator)
}

/// Pieces below one another. Blank ones are left out, and blanks before one, which would put it into a list above.
#[must_use]
pub fn stacked(pieces: &[String]) -> String {
    let pieces = pieces.iter().filter(|piece| !piece.trim().is_empty());
    let pieces = pieces.map(|piece| piece.trim_start().trim_end_matches('\n'));
    pieces.collect::<Vec<_>>().join("\n")
}
