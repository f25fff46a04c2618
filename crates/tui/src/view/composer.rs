//! What is being written, its cursor, and what completes it.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::draw::{empty, rule, spans, text};
use super::theme::Theme;
use crate::links;
use crate::state::{Pane, State};
use crate::text::{clean, width};

/// Lines of text that are shown at most.
const LINES: usize = 8;
/// Columns of the mark in front of the text.
const MARK: usize = 2;

/// How the text is broken into lines, and where the cursor stands in them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broken {
    pub lines: Vec<String>,
    /// Column and line.
    pub cursor: (usize, usize),
}

/// Breaks a text at its line ends, and where a line is full: what is typed never moves to another line before that.
#[must_use]
pub fn broken(content: &str, at: usize, columns: usize) -> Broken {
    let columns = columns.max(4);
    let mut lines = vec![String::new()];
    let (mut used, mut place, mut cursor) = (0, 0, None);
    for (grapheme, wide) in width::graphemes(content) {
        let is_end = grapheme.ends_with('\n');
        let (shown, wide) = if grapheme == "\t" { (" ", 1) } else { (grapheme, wide) };
        if !is_end && used + wide > columns {
            lines.push(String::new());
            used = 0;
        }
        if place >= at && cursor.is_none() {
            cursor = Some((used, lines.len() - 1));
        }
        place += grapheme.len();
        if is_end {
            lines.push(String::new());
            used = 0;
            continue;
        }
        if let Some(last) = lines.last_mut() {
            last.push_str(&clean::line(shown));
        }
        used += wide;
    }
    if cursor.is_none() && used >= columns {
        lines.push(String::new());
        used = 0;
    }
    let cursor = cursor.unwrap_or((used, lines.len() - 1));
    Broken { lines, cursor }
}

/// Lines that the composer takes, its head included.
#[must_use]
pub fn height(state: &State, columns: u16, body: u16) -> u16 {
    let buffer = &state.composer.buffer;
    let lines = broken(buffer.text(), buffer.at(), usize::from(columns).saturating_sub(MARK)).lines.len();
    let most = LINES.min(usize::from(body) / 3).max(1);
    u16::try_from(lines.min(most) + 1).unwrap_or(2).min(body)
}

/// Draws it; where the cursor of the terminal is to stand.
pub fn draw(state: &State, area: Rect, buffer: &mut Buffer, theme: &Theme) -> Option<Position> {
    if area.height == 0 || area.width < 4 {
        return None;
    }
    let has_focus = state.pane == Pane::Compose;
    let style = if has_focus { theme.focus } else { theme.dim };
    spans(buffer, area, 0, &rule(usize::from(area.width), &title(state), style, style));
    let below = Rect { y: area.y + 1, height: area.height - 1, ..area };
    if below.height == 0 {
        return None;
    }
    let own = &state.composer.buffer;
    if own.is_empty() && !has_focus {
        text(buffer, below, 0, "  write …", theme.dim);
        return None;
    }
    let room = usize::from(area.width).saturating_sub(MARK);
    let Broken { lines, cursor: (column, line) } = broken(own.text(), own.at(), room);
    let first = (line + 1).saturating_sub(usize::from(below.height));
    let inside = Rect { x: below.x + MARK as u16, width: below.width.saturating_sub(MARK as u16), ..below };
    text(buffer, below, 0, if first > 0 { "^" } else { ">" }, style);
    for (place, content) in (0..below.height).zip(lines.iter().skip(first)) {
        text(buffer, inside, place, content, theme.text);
    }
    let column = u16::try_from(column).unwrap_or(u16::MAX).min(inside.width.saturating_sub(1));
    let line = u16::try_from(line - first).unwrap_or(0);
    has_focus.then(|| Position::new(inside.x + column, inside.y + line))
}

/// What is written, and to whom.
fn title(state: &State) -> String {
    if let Some(id) = state.composer.editing {
        let known = state.find(id).map(|message| ajet_markup::preview(&message.body_md, state, 30));
        return format!("editing \u{201c}{}\u{201d} (Esc stops)", known.unwrap_or_default());
    }
    let Some(place) = state.open_channel() else { return String::new() };
    let name = state.title_of(&place.channel);
    let over = state.composer.buffer.text().chars().count();
    let left = ajet_protocol::limits::BODY_CHARS as i64 - over as i64;
    let left = if left < 200 { format!(" ({left} left)") } else { String::new() };
    let files = with_files(&state.composer.files);
    if state.thread.is_some() {
        format!("reply in a thread of {name}{files}{left}")
    } else {
        format!("to {name}{files}{left}")
    }
}

/// The names of files that go along.
fn with_files(paths: &[String]) -> String {
    let names: Vec<&str> = paths.iter().map(|path| links::file_name(path)).collect();
    if names.is_empty() { String::new() } else { format!(" with {}", names.join(", ")) }
}

/// Draws the completions above the composer.
pub fn completion(state: &State, screen: Rect, composer: Rect, buffer: &mut Buffer, theme: &Theme) {
    let Some(completion) = state.composer.completion.as_ref().filter(|_| state.overlay.is_none()) else {
        return;
    };
    let columns = completion.choices.iter().map(|choice| width::of(&clean::line(&choice.label))).max();
    let columns = u16::try_from(columns.unwrap_or(0) + 2).unwrap_or(composer.width).min(composer.width);
    let lines = u16::try_from(completion.choices.len()).unwrap_or(1).min(composer.y.saturating_sub(screen.y));
    let area = Rect::new(composer.x, composer.y - lines, columns, lines);
    for (line, choice) in (0..lines).zip(&completion.choices) {
        let is_chosen = state.composer.completes && usize::from(line) == completion.at;
        let style = if is_chosen { theme.text.patch(theme.selected) } else { theme.text };
        let row = Rect { y: area.y + line, height: 1, ..area };
        empty(buffer, row);
        buffer.set_style(row, style);
        text(buffer, row, 0, &format!(" {} ", choice.label), style);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_cursor_stands_where_the_next_letter_goes() {
        let lines = |content: &str, at| broken(content, at, 4);
        assert_eq!(lines("", 0), Broken { lines: vec![String::new()], cursor: (0, 0) });
        assert_eq!(lines("ab", 1).cursor, (1, 0));
        assert_eq!(lines("ab\ncd", 5).cursor, (2, 1));
        assert_eq!(lines("ab\n", 3).cursor, (0, 1));
        assert_eq!(lines("日本", 3).cursor, (2, 0));
        assert_eq!(lines("abcd", 4).cursor, (0, 1), "a full line goes on below");
        assert_eq!(lines("abcde", 4).cursor, (0, 1));
        assert_eq!(lines("abcde", 4).lines, ["abcd", "e"]);
        assert_eq!(lines("ab日c", 3).lines, ["ab日", "c"]);
        assert_eq!(lines("abc日", 6).lines, ["abc", "日"], "a wide letter is not parted");
    }

    proptest! {
        #[test]
        fn no_line_is_too_wide_and_the_cursor_is_inside(text in "[ab 日\n👍é]{0,40}", columns in 4_usize..20, at in 0_usize..40) {
            let places: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
            let at = places[at.min(places.len() - 1)];
            let Broken { lines, cursor: (column, line) } = broken(&text, at, columns);
            prop_assert!(lines.iter().all(|line| width::of(line) <= columns));
            prop_assert!(line < lines.len() && column <= columns);
        }
    }
}
