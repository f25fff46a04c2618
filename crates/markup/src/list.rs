//! List items: `- `, `* ` and `1. `, with what is indented below them.

use std::borrow::Cow;

use crate::blocks::line_end;
use crate::fence;

/// What stands before an item's text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Marker {
    Bullet,
    Number(u32),
}

impl Marker {
    pub fn number(self) -> Option<u32> {
        match self {
            Marker::Bullet => None,
            Marker::Number(number) => Some(number),
        }
    }

    /// Whether the next item belongs to the same list: numbers show as they were typed, so each gap begins a new one.
    pub fn is_followed_by(self, next: Marker) -> bool {
        match (self, next) {
            (Marker::Bullet, Marker::Bullet) => true,
            (Marker::Number(one), Marker::Number(two)) => one.checked_add(1) == Some(two),
            _ => false,
        }
    }
}

/// An item, and where the text behind it begins.
#[derive(Debug)]
pub struct Item<'a> {
    pub marker: Marker,
    /// Blanks before the marker.
    pub indent: usize,
    /// Its lines, without their indentation.
    pub content: Cow<'a, str>,
    pub after: usize,
}

/// The beginning of an item: its marker, the blanks before it, and where its text begins in the line.
fn begun(line: &str) -> Option<(Marker, usize, usize)> {
    let (indent, bytes) = (indent_of(line), blanks(line).count());
    let rest = &line[bytes..];
    let (marker, width) = match rest.bytes().next()? {
        b'-' | b'*' => (Marker::Bullet, 1),
        b'0'..=b'9' => {
            let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
            let number = &rest[..digits];
            // A leading zero would not show again.
            let plain = digits <= 9 && (digits == 1 || !number.starts_with('0'));
            (
                Marker::Number(number.parse().ok().filter(|_| plain && rest[digits..].starts_with('.'))?),
                digits + 1,
            )
        }
        _ => return None,
    };
    let text = &rest[width..];
    // Marks alone, as in `* * *`, are a line that somebody drew.
    let says_something = text.chars().any(|c| !c.is_whitespace() && !"-*".contains(c));
    (text.starts_with(' ') && says_something).then_some((marker, indent, bytes + width + 1))
}

/// The width of a line's indentation; a tab is four blanks wide.
fn indent_of(line: &str) -> usize {
    blanks(line).map(width_of).sum()
}

fn blanks(line: &str) -> impl Iterator<Item = u8> + '_ {
    line.bytes().take_while(|byte| matches!(byte, b' ' | b'\t'))
}

fn width_of(blank: u8) -> usize {
    if blank == b'\t' { 4 } else { 1 }
}

/// A line without so much of its indentation.
fn unindented(line: &str, width: usize) -> &str {
    let mut left = width;
    let dropped = blanks(line).take_while(|blank| {
        let fits = left > 0;
        left = left.saturating_sub(width_of(*blank));
        fits
    });
    &line[dropped.count()..]
}

/// The item whose first line stands between two places.
pub fn item(text: &str, at: usize, end: usize) -> Option<Item<'_>> {
    let (marker, indent, offset) = begun(&text[at..end])?;
    let mut content = Cow::Borrowed(&text[at + offset..end]);
    let mut after = (end + 1).min(text.len());
    if fence::is_odd(&content)
        && let Some(close) = text[after..].find(fence::MARK)
    {
        // The lines of a fence need no indentation.
        after = (line_end(text, after + close) + 1).min(text.len());
        content = dedented(&text[at + offset..after], offset);
    }
    let (mut ahead, mut empty) = (after, 0);
    while ahead < text.len() {
        let end = line_end(text, ahead);
        let line = &text[ahead..end];
        ahead = (end + 1).min(text.len());
        if line.trim().is_empty() {
            empty += 1;
            continue;
        }
        if indent_of(line) < indent + 2 {
            break;
        }
        let lines = content.to_mut();
        lines.extend(std::iter::repeat_n('\n', empty + 1));
        lines.push_str(unindented(line, offset));
        (after, empty) = (ahead, 0);
    }
    Some(Item { marker, indent, content, after })
}

/// Lines without up to so many blanks before each but the first.
fn dedented(text: &str, blanks: usize) -> Cow<'_, str> {
    let lines = text.trim_end_matches('\n').split('\n').enumerate();
    let lines = lines.map(|(number, line)| if number == 0 { line } else { unindented(line, blanks) });
    Cow::Owned(lines.collect::<Vec<_>>().join("\n"))
}

/// The item that follows another in the same place, empty lines between them left aside.
pub fn next<'a>(text: &'a str, item: &Item<'_>) -> Option<Item<'a>> {
    let mut at = item.after;
    while at < text.len() {
        let end = line_end(text, at);
        let line = &text[at..end];
        if !line.trim().is_empty() {
            begun(line).filter(|(_, indent, _)| *indent < item.indent + 2)?;
            return self::item(text, at, end);
        }
        at = end + 1;
    }
    None
}
