//! A picture as cells: each shows two pixels, the upper one by its letter and the lower one by its background.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Color, Style};

use super::Picture;

/// Draws a picture into the middle of an area.
pub fn draw(picture: &Picture, area: Rect, buffer: &mut Buffer) {
    if area.width == 0 || area.height == 0 {
        return;
    }
    let (columns, lines) = picture.fit((u32::from(area.width), u32::from(area.height)), (1, 2));
    let scaled = picture.scaled(columns, lines * 2);
    let (columns, lines) = (columns as u16, lines as u16);
    let (left, top) = (area.x + (area.width - columns) / 2, area.y + (area.height - lines) / 2);
    for line in 0..lines {
        for column in 0..columns {
            let pixel = |y: u32| {
                let [r, g, b] = scaled.pixel(u32::from(column), y);
                Color::Rgb(r, g, b)
            };
            let style = Style::new().fg(pixel(u32::from(line) * 2)).bg(pixel(u32::from(line) * 2 + 1));
            if let Some(cell) = buffer.cell_mut((left + column, top + line)) {
                cell.set_symbol("▀").set_style(style);
            }
        }
    }
}
