//! Frames as bytes: which cells are written when a frame takes the place of another one, and by which codes.
//!
//! Terminals disagree about the columns of some graphemes: flags, emoji with a variation selector, emoji that are joined of several. Here a
//! frame looks the same whichever columns a terminal gives them. It asks no terminal what it does, and names none.

use std::io::{self, Write};
use std::ops::RangeInclusive;

use crossterm::cursor::MoveTo;
use crossterm::queue;
use ratatui::buffer::{Buffer, Cell, CellWidth};
use ratatui::style::{Color, Modifier};
use unicode_width::UnicodeWidthChar;

/// Emoji: those of recent years are narrow in a terminal that does not know them.
const EMOJI: RangeInclusive<char> = '\u{1f000}'..='\u{1faff}';

/// What each modifier is in the codes of terminals.
const MODIFIERS: [(Modifier, u8); 9] = [
    (Modifier::BOLD, 1),
    (Modifier::DIM, 2),
    (Modifier::ITALIC, 3),
    (Modifier::UNDERLINED, 4),
    (Modifier::SLOW_BLINK, 5),
    (Modifier::RAPID_BLINK, 6),
    (Modifier::REVERSED, 7),
    (Modifier::HIDDEN, 8),
    (Modifier::CROSSED_OUT, 9),
];

/// A cell that is written, and where.
pub type Change<'a> = (u16, u16, &'a Cell);

/// The cells that are written for a frame, line by line: those that have changed, and those behind them that a terminal may have covered by
/// what stood there, or covers by what stands there now. Both frames have the same area.
#[must_use]
pub fn changes<'a>(before: &Buffer, now: &'a Buffer) -> Vec<Change<'a>> {
    let mut all = Vec::new();
    for y in now.area.top()..now.area.bottom() {
        changes_of_line(before, now, y, &mut all);
    }
    all
}

fn changes_of_line<'a>(before: &Buffer, now: &'a Buffer, y: u16, all: &mut Vec<Change<'a>>) {
    let right = now.area.right();
    let mut x = now.area.left();
    // The columns before this one may be covered by something that is not theirs.
    let mut covered = x;
    while x < right {
        let cell = &now[(x, y)];
        let next = x.saturating_add(columns(cell)).min(right);
        if x < covered || (x..next).any(|column| before[(column, y)] != now[(column, y)]) {
            let old = (x..next).map(|column| column.saturating_add(reach(&before[(column, y)])));
            let new = x.saturating_add(reach(cell));
            covered = old.fold(covered.max(new), u16::max);
            all.push((x, y, cell));
        }
        x = next;
    }
}

/// Writes cells. The cursor is told where to go wherever a terminal could disagree about where it is.
///
/// # Errors
/// When the bytes are not taken.
pub fn paint(out: &mut impl Write, changes: &[Change<'_>]) -> io::Result<()> {
    let mut style = (Color::Reset, Color::Reset, Modifier::empty());
    let mut cursor = None;
    for (x, y, cell) in changes {
        if cursor != Some((*x, *y)) {
            queue!(out, MoveTo(*x, *y))?;
        }
        let own = (cell.fg, cell.bg, cell.modifier);
        if own != style {
            set_style(out, cell)?;
            style = own;
        }
        let (columns, is_sure) = (columns(cell), is_sure(cell));
        if !is_sure {
            // Where a terminal gives it fewer columns, the others would show what stood there.
            write!(out, "{:blank$}", "", blank = usize::from(columns))?;
            queue!(out, MoveTo(*x, *y))?;
        }
        out.write_all(cell.symbol().as_bytes())?;
        cursor = (is_sure && columns == 1).then(|| (x.saturating_add(1), *y));
    }
    out.write_all(b"\x1b[0m")
}

/// The columns that the frame has for a cell.
fn columns(cell: &Cell) -> u16 {
    cell.cell_width().max(1)
}

/// The columns that any terminal may have for a cell: at most two for each character.
fn reach(cell: &Cell) -> u16 {
    if is_sure(cell) {
        return columns(cell);
    }
    u16::try_from(2 * cell.symbol().chars().count()).unwrap_or(u16::MAX)
}

/// Whether terminals agree about the columns of a cell. They do about a character that keeps its own columns, whatever marks it has: not
/// where several characters with columns are joined, nor where another one makes an emoji of a sign or a key of a digit.
fn is_sure(cell: &Cell) -> bool {
    let mut with_columns = cell.symbol().chars().filter(|c| c.width() != Some(0));
    let (Some(one), None) = (with_columns.next(), with_columns.next()) else { return false };
    one.width() == Some(usize::from(columns(cell))) && !EMOJI.contains(&one)
}

/// Sets the style of a cell in place of any other.
fn set_style(out: &mut impl Write, cell: &Cell) -> io::Result<()> {
    out.write_all(b"\x1b[0")?;
    for (_, code) in MODIFIERS.iter().filter(|(modifier, _)| cell.modifier.contains(*modifier)) {
        write!(out, ";{code}")?;
    }
    set_colour(out, cell.fg, 30)?;
    set_colour(out, cell.bg, 40)?;
    out.write_all(b"m")
}

/// Adds a colour to a sequence: of letters from `base` 30 on, of what is behind them from 40 on. The sixteen that have a name are written by
/// the codes that terminals with sixteen colours know, and not as the first ones of 256, as crossterm writes them.
fn set_colour(out: &mut impl Write, colour: Color, base: u8) -> io::Result<()> {
    let number = match colour {
        Color::Reset => return Ok(()),
        Color::Rgb(r, g, b) => return write!(out, ";{};2;{r};{g};{b}", base + 8),
        Color::Indexed(number) => return write!(out, ";{};5;{number}", base + 8),
        Color::Black => 0,
        Color::Red => 1,
        Color::Green => 2,
        Color::Yellow => 3,
        Color::Blue => 4,
        Color::Magenta => 5,
        Color::Cyan => 6,
        Color::Gray => 7,
        Color::DarkGray => 60,
        Color::LightRed => 61,
        Color::LightGreen => 62,
        Color::LightYellow => 63,
        Color::LightBlue => 64,
        Color::LightMagenta => 65,
        Color::LightCyan => 66,
        Color::White => 67,
    };
    write!(out, ";{}", base + number)
}
