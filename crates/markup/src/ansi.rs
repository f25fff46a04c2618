//! The pieces as text for a terminal, with ANSI (ECMA-48) styles.
//!
//! Control characters of the author's are dropped, so no message can move the cursor, recolour the screen or reorder a line.

use crate::highlight::{self, Kind};
use crate::piece::{Piece, Tag};
use crate::{Names, named};

/// Every style there is, so that restoring those around a piece costs the same however deep it is nested.
const STYLES: [&str; 7] = ["\x1b[1m", "\x1b[3m", "\x1b[4m", "\x1b[7m", "\x1b[9m", "\x1b[36m", "\x1b[1;34m"];
/// Bars shown in front of a quoted line at most, however deep the quote is.
const QUOTE_BARS: usize = 8;

/// Renders a text for a terminal of `width` columns; lines are left for the terminal to wrap.
pub fn render(text: &str, names: &dyn Names, width: usize) -> String {
    let mut page = Renderer {
        names,
        width: width.max(10),
        out: String::new(),
        styles: vec![],
        lists: vec![],
        quotes: 0,
    };
    crate::walk(text, |piece| page.piece(piece));
    page.out.truncate(page.out.trim_end_matches('\n').len());
    page.out
}

struct Renderer<'a> {
    names: &'a dyn Names,
    width: usize,
    out: String,
    /// Open styles, innermost last; leaving one restores those around it.
    styles: Vec<&'static str>,
    /// The next number of every open list; `None` for bullets.
    lists: Vec<Option<u32>>,
    quotes: usize,
}

impl Renderer<'_> {
    fn piece(&mut self, piece: Piece<'_>) {
        match piece {
            Piece::Start(tag) => self.start(tag),
            Piece::End(tag) => self.end(tag),
            Piece::Text(text) => self.push(text),
            Piece::Code(code) => self.styled("\x1b[36m", code),
            Piece::CodeBlock { language, code } => self.code_block(language, code),
            Piece::Break => self.newline(),
            Piece::Mention(mention) => {
                let (sign, name) = named::shown(mention, self.names);
                self.styled("\x1b[1;34m", &format!("{sign}{name}"));
            }
        }
    }

    fn start(&mut self, tag: Tag<'_>) {
        match tag {
            Tag::Quote => {
                self.quotes += 1;
                self.push("│ ");
            }
            Tag::List(number) => self.lists.push(number),
            Tag::Item => self.item(),
            other => {
                if let Some(style) = style_of(other) {
                    self.styles.push(style);
                    self.out.push_str(style);
                }
            }
        }
    }

    fn end(&mut self, tag: Tag<'_>) {
        match tag {
            Tag::Paragraph => self.newline(),
            Tag::Quote => {
                self.quotes -= 1;
                self.trim_bars();
            }
            Tag::List(_) => drop(self.lists.pop()),
            Tag::Link(url) => self.target(url),
            other => {
                if style_of(other).is_some() {
                    self.unstyled();
                }
                if matches!(other, Tag::Heading(_)) {
                    self.newline();
                }
            }
        }
    }

    fn styled(&mut self, style: &'static str, text: &str) {
        self.styles.push(style);
        self.out.push_str(style);
        self.push(text);
        self.unstyled();
    }

    /// Leaves the innermost style, and restores those around it.
    fn unstyled(&mut self) {
        self.styles.pop();
        self.out.push_str("\x1b[0m");
        let open = STYLES.iter().filter(|one| self.styles.contains(one));
        self.out.extend(open.copied());
    }

    fn newline(&mut self) {
        self.out.push('\n');
        for _ in 0..self.quotes.min(QUOTE_BARS) {
            self.out.push_str("│ ");
        }
    }

    /// Takes back the bars that the last line break put in front of a line that the quote no longer has.
    fn trim_bars(&mut self) {
        if let Some(without) = self.out.strip_suffix("│ ") {
            self.out.truncate(without.len());
        }
    }

    fn item(&mut self) {
        let indent = "  ".repeat(self.lists.len().saturating_sub(1));
        let mark = match self.lists.last_mut() {
            Some(Some(number)) => {
                *number += 1;
                format!("{indent}{}. ", *number - 1)
            }
            _ => format!("{indent}• "),
        };
        self.push(&mark);
    }

    fn target(&mut self, url: &str) {
        let shown =
            self.out.ends_with(url) || url.strip_prefix("mailto:").is_some_and(|to| self.out.ends_with(to));
        if !shown {
            self.push(&format!(" ({url})"));
        }
    }

    fn code_block(&mut self, language: &str, code: &str) {
        let inner = self.width - 4;
        let title: String = language.chars().take(inner).collect();
        let fill = "─".repeat(inner + 1 - title.chars().count());
        self.push(&format!("┌─{title}{fill}┐"));
        self.newline();
        for line in code.trim_end_matches('\n').split('\n') {
            self.push("│ ");
            for (kind, piece) in highlight::pieces(language, line) {
                self.out.push_str(colour(kind));
                self.push(piece);
                self.out.push_str(if kind == Kind::Plain { "" } else { "\x1b[0m" });
            }
            self.newline();
        }
        self.push(&format!("└{}┘", "─".repeat(inner + 2)));
        self.newline();
    }

    /// Appends text of the author's without its control characters.
    fn push(&mut self, text: &str) {
        self.out.extend(
            text.chars()
                .filter(|c| !(c.is_control() || reorders(*c)) || *c == '\n')
                .map(|c| if c == '\n' { ' ' } else { c }),
        );
    }
}

/// Whether a character reorders what stands around it, beyond its own text (UAX 9).
fn reorders(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

fn style_of(tag: Tag<'_>) -> Option<&'static str> {
    Some(match tag {
        Tag::Strong | Tag::Heading(_) => "\x1b[1m",
        Tag::Emphasis => "\x1b[3m",
        Tag::Underline => "\x1b[4m",
        Tag::Spoiler => "\x1b[7m",
        Tag::Strike => "\x1b[9m",
        _ => return None,
    })
}

fn colour(kind: Kind) -> &'static str {
    match kind {
        Kind::Plain => "",
        Kind::Keyword => "\x1b[35m",
        Kind::Text => "\x1b[32m",
        Kind::Number => "\x1b[33m",
        Kind::Comment => "\x1b[90m",
    }
}
