//! The tree as text for a terminal, with ANSI (ECMA-48) styles.
//!
//! Control characters of the author's are dropped, so no message can move the cursor or recolour the screen.

use ajet_protocol::{ChannelId, Mention, MentionType, UserId};
use comrak::nodes::{ListType, NodeValue};

use crate::highlight::{self, Kind};
use crate::html::next_mention;
use crate::mentions::Lifted;
use crate::{HIDDEN_CHANNEL, Names, UNKNOWN_USER};

/// Every style there is, so that restoring those around a piece costs the same however deep it is nested.
const STYLES: [&str; 7] = ["\x1b[1m", "\x1b[3m", "\x1b[4m", "\x1b[7m", "\x1b[9m", "\x1b[36m", "\x1b[1;34m"];
/// Bars shown in front of a quoted line at most, however deep the quote is.
const QUOTE_BARS: usize = 8;

/// Renders a lifted text for a terminal of `width` columns; lines are left for the terminal to wrap.
pub fn render(lifted: &Lifted, names: &dyn Names, width: usize) -> String {
    let mut page = Renderer {
        lifted,
        names,
        width: width.max(10),
        out: String::new(),
        styles: vec![],
        lists: vec![],
        quotes: 0,
    };
    crate::parse::walk(&lifted.text, |value, entering| page.visit(value, entering));
    page.out.truncate(page.out.trim_end_matches('\n').len());
    page.out
}

struct Renderer<'a> {
    lifted: &'a Lifted,
    names: &'a dyn Names,
    width: usize,
    out: String,
    /// Open styles, innermost last; leaving one restores those around it.
    styles: Vec<&'static str>,
    /// The next number of every open list; `None` for bullets.
    lists: Vec<Option<usize>>,
    quotes: usize,
}

impl Renderer<'_> {
    fn visit(&mut self, value: &NodeValue, entering: bool) {
        if let Some(style) = style_of(value) {
            return self.style(style, entering, matches!(value, NodeValue::Heading(_)));
        }
        match (value, entering) {
            (NodeValue::Paragraph, false) => self.newline(),
            (NodeValue::BlockQuote, true) => {
                self.quotes += 1;
                self.push("│ ");
            }
            (NodeValue::BlockQuote, false) => {
                self.quotes -= 1;
                self.trim_bars();
            }
            (NodeValue::List(list), true) => {
                self.lists.push((list.list_type == ListType::Ordered).then_some(list.start));
            }
            (NodeValue::List(_), false) => drop(self.lists.pop()),
            (NodeValue::Item(_), true) => self.item(),
            (NodeValue::Link(link), false) => self.target(&link.url),
            (NodeValue::EscapedTag(typed), _) => self.push(typed),
            (leaf, true) => self.leaf(leaf),
            _ => {}
        }
    }

    fn leaf(&mut self, value: &NodeValue) {
        match value {
            NodeValue::Text(text) => self.text(text),
            NodeValue::Code(code) => {
                let typed = self.lifted.typed(&code.literal);
                self.style("\x1b[36m", true, false);
                self.push(&typed);
                self.style("\x1b[36m", false, false);
            }
            NodeValue::CodeBlock(block) => self.code_block(&block.info, &block.literal),
            NodeValue::SoftBreak | NodeValue::LineBreak => self.newline(),
            NodeValue::HtmlInline(raw) | NodeValue::Raw(raw) => self.push(&self.lifted.typed(raw)),
            NodeValue::HtmlBlock(block) => {
                self.push(&self.lifted.typed(block.literal.trim_end()));
                self.newline();
            }
            NodeValue::ThematicBreak => {
                self.push("———");
                self.newline();
            }
            NodeValue::ShortCode(code) => self.push(&code.emoji),
            _ => {}
        }
    }

    fn style(&mut self, style: &'static str, entering: bool, block: bool) {
        if entering {
            self.styles.push(style);
            self.out.push_str(style);
            return;
        }
        self.styles.pop();
        self.out.push_str("\x1b[0m");
        let open = STYLES.iter().filter(|one| self.styles.contains(one));
        self.out.extend(open.copied());
        if block {
            self.newline();
        }
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

    fn text(&mut self, text: &str) {
        let mut rest = text;
        while let Some((at, mention)) = next_mention(self.lifted, rest) {
            self.push(&rest[..at]);
            let name = self.mention(mention);
            self.style("\x1b[1;34m", true, false);
            self.push(&name);
            self.style("\x1b[1;34m", false, false);
            rest = &rest[at..];
            rest = &rest[rest.chars().next().map_or(0, char::len_utf8)..];
        }
        self.push(rest);
    }

    fn mention(&self, mention: Mention) -> String {
        match (mention.kind, mention.target_id) {
            (MentionType::User, Some(id)) => {
                format!("@{}", self.names.user(UserId(id)).unwrap_or(UNKNOWN_USER))
            }
            (MentionType::Channel, Some(id)) => {
                format!("#{}", self.names.channel(ChannelId(id)).unwrap_or(HIDDEN_CHANNEL))
            }
            _ => "@here".to_owned(),
        }
    }

    fn target(&mut self, url: &str) {
        let url = self.lifted.typed(url);
        let shown =
            self.out.ends_with(&url) || url.strip_prefix("mailto:").is_some_and(|to| self.out.ends_with(to));
        if !shown {
            self.push(&format!(" ({url})"));
        }
    }

    fn code_block(&mut self, info: &str, literal: &str) {
        let language: String =
            info.split_whitespace().next().unwrap_or("").chars().filter(|c| !c.is_control()).collect();
        let typed = self.lifted.typed(literal);
        let inner = self.width - 4;
        let title: String = language.chars().take(inner).collect();
        let fill = "─".repeat(inner + 1 - title.chars().count());
        self.push(&format!("┌─{title}{fill}┐"));
        self.newline();
        for line in typed.trim_end_matches('\n').split('\n') {
            self.push("│ ");
            for (kind, piece) in highlight::pieces(&language, line) {
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
            text.chars().filter(|c| !c.is_control() || *c == '\n').map(|c| if c == '\n' { ' ' } else { c }),
        );
    }
}

fn style_of(value: &NodeValue) -> Option<&'static str> {
    Some(match value {
        NodeValue::Strong | NodeValue::Heading(_) => "\x1b[1m",
        NodeValue::Emph => "\x1b[3m",
        NodeValue::Underline => "\x1b[4m",
        NodeValue::SpoileredText => "\x1b[7m",
        NodeValue::Strikethrough => "\x1b[9m",
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
