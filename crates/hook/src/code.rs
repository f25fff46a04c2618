//! Where the code of a text is: spans and fenced blocks of our dialect, which no markup reaches into.
//!
//! A span of one or two backticks ends in its paragraph: before the next blank line and before a line that begins a block.
//! A block of three or more begins anywhere in a line and ends at the next run of at least as many; one that begins its
//! line and has no end goes on to the end of the text. Quotes and lists are not parsed here, so a span that goes on in the
//! next line of a quote is not found. The work is linear in the length of the text, which may be a whole request.

#[cfg(test)]
#[path = "code_tests.rs"]
mod tests;

use std::ops::Range;

use crate::write::begins_block;

/// Backticks that begin a block at least.
const BLOCK: usize = 3;

/// Finds the code of one text, from left to right.
#[derive(Debug)]
pub struct Code<'a> {
    text: &'a str,
    /// Every run of backticks, in order.
    runs: Vec<Run>,
    /// For spans of one and of two backticks: up to this place no run closes one.
    unclosed: [usize; 2],
}

#[derive(Debug)]
struct Run {
    start: usize,
    length: usize,
    /// The greatest length of the runs behind this one.
    longest_behind: usize,
}

/// Code with its marks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stretch {
    /// Where the text behind it begins.
    pub end: usize,
    /// None for a span.
    pub block: Option<Block>,
}

/// A fenced block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// The number of backticks that open it.
    pub mark: usize,
    /// The code, without the marks and the line of the language.
    pub inside: Range<usize>,
}

impl<'a> Code<'a> {
    /// Prepares the search in a text.
    #[must_use]
    pub fn of(text: &'a str) -> Self {
        let mut runs = Vec::new();
        let mut at = 0;
        while let Some(found) = text[at..].find('`') {
            let start = at + found;
            let length = run_at(text, start);
            runs.push(Run { start, length, longest_behind: 0 });
            at = start + length;
        }
        let mut longest = 0;
        for run in runs.iter_mut().rev() {
            run.longest_behind = longest;
            longest = longest.max(run.length);
        }
        Self { text, runs, unclosed: [0; 2] }
    }

    /// The code that begins with the backtick at a place; none if its run of backticks is text.
    pub fn at(&mut self, start: usize) -> Option<Stretch> {
        match run_at(self.text, start) {
            0 => None,
            run if run < BLOCK => self.span(start, run).map(|end| Stretch { end, block: None }),
            run => self.block(start, run),
        }
    }

    fn span(&mut self, start: usize, run: usize) -> Option<usize> {
        if start < self.unclosed[run - 1] {
            return None;
        }
        let inside = start + run;
        match self.closing(inside, run) {
            Ok(close) => (!self.text[inside..close].trim().is_empty()).then_some(close + run),
            Err(searched) => {
                self.unclosed[run - 1] = searched;
                None
            }
        }
    }

    /// Where the next run of exactly so many backticks stands in the same paragraph, or the place up to which there is none.
    fn closing(&self, from: usize, run: usize) -> Result<usize, usize> {
        let (mut at, mut is_first_line, mut holds_block_marks) = (from, true, false);
        while let Some(found) = self.text[at..].find(['`', '\n']) {
            at += found;
            if self.text[at..].starts_with('\n') {
                // What may be a block counts before a span that goes on behind this line.
                if holds_block_marks || ends_paragraph(&self.text[at + 1..]) {
                    return Err(at);
                }
                is_first_line = false;
                at += 1;
                continue;
            }
            let length = run_at(self.text, at);
            if length == run {
                return Ok(at);
            }
            holds_block_marks |= length >= BLOCK;
            if holds_block_marks && !is_first_line {
                return Err(at);
            }
            at += length;
        }
        Err(self.text.len())
    }

    fn block(&self, start: usize, run: usize) -> Option<Stretch> {
        let behind = self.runs.partition_point(|one| one.start <= start);
        let longest =
            behind.checked_sub(1).and_then(|own| self.runs.get(own)).map_or(0, |own| own.longest_behind);
        let close =
            if longest < run { None } else { self.runs[behind..].iter().find(|one| one.length >= run) };
        let from = self.opened(start + run);
        let (to, end) = match close {
            Some(close) => (close.start, close.start + close.length),
            None if self.begins_line(start) => (self.text.len(), self.text.len()),
            None => return None,
        };
        if self.text[from..to].trim().is_empty() {
            return None;
        }
        Some(Stretch { end, block: Some(Block { mark: run, inside: from..to }) })
    }

    /// Where the code begins behind a mark: on the next line if a language or nothing stands on this one.
    fn opened(&self, at: usize) -> usize {
        let bytes = self.text.as_bytes();
        let is_language = |byte: &u8| byte.is_ascii_alphanumeric() || b"+-_#.".contains(byte);
        let language = at + bytes[at..].iter().take_while(|byte| is_language(byte)).count();
        let info =
            language + bytes[language..].iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        if bytes[info..].starts_with(b"\n") { info + 1 } else { at }
    }

    fn begins_line(&self, at: usize) -> bool {
        let before = self.text[..at].trim_end_matches([' ', '\t']);
        before.is_empty() || before.ends_with('\n')
    }
}

/// Whether the first of these lines does not go on with the paragraph above it.
fn ends_paragraph(lines: &str) -> bool {
    let line = lines.split('\n').next().unwrap_or_default().trim();
    line.is_empty() || begins_block(line)
}

/// The number of backticks that stand at a place.
fn run_at(text: &str, at: usize) -> usize {
    text.as_bytes()[at..].iter().take_while(|byte| **byte == b'`').count()
}

/// A text with other things in the place of some that begin with `<` or `|`. Code stays, and so does what is escaped. `replaced`
/// gets the text from such a place on; it gives what is shown instead, and how many bytes that replaces.
pub fn rewrite(text: &str, replaced: impl Fn(&str) -> Option<(String, usize)>) -> String {
    let mut code = Code::of(text);
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    while let Some(found) = text[at..].find(['`', '\\', '<', '|']) {
        let here = at + found;
        out.push_str(&text[at..here]);
        at = match text.as_bytes()[here] {
            b'\\' => after_escape(text, here),
            b'`' => code.at(here).map_or_else(|| here + run_at(text, here), |stretch| stretch.end),
            _ => match replaced(&text[here..]) {
                Some((shown, length)) => {
                    out.push_str(&shown);
                    at = here + length;
                    continue;
                }
                None => here + 1,
            },
        };
        out.push_str(&text[here..at]);
    }
    out.push_str(&text[at..]);
    out
}

/// What keeps the angle bracket that a text begins with from calling somebody: only Slack's own `<!here>` does, not what a person
/// wrote into a payload.
pub fn uncalled(rest: &str) -> Option<(String, usize)> {
    let calls = ["<here>", "<user:", "<channel", "<role:"].iter().any(|call| rest.starts_with(call));
    calls.then(|| ("\\<".to_owned(), 1))
}

/// Where the text goes on behind a backslash and the character that it makes literal.
pub fn after_escape(text: &str, at: usize) -> usize {
    let escaped = text[at + 1..].chars().next().filter(char::is_ascii_punctuation);
    at + 1 + escaped.map_or(0, char::len_utf8)
}
