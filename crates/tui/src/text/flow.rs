//! Styled text, broken into lines of a width: between words where it can, between graphemes where a word is longer than a line.
//!
//! Each line begins with what encloses it: the bar of a quote, the mark of a list's item or the blanks below it.

use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::width::graphemes;

/// What stands in front of the lines of something.
#[derive(Debug, Clone)]
struct Margin {
    /// In front of its first line, until that is begun.
    first: Option<Span<'static>>,
    /// In front of the others.
    rest: Span<'static>,
}

#[derive(Debug, Clone)]
struct Glyph {
    text: String,
    columns: usize,
    style: Style,
}

/// Collects pieces of text, and makes lines of them.
#[derive(Debug)]
pub struct Flow {
    width: usize,
    margins: Vec<Margin>,
    open: Vec<Glyph>,
    lines: Vec<Line<'static>>,
}

/// Columns that a line has at least for its text, however deep it is enclosed.
const LEAST: usize = 8;

impl Flow {
    /// Lines of this many columns.
    #[must_use]
    pub fn new(width: usize) -> Self {
        Self { width: width.max(LEAST), margins: Vec::new(), open: Vec::new(), lines: Vec::new() }
    }

    /// What comes from here on is enclosed: `first` stands in front of its first line, `rest` in front of the others.
    pub fn enclose(&mut self, first: &str, rest: &str, style: Style) {
        let rest = Span::styled(rest.to_owned(), style);
        self.margins.push(Margin { first: Some(Span::styled(first.to_owned(), style)), rest });
    }

    /// The innermost enclosure ends, with its line.
    pub fn leave(&mut self) {
        if !self.open.is_empty() || self.margins.last().is_some_and(|margin| margin.first.is_some()) {
            self.end_line();
        }
        self.margins.pop();
    }

    /// Columns that a line has for text now.
    #[must_use]
    pub fn room(&self) -> usize {
        let taken: usize = self.margins.iter().map(|margin| super::width::of(&margin.rest.content)).sum();
        self.width.saturating_sub(taken).max(LEAST)
    }

    /// Appends text of one line.
    pub fn push(&mut self, text: &str, style: Style) {
        let glyphs = graphemes(text).filter(|(_, columns)| *columns > 0);
        self.open.extend(glyphs.map(|(text, columns)| Glyph { text: text.to_owned(), columns, style }));
    }

    /// Ends a line that has begun.
    pub fn end_begun(&mut self) {
        if !self.open.is_empty() {
            self.end_line();
        }
    }

    /// Ends the line, an empty one too.
    pub fn end_line(&mut self) {
        let glyphs = std::mem::take(&mut self.open);
        let room = self.room();
        for range in broken(&glyphs, room) {
            let mut spans: Vec<Span<'static>> = self.margins.iter_mut().map(margin).collect();
            let text = spans.len();
            for glyph in &glyphs[range] {
                match spans[text..].last_mut() {
                    Some(last) if last.style == glyph.style => last.content.to_mut().push_str(&glyph.text),
                    _ => spans.push(Span::styled(glyph.text.clone(), glyph.style)),
                }
            }
            self.lines.push(Line::from(spans));
        }
    }

    /// All lines.
    #[must_use]
    pub fn finish(mut self) -> Vec<Line<'static>> {
        self.end_begun();
        self.lines
    }
}

/// What stands in front of the next line.
fn margin(margin: &mut Margin) -> Span<'static> {
    margin.first.take().unwrap_or_else(|| margin.rest.clone())
}

/// Where a text is broken: the range of each line. The blanks at a break belong to no line.
fn broken(glyphs: &[Glyph], room: usize) -> Vec<std::ops::Range<usize>> {
    let mut lines = Vec::new();
    // Where the line begins, what it has taken, and behind which glyph it may end.
    let (mut from, mut used, mut end) = (0, 0, None);
    for (at, glyph) in glyphs.iter().enumerate() {
        let is_blank = glyph.text == " ";
        if is_blank && used + 1 > room && at > from {
            lines.push(from..at);
            (from, used, end) = (at + 1, 0, None);
            continue;
        }
        while used + glyph.columns > room && at > from {
            let until = end.take().unwrap_or(at);
            lines.push(from..without_blanks(glyphs, from, until));
            from = until;
            used = glyphs[from..at].iter().map(|one| one.columns).sum();
        }
        used += glyph.columns;
        // Scripts of wide characters write no blanks between words.
        if is_blank || glyph.columns > 1 {
            end = Some(at + 1);
        }
    }
    lines.push(from.min(glyphs.len())..glyphs.len());
    lines
}

fn without_blanks(glyphs: &[Glyph], from: usize, until: usize) -> usize {
    let text = glyphs[from..until].iter().rposition(|glyph| glyph.text != " ");
    text.map_or(from, |last| from + last + 1)
}
