//! Message text as lines of styled cells: the pieces of `ajet-markup` in the styles of a theme. Nothing of the author's text is more than
//! text; [`clean`] sees all of it.

use ajet_markup::{CodeKind, Names, Piece, Tag, code_pieces, mention_shown};
use ajet_protocol::{Mention, Message, UserId};
use ratatui::style::{Modifier, Style};
use ratatui::text::Line;

use crate::complete::calls;
use crate::text::flow::Flow;
use crate::text::{clean, width};
use crate::view::theme::Theme;

/// Columns of a covered spoiler at most: its length is a part of what it hides.
const COVER: usize = 12;

/// For whom a text is shown, and how.
#[derive(Clone, Copy)]
pub struct Reader<'a> {
    pub names: &'a dyn Names,
    pub me: Option<UserId>,
    pub theme: &'a Theme,
    /// Whether what spoilers hide is shown.
    pub reveals: bool,
}

/// A text as lines of this many columns.
#[must_use]
pub fn lines(text: &str, columns: usize, reader: Reader<'_>) -> Vec<Line<'static>> {
    let mut page = Page {
        reader,
        flow: Flow::new(columns),
        styles: vec![reader.theme.text],
        lists: Vec::new(),
        links: Vec::new(),
        link: None,
        spoilers: 0,
        is_covered: false,
    };
    ajet_markup::walk(text, |piece| page.piece(piece));
    page.flow.finish()
}

/// The beginning of a message in one line: of its text, else what it asks, else its first file.
#[must_use]
pub fn beginning(message: &Message, names: &dyn Names, most: usize) -> String {
    let text = ajet_markup::preview(&message.body_md, names, most);
    if !text.trim().is_empty() {
        return text;
    }
    let asked = message.poll.as_ref().map(|poll| format!("▤ {}", poll.question));
    let file = || message.attachments.first().map(|file| format!("▣ {}", file.filename));
    asked.or_else(file).unwrap_or_default()
}

/// A number of votes in words.
#[must_use]
pub fn votes(count: i64) -> String {
    if count == 1 { "1 vote".to_owned() } else { format!("{count} votes") }
}

struct Page<'a> {
    reader: Reader<'a>,
    flow: Flow,
    /// The open styles, the innermost last.
    styles: Vec<Style>,
    /// The next number of each open list; `None` for bullets.
    lists: Vec<Option<u32>>,
    /// The addresses so far, each once: they are opened by their number.
    links: Vec<String>,
    link: Option<usize>,
    spoilers: usize,
    /// Whether the cover of the open spoiler is shown already.
    is_covered: bool,
}

