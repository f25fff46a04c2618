//! Text from elsewhere as Markdown that shows exactly that text.

use crate::inline::address;
use crate::inline::{is_escaped, shortcodes_at};

/// Keeps a backslash apart from what it would escape; it shows nothing (U+2060).
const WORD_JOINER: char = '\u{2060}';

/// Markdown that shows a text as it is: no character of it marks anything. Addresses in it stay links.
#[must_use]
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 8);
    let text = crate::with_lf(text);
    for (number, line) in text.split('\n').enumerate() {
        if number > 0 {
            out.push('\n');
        }
        let begins = line.len() - line.trim_start().len();
        let digits = line[begins..].bytes().take_while(u8::is_ascii_digit).count();
        Line { line, at: 0, begins, number: begins + digits, out: &mut out }.escape();
    }
    out
}

struct Line<'a, 'o> {
    line: &'a str,
    at: usize,
    /// Where its text begins, and where a number ends that stands there.
    begins: usize,
    number: usize,
    out: &'o mut String,
}

impl Line<'_, '_> {
    fn escape(&mut self) {
        while let Some(c) = self.line[self.at..].chars().next() {
            let rest = &self.line[self.at..];
            if matches!(c, 'h' | 'H')
                && !self.before().is_some_and(|c| c.is_ascii_alphanumeric())
                && let Some(address) = address::bare(rest)
            {
                self.copy(address.len());
            } else if c == '\\' {
                self.backslashes();
            } else if c == ':' {
                self.colon();
            } else {
                if self.marks(c) {
                    self.out.push('\\');
                }
                self.copy(c.len_utf8());
            }
        }
    }

    fn before(&self) -> Option<char> {
        self.line[..self.at].chars().next_back()
    }

    fn copy(&mut self, length: usize) {
        self.out.push_str(&self.line[self.at..self.at + length]);
        self.at += length;
    }

    /// Whether a character could mark something where it stands.
    fn marks(&self, c: char) -> bool {
        let behind = self.line[self.at + c.len_utf8()..].chars().next();
        let before = self.before();
        let starts = self.at == self.begins;
        match c {
            '`' | '*' | '[' | ']' | '<' => true,
            '_' => {
                !(before.is_some_and(|c| c.is_ascii_alphanumeric())
                    && behind.is_some_and(|c| c.is_ascii_alphanumeric()))
            }
            '~' | '|' => [before, behind].contains(&Some(c)) || before.is_none() || behind.is_none(),
            '@' => behind.is_none_or(|c| c == '<'),
            '#' => starts || behind.is_none_or(|c| c == '<'),
            '>' => starts,
            '-' => starts && behind.is_none_or(|c| c == ' '),
            '.' => self.at == self.number && !starts && behind.is_none_or(|c| c == ' '),
            _ => false,
        }
    }

    /// Backslashes before what they could escape stand twice there; others are text already.
    fn backslashes(&mut self) {
        let run = self.line[self.at..].bytes().take_while(|byte| *byte == b'\\').count();
        let behind = &self.line[self.at + run..];
        let is_escape = is_escaped(&self.line[..self.at], behind);
        self.copy(run);
        if behind.is_empty() || is_escape && behind.starts_with(['-', '.']) {
            self.out.push(WORD_JOINER);
        } else if is_escape {
            self.out.extend(std::iter::repeat_n('\\', run));
        }
    }

    /// Emoji by name, one directly behind another.
    fn colon(&mut self) {
        let (emoji, length) = shortcodes_at(self.line, self.at);
        if emoji.is_empty() {
            return self.copy(length);
        }
        let names = self.line[self.at..self.at + length].replace(':', "\\:");
        self.out.push_str(&names);
        self.at += length;
    }
}
