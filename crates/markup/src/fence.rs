//! Fenced code: three or more backticks, on lines of their own or within one.

/// What opens and closes a fence at least.
pub const MARK: &str = "```";

/// A fenced block of a text.
#[derive(Debug, PartialEq, Eq)]
pub struct Fence<'a> {
    pub start: usize,
    pub language: &'a str,
    pub code: &'a str,
    /// Where the text behind it begins.
    pub end: usize,
}

/// Finds the fences of one text, and remembers what it searched for in vain.
#[derive(Debug)]
pub struct Fences {
    /// No run of so many backticks, or more, follows any more.
    unclosed: usize,
}

impl Default for Fences {
    fn default() -> Self {
        Self { unclosed: usize::MAX }
    }
}

impl Fences {
    /// The first fence that begins in the line between two places.
    pub fn find<'a>(&mut self, text: &'a str, from: usize, line_end: usize) -> Option<Fence<'a>> {
        let line = &text.as_bytes()[..line_end];
        let begins = line_end - text[from..line_end].trim_start().len();
        let mut at = from;
        while let Some(next) = line[at..].iter().position(|byte| matches!(byte, b'`' | b'\\')) {
            at += next;
            if line[at] == b'\\' {
                at = (at + 2).min(line_end);
                continue;
            }
            let run = run_at(text, at);
            if run >= MARK.len() {
                if let Some(fence) = self.at(text, at, run, at == begins) {
                    return Some(fence);
                }
                at += run;
            } else {
                // A code span of this line hides what is in it.
                at = closing(text, at + run, run, line_end, true).map_or(at + run, |close| close + run);
            }
            if at >= line_end {
                break;
            }
        }
        None
    }

    fn at<'a>(&mut self, text: &'a str, start: usize, run: usize, begins_line: bool) -> Option<Fence<'a>> {
        let (language, from) = opened(text, start + run);
        let close = if run >= self.unclosed { None } else { closing(text, from, run, text.len(), false) };
        if close.is_none() {
            self.unclosed = self.unclosed.min(run);
        }
        let (to, end) = match close {
            Some(close) => (close, close + run_at(text, close)),
            // Code without an end goes on to the end of the text.
            None if begins_line => (text.len(), text.len()),
            None => return None,
        };
        let code = text[from..to].trim_end_matches([' ', '\t']);
        let blanks = text[end..].bytes().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        let end = if text[end + blanks..].starts_with('\n') { end + blanks + 1 } else { end };
        (!code.trim().is_empty()).then_some(Fence { start, language, code, end })
    }
}

/// The language that stands behind a mark, alone on its line, and where the code begins.
fn opened(text: &str, at: usize) -> (&str, usize) {
    let count = |from: usize, is: fn(u8) -> bool| {
        text.as_bytes()[from..].iter().take_while(|byte| is(**byte)).count()
    };
    let language = at + count(at, is_of_language);
    let info = language + count(language, |byte| matches!(byte, b' ' | b'\t'));
    if text[info..].starts_with('\n') { (&text[at..language], info + 1) } else { ("", at) }
}

/// Whether the name of a language may hold a byte.
pub fn is_of_language(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"+-_#.".contains(&byte)
}

/// The number of backticks that stand at a place.
pub fn run_at(text: &str, at: usize) -> usize {
    text.as_bytes()[at..].iter().take_while(|byte| **byte == b'`').count()
}

/// Where the next run of so many backticks stands, exactly so many or at least.
pub fn closing(text: &str, from: usize, run: usize, end: usize, exactly: bool) -> Option<usize> {
    let mut at = from;
    while let Some(next) = text.as_bytes()[at..end].iter().position(|byte| *byte == b'`') {
        at += next;
        let length = run_at(text, at).min(end - at);
        if length == run || !exactly && length > run {
            return Some(at);
        }
        at += length;
    }
    None
}

/// Whether a line opens a fence and does not close it.
pub fn is_odd(line: &str) -> bool {
    line.matches(MARK).count() % 2 == 1
}
