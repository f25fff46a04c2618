//! The first pass: text to tokens.

use super::token::{Kind, Run, Token};
use super::{address, link, mention, shortcode};
use crate::blank;
use crate::fence::{closing, run_at};

/// What stands behind the first `¯` of a shrug, whose backslash is meant to show.
const SHRUG: &str = r"\_(ツ)_/¯";

/// Cuts a paragraph into tokens.
pub fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut scan = Scan { text, at: 0, plain: 0, tokens: Vec::new(), brackets: Vec::new(), dead_code: 0 };
    while scan.at < text.len() {
        scan.step();
    }
    scan.flush(text.len());
    scan.tokens
}

struct Scan<'a> {
    text: &'a str,
    at: usize,
    /// Where the text begins that is in no token yet.
    plain: usize,
    tokens: Vec<Token<'a>>,
    /// The opening brackets that wait for their closing one.
    brackets: Vec<Bracket>,
    /// A bit for every length of backtick runs that closes nothing any more; longer ones are searched each time.
    dead_code: u64,
}

struct Bracket {
    /// The token that shows it.
    token: usize,
    /// Whether a link stands inside.
    holds_link: bool,
}

impl<'a> Scan<'a> {
    fn step(&mut self) {
        let rest = &self.text[self.at..];
        match rest.as_bytes()[0] {
            b'\\' => self.backslashes(),
            b'`' => self.code(),
            b'\n' => self.line_end(),
            b'<' => {
                self.take(address::bracketed(rest).map(|(shown, length)| (Token::Address(shown), length)))
            }
            b'@' | b'#' => {
                self.take(mention::at(rest).map(|(found, length)| (Token::Mention(found), length)))
            }
            b'h' | b'H' => self.address(),
            b':' => self.shortcodes(),
            b'[' => self.open_bracket(),
            b']' => self.close_bracket(),
            b'*' | b'_' | b'~' | b'|' => self.marks(),
            _ => self.at += rest.find(is_special).unwrap_or(rest.len()),
        }
    }

    /// Puts the text before a place into a token.
    fn flush(&mut self, to: usize) {
        if self.plain < to {
            self.tokens.push(Token::Text(&self.text[self.plain..to]));
        }
        self.plain = to;
    }

    fn push(&mut self, token: Token<'a>, length: usize) {
        self.flush(self.at);
        self.tokens.push(token);
        self.at += length;
        self.plain = self.at;
    }

    /// Takes a token, or one character of text if nothing was found.
    fn take(&mut self, found: Option<(Token<'a>, usize)>) {
        match found {
            Some((token, length)) => self.push(token, length),
            None => self.at += first_char(&self.text[self.at..]),
        }
    }

    fn before(&self) -> Option<char> {
        self.text[..self.at].chars().next_back()
    }

    /// Backslashes escape a mark; before anything else they are text, as in a path.
    fn backslashes(&mut self) {
        let rest = &self.text[self.at..];
        if self.before() == Some('¯') && rest.starts_with(SHRUG) {
            self.at += SHRUG.len();
            return;
        }
        let run = rest.bytes().take_while(|byte| *byte == b'\\').count();
        let is_mark = is_escaped(&self.text[..self.at], &rest[run..]);
        if !is_mark {
            self.at += run;
            return;
        }
        // Half of them show; an odd one takes its force from the mark.
        self.flush(self.at + run / 2);
        self.at += run;
        self.plain = self.at;
        self.at += run % 2;
    }

    fn code(&mut self) {
        let run = run_at(self.text, self.at);
        let from = self.at + run;
        let bit = 1_u64.checked_shl(run as u32).unwrap_or(0);
        let close = if self.dead_code & bit == 0 {
            closing(self.text, from, run, self.text.len(), true)
        } else {
            None
        };
        match close {
            Some(close) if !self.text[from..close].trim().is_empty() => {
                let code = unpadded(&self.text[from..close]);
                self.push(Token::Code(code), close + run - self.at);
            }
            Some(_) => self.at = from,
            None => {
                self.dead_code |= bit;
                self.at = from;
            }
        }
    }

    fn line_end(&mut self) {
        let plain = self.text[self.plain..self.at].trim_end_matches([' ', '\t']);
        self.flush(self.plain + plain.len());
        self.plain = self.at;
        // Blanks at a line's end are dropped with it.
        self.plain += 1;
        self.at += 1;
        self.tokens.push(Token::Break);
    }

    fn address(&mut self) {
        let is_apart = !self.before().is_some_and(|c| c.is_ascii_alphanumeric());
        let found = if is_apart { address::bare(&self.text[self.at..]) } else { None };
        match found {
            Some(shown) => self.push(Token::Address(shown), shown.len()),
            None => self.at += 1,
        }
    }

    fn shortcodes(&mut self) {
        let (emoji, length) = shortcode::chain(self.text, self.at);
        if emoji.is_empty() {
            self.at += length;
            return;
        }
        self.flush(self.at);
        self.tokens.extend(emoji.into_iter().map(Token::Text));
        self.at += length;
        self.plain = self.at;
    }

    fn open_bracket(&mut self) {
        self.flush(self.at);
        self.brackets.push(Bracket { token: self.tokens.len(), holds_link: false });
        self.push(Token::Text(&self.text[self.at..=self.at]), 1);
    }

    fn close_bracket(&mut self) {
        let Some(bracket) = self.brackets.pop() else {
            self.at += 1;
            return;
        };
        let target = if bracket.holds_link { None } else { link::target(&self.text[self.at + 1..]) };
        let (label, plain) = (&self.tokens[bracket.token + 1..], &self.text[self.plain..self.at]);
        let is_seen = || blank::is_seen(plain) || label.iter().any(Token::is_seen);
        // An address must not lead elsewhere than it says.
        let misleads =
            |target| label.iter().any(|token| matches!(token, Token::Address(one) if *one != target));
        match target {
            Some((target, length)) if is_seen() && !misleads(target) => {
                self.push(Token::LinkEnd(target), 1 + length);
                self.tokens[bracket.token] = Token::LinkStart(target);
                // Around a bracket that holds a link, all do.
                let outer = self.brackets.iter_mut().rev().take_while(|outer| !outer.holds_link);
                outer.for_each(|outer| outer.holds_link = true);
            }
            _ => self.at += 1,
        }
    }

    fn marks(&mut self) {
        let rest = &self.text[self.at..];
        let byte = rest.as_bytes()[0];
        let run = rest.bytes().take_while(|one| *one == byte).count();
        let around = Around { before: self.before(), behind: rest[run..].chars().next() };
        match (byte, run) {
            (b'*', 1..=3) => self.push(run_of(Kind::Star, run, around.star()), run),
            (b'_', 1..=3) => self.push(run_of(Kind::Line, run, around.line()), run),
            (b'~', 2) => self.push(run_of(Kind::Strike, 1, around.star()), run),
            (b'|', 2) => self.push(run_of(Kind::Spoiler, 1, around.bars()), run),
            // The end of one spoiler and the beginning of the next.
            (b'|', 4) => {
                self.push(run_of(Kind::Spoiler, 1, (false, true)), 2);
                self.push(run_of(Kind::Spoiler, 1, (true, false)), 2);
            }
            _ => self.at += run,
        }
    }
}

impl Token<'_> {
    fn is_seen(&self) -> bool {
        match self {
            Token::Text(text) | Token::Code(text) => blank::is_seen(text),
            Token::Address(_) | Token::Mention(_) => true,
            Token::Break | Token::Marks(_) | Token::LinkStart(_) | Token::LinkEnd(_) => false,
        }
    }
}

