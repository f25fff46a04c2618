//! Long texts in pieces: where they break, that nothing is lost, and that the work is linear.

use std::time::{Duration, Instant};

use proptest::prelude::*;

use super::{CUT, split};

fn chars(text: &str) -> usize {
    text.chars().count()
}

/// Whether every fence of a piece is closed: a line of backticks opens one or closes it.
fn is_balanced(piece: &str) -> bool {
    piece.lines().filter(|line| line.trim_start().starts_with("```")).count() % 2 == 0
}

#[test]
fn what_fits_is_one_piece() {
    assert_eq!(split("one\ntwo", 7, 5), ["one\ntwo"]);
    assert_eq!(split("\n \n  one\n\n\ntwo \n\n", 40, 5), ["one\n\n\ntwo"], "without blanks at its ends");
    assert_eq!(split("é".repeat(40).as_str(), 40, 5).len(), 1, "characters are counted, not bytes");
    assert!(split(" \n\t\n", 40, 5).is_empty());
    assert!(split("", 40, 5).is_empty());
}

#[test]
fn pieces_end_with_lines() {
    let lines: Vec<String> = (0..10).map(|number| format!("line {number} of this text")).collect();
    let pieces = split(&lines.join("\n"), 50, 10);
    assert_eq!(pieces.len(), 5);
    assert_eq!(pieces[0], "line 0 of this text\nline 1 of this text");
    assert_eq!(pieces.join("\n"), lines.join("\n"));
    let blocks = [["y"; 2900].concat(), ["y"; 2900].concat(), ["y"; 2900].concat()].join("\n\n");
    assert_eq!(split(&blocks, 4000, 5).iter().map(|piece| chars(piece)).collect::<Vec<_>>(), [2900; 3]);
}

#[test]
fn long_lines_break_at_blanks() {
    let words: Vec<String> = (0..100).map(|number| format!("word{number}")).collect();
    let pieces = split(&words.join(" "), 40, 100);
    assert!(pieces.len() > 10);
    assert_eq!(pieces.join(" "), words.join(" "));
    // A blank before what would begin a block is no place to break.
    let text = format!("{} - {}", "a".repeat(36), "b".repeat(30));
    assert!(split(&text, 38, 9).iter().all(|piece| !piece.starts_with('-')), "{:?}", split(&text, 38, 9));
}

#[test]
fn a_long_word_breaks_between_characters() {
    for (text, whole) in [
        ("e\u{301}".repeat(100), "e\u{301}"),
        ("👨\u{200d}👩".repeat(100), "👨\u{200d}👩"),
        ("👍\u{1f3fd}".repeat(100), "👍\u{1f3fd}"),
        ("🇩🇪".repeat(100), "🇩🇪"),
        ("\\*".repeat(100), "\\*"),
    ] {
        let pieces = split(&text, 41, 100);
        assert_eq!(pieces.concat(), text);
        for piece in pieces {
            assert_eq!(piece.replace(whole, ""), "", "{piece:?}");
        }
    }
}

#[test]
fn links_and_spans_stay_whole() {
    for whole in [
        "[a label](<https://a.example/x>)",
        "<https://a.example/path?q=1>",
        "`some code`",
        "https://a.example/abc",
    ] {
        for before in 20..40 {
            let text = format!("{} {whole} {}", "x".repeat(before), "y ".repeat(40));
            let pieces = split(&text, 50, 100);
            assert!(pieces.iter().any(|piece| piece.contains(whole)), "{whole} in {pieces:?}");
        }
    }
    // One that is longer than a piece can't stay whole, and is shown nevertheless.
    let text = format!("[{}](<https://a.example>)", "label ".repeat(50));
    assert_eq!(split(&text, 40, 100).concat().matches("label").count(), 50);
}

#[test]
fn fences_are_closed_and_opened_again() {
    let code: Vec<String> = (0..20).map(|number| format!("let x{number} = {number};")).collect();
    let text = format!("before\n```rust\n{}\n```\nafter", code.join("\n"));
    let pieces = split(&text, 100, 20);
    assert!(pieces.len() > 2);
    for (number, piece) in pieces.iter().enumerate() {
        assert!(chars(piece) <= 100 && is_balanced(piece), "{piece}");
        assert!(number == 0 || piece.starts_with("```rust\n"), "{piece}");
    }
    assert!(pieces[0].starts_with("before\n```rust\nlet x0") && pieces[0].ends_with("\n```"));
    assert!(pieces.last().is_some_and(|last| last.ends_with("\n```\nafter")));
    assert!(pieces.iter().all(|piece| !piece.contains("```rust\n```")), "no fence is empty");
}

#[test]
fn longer_marks_and_quoted_fences_keep_their_marks() {
    let text = format!("````\n```\n{}\n````", "some line of code\n".repeat(10).trim_end());
    for piece in split(&text, 70, 20) {
        assert!(piece.starts_with("````\n") && piece.ends_with("\n````"), "{piece}");
    }
    let text = format!("> ```\n{}\n> ```", "> some line of code\n".repeat(10).trim_end());
    for piece in split(&text, 70, 20) {
        assert!(
            piece.lines().all(|line| line.starts_with("> ")) && is_balanced(&piece.replace("> ", "")),
            "{piece}"
        );
    }
}

