//! Frames on terminals that disagree about the columns of graphemes, and the codes of colours.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Color, Modifier, Style};
use unicode_width::UnicodeWidthChar;

use super::paint::{changes, paint};
use crate::settings::ThemeName;
use crate::text::width;
use crate::view::theme::Theme;

const COLUMNS: usize = 12;

/// What follows each other on the screen: with graphemes that terminals give one column, two or more, at the ends of lines too.
const LINES: [&str; 20] = [
    "",
    "plain text",
    "🇹🇼",
    "🇹🇼 x",
    " 🇹🇼🇹🇼",
    "          🇹🇼",
    "❤️",
    "❤️ x",
    " ❤️",
    "a❤️b",
    "         ❤️z",
    "#️⃣ 1",
    "👍🏽",
    "👍🏽👍🏽",
    "👩‍👩‍👧‍👦 yz",
    "🫨z",
    "日本",
    "a日b",
    "ｶﾞx",
    "e\u{301}x",
];

fn line(text: &str) -> Buffer {
    let mut cells = Buffer::empty(Rect::new(0, 0, COLUMNS as u16, 1));
    cells.set_string(0, 0, text, Style::new());
    cells
}

fn written(before: &Buffer, now: &Buffer) -> String {
    let mut bytes = Vec::new();
    paint(&mut bytes, &changes(before, now)).expect("is written");
    String::from_utf8(bytes).expect("UTF-8")
}

/// What a terminal makes of a text: what it shows as one, and the columns of each.
type Glyphs = fn(&str) -> Vec<(String, usize)>;

/// Terminals, by what they do with graphemes.
const TERMINALS: [(&str, Glyphs); 6] = [
    ("it has the columns of the frame", |text| joined(text, |_| None)),
    ("it knows no variation selectors", |text| joined(text, |one| one.contains('\u{fe0f}').then_some(1))),
    ("its flags are narrow", |text| joined(text, |one| one.starts_with(is_of_flag).then_some(1))),
    ("it joins nothing", |text| apart(text, |_| None)),
    ("it joins nothing, and halves of flags are wide", |text| apart(text, |c| is_of_flag(c).then_some(2))),
    ("it joins nothing, and emoji are narrow", |text| apart(text, |c| (c >= '\u{1f000}').then_some(1))),
];

fn is_of_flag(c: char) -> bool {
    ('\u{1f1e6}'..='\u{1f1ff}').contains(&c)
}

fn joined(text: &str, own: fn(&str) -> Option<usize>) -> Vec<(String, usize)> {
    width::graphemes(text).map(|(one, columns)| (one.to_owned(), own(one).unwrap_or(columns))).collect()
}

fn apart(text: &str, own: fn(char) -> Option<usize>) -> Vec<(String, usize)> {
    let mut glyphs: Vec<(String, usize)> = Vec::new();
    for c in text.chars() {
        match (own(c).or(c.width()).unwrap_or(0), glyphs.last_mut()) {
            (0, Some((letter, _))) => letter.push(c),
            (columns, _) => glyphs.push((c.to_string(), columns.max(1))),
        }
    }
    glyphs
}

/// A terminal of one line.
struct Emulator {
    glyphs: Glyphs,
    /// Whether the other half of a wide glyph goes with the one that is written over.
    clears_halves: bool,
    cells: Vec<String>,
    cursor: usize,
}

impl Emulator {
    fn new(glyphs: Glyphs, clears_halves: bool) -> Self {
        Self { glyphs, clears_halves, cells: vec![" ".to_owned(); COLUMNS], cursor: 0 }
    }

    /// What it shows of frames that follow each other, the first on an empty screen.
    fn shows(mut self, frames: &[&str]) -> Vec<String> {
        let mut before = line("");
        for now in frames.iter().copied().map(line) {
            self.obey(&written(&before, &now));
            before = now;
        }
        self.cells
    }

    fn obey(&mut self, bytes: &str) {
        for piece in bytes.split('\x1b').skip(1) {
            let end = piece.find(|c: char| c.is_ascii_alphabetic()).expect("a sequence ends");
            if &piece[end..=end] == "H" {
                let (_, column) = piece[1..end].split_once(';').expect("a line and a column");
                self.cursor = column.parse::<usize>().expect("a number") - 1;
            }
            for (glyph, columns) in (self.glyphs)(&piece[end + 1..]) {
                self.put(&glyph, columns);
            }
        }
    }

