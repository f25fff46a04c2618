//! Blocks: quotes, lists, headings, fences and paragraphs, line by line.
//!
//! As on Discord, each line says for itself what it is: nothing reaches into the next line but a fence, `>>> `, a spoiler and a list
//! item's indented lines. A mark without anything to mark is text. There are no underlined headings, link definitions,
//! indented code or HTML: a chat has none, and each of them makes text vanish.

use crate::fence::Fences;
use crate::inline;
use crate::list;
use crate::piece::{Piece, Tag};

/// Quotes and lists inside one another at most; a list and its item count once. Deeper marks are text.
pub const NESTING: usize = 20;

/// Parses the content of a container (a message, a quote, a list item) whose lines end at LF.
pub fn parse(text: &str, depth: usize, out: &mut dyn FnMut(Piece<'_>)) {
    Blocks { text, depth, fences: Fences::default(), line_end: 0, paragraph: 0..0, spoilers_end: true, out }
        .parse();
}

struct Blocks<'a, 'o> {
    text: &'a str,
    depth: usize,
    fences: Fences,
    /// The end of the line that was looked at last: a line may be long, and hold many fences.
    line_end: usize,
    /// The lines that the open paragraph has so far; empty where none is open.
    paragraph: std::ops::Range<usize>,
    /// Whether a spoiler that reaches over lines may end somewhere behind.
    spoilers_end: bool,
    out: &'o mut dyn FnMut(Piece<'_>),
}

impl<'a> Blocks<'a, '_> {
    fn parse(&mut self) {
        let mut at = 0;
        while at < self.text.len() {
            at = self.block(at);
        }
        self.end_paragraph();
    }

    /// Takes what begins at a place, and tells where the next thing begins.
    fn block(&mut self, at: usize) -> usize {
        if at > self.line_end || at == 0 {
            self.line_end = line_end(self.text, at);
        }
        let end = self.line_end;
        let line = &self.text[at..end];
        if line.trim().is_empty() {
            self.end_paragraph();
            return end + 1;
        }
        // What follows a fence on its last line begins no block.
        let begins_line = at == 0 || self.text.as_bytes()[at - 1] == b'\n';
        if begins_line && let Some((level, title)) = heading(line) {
            self.end_paragraph();
            self.enclosed(Tag::Heading(level), title);
            return end + 1;
        }
        if begins_line
            && self.depth < NESTING
            && let Some(after) =
                self.quote(at, end).or_else(|| self.list(at, end)).or_else(|| self.spoiler(at, end))
        {
            return after;
        }
        if let Some(fence) = self.fences.find(self.text, at, end) {
            self.extend_paragraph(at, fence.start);
            self.end_paragraph();
            (self.out)(Piece::CodeBlock { language: fence.language, code: fence.code });
            return fence.end;
        }
        self.extend_paragraph(at, end);
        end + 1
    }

    fn extend_paragraph(&mut self, from: usize, to: usize) {
        if self.paragraph.is_empty() {
            self.paragraph = from..from;
        }
        self.paragraph.end = to;
    }

    fn end_paragraph(&mut self) {
        let lines = &self.text[std::mem::take(&mut self.paragraph)];
        if !lines.trim().is_empty() {
            self.enclosed(Tag::Paragraph, lines);
        }
    }

    fn enclosed(&mut self, tag: Tag<'_>, text: &str) {
        (self.out)(Piece::Start(tag));
        inline::parse(text.trim(), self.out);
        (self.out)(Piece::End(tag));
    }

    fn quote(&mut self, at: usize, end: usize) -> Option<usize> {
        let (content, after) = quoted(self.text, at, end)?;
        self.end_paragraph();
        (self.out)(Piece::Start(Tag::Quote));
        parse(&content, self.depth + 1, self.out);
        (self.out)(Piece::End(Tag::Quote));
        Some(after)
    }

    /// A spoiler that begins a line and ends on a later one may hold blocks: each of them is hidden by itself.
    fn spoiler(&mut self, at: usize, end: usize) -> Option<usize> {
        const MARK: &str = "||";
        let line = self.text[at..end].trim_start();
        let from = end - line.len() + MARK.len();
        let is_open = line.starts_with(MARK) && !line[MARK.len()..].contains(MARK) && self.spoilers_end;
        if !is_open {
            return None;
        }
        let mut ends = self.text[end..].match_indices(MARK).map(|(found, _)| end + found);
        let ends_line = |place: &usize| {
            self.text[place + MARK.len()..].trim_start_matches([' ', '\t']).starts_with(['\n'])
        };
        let close = ends.find(|place| place + MARK.len() == self.text.len() || ends_line(place));
        self.spoilers_end = close.is_some();
        let close = close.filter(|close| !self.text[from..*close].trim().is_empty())?;
        self.end_paragraph();
        let out = &mut self.out;
        parse(&self.text[from..close], self.depth + 1, &mut |piece| hidden(piece, *out));
        Some(close + MARK.len())
    }

    fn list(&mut self, at: usize, end: usize) -> Option<usize> {
        let mut item = list::item(self.text, at, end)?;
        self.end_paragraph();
        loop {
            let tag = Tag::List(item.marker.number());
            (self.out)(Piece::Start(tag));
            let next = self.items(&mut item);
            (self.out)(Piece::End(tag));
            if !next {
                return Some(item.after);
            }
        }
    }

    /// The items of one list, from the given one on; whether another list follows directly, which `item` then begins.
    fn items(&mut self, item: &mut list::Item<'a>) -> bool {
        loop {
            (self.out)(Piece::Start(Tag::Item));
            parse(&item.content, self.depth + 1, self.out);
            (self.out)(Piece::End(Tag::Item));
            let Some(next) = list::next(self.text, item) else { return false };
            let goes_on = item.marker.is_followed_by(next.marker);
            *item = list::Item { indent: item.indent, ..next };
            if !goes_on {
                return true;
            }
        }
    }
}