#[test]
fn long_lines_in_fences_are_broken_too() {
    for text in [format!("```\n{}\n```", "x".repeat(500)), format!("```{}```", "x".repeat(500))] {
        let pieces = split(&text, 60, 100);
        assert_eq!(pieces.concat().matches('x').count(), 500);
        for piece in pieces {
            assert!(piece.starts_with("```") && piece.ends_with("```") && piece.len() > 8, "{piece}");
        }
    }
}

#[test]
fn a_fence_without_an_end_is_closed_in_each_piece() {
    let text = format!("```\n{}", "some line of code\n".repeat(20));
    for piece in split(&text, 60, 100) {
        assert!(piece.starts_with("```\n") && piece.ends_with("\n```"), "{piece}");
    }
}

#[test]
fn what_is_over_is_cut_with_a_mark() {
    let text = "one line of text\n".repeat(100);
    let pieces = split(&text, 40, 3);
    assert_eq!(pieces.len(), 3);
    assert!(pieces[2].ends_with(&format!("\n{CUT}")) && chars(&pieces[2]) <= 40);
    assert_eq!(pieces.concat().matches(CUT).count(), 1);
    let code = format!("```\n{text}```");
    let pieces = split(&code, 60, 2);
    assert!(pieces[1].starts_with("```\n") && pieces[1].ends_with(&format!("\n```\n{CUT}")), "{}", pieces[1]);
    assert!(split(&text, 40, 0).is_empty());
}

#[test]
fn a_long_line_begins_below_a_short_one() {
    let text = format!("Title\n{}", "x".repeat(150));
    let pieces = split(&text, 100, 5);
    assert_eq!(pieces, [format!("Title\n{}", "x".repeat(94)), "x".repeat(56)]);
}

#[test]
fn work_is_linear() {
    let started = Instant::now();
    for seed in [
        "x", "`", "\\`", "``x", "```\n", "```x", "[", "](<", "](", "<", "http://", "a ", "\n", " ",
        "> ```\n", "e\u{301}", "\u{301}",
    ] {
        let text = seed.repeat(1_000_000 / seed.len());
        assert!(split(&text, 4000, 5).len() <= 5, "{seed:?}");
    }
    for prefix in ["`", "```\n", "a ", "> ", " ", "http://a", "e\u{301}", "🇩", "\n"] {
        for seed in ["`", "```", "\n", "#", ")", "\u{301}", "🇩", "\\", " ", "[", "``x\n"] {
            let text = prefix.repeat(100_000 / prefix.len()) + &seed.repeat(100_000 / seed.len());
            assert!(split(&text, 4000, 5).len() <= 5, "{prefix:?} {seed:?}");
        }
    }
    // Quadratic work on any of these would take minutes; the bound is for a debug build on a busy machine.
    assert!(started.elapsed() < Duration::from_secs(60), "took {:?}", started.elapsed());
}

/// A language stands on a line of its own only, so that every piece repeats it whole.
static VOCABULARY: [&str; 22] = [
    "alpha",
    "beta",
    "gamma",
    "日本語",
    "👍🏽",
    "e\u{301}",
    " ",
    " ",
    " ",
    "\n",
    "\n",
    "\n\n",
    "```\n",
    "\n```\n",
    "\n```rust\n",
    "````\n",
    "`code`",
    "\\",
    "\\*",
    "[label](<https://a.example/x>)",
    "> ",
    "- ",
];

fn text() -> impl Strategy<Value = String> {
    let words = proptest::sample::select(&VOCABULARY[..]);
    proptest::collection::vec(words, 0..200).prop_map(|words| words.concat())
}

/// The letters and digits of a text, but not the language of a fence, which is repeated.
fn letters(text: &str) -> String {
    text.replace("rust", "").chars().filter(|c| c.is_alphanumeric()).collect()
}

proptest! {
    #[test]
    fn nothing_is_lost_and_every_piece_fits(text in text(), most in 40usize..200) {
        let pieces = split(&text, most, usize::MAX);
        for piece in &pieces {
            prop_assert!(chars(piece) <= most, "{} characters: {:?}", chars(piece), piece);
            prop_assert!(!piece.trim().is_empty());
        }
        prop_assert_eq!(letters(&pieces.join("\n")), letters(&text));
    }

    #[test]
    fn a_cut_text_is_a_beginning(text in text(), most in 40usize..200, messages in 1usize..4) {
        let all = split(&text, most, usize::MAX);
        let pieces = split(&text, most, messages);
        prop_assert!(pieces.len() <= messages);
        prop_assert!(pieces.iter().all(|piece| chars(piece) <= most));
        if all.len() <= messages {
            prop_assert_eq!(pieces, all);
        } else {
            prop_assert!(pieces[messages - 1].ends_with(CUT));
            let shown = letters(pieces.join("\n").trim_end_matches(CUT));
            prop_assert!(letters(&text).starts_with(&shown));
        }
    }

    #[test]
    fn whole_fences_stay_fences(lines in proptest::collection::vec("[a-z ]{0,30}[a-z]", 1..60), most in 60usize..200) {
        let text = format!("before\n```rust\n{}\n```\nafter", lines.join("\n"));
        for piece in split(&text, most, usize::MAX) {
            prop_assert!(is_balanced(&piece), "{piece:?}");
            prop_assert!(!piece.contains("```rust\n```"), "{piece:?}");
        }
    }
}