    fn put(&mut self, glyph: &str, columns: usize) {
        // Lines don't run on: the last columns take what is too wide.
        let at = self.cursor.min(COLUMNS - columns);
        for column in at..at + columns {
            let old = std::mem::replace(&mut self.cells[column], " ".to_owned());
            if self.clears_halves && old.ends_with('◀') {
                self.cells[column + 1] = " ".to_owned();
            } else if self.clears_halves && old.ends_with('▶') {
                self.cells[column - 1] = " ".to_owned();
            }
        }
        if columns == 2 {
            self.cells[at] = format!("{glyph}◀");
            self.cells[at + 1] = format!("{glyph}▶");
        } else {
            glyph.clone_into(&mut self.cells[at]);
        }
        self.cursor = at + columns;
    }
}

#[test]
fn nothing_stays_of_a_grapheme_whichever_columns_a_terminal_gave_it() {
    for (terminal, glyphs) in TERMINALS {
        for clears_halves in [true, false] {
            let shows = |frames: &[&str]| Emulator::new(glyphs, clears_halves).shows(frames);
            for now in LINES {
                let alone = shows(&[now]);
                for before in LINES {
                    assert_eq!(shows(&[before, now]), alone, "{terminal}: {before:?}, then {now:?}");
                    assert_eq!(shows(&[now, before, now]), alone, "{terminal}: {now:?} again");
                }
            }
        }
    }
}

#[test]
fn what_stands_behind_a_grapheme_stands_in_its_column() {
    for (terminal, glyphs) in TERMINALS {
        for text in ["❤️ x", "🇹🇼 x", "👩‍👩‍👧‍👦 x"] {
            let cells = Emulator::new(glyphs, true).shows(&["🇹🇼🇹🇼🇹🇼", text]);
            assert_eq!(cells[3], "x", "{terminal}: {text:?} is {cells:?}");
        }
    }
    let (_, narrow) = TERMINALS[1];
    let heart = Emulator::new(narrow, false).shows(&["🇹🇼", "❤️"]);
    assert_eq!(heart[..3], ["❤️", " ", " "], "half a flag stays beside it");
}

#[test]
fn no_more_is_written_than_what_may_have_been_covered() {
    let columns = |before: &str, now: &str| -> Vec<u16> {
        changes(&line(before), &line(now)).iter().map(|(x, ..)| *x).collect()
    };
    assert_eq!(columns("🇹🇼", ""), [0, 1, 2, 3], "a flag goes");
    assert_eq!(columns("", "🇹🇼 x"), [0, 2, 3], "a flag comes");
    assert_eq!(columns("🇹🇼 x", "🇹🇼 y"), [3], "a flag stays");
    assert_eq!(columns("🇹🇼", "❤️"), [0, 2, 3], "a heart comes in its place");
    assert_eq!(columns("👍🏽", "日本"), [0, 2], "a wide letter hides the cell behind it");
    assert_eq!(columns("日 e\u{301}", "   x"), [0, 1, 3], "letters have the columns that they have");
    assert_eq!(columns("          🇹🇼", ""), [10, 11], "a line has an end");
    assert_eq!(columns("plain text", "plain test"), [8]);
}

/// The sequences that set a style, of a frame in which a letter has it.
fn codes(style: Style) -> Vec<String> {
    let mut now = line("");
    now.set_string(0, 0, "x", style);
    let bytes = written(&line(""), &now);
    bytes.split('\x1b').filter_map(|piece| Some(piece.split_once('m')?.0.to_owned())).collect()
}

#[test]
fn colours_that_have_a_name_are_written_as_terminals_of_sixteen_colours_know_them() {
    for (colour, letter, behind) in [
        (Color::Black, 30, 40),
        (Color::Red, 31, 41),
        (Color::Gray, 37, 47),
        (Color::DarkGray, 90, 100),
        (Color::LightRed, 91, 101),
        (Color::White, 97, 107),
    ] {
        assert_eq!(codes(Style::new().fg(colour)), [format!("[0;{letter}"), "[0".into()]);
        assert_eq!(codes(Style::new().bg(colour)), [format!("[0;{behind}"), "[0".into()]);
    }
    let many = Style::new().fg(Color::Indexed(203)).bg(Color::Rgb(1, 2, 3)).add_modifier(Modifier::BOLD);
    assert_eq!(codes(many), ["[0;1;38;5;203;48;2;1;2;3", "[0"]);
}

#[test]
fn the_theme_of_sixteen_colours_needs_no_more() {
    let Theme { text, dim, accent, unread, mention, error, selected, .. } = Theme::of(ThemeName::Sixteen);
    let Theme { focus, link, code, keyword, literal, number, online, .. } = Theme::of(ThemeName::Sixteen);
    let first = [text, dim, accent, unread, mention, error, selected];
    for style in first.into_iter().chain([focus, link, code, keyword, literal, number, online]) {
        for sequence in codes(style) {
            let known =
                |code: &str| code.parse::<u8>().is_ok_and(|code| code < 38 || (90..98).contains(&code));
            assert!(sequence[1..].split(';').all(known), "{style:?} is {sequence:?}");
        }
    }
}
