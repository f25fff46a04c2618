//! Writing Markdown of our dialect: text from elsewhere goes through [`literal`], so it can't become markup.

use std::fmt::Write as _;

pub use ajet_markup::escape as literal;

/// A message as it grows, paragraph by paragraph. Pieces are Markdown; blank ones are left out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Note {
    markdown: String,
}

impl Note {
    /// Appends a piece after a blank line.
    pub fn paragraph(&mut self, piece: &str) {
        self.append("\n\n", piece);
    }

    /// Appends a piece on a line of its own.
    pub fn line(&mut self, piece: &str) {
        self.append("\n", piece);
    }

    fn append(&mut self, separator: &str, piece: &str) {
        let piece = piece.trim_matches(['\n', '\r']).trim_end();
        if piece.trim().is_empty() {
            return;
        }
        if !self.markdown.is_empty() {
            self.markdown.push_str(separator);
        }
        self.markdown.push_str(piece);
    }

    /// Whether nothing was said yet.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.markdown.is_empty()
    }

    /// The whole text.
    #[must_use]
    pub fn into_markdown(self) -> String {
        self.markdown
    }

    /// The whole text, or nothing where nothing was said.
    #[must_use]
    pub fn said(self) -> Option<Self> {
        (!self.is_empty()).then_some(self)
    }
}

/// Bold text, line by line: marks don't reach over the end of a paragraph.
#[must_use]
pub fn bold(markdown: &str) -> String {
    marked(markdown, "**")
}

/// Text between two marks on every line that is not blank.
#[must_use]
pub fn marked(markdown: &str, mark: &str) -> String {
    let lines = markdown.split('\n').map(|line| match line.trim() {
        "" => String::new(),
        text => format!("{mark}{text}{mark}"),
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// A code span that shows exactly this text, line ends as blanks.
#[must_use]
pub fn code_span(text: &str) -> String {
    let text = text.replace(['\n', '\r'], " ");
    let longest = longest_run(&text);
    let marks = "`".repeat(longest + 1);
    let pad = if text.starts_with('`') || text.ends_with('`') || longest > 0 { " " } else { "" };
    if text.trim().is_empty() { String::new() } else { format!("{marks}{pad}{text}{pad}{marks}") }
}

/// A fenced block, on lines of its own.
#[must_use]
pub fn fence(language: &str, code: &str) -> String {
    let marks = "`".repeat((longest_run(code) + 1).max(3));
    format!("{marks}{language}\n{}\n{marks}", code.trim_matches('\n'))
}

fn longest_run(text: &str) -> usize {
    text.split(|c| c != '`').map(str::len).max().unwrap_or(0)
}

/// A link: its label is Markdown, its address is as the sender gave it. An address that may not be a link is shown as text,
/// and one without a label shows itself.
#[must_use]
pub fn link(label: &str, address: &str) -> String {
    let (label, address) = (label.trim().replace('\n', " "), address.trim());
    if address.is_empty() {
        return label;
    }
    if !ajet_markup::is_web_address(address) {
        let shown = literal(address);
        return if label.is_empty() || label == shown { shown } else { format!("{label} ({shown})") };
    }
    let target = encoded(address);
    if label.is_empty() { format!("<{target}>") } else { format!("[{label}](<{target}>)") }
}

/// An address without the characters that would end it.
fn encoded(address: &str) -> String {
    let mut out = String::with_capacity(address.len());
    for c in address.chars() {
        if c.is_whitespace() || c.is_control() || "<>\\".contains(c) {
            let mut bytes = [0; 4];
            for byte in c.encode_utf8(&mut bytes).bytes() {
                let _ = write!(out, "%{byte:02X}");
            }
        } else {
            out.push(c);
        }
    }
    out
}
