//! Text of others, without what a terminal or a pipe would act on.

use std::borrow::Cow;

/// What stands for a character that is not printed.
const INSTEAD: char = '\u{fffd}';

/// Whether a terminal acts on a character instead of showing it: control characters (C0, DEL and C1, so also `ESC` and the `CSI` of one
/// byte), those that reorder a line, those that part lines though no LF is there, and tags that are not seen.
#[must_use]
pub fn acts(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
        || matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// A text on one line: line ends and tabs become blanks.
#[must_use]
pub fn line(text: &str) -> Cow<'_, str> {
    replaced(text, |c| match c {
        '\n' | '\t' => Some(' '),
        '\r' => None,
        c if acts(c) => Some(INSTEAD),
        c => Some(c),
    })
}

/// A text of several lines.
#[must_use]
pub fn lines(text: &str) -> Cow<'_, str> {
    replaced(text, |c| match c {
        '\n' => Some('\n'),
        '\t' => Some(' '),
        '\r' => None,
        c if acts(c) => Some(INSTEAD),
        c => Some(c),
    })
}

/// A text of several lines with styles of our own (SGR) in it, and no other sequence.
#[must_use]
pub fn styled(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\u{1b}') {
        out.push_str(&lines(&rest[..at]));
        let length = style_at(&rest[at..]);
        match length {
            Some(length) => out.push_str(&rest[at..at + length]),
            None => out.push(INSTEAD),
        }
        rest = &rest[at + length.unwrap_or(1)..];
    }
    out.push_str(&lines(rest));
    out
}

/// The length of the style that a text begins with: `ESC [`, digits and semicolons, `m`.
fn style_at(text: &str) -> Option<usize> {
    let parameters = text.strip_prefix("\u{1b}[")?;
    let end = parameters.find(|c: char| !c.is_ascii_digit() && c != ';')?;
    parameters[end..].starts_with('m').then_some("\u{1b}[".len() + end + 1)
}

fn replaced(text: &str, how: impl Fn(char) -> Option<char>) -> Cow<'_, str> {
    if text.chars().all(|c| how(c) == Some(c)) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.chars().filter_map(how).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What terminals were attacked with: titles, clipboards, answers that are typed, keys that are bound, links that lie, lines reordered.
    const CORPUS: [&str; 16] = [
        "\u{1b}]0;owned\u{7}",
        "\u{1b}]52;c;ZWNobyBvd25lZA==\u{1b}\\",
        "\u{1b}[2J\u{1b}[H",
        "\u{1b}[6n",
        "\u{1b}[21t",
        "\u{1b}P$q\"p\u{1b}\\",
        "\u{1b}]8;;https://evil.example\u{1b}\\text\u{1b}]8;;\u{1b}\\",
        "\u{1b}_Gf=100;AAAA\u{1b}\\",
        "\u{9b}31m",
        "\u{9d}0;t\u{9c}",
        "\u{90}q\u{9c}",
        "abc\rdef\u{8}\u{8}\u{8}",
        "\u{202e}gpj.exe",
        "a\u{2066}b\u{2069}",
        "\u{0}\u{7f}\u{7}",
        "\u{e0041}\u{feff}\u{2028}",
    ];

    #[test]
    fn nothing_that_a_terminal_acts_on_is_left() {
        for text in CORPUS {
            assert!(!line(text).chars().any(acts), "{text:?}");
            assert!(!lines(text).chars().any(|c| acts(c) && c != '\n'), "{text:?}");
            let bare = styled(text).replace("\u{1b}[31m", "");
            assert!(!bare.chars().any(|c| acts(c) && c != '\n'), "{text:?}: {bare:?}");
        }
    }

    #[test]
    fn styles_are_left_and_no_other_sequence() {
        assert_eq!(styled("\u{1b}[1;34m@ann\u{1b}[0m"), "\u{1b}[1;34m@ann\u{1b}[0m");
        assert_eq!(styled("\u{1b}[2J"), "\u{fffd}[2J");
        assert_eq!(styled("\u{1b}"), "\u{fffd}");
        assert_eq!(styled("a\u{1b}[31"), "a\u{fffd}[31");
    }

    #[test]
    fn other_text_stays_as_it_is() {
        for text in ["ärger 🦀 👩‍👩‍👧", "e\u{301}", "שלום"] {
            assert!(matches!(line(text), Cow::Borrowed(same) if same == text));
        }
        assert_eq!(line("a\nb\tc\r\n"), "a b c ");
        assert_eq!(lines("a\r\nb"), "a\nb");
    }
}
