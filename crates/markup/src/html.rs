//! The tree as HTML, by an allow-list.
//!
//! Only these come out: p br strong em del u code pre span(class) blockquote a(href, rel, class) ul ol li h1-h3. Text is
//! escaped in one place ([`escape`]), which also drops control characters; whatever the list does not know is shown as
//! the text that was typed.

use ajet_protocol::{ChannelId, Mention, MentionType, UserId};
use comrak::nodes::{ListType, NodeValue};
use uuid::Uuid;

use crate::mentions::Lifted;
use crate::{HIDDEN_CHANNEL, Names, UNKNOWN_USER, highlight, parse};

/// How a slot starts in composed HTML; no text can hold it, since `<` is always escaped.
const SLOT: &str = "<m ";

/// Renders a lifted text with slots where mentions stand.
pub fn render(lifted: &Lifted) -> String {
    let mut page = Renderer { lifted, out: String::with_capacity(lifted.text.len() * 2), links: Vec::new() };
    parse::walk(&lifted.text, |value, entering| page.visit(value, entering));
    page.out
}

struct Renderer<'a> {
    lifted: &'a Lifted,
    out: String,
    /// For every open link, whether it may point where it says.
    links: Vec<bool>,
}

impl Renderer<'_> {
    fn visit(&mut self, value: &NodeValue, entering: bool) {
        if let Some(tag) = plain_tag(value) {
            return self.tag(tag, entering);
        }
        match value {
            NodeValue::Link(link) | NodeValue::Image(link) => self.link(&link.url, entering),
            NodeValue::SpoileredText if entering => self.out.push_str(r#"<span class="spoiler">"#),
            NodeValue::SpoileredText => self.out.push_str("</span>"),
            // Marks that turned out to be none stand on both sides of what they enclose.
            NodeValue::EscapedTag(typed) => escape(typed, &mut self.out),
            leaf if entering => self.leaf(leaf),
            _ => {}
        }
    }

    fn leaf(&mut self, value: &NodeValue) {
        match value {
            NodeValue::Text(text) => self.text(text),
            NodeValue::Code(code) => self.literal("<code>", &code.literal, "</code>"),
            NodeValue::CodeBlock(block) => self.code_block(&block.info, &block.literal),
            NodeValue::SoftBreak | NodeValue::LineBreak => self.out.push_str("<br>"),
            NodeValue::HtmlInline(raw) | NodeValue::Raw(raw) => self.literal("", raw, ""),
            NodeValue::HtmlBlock(block) => self.literal("<p>", block.literal.trim_end(), "</p>"),
            NodeValue::ThematicBreak => self.out.push_str("<p>———</p>"),
            NodeValue::ShortCode(code) => escape(&code.emoji, &mut self.out),
            _ => {}
        }
    }

    fn tag(&mut self, tag: &str, entering: bool) {
        self.out.push_str(if entering { "<" } else { "</" });
        self.out.push_str(tag);
        self.out.push('>');
    }

    fn text(&mut self, text: &str) {
        let mut rest = text;
        while let Some((at, mention)) = next_mention(self.lifted, rest) {
            escape(&rest[..at], &mut self.out);
            slot(mention, &mut self.out);
            rest = &rest[at..];
            rest = &rest[rest.chars().next().map_or(0, char::len_utf8)..];
        }
        escape(rest, &mut self.out);
    }

    fn literal(&mut self, before: &str, literal: &str, after: &str) {
        self.out.push_str(before);
        escape(&self.lifted.typed(literal), &mut self.out);
        self.out.push_str(after);
    }

    fn code_block(&mut self, info: &str, literal: &str) {
        let language = info.split_whitespace().next().unwrap_or("");
        let known =
            !language.is_empty() && language.chars().all(|c| c.is_ascii_alphanumeric() || "+-_#".contains(c));
        self.out.push_str("<pre><code>");
        if known {
            self.out.push_str(&format!(r#"<span class="language-{language}">"#));
        }
        highlight::html(language, &self.lifted.typed(literal), &mut self.out);
        self.out.push_str(if known { "</span></code></pre>" } else { "</code></pre>" });
    }

    fn link(&mut self, url: &str, entering: bool) {
        if !entering {
            if self.links.pop() == Some(true) {
                self.out.push_str("</a>");
            }
            return;
        }
        let url = self.lifted.typed(url);
        let safe = parse::is_safe_link(&url) && !self.links.contains(&true);
        self.links.push(safe);
        if safe {
            self.out.push_str(r#"<a href=""#);
            escape(&url, &mut self.out);
            self.out.push_str(r#"" rel="nofollow noopener noreferrer">"#);
        }
    }
}

/// The nodes that are one tag without attributes.
fn plain_tag(value: &NodeValue) -> Option<&'static str> {
    Some(match value {
        NodeValue::Paragraph => "p",
        NodeValue::Strong => "strong",
        NodeValue::Emph => "em",
        NodeValue::Strikethrough => "del",
        NodeValue::Underline => "u",
        NodeValue::BlockQuote => "blockquote",
        NodeValue::Item(_) => "li",
        NodeValue::List(list) if list.list_type == ListType::Ordered => "ol",
        NodeValue::List(_) => "ul",
        NodeValue::Heading(heading) => ["h1", "h2", "h3"][usize::from(heading.level.clamp(1, 3)) - 1],
        _ => return None,
    })
}

/// The first mention of a text and where it stands.
pub fn next_mention(lifted: &Lifted, text: &str) -> Option<(usize, Mention)> {
    text.char_indices().find_map(|(at, c)| lifted.mention(c).map(|mention| (at, mention)))
}

/// Appends text with everything escaped that HTML could take for markup, and without its control characters.
///
/// An entity such as `&#13;` becomes such a character: it shows nothing, and could end a line where the page is a part
/// of another format.
pub fn escape(text: &str, out: &mut String) {
    for c in text.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')) {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            other => out.push(other),
        }
    }
}

fn slot(mention: Mention, out: &mut String) {
    match (mention.kind, mention.target_id) {
        (MentionType::User, Some(id)) => out.push_str(&format!("{SLOT}u {id}>")),
        (MentionType::Channel, Some(id)) => out.push_str(&format!("{SLOT}c {id}>")),
        _ => out.push_str(r#"<span class="mention">@here</span>"#),
    }
}

/// Replaces every slot by the name it asks for.
pub fn fill(html: &str, names: &dyn Names) -> String {
    let mut out = String::with_capacity(html.len() + 64);
    let mut rest = html;
    while let Some(at) = rest.find(SLOT) {
        out.push_str(&rest[..at]);
        let (inside, after) = rest[at + SLOT.len()..].split_once('>').unwrap_or(("", ""));
        fill_one(inside, names, &mut out);
        rest = after;
    }
    out.push_str(rest);
    out
}

fn fill_one(inside: &str, names: &dyn Names, out: &mut String) {
    let Some((kind, id)) =
        inside.split_once(' ').and_then(|(kind, id)| Some((kind, Uuid::try_parse(id).ok()?)))
    else {
        return;
    };
    let (sign, name) = if kind == "u" {
        ('@', names.user(UserId(id)).unwrap_or(UNKNOWN_USER))
    } else {
        ('#', names.channel(ChannelId(id)).unwrap_or(HIDDEN_CHANNEL))
    };
    out.push_str(r#"<span class="mention">"#);
    out.push(sign);
    escape(name, out);
    out.push_str("</span>");
}
