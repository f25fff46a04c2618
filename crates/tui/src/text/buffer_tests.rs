//! Editing of a text.

use proptest::prelude::*;

use super::buffer::{Buffer, MOST};

#[test]
fn the_cursor_moves_by_graphemes() {
    let mut buffer = Buffer::of("ae\u{301}👩\u{200d}👧");
    buffer.left();
    assert_eq!(buffer.before(), "ae\u{301}");
    buffer.backspace();
    assert_eq!(buffer.text(), "a👩\u{200d}👧", "a letter goes with its marks");
    buffer.right();
    buffer.backspace();
    assert_eq!(buffer.text(), "a", "an emoji goes as a whole");
}

#[test]
fn words_are_passed_and_killed() {
    let mut buffer = Buffer::of("one two  three");
    buffer.kill_word();
    assert_eq!(buffer.text(), "one two  ");
    buffer.word_left();
    assert_eq!(buffer.before(), "one ");
    buffer.yank();
    assert_eq!(buffer.text(), "one threetwo  ");
    buffer.line_start();
    buffer.word_right();
    assert_eq!(buffer.before(), "one");
}

#[test]
fn lines_are_passed_at_the_same_column() {
    let mut buffer = Buffer::of("日本語\nab\nlonger");
    assert!(buffer.up());
    assert_eq!(buffer.before(), "日本語\nab", "a shorter line ends sooner");
    buffer.left();
    assert!(buffer.up());
    assert_eq!(buffer.before(), "日");
    assert!(!buffer.up());
    assert!(buffer.down() && buffer.down() && !buffer.down());
}

#[test]
fn the_rest_of_a_line_is_killed_and_then_its_end() {
    let mut buffer = Buffer::of("ab\ncd");
    buffer.up();
    buffer.line_start();
    buffer.kill_line();
    assert_eq!(buffer.text(), "\ncd");
    buffer.kill_line();
    assert_eq!(buffer.text(), "cd");
    buffer.undo();
    assert_eq!(buffer.text(), "\ncd");
}

#[test]
fn a_word_is_undone_at_once_and_so_is_a_paste() {
    let mut buffer = Buffer::default();
    for c in "hello you".chars() {
        buffer.insert(&c.to_string());
    }
    buffer.undo();
    assert_eq!(buffer.text(), "hello");
    buffer.insert(" pasted text");
    buffer.undo();
    assert_eq!(buffer.text(), "hello");
}

#[test]
fn a_text_has_an_end() {
    let mut buffer = Buffer::default();
    assert!(!buffer.insert(&"é".repeat(MOST)));
    assert_eq!(buffer.text().len(), MOST);
    assert!(!buffer.insert("x"));
    assert!(buffer.set("x") && !buffer.set(&"x".repeat(MOST + 1)));
    assert_eq!(buffer.text().len(), MOST);
}

#[test]
fn only_what_stands_before_the_cursor_is_replaced() {
    let mut buffer = Buffer::of("日本 @b");
    buffer.replace_from(7, "@bob ");
    assert_eq!(buffer.text(), "日本 @bob ");
    buffer.replace_from(1, "x");
    buffer.replace_from(400, "x");
    buffer.left();
    buffer.replace_from(12, "x");
    assert_eq!(buffer.text(), "日本 @bob ");
}

proptest! {
    /// Whatever is done, the cursor stands between graphemes of the text, and nothing panics.
    #[test]
    fn the_cursor_stands_between_graphemes(
        text in "[ab\n é日\u{301}\u{200d}👩👧🇩🇪]{0,20}",
        steps in proptest::collection::vec((0_u8..16, "[a\n \u{301}\u{200d}👧🇩]{0,3}"), 0..40),
    ) {
        let mut buffer = Buffer::of(&text);
        for (step, typed) in steps {
            match step {
                0 => buffer.left(),
                1 => buffer.right(),
                2 => {
                    buffer.up();
                }
                3 => {
                    buffer.down();
                }
                4 => buffer.backspace(),
                5 => buffer.delete_next(),
                6 => buffer.kill_word(),
                7 => buffer.kill_line(),
                8 => buffer.yank(),
                9 => buffer.undo(),
                10 => buffer.word_left(),
                11 => buffer.word_right(),
                12 => buffer.line_start(),
                13 => buffer.line_end(),
                14 => buffer.kill_to_start(),
                _ => {
                    buffer.insert(&typed);
                }
            }
            prop_assert!(buffer.text().is_char_boundary(buffer.at()));
            prop_assert!(buffer.text().len() <= MOST);
        }
    }
}
