//! What lies over the screen: lists, questions, help, texts and pictures.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::draw::{inside, middle, right, spans, text, window};
use super::theme::Theme;
use crate::keys::action::Context;
use crate::markdown::{self, Reader};
use crate::pictures::{Picture, blocks, sequences};
use crate::state::State;
use crate::state::overlay::{Item, Kind, Overlay, Picker, Shown};
use crate::text::width;

/// Draws it; where the cursor of the terminal is to stand.
pub fn draw(state: &State, screen: Rect, buffer: &mut Buffer, theme: &Theme) -> Option<Position> {
    match state.overlay.as_ref()? {
        Overlay::Help(first) => help(state, screen, buffer, theme, *first),
        Overlay::Picker(one) => return picker(one, screen, buffer, theme),
        Overlay::Question(question) => {
            let columns = u16::try_from(width::of(&question.text) + 4).unwrap_or(60).max(24);
            let area = window(buffer, middle(screen, columns, 4), "", theme.focus);
            text(buffer, area, 0, &format!(" {}", question.text), theme.text);
            text(buffer, area, 1, " y yes   n no", theme.dim);
        }
        Overlay::Reader { title, text: content, first, .. } => {
            let area =
                window(buffer, middle(screen, 76, screen.height.saturating_sub(4)), title, theme.focus);
            let area = inside(area, 1, 0);
            let reader = Reader { names: state, me: state.me(), theme, reveals: true };
            let lines = markdown::lines(content, usize::from(area.width), reader);
            let first = (*first).min(lines.len().saturating_sub(1));
            for (line, content) in (0..area.height).zip(lines.iter().skip(first)) {
                spans(buffer, area, line, content);
            }
        }
        Overlay::Picture { name, picture, .. } => {
            let area = window(buffer, screen, &format!("{name} (Esc closes)"), theme.focus);
            match picture {
                Shown::Coming => drop(text(buffer, area, 0, " loading …", theme.dim)),
                Shown::Failed(why) => drop(text(buffer, area, 0, &format!(" {why}"), theme.error)),
                Shown::Here(_) if state.pictures_beside => {}
                Shown::Here(picture) => blocks::draw(picture, area, buffer, state.theme),
            }
        }
    }
    None
}

/// The cells over which a sequence shows a picture, in the middle of its window; `None` where there is no room.
#[must_use]
pub fn picture_area(screen: Rect, picture: &Picture) -> Option<Rect> {
    let area = inside(screen, 1, 1);
    if area.is_empty() {
        return None;
    }
    let (columns, lines) = picture.fit((u32::from(area.width), u32::from(area.height)), sequences::CELL);
    let columns = u16::try_from(columns).unwrap_or(area.width);
    Some(middle(area, columns, u16::try_from(lines).unwrap_or(area.height)))
}

fn picker(picker: &Picker, screen: Rect, buffer: &mut Buffer, theme: &Theme) -> Option<Position> {
    let wanted = match picker.kind {
        Kind::GoTo => 3,
        Kind::Links | Kind::Vote(_) => u16::try_from(picker.len()).unwrap_or(20) + 4,
        _ => screen.height.saturating_sub(4),
    };
    let area = middle(screen, 78, wanted.clamp(4, 24));
    let area = window(buffer, area, picker.kind.title(), theme.focus);
    let head = inside(area, 1, 0);
    text(buffer, head, 0, "›", theme.accent);
    let input = Rect { x: head.x + head.width.min(2), width: head.width.saturating_sub(2), ..head };
    text(buffer, input, 0, picker.input.text(), theme.text);
    let list = Rect { y: area.y + area.height.min(1), height: area.height.saturating_sub(1), ..area };
    if picker.waits && picker.is_empty() {
        text(buffer, list, 0, "  …", theme.dim);
    }
    let lines = usize::from(list.height);
    let first = picker.at.saturating_sub(lines.saturating_sub(1));
    for (line, item) in (0..list.height).zip(picker.items().skip(first)) {
        one(item, (list, line), buffer, theme);
        if first + usize::from(line) == picker.at {
            buffer.set_style(Rect { y: list.y + line, height: 1, ..list }, theme.selected);
        }
    }
    let column = u16::try_from(width::of(picker.input.before())).unwrap_or(0);
    (input.width > 0).then(|| Position::new(input.x + column.min(input.width - 1), input.y))
}

fn one(item: &Item, (area, line): (Rect, u16), buffer: &mut Buffer, theme: &Theme) {
    let area = inside(area, 1, 0);
    let detail = width::cut(&item.detail, usize::from(area.width) / 3);
    let taken = right(buffer, area, line, &detail, theme.dim);
    let room = Rect { width: area.width.saturating_sub(taken + 1), ..area };
    let style = if item.marked { theme.unread } else { theme.text };
    let mark = if item.marked { "● " } else { "  " };
    text(buffer, room, line, &format!("{mark}{}", item.label), style);
}

/// The keys as they are, by where they mean something.
#[must_use]
pub fn help_lines(state: &State) -> Vec<String> {
    let keymap = &state.settings.keymap;
    let mut lines = Vec::new();
    for context in Context::ALL {
        lines.push(
            match context {
                Context::Global => "Everywhere",
                Context::List => "In lists and among messages",
                Context::Messages => "On a message",
                Context::Compose => "While you write",
                Context::Overlay => "In what lies over the screen",
            }
            .to_owned(),
        );
        let mut keys: Vec<(String, &str)> =
            keymap.in_context(context).map(|(keys, action)| (keys, action.words())).collect();
        keys.sort_by(|one, other| one.1.cmp(other.1));
        lines.extend(keys.into_iter().map(|(keys, words)| format!("  {keys:<12} {words}")));
        lines.push(String::new());
    }
    lines
}

fn help(state: &State, screen: Rect, buffer: &mut Buffer, theme: &Theme, first: usize) {
    let area = window(buffer, middle(screen, 70, screen.height.saturating_sub(2)), "Keys", theme.focus);
    let area = inside(area, 1, 0);
    let lines = help_lines(state);
    let first = first.min(lines.len().saturating_sub(usize::from(area.height)));
    for (line, content) in (0..area.height).zip(lines.iter().skip(first)) {
        let style = if content.starts_with(' ') { theme.text } else { theme.accent };
        text(buffer, area, line, content, style);
    }
}
