//! What of others' text may reach a terminal. Names, messages, errors and addresses are others' text; so is all that a server sends.
//!
//! A terminal obeys control characters: they move its cursor, set its title, and make it answer as if somebody had typed. Some format
//! characters reorder what stands around them. None of either passes. Everything that is written to the terminal goes through here: the
//! cells of the screen ([`crate::view::guard`]), the texts of titles and notifications, and the lines of `--plain`.

use std::borrow::Cow;

/// Columns that a tab becomes.
const TAB: &str = "    ";

/// Whether a terminal only shows a character.
#[must_use]
pub fn is_safe(c: char) -> bool {
    !(c.is_control() || controls_format(c))
}

/// Whether a character is without a form of its own and changes how others are shown: it reorders them (UAX 9), or parts lines.
fn controls_format(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}')
}

/// A text as a part of one line: what parts words is a blank, and what controls the terminal is gone.
#[must_use]
pub fn line(text: &str) -> Cow<'_, str> {
    if text.chars().all(is_safe) {
        return Cow::Borrowed(text);
    }
    let shown = |c: char| match c {
        '\n' | '\t' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => Some(' '),
        c => is_safe(c).then_some(c),
    };
    Cow::Owned(text.chars().filter_map(shown).collect())
}

/// A text of several lines, which end at LF; tabs are blanks.
#[must_use]
pub fn lines(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace('\t', TAB);
    text.chars()
        .filter_map(|c| match c {
            '\n' => Some('\n'),
            '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => Some('\n'),
            c => is_safe(c).then_some(c),
        })
        .collect()
}