impl Page<'_> {
    fn style(&self) -> Style {
        self.styles.last().copied().unwrap_or_default()
    }

    fn piece(&mut self, piece: Piece<'_>) {
        match piece {
            Piece::Start(tag) => self.start(tag),
            Piece::End(tag) => self.end(tag),
            Piece::Text(text) => self.text(text, self.style()),
            Piece::Code(code) => self.text(code, self.style().patch(self.reader.theme.code)),
            Piece::CodeBlock { language, code } => self.code_block(language, code),
            Piece::Break => self.flow.end_line(),
            Piece::Mention(mention) => self.mention(mention),
        }
    }

    fn start(&mut self, tag: Tag<'_>) {
        let theme = self.reader.theme;
        match tag {
            Tag::Paragraph => {}
            Tag::Quote => {
                self.flow.end_begun();
                self.flow.enclose("│ ", "│ ", theme.dim);
            }
            Tag::List(number) => {
                self.flow.end_begun();
                self.lists.push(number);
            }
            Tag::Item => {
                let mark = self.mark();
                self.flow.enclose(&mark, &" ".repeat(width::of(&mark)), theme.dim);
            }
            Tag::Link(address) => {
                let known = self.links.iter().position(|one| one == address);
                let place = known.unwrap_or(self.links.len());
                if known.is_none() {
                    self.links.push(address.to_owned());
                }
                self.link = Some(place + 1);
                self.styles.push(self.style().patch(theme.link));
            }
            Tag::Spoiler => {
                self.spoilers += 1;
                self.is_covered = false;
                self.styles.push(self.style().add_modifier(Modifier::ITALIC));
            }
            Tag::Heading(level) => {
                let bold = self.style().add_modifier(Modifier::BOLD);
                self.styles.push(if level == 1 { bold.add_modifier(Modifier::UNDERLINED) } else { bold });
            }
            Tag::Strong => self.styles.push(self.style().add_modifier(Modifier::BOLD)),
            Tag::Emphasis => self.styles.push(self.style().add_modifier(Modifier::ITALIC)),
            Tag::Underline => self.styles.push(self.style().add_modifier(Modifier::UNDERLINED)),
            Tag::Strike => self.styles.push(self.style().add_modifier(Modifier::CROSSED_OUT)),
        }
    }

    fn end(&mut self, tag: Tag<'_>) {
        match tag {
            Tag::Paragraph => self.flow.end_begun(),
            Tag::Quote | Tag::Item => {
                self.flow.end_begun();
                self.flow.leave();
            }
            Tag::List(_) => drop(self.lists.pop()),
            Tag::Link(_) => {
                self.styles.pop();
                if let Some(number) = self.link.take()
                    && !self.is_hidden()
                {
                    self.flow.push(&format!("[{number}]"), self.reader.theme.dim);
                }
            }
            Tag::Heading(_) => {
                self.styles.pop();
                self.flow.end_begun();
            }
            Tag::Spoiler => {
                self.styles.pop();
                self.spoilers -= 1;
            }
            Tag::Strong | Tag::Emphasis | Tag::Underline | Tag::Strike => drop(self.styles.pop()),
        }
    }

    fn is_hidden(&self) -> bool {
        self.spoilers > 0 && !self.reader.reveals
    }

    fn text(&mut self, text: &str, style: Style) {
        if self.is_hidden() {
            return self.cover();
        }
        self.flow.push(&clean::line(text), style);
    }

    /// Shows that something is hidden here, once for each spoiler.
    fn cover(&mut self) {
        if !self.is_covered {
            self.is_covered = true;
            self.flow.push(&"▒".repeat(COVER), self.reader.theme.dim);
        }
    }

    fn mention(&mut self, mention: Mention) {
        let (sign, name) = mention_shown(mention, self.reader.names);
        let theme = self.reader.theme;
        let is_call = calls(&[mention], self.reader.me);
        let style = if is_call { theme.mention } else { theme.accent };
        self.text(&format!("{sign}{name}"), self.style().patch(style));
    }

    fn mark(&mut self) -> String {
        match self.lists.last_mut() {
            Some(Some(number)) => {
                *number += 1;
                format!("{}. ", *number - 1)
            }
            _ => "• ".to_owned(),
        }
    }

    /// A block of code in a box, its long lines broken where they are too long.
    fn code_block(&mut self, language: &str, code: &str) {
        self.flow.end_begun();
        if self.is_hidden() {
            self.cover();
            return self.flow.end_begun();
        }
        let theme = self.reader.theme;
        let inner = self.flow.room().saturating_sub(4).max(1);
        let title = width::cut(&clean::line(language), inner);
        let fill = "─".repeat((inner + 1).saturating_sub(width::of(&title)));
        self.flow.push(&format!("┌─{title}{fill}┐"), theme.dim);
        self.flow.end_line();
        for line in clean::lines(code).trim_end_matches('\n').split('\n') {
            self.code_line(language, line, inner);
        }
        self.flow.push(&format!("└{}┘", "─".repeat(inner + 2)), theme.dim);
        self.flow.end_line();
    }

    fn code_line(&mut self, language: &str, line: &str, inner: usize) {
        let dim = self.reader.theme.dim;
        let mut used = 0;
        self.flow.push("│ ", dim);
        for (kind, piece) in code_pieces(language, line) {
            let style = self.code_style(kind);
            for (grapheme, columns) in width::graphemes(piece) {
                if used + columns > inner {
                    self.flow.push(&format!("{} │", " ".repeat(inner.saturating_sub(used))), dim);
                    self.flow.end_line();
                    self.flow.push("│ ", dim);
                    used = 0;
                }
                self.flow.push(grapheme, style);
                used += columns;
            }
        }
        self.flow.push(&format!("{} │", " ".repeat(inner.saturating_sub(used))), dim);
        self.flow.end_line();
    }

    fn code_style(&self, kind: CodeKind) -> Style {
        let theme = self.reader.theme;
        match kind {
            CodeKind::Plain => theme.code,
            CodeKind::Keyword => theme.keyword,
            CodeKind::Text => theme.literal,
            CodeKind::Number => theme.number,
            CodeKind::Comment => theme.dim,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::ThemeName;
    use crate::text::clean::is_safe;
    use ajet_markup::NoNames;

    fn shown_to(text: &str, columns: usize, reveals: bool) -> Vec<String> {
        let theme = Theme::of(ThemeName::Dark);
        let reader = Reader { names: &NoNames, me: None, theme: &theme, reveals };
        lines(text, columns, reader).iter().map(ToString::to_string).collect()
    }

    fn shown(text: &str) -> Vec<String> {
        shown_to(text, 30, false)
    }

    #[test]
    fn styles_are_modifiers_of_cells() {
        let theme = Theme::of(ThemeName::Dark);
        let reader = Reader { names: &NoNames, me: None, theme: &theme, reveals: false };
        let line = &lines("a **b** *c* ~~d~~", 30, reader)[0];
        let style_of = |text: &str| {
            let span = line.spans.iter().find(|span| span.content == text).expect("is there");
            span.style.add_modifier
        };
        assert!(style_of("b").contains(Modifier::BOLD));
        assert!(style_of("c").contains(Modifier::ITALIC));
        assert!(style_of("d").contains(Modifier::CROSSED_OUT));
    }

    #[test]
    fn blocks_have_their_shape() {
        assert_eq!(shown("> one\n> two"), ["│ one", "│ two"]);
        assert_eq!(shown("- one\n- two"), ["• one", "• two"]);
        assert_eq!(shown("3. one\n4. two"), ["3. one", "4. two"]);
        assert_eq!(shown("one\ntwo"), ["one", "two"]);
    }

    #[test]
    fn code_stands_in_a_box() {
        assert_eq!(
            shown_to("```rust\nfn main() {}\n```", 20, false),
            ["┌─rust─────────────┐", "│ fn main() {}     │", "└──────────────────┘"]
        );
        let wide = shown_to("```\n0123456789abcdefghij\n```", 20, false);
        assert_eq!(wide[1..3], ["│ 0123456789abcdef │", "│ ghij             │"]);
    }

    #[test]
    fn code_has_the_colours_of_what_it_is() {
        let theme = Theme::of(ThemeName::Dark);
        let reader = Reader { names: &NoNames, me: None, theme: &theme, reveals: false };
        let line = |text: &str| lines(text, 40, reader)[1].clone();
        let style_of = |line: &Line<'static>, text: &str| {
            let span = line.spans.iter().find(|span| span.content.contains(text)).expect("is there");
            (span.content.trim().to_owned(), span.style)
        };
        let coloured = line("```rust\nfn main() { say(\"hi\", 42); } // bye\n```");
        assert_eq!(style_of(&coloured, "fn"), ("fn".to_owned(), theme.keyword));
        assert_eq!(style_of(&coloured, "hi"), ("\"hi\"".to_owned(), theme.literal));
        assert_eq!(style_of(&coloured, "42"), ("42".to_owned(), theme.number));
        assert_eq!(style_of(&coloured, "main"), ("main() { say(".to_owned(), theme.code));
        assert_eq!(style_of(&coloured, "bye").1, theme.dim);
        assert!(![theme.keyword, theme.literal, theme.number, theme.dim].contains(&theme.code));
        let plain = line("```\nfn main() { say(\"hi\", 42); } // bye\n```");
        assert_eq!(style_of(&plain, "fn").1, theme.code, "of a language that is not named nothing is known");
        assert_eq!(style_of(&plain, "fn"), style_of(&plain, "bye"));
    }

    #[test]
    fn spoilers_are_covered_until_they_are_opened() {
        assert_eq!(shown("it is ||the butler||!"), ["it is ▒▒▒▒▒▒▒▒▒▒▒▒!"]);
        assert_eq!(shown_to("it is ||the butler||!", 30, true), ["it is the butler!"]);
    }

    #[test]
    fn a_message_without_a_text_begins_with_what_it_asks() {
        let mut asked = crate::testing::message(1, "look:");
        asked.poll = Some(ajet_protocol::Poll {
            question: "Lunch?".into(),
            options: Vec::new(),
            multiple: false,
            closes_at: None,
            closed: false,
        });
        assert_eq!(beginning(&asked, &NoNames, 3), "loo");
        asked.body_md.clear();
        assert_eq!(beginning(&asked, &NoNames, 100), "▤ Lunch?");
        asked.poll = None;
        assert_eq!(beginning(&asked, &NoNames, 100), "");
    }

    #[test]
    fn links_have_numbers() {
        assert_eq!(shown("[a](https://a.example) https://b.example"), ["a[1] https://b.example[2]"]);
    }

    #[test]
    fn nothing_that_is_written_controls_the_terminal() {
        for text in crate::text::corpus_tests::CORPUS {
            for around in
                ["{}", "**{}**", "`{}`", "```{}\n{}\n```", "> {}", "||{}||", "[{}](https://a.example)"]
            {
                for line in shown_to(&around.replace("{}", text), 30, true) {
                    assert!(line.chars().all(is_safe), "{text:?} in {around}");
                }
            }
        }
    }
}
