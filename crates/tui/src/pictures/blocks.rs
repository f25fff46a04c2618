//! A picture as cells: each shows two pixels, the upper one by its letter and the lower one by its background.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use super::Picture;
use crate::settings::ThemeName;
use crate::view::theme;

/// Draws a picture into the middle of an area, in the colours that a theme has.
pub fn draw(picture: &Picture, area: Rect, buffer: &mut Buffer, theme: ThemeName) {
    if area.width == 0 || area.height == 0 {
        return;
    }
    let (columns, lines) = picture.fit((u32::from(area.width), u32::from(area.height)), (1, 2));
    let scaled = picture.scaled(columns, lines * 2);
    let (columns, lines) = (columns as u16, lines as u16);
    let (left, top) = (area.x + (area.width - columns) / 2, area.y + (area.height - lines) / 2);
    for line in 0..lines {
        for column in 0..columns {
            let pixel = |y: u32| scaled.pixel(u32::from(column), y);
            let (upper, lower) = (pixel(u32::from(line) * 2), pixel(u32::from(line) * 2 + 1));
            if let Some(cell) = buffer.cell_mut((left + column, top + line)) {
                match (theme::colour(theme, upper), theme::colour(theme, lower)) {
                    (Some(upper), Some(lower)) => {
                        cell.set_symbol("▀").set_style(Style::new().fg(upper).bg(lower));
                    }
                    _ => {
                        cell.set_symbol(bare(upper, lower));
                    }
                }
            }
        }
    }
}

/// Two pixels without a colour: each is there if it is bright.
fn bare(upper: [u8; 3], lower: [u8; 3]) -> &'static str {
    let is_bright = |[r, g, b]: [u8; 3]| u32::from(r) * 3 + u32::from(g) * 6 + u32::from(b) > 10 * 127;
    match (is_bright(upper), is_bright(lower)) {
        (true, true) => "█",
        (true, false) => "▀",
        (false, true) => "▄",
        (false, false) => " ",
    }
}

#[cfg(test)]
mod tests {
    use ratatui::style::Color;

    use super::*;

    /// A picture of two columns: white above red, and blue above black.
    fn drawn(theme: ThemeName) -> Buffer {
        let rgb = vec![255, 255, 255, 0, 0, 200, 250, 90, 80, 10, 0, 5];
        let picture = Picture { width: 2, height: 2, rgb };
        let mut cells = Buffer::empty(Rect::new(0, 0, 2, 1));
        draw(&picture, cells.area, &mut cells, theme);
        cells
    }

    fn colours(cells: &Buffer) -> [(Color, Color); 2] {
        [(cells[(0, 0)].fg, cells[(0, 0)].bg), (cells[(1, 0)].fg, cells[(1, 0)].bg)]
    }

    #[test]
    fn a_picture_has_the_colours_that_the_terminal_can_show() {
        let [white, red] = [Color::Rgb(255, 255, 255), Color::Rgb(250, 90, 80)];
        let [blue, black] = [Color::Rgb(0, 0, 200), Color::Rgb(10, 0, 5)];
        assert_eq!(colours(&drawn(ThemeName::Dark)), [(white, red), (blue, black)]);
        let sixteen = [(Color::White, Color::LightRed), (Color::Blue, Color::Black)];
        assert_eq!(colours(&drawn(ThemeName::Sixteen)), sixteen);
    }

    #[test]
    fn a_picture_without_colours_is_bright_and_dark() {
        let cells = drawn(ThemeName::None);
        assert_eq!(colours(&cells), [(Color::Reset, Color::Reset); 2]);
        assert_eq!((cells[(0, 0)].symbol(), cells[(1, 0)].symbol()), ("█", " "));
    }
}
