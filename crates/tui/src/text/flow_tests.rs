//! Lines of a width.

use proptest::prelude::*;
use ratatui::style::{Modifier, Style};

use super::flow::Flow;
use super::width;

fn texts(flow: Flow) -> Vec<String> {
    flow.finish().iter().map(ToString::to_string).collect()
}

fn broken(text: &str, width: usize) -> Vec<String> {
    let mut flow = Flow::new(width);
    flow.push(text, Style::new());
    texts(flow)
}

#[test]
fn lines_break_between_words_and_long_words_anywhere() {
    assert_eq!(broken("one two three", 8), ["one two", "three"]);
    assert_eq!(broken("one two three", 20), ["one two three"]);
    assert_eq!(broken("abcdefghijkl", 8), ["abcdefgh", "ijkl"]);
    assert_eq!(broken("a bcdefghijkl", 8), ["a", "bcdefghi", "jkl"]);
    assert_eq!(broken("12345678 9", 8), ["12345678", "9"], "the blank at a break is on no line");
}

#[test]
fn wide_characters_break_between_themselves() {
    assert_eq!(broken("日本語日本語", 9), ["日本語日", "本語"]);
}

#[test]
fn what_is_enclosed_has_its_margin_on_each_line() {
    let mut flow = Flow::new(12);
    flow.enclose("│ ", "│ ", Style::new());
    flow.enclose("• ", "  ", Style::new());
    flow.push("one two three", Style::new());
    flow.leave();
    flow.leave();
    flow.push("out", Style::new());
    assert_eq!(texts(flow), ["│ • one two", "│   three", "out"]);
}

#[test]
fn styles_stay_with_their_text() {
    let bold = Style::new().add_modifier(Modifier::BOLD);
    let mut flow = Flow::new(8);
    flow.push("aa ", Style::new());
    flow.push("bbb cccc", bold);
    let lines = flow.finish();
    assert_eq!(lines.iter().map(ToString::to_string).collect::<Vec<_>>(), ["aa bbb", "cccc"]);
    assert_eq!(lines[1].spans[0].style, bold);
    assert_eq!(lines[0].spans.len(), 2);
}

proptest! {
    #[test]
    fn nothing_but_blanks_is_lost_and_no_line_is_too_wide(text in "[a-z 日é👍]{0,80}", columns in 8_usize..30) {
        let lines = broken(&text, columns);
        let kept = |text: &str| text.chars().filter(|c| *c != ' ').collect::<String>();
        prop_assert_eq!(kept(&lines.concat()), kept(&text));
        for line in &lines {
            prop_assert!(width::of(line) <= columns, "{:?}", line);
        }
    }
}
