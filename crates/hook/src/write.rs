//! Writing Markdown of our dialect: text from elsewhere goes through [`escape`], so it can't become markup.

#[cfg(test)]
#[path = "write_tests.rs"]
mod tests;

use std::fmt::Write as _;

use ajet_markup::escape;

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

    /// Appends an item of a list.
    pub fn item(&mut self, piece: &str) {
        if !piece.trim().is_empty() {
            self.line(&format!("- {piece}"));
        }
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

    /// Whether it has no text yet.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.markdown.is_empty()
    }

    /// Whether a reader sees anything of it.
    #[must_use]
    pub fn shows(&self) -> bool {
        ajet_markup::shows(&self.markdown)
    }

    /// The text so far.
    #[must_use]
    pub fn markdown(&self) -> &str {
        &self.markdown
    }

    /// The whole text.
    #[must_use]
    pub fn into_markdown(self) -> String {
        self.markdown
    }
}

/// Whether a piece needs lines of its own: it has several, or begins with a mark that counts only at a line's beginning.
#[must_use]
pub fn needs_own_line(piece: &str) -> bool {
    let text = piece.trim();
    text.contains('\n') || text.contains("```") || begins_block(text)
}

/// Whether a line without its indentation begins a heading, a quote or an item of a list.
#[must_use]
pub fn begins_block(line: &str) -> bool {
    let behind_hashes = line.trim_start_matches('#');
    let hashes = line.len() - behind_hashes.len();
    let behind_number = line.trim_start_matches(|c: char| c.is_ascii_digit());
    let is_numbered = behind_number.len() < line.len() && behind_number.starts_with(". ");
    let is_heading = (1..=6).contains(&hashes) && behind_hashes.starts_with(' ');
    is_numbered || is_heading || ["> ", ">>> ", "- ", "* "].iter().any(|mark| line.starts_with(mark))
}

/// The parts that are not blank, trimmed, with a separator between them.
#[must_use]
pub fn joined<T: Into<Option<String>>>(parts: impl IntoIterator<Item = T>, separator: &str) -> String {
    let mut out = String::new();
    for part in parts {
        let part: Option<String> = part.into();
        let part = part.as_deref().unwrap_or_default().trim();
        if part.is_empty() {
            continue;
        }
        if !out.is_empty() {
            out.push_str(separator);
        }
        out.push_str(part);
    }
    out
}

/// The lines of a text that are not blank, joined by blanks.
#[must_use]
pub fn one_line(text: &str) -> String {
    joined(text.split(['\n', '\r']).map(str::to_owned), " ")
}

/// Markdown that shows exactly this text, its own lines joined by blanks: a title, a name or a label.
#[must_use]
pub fn label(text: &str) -> String {
    escape(&one_line(text))
}

/// A name in bold and what belongs to it, which begins a line if it needs lines of its own. A name that ends with a colon
/// gets no second one.
#[must_use]
pub fn entry(name: &str, content: &str) -> String {
    let colon = if name.trim_end_matches(['*', ' ']).ends_with(':') { "" } else { ":" };
    let gap = if needs_own_line(content) { "\n" } else { " " };
    format!("{name}{colon}{gap}{}", content.trim_matches('\n'))
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

/// A code span that shows exactly this text, line ends as blanks. Three backticks would begin a block, so a text with two
/// in a row is no code.
#[must_use]
pub fn code_span(text: &str) -> String {
    let text = text.replace(['\n', '\r'], " ");
    let marks = match longest_run(&text) {
        _ if text.trim().is_empty() => return String::new(),
        0 => "`",
        1 => "``",
        _ => return escape(&text),
    };
    // A renderer takes one blank from each end if there is one at both.
    let is_padded = text.contains('`') || text.starts_with(' ') && text.ends_with(' ');
    let pad = if is_padded { " " } else { "" };
    format!("{marks}{pad}{text}{pad}{marks}")
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
        let shown = escape(address);
        return if label.is_empty() || label == shown { shown } else { format!("{label} ({shown})") };
    }
    let target = encoded(address);
    if label.is_empty() { format!("<{target}>") } else { format!("[{label}](<{target}>)") }
}

/// A link with a label of plain text. An address in the label is text: a renderer lets no link hold another one.
#[must_use]
pub fn text_link(text: &str, address: &str) -> String {
    if !ajet_markup::is_web_address(address.trim()) {
        return link(&label(text), address);
    }
    let parts: Vec<String> = one_line(text).split("://").map(escape).collect();
    link(&parts.join("\\://"), address)
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