/// Passes a piece on, with a spoiler inside each block that shows text.
fn hidden(piece: Piece<'_>, out: &mut dyn FnMut(Piece<'_>)) {
    let shows_text = |tag: Tag<'_>| matches!(tag, Tag::Paragraph | Tag::Heading(_));
    match piece {
        Piece::End(tag) if shows_text(tag) => out(Piece::End(Tag::Spoiler)),
        Piece::CodeBlock { .. } => out(Piece::Start(Tag::Spoiler)),
        _ => {}
    }
    out(piece);
    match piece {
        Piece::Start(tag) if shows_text(tag) => out(Piece::Start(Tag::Spoiler)),
        Piece::CodeBlock { .. } => out(Piece::End(Tag::Spoiler)),
        _ => {}
    }
}

/// Where the line that holds a place ends: at its LF, or with the text.
pub fn line_end(text: &str, at: usize) -> usize {
    text[at..].find('\n').map_or(text.len(), |length| at + length)
}

/// `# ` to `###### ` and a title. There are three levels to show; deeper ones look like the third.
fn heading(line: &str) -> Option<(u8, &str)> {
    let line = without_indent(line)?;
    let level = line.bytes().take_while(|byte| *byte == b'#').count();
    let title = line[level..].strip_prefix(' ')?.trim();
    ((1..=6).contains(&level) && !title.is_empty()).then_some((level.min(3) as u8, title))
}

/// A line without its indentation, which is at most three blanks wide.
fn without_indent(line: &str) -> Option<&str> {
    let text = line.trim_start_matches(' ');
    (line.len() - text.len() <= 3).then_some(text)
}

/// What a quote holds whose first line stands between two places, and where it ends.
fn quoted(text: &str, at: usize, end: usize) -> Option<(String, usize)> {
    let first = without_indent(&text[at..end])?;
    if let Some(content) = first.strip_prefix(">>> ") {
        let from = end - content.len();
        let rest = &text[from..];
        return (!rest.trim().is_empty()).then(|| (rest.to_owned(), text.len()));
    }
    let content = first.strip_prefix("> ").filter(|content| !content.trim().is_empty())?;
    let mut lines = content.to_owned();
    let mut after = end + 1;
    // Empty lines of the quote are part of it only if it goes on behind them.
    let (mut ahead, mut empty) = (after, 0);
    while ahead < text.len() {
        let end = line_end(text, ahead);
        let Some(line) = without_indent(&text[ahead..end]).and_then(|line| line.strip_prefix('>')) else {
            break;
        };
        ahead = end + 1;
        if line.trim().is_empty() {
            empty += 1;
        } else if let Some(line) = line.strip_prefix(' ') {
            lines.push_str(&"\n".repeat(empty + 1));
            lines.push_str(line);
            (after, empty) = (ahead, 0);
        } else {
            break;
        }
    }
    Some((lines, after.min(text.len())))
}
