//! The pieces as HTML, by an allow-list.
//!
//! Only these come out: p br strong em del u code(class) pre span(class) blockquote a(href, rel, class) ul ol(start) li h1-h3. Text
//! is escaped in one place ([`escape`]), which also drops control characters.

use ajet_protocol::{Mention, MentionType};
use uuid::Uuid;

use crate::piece::{Piece, Tag};
use crate::{Names, NoNames, named};

/// How a placeholder starts in composed HTML; no text can hold it, since `<` is always escaped.
pub const PLACEHOLDER: &str = "<m ";
/// Around what a mention shows.
pub const MENTION: &str = r#"<span class="mention">"#;
pub const MENTION_END: &str = "</span>";

/// Writes HTML with placeholders where mentions stand.
pub struct Renderer {
    out: String,
}

impl Renderer {
    /// A renderer for a text of so many bytes.
    pub fn new(length: usize) -> Self {
        Self { out: String::with_capacity(length * 2) }
    }

    /// Appends a piece.
    pub fn piece(&mut self, piece: Piece<'_>) {
        match piece {
            Piece::Start(tag) => self.start(tag),
            Piece::End(tag) => self.end(tag),
            Piece::Text(text) => escape(text, &mut self.out),
            Piece::Code(code) => {
                self.out.push_str("<code>");
                escape(code, &mut self.out);
                self.out.push_str("</code>");
            }
            Piece::CodeBlock { language, code } => self.code_block(language, code),
            Piece::Break => self.out.push_str("<br>"),
            Piece::Mention(mention) => placeholder(mention, &mut self.out),
        }
    }

    /// All of it.
    pub fn finish(self) -> String {
        self.out
    }

    fn start(&mut self, tag: Tag<'_>) {
        match tag {
            Tag::Spoiler => self.out.push_str(r#"<span class="spoiler">"#),
            Tag::Link(url) => {
                self.out.push_str(r#"<a href=""#);
                escape(url, &mut self.out);
                self.out.push_str(r#"" rel="nofollow noopener noreferrer">"#);
            }
            Tag::List(Some(number)) if number != 1 => self.out.push_str(&format!(r#"<ol start="{number}">"#)),
            other => {
                self.out.push('<');
                self.out.push_str(name(other));
                self.out.push('>');
            }
        }
    }

    fn end(&mut self, tag: Tag<'_>) {
        self.out.push_str("</");
        self.out.push_str(name(tag));
        self.out.push('>');
    }

    /// Plain text: colours are the client's matter. A language is letters, digits and `+-_#.` only.
    fn code_block(&mut self, language: &str, code: &str) {
        self.out.push_str("<pre><code");
        if !language.is_empty() {
            self.out.push_str(&format!(r#" class="language-{language}""#));
        }
        self.out.push('>');
        escape(code, &mut self.out);
        self.out.push_str("</code></pre>");
    }
}

fn name(tag: Tag<'_>) -> &'static str {
    match tag {
        Tag::Paragraph => "p",
        Tag::Heading(level) => ["h1", "h2", "h3"][usize::from(level.clamp(1, 3)) - 1],
        Tag::Quote => "blockquote",
        Tag::List(None) => "ul",
        Tag::List(Some(_)) => "ol",
        Tag::Item => "li",
        Tag::Strong => "strong",
        Tag::Emphasis => "em",
        Tag::Underline => "u",
        Tag::Strike => "del",
        Tag::Spoiler => "span",
        Tag::Link(_) => "a",
    }
}

/// A text as one paragraph without any style.
pub fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len() * 2);
    out.push_str("<p>");
    for (number, line) in crate::with_lf(text).split('\n').enumerate() {
        out.push_str(if number > 0 { "<br>" } else { "" });
        escape(line, &mut out);
    }
    out.push_str("</p>");
    out
}

/// Appends text with everything escaped that HTML could take for markup. Of its control characters those that part words are
/// blanks; the others show nothing, and are dropped: they could end a line where the page is a part of another format.
pub fn escape(text: &str, out: &mut String) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\n' | '\t' => out.push(c),
            '\u{b}' | '\u{c}' | '\u{85}' => out.push(' '),
            c if c.is_control() => {}
            other => out.push(other),
        }
    }
}

fn placeholder(mention: Mention, out: &mut String) {
    match (mention.kind, mention.target_id) {
        (MentionType::User, Some(id)) => out.push_str(&format!("{PLACEHOLDER}u {id}>")),
        (MentionType::Role, Some(id)) => out.push_str(&format!("{PLACEHOLDER}r {id}>")),
        (MentionType::Channel, Some(id)) => out.push_str(&format!("{PLACEHOLDER}c {id}>")),
        // The names of these are the same for everybody.
        _ => span(mention, &NoNames, out),
    }
}

fn span(mention: Mention, names: &dyn Names, out: &mut String) {
    let (sign, name) = named::shown(mention, names);
    out.push_str(MENTION);
    out.push(sign);
    escape(name, out);
    out.push_str(MENTION_END);
}

/// Replaces every placeholder by the name it asks for.
pub fn fill(html: &str, names: &dyn Names) -> String {
    let mut out = String::with_capacity(html.len() + 64);
    let mut rest = html;
    while let Some(at) = rest.find(PLACEHOLDER) {
        out.push_str(&rest[..at]);
        let (inside, after) = rest[at + PLACEHOLDER.len()..].split_once('>').unwrap_or(("", ""));
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
    let kind = match kind {
        "u" => MentionType::User,
        "r" => MentionType::Role,
        _ => MentionType::Channel,
    };
    span(Mention { kind, target_id: Some(id) }, names, out);
}
