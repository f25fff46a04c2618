//! Small things that all views draw with.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::text::{clean, width};

/// Writes others' text into one line of an area, cut where it does not fit; the column behind it.
pub fn text(buffer: &mut Buffer, area: Rect, line: u16, text: &str, style: Style) -> u16 {
    if line >= area.height || area.width == 0 {
        return area.x;
    }
    let cut = width::cut(&clean::line(text), usize::from(area.width));
    buffer.set_stringn(area.x, area.y + line, &cut, usize::from(area.width), style).0
}

/// Writes a line of spans.
pub fn spans(buffer: &mut Buffer, area: Rect, line: u16, spans: &Line<'_>) {
    if line < area.height && area.width > 0 {
        buffer.set_line(area.x, area.y + line, spans, area.width);
    }
}

/// Writes a text at the right end of a line; how many columns it took.
pub fn right(buffer: &mut Buffer, area: Rect, line: u16, text: &str, style: Style) -> u16 {
    let text = width::cut(&clean::line(text), usize::from(area.width));
    let columns = u16::try_from(width::of(&text)).unwrap_or(area.width).min(area.width);
    if line < area.height && columns > 0 {
        buffer.set_stringn(area.right() - columns, area.y + line, &text, usize::from(columns), style);
    }
    columns
}

/// A line across an area, with a text in it.
#[must_use]
pub fn rule(columns: usize, text: &str, rule: Style, style: Style) -> Line<'static> {
    let text = width::cut(&clean::line(text), columns.saturating_sub(6));
    if text.is_empty() {
        return Line::from(Span::styled("─".repeat(columns), rule));
    }
    let rest = columns.saturating_sub(width::of(&text) + 5);
    Line::from(vec![
        Span::styled("── ", rule),
        Span::styled(text, style),
        Span::styled(format!(" {}", "─".repeat(rest + 1)), rule),
    ])
}

/// An area without so many columns and lines at each side.
#[must_use]
pub fn inside(area: Rect, columns: u16, lines: u16) -> Rect {
    let width = area.width.saturating_sub(2 * columns);
    let height = area.height.saturating_sub(2 * lines);
    Rect::new(area.x + columns.min(area.width), area.y + lines.min(area.height), width, height)
}

/// An area in the middle of another one, at most as large.
#[must_use]
pub fn middle(area: Rect, columns: u16, lines: u16) -> Rect {
    let (width, height) = (columns.min(area.width), lines.min(area.height));
    let (x, y) = (area.x + (area.width - width) / 2, area.y + (area.height - height) / 2);
    Rect::new(x, y, width, height)
}

/// Empties an area. A wide character that reaches into it goes as a whole.
pub fn empty(buffer: &mut Buffer, area: Rect) {
    for y in area.top()..area.bottom() {
        if let Some(beside) = area.left().checked_sub(1)
            && let Some(cell) = buffer.cell_mut((beside, y))
            && width::of(cell.symbol()) > 1
        {
            cell.set_symbol(" ");
        }
        for x in area.left()..area.right() {
            if let Some(cell) = buffer.cell_mut((x, y)) {
                cell.reset();
            }
        }
    }
}

/// Empties an area, and draws a border around it with a title. What is left inside.
pub fn window(buffer: &mut Buffer, area: Rect, title: &str, style: Style) -> Rect {
    empty(buffer, area);
    if area.width < 2 || area.height < 2 {
        return area;
    }
    let across = "─".repeat(usize::from(area.width) - 2);
    let last = area.height - 1;
    text(buffer, area, 0, &format!("┌{across}┐"), style);
    text(buffer, area, last, &format!("└{across}┘"), style);
    for line in 1..last {
        text(buffer, area, line, "│", style);
        right(buffer, area, line, "│", style);
    }
    let head = Rect { x: area.x + 2, width: area.width.saturating_sub(4), ..area };
    if !title.is_empty() {
        text(buffer, head, 0, &format!(" {title} "), style);
    }
    inside(area, 1, 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_parts_no_wide_character() {
        let mut cells = Buffer::empty(Rect::new(0, 0, 10, 3));
        cells.set_string(0, 1, "日本語日本", Style::new());
        window(&mut cells, Rect::new(3, 0, 4, 3), "", Style::new());
        let line: Vec<&str> = (0..10).map(|x| cells[(x, 1)].symbol()).collect();
        assert_eq!(line[..4], ["日", " ", " ", "│"], "{line:?}");
    }

    #[test]
    fn a_rule_is_as_long_as_it_should_be() {
        for (columns, text) in [(20, "day"), (20, "日本語"), (20, ""), (20, "much too long to stand in it")]
        {
            let line = rule(columns, text, Style::new(), Style::new()).to_string();
            assert_eq!(width::of(&line), columns, "{line}");
        }
    }
}
