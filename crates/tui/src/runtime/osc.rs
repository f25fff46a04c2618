//! Sequences that tell the terminal something: its title, a notification, what is copied. Texts are cleaned here.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::settings::Tell;
use crate::text::{clean, width};

/// Columns of a title or of a line of a notification at most.
const COLUMNS: usize = 120;
/// Bytes that are copied at most: terminals take no more.
const COPIED: usize = 74_994;

fn text(text: &str) -> String {
    width::cut(&clean::line(text), COLUMNS)
}

/// The title of the terminal.
#[must_use]
pub fn title(title: &str) -> String {
    format!("\x1b]2;{}\x07", text(title))
}

/// Keeps the title that the terminal has, and gives it back.
pub const KEEP_TITLE: &str = "\x1b[22;2t";
/// See [`KEEP_TITLE`].
pub const GIVE_TITLE_BACK: &str = "\x1b[23;2t";

/// A notification, in the ways that the user wants.
#[must_use]
pub fn notify(ways: &[Tell], title: &str, body: &str) -> String {
    let (title, body) = (text(title), text(body));
    let whole = if body.is_empty() { title.clone() } else { format!("{title}: {body}") };
    let one = |way: &Tell| match way {
        // A number in front would be a command of some terminals, such as `4;` for progress.
        Tell::Osc9 if whole.starts_with(|c: char| c.is_ascii_digit()) => format!("\x1b]9;· {whole}\x07"),
        Tell::Osc9 => format!("\x1b]9;{whole}\x07"),
        Tell::Osc777 => format!("\x1b]777;notify;{};{body}\x07", title.replace(';', ",")),
        Tell::Bell => "\x07".to_owned(),
    };
    ways.iter().map(one).collect()
}

/// Puts a text on the clipboard (OSC 52).
#[must_use]
pub fn copy(text: &str) -> String {
    let mut end = text.len().min(COPIED);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    format!("\x1b]52;c;{}\x07", STANDARD.encode(&text[..end]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::clean::is_safe;
    use crate::text::corpus_tests::CORPUS;

    /// A sequence without its own beginning and end.
    fn inside<'a>(sequence: &'a str, head: &str) -> &'a str {
        sequence.strip_prefix(head).and_then(|rest| rest.strip_suffix('\x07')).expect("begins and ends so")
    }

    #[test]
    fn nothing_of_others_gets_out_of_a_sequence() {
        for hostile in CORPUS {
            assert!(inside(&title(hostile), "\x1b]2;").chars().all(is_safe));
            let told = notify(&[Tell::Osc9], hostile, hostile);
            assert!(inside(&told, "\x1b]9;").chars().all(is_safe));
            let told = notify(&[Tell::Osc777], hostile, hostile);
            let told = inside(&told, "\x1b]777;notify;");
            assert!(told.chars().all(is_safe));
            assert!(inside(&copy(hostile), "\x1b]52;c;").bytes().all(|byte| byte.is_ascii_graphic()));
        }
    }

    #[test]
    fn a_notification_has_two_parts() {
        assert_eq!(notify(&[Tell::Osc777, Tell::Bell], "a;b", "c"), "\x1b]777;notify;a,b;c\x07\x07");
        assert_eq!(notify(&[Tell::Osc9], "4;1;50", ""), "\x1b]9;· 4;1;50\x07");
        assert_eq!(notify(&[], "a", "b"), "");
    }
}