/// Whether a backslash between two texts takes the force from what the second one begins with: a mark, or the dash or number
/// that begins a list item.
pub fn is_escaped(before: &str, behind: &str) -> bool {
    let mut chars = behind.chars();
    let Some(c) = chars.next() else { return false };
    let ends_word = |c: char| c.is_whitespace() || "*_~`|])[<:@#\u{2060}".contains(c);
    let begins_item = || chars.clone().next().is_none_or(ends_word);
    match c {
        '-' => begins_item(),
        '.' => before.ends_with(|c: char| c.is_ascii_digit()) && begins_item(),
        _ => r"\*_~|`[]<>@#:".contains(c),
    }
}

fn is_special(c: char) -> bool {
    matches!(c, '\\' | '`' | '\n' | '<' | '@' | '#' | 'h' | 'H' | ':' | '[' | ']' | '*' | '_' | '~' | '|')
}

fn first_char(text: &str) -> usize {
    text.chars().next().map_or(1, char::len_utf8)
}

fn run_of<'a>(kind: Kind, count: usize, (may_open, may_close): (bool, bool)) -> Token<'a> {
    Token::Marks(Run { kind, count, may_open, may_close, closes: Vec::new(), opens: Vec::new() })
}

/// The characters on both sides of a run of marks.
#[derive(Clone, Copy)]
struct Around {
    before: Option<char>,
    behind: Option<char>,
}

impl Around {
    /// Whether it may open and close: something stands inside.
    fn star(self) -> (bool, bool) {
        let solid = |c: Option<char>| c.is_some_and(|c| !c.is_whitespace());
        (solid(self.behind), solid(self.before))
    }

    /// As above, and not within a word, as in `snake_case`.
    fn line(self) -> (bool, bool) {
        let (opens, closes) = self.star();
        (opens && !self.before.is_some_and(is_of_word), closes && !self.behind.is_some_and(is_of_word))
    }

    /// A spoiler may have blanks inside where its marks stand at the ends of a line; elsewhere `a || b` is an expression.
    fn bars(self) -> (bool, bool) {
        let (opens, closes) = self.star();
        let ends = |c: Option<char>| c.is_none_or(|c| c == '\n');
        let blank = |c: Option<char>| c.is_some_and(|c| c == ' ');
        (opens || ends(self.before) && blank(self.behind), closes || ends(self.behind) && blank(self.before))
    }
}

/// A letter or digit of a script that writes words apart.
fn is_of_word(c: char) -> bool {
    let is_cjk = matches!(u32::from(c), 0x2E80..=0x9FFF | 0xAC00..=0xD7AF | 0xF900..=0xFAFF | 0xFF00..=0xFFEF | 0x2_0000..=0x3_FFFF);
    c.is_alphanumeric() && !is_cjk
}

/// Code without the blank on each side that keeps its own backticks apart from the marks (CommonMark 6.1).
fn unpadded(code: &str) -> &str {
    code.strip_prefix(' ')
        .and_then(|code| code.strip_suffix(' '))
        .filter(|code| !code.trim().is_empty())
        .unwrap_or(code)
}
