//! Texts that would make a terminal do something, and what is left of them.

use proptest::prelude::*;

use super::clean::{is_safe, line, lines};

/// What people have put into names and messages to take hold of the terminals of others.
pub const CORPUS: [&str; 22] = [
    "\x1b[2J\x1b[H",
    "\x1b]0;owned\x07",
    "\x1b]2;owned\x1b\\",
    "\x1b]52;c;ZWNobyBvd25lZA==\x07",
    "\x1b]8;;http://evil.example\x1b\\click\x1b]8;;\x1b\\",
    "\x1b]1337;File=inline=1:AAAA\x07",
    "\x1b_Ga=T,f=24;AAAA\x1b\\",
    "\x1bP0;1;0q#0;2;0;0;0\x1b\\",
    "\x1bPtmux;\x1b\x1b]0;owned\x07\x1b\\",
    "\x1b[6n\x1b[c\x1b[>c",
    "\x1b[?1049l\x1b[?25h\x1b[?2004l",
    "\x1bc",
    "\u{9b}31mred\u{9b}0m",
    "\u{9d}0;owned\u{9c}",
    "\u{90}q\u{9c}",
    "a\x08\x08b\x7f",
    "\x0e\x0f\x05\x07\x00",
    "one\rtwo\x0bthree\x0cfour\u{85}five",
    "\u{202e}gnp.exe\u{202c}",
    "\u{2066}a\u{2069}\u{200f}\u{200e}\u{61c}",
    "\u{2028}line\u{2029}paragraph\u{feff}",
    "\u{200b}\u{2060}\u{fff9}x\u{fffa}y\u{fffb}\u{ad}",
];

#[test]
fn nothing_of_the_corpus_controls_a_terminal() {
    for text in CORPUS {
        assert!(!text.chars().all(is_safe), "{text:?} belongs to the corpus");
        assert!(line(text).chars().all(is_safe), "{text:?}");
        assert!(lines(text).chars().all(|c| c == '\n' || is_safe(c)), "{text:?}");
    }
}

#[test]
fn what_is_left_reads_as_it_was_meant() {
    assert_eq!(line("one\ntwo\tthree"), "one two three");
    assert_eq!(line("\x1b]0;title\x07"), "]0;title");
    assert_eq!(lines("a\r\nb\rc\td"), "a\nb\nc    d");
    for plain in [
        "naïve 日本語 👩\u{200d}👧 🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}",
        "e\u{301} عربى",
    ] {
        assert_eq!(line(plain), plain);
    }
}

proptest! {
    #[test]
    fn nothing_else_does_either(text in "\\PC*|(.|\n|[\x00-\x1f\u{7f}-\u{9f}]){0,60}") {
        prop_assert!(line(&text).chars().all(is_safe));
        prop_assert!(lines(&text).chars().all(|c| c == '\n' || is_safe(c)));
        let once = line(&text);
        prop_assert_eq!(&*line(&once), &*once);
    }
}
