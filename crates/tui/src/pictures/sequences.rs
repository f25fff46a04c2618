//! The sequences by which terminals show pictures. Each is made of numbers and of encoded pixels alone.

use std::fmt::Write as _;
use std::io::Cursor;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use image::{ImageFormat, RgbImage};

use super::Picture;
use crate::options::TerminalKind;
use crate::settings::Pictures;

/// Bytes of a piece that kitty takes.
const PIECE: usize = 4096;
/// Pixels of a cell, where the terminal does not say.
pub const CELL: (u32, u32) = (8, 16);

/// How this terminal shows pictures. Where it is not known, and behind a multiplexer, by half blocks.
#[must_use]
pub fn way(wanted: Pictures, terminal: &TerminalKind) -> Pictures {
    if wanted != Pictures::Auto {
        return wanted;
    }
    let (term, program) = (terminal.term.as_str(), terminal.program.to_lowercase());
    match program.as_str() {
        _ if terminal.multiplexed => Pictures::Blocks,
        _ if term.contains("kitty") || term.contains("ghostty") => Pictures::Kitty,
        "ghostty" => Pictures::Kitty,
        "iterm.app" | "wezterm" => Pictures::Iterm2,
        _ if term.contains("mlterm") || term.starts_with("foot") || term.contains("sixel") => Pictures::Sixel,
        _ => Pictures::Blocks,
    }
}

/// The sequence that shows a picture in so many cells, from where the cursor is; `None` where cells show it.
#[must_use]
pub fn sequence(way: Pictures, picture: &Picture, (columns, lines): (u32, u32)) -> Option<String> {
    match way {
        Pictures::Kitty => kitty(picture, columns, lines),
        Pictures::Iterm2 => iterm2(picture, columns, lines),
        Pictures::Sixel => Some(sixel(&picture.scaled(columns * CELL.0, lines * CELL.1))),
        Pictures::Auto | Pictures::Blocks | Pictures::Off => None,
    }
}

/// Whether pictures are shown by sequences, and not by cells.
#[must_use]
pub fn is_beside(way: Pictures) -> bool {
    match way {
        Pictures::Kitty | Pictures::Iterm2 | Pictures::Sixel => true,
        Pictures::Auto | Pictures::Blocks | Pictures::Off => false,
    }
}

/// What takes the pictures of kitty away; other terminals draw over theirs.
pub const CLEAR: &str = "\x1b_Ga=d,q=2\x1b\\";

fn png(picture: &Picture) -> Option<String> {
    let pixels = RgbImage::from_raw(picture.width, picture.height, picture.rgb.clone())?;
    let mut bytes = Cursor::new(Vec::new());
    pixels.write_to(&mut bytes, ImageFormat::Png).ok()?;
    Some(STANDARD.encode(bytes.into_inner()))
}

fn kitty(picture: &Picture, columns: u32, lines: u32) -> Option<String> {
    let encoded = png(picture)?;
    let mut out = String::with_capacity(encoded.len() + 256);
    let pieces: Vec<&str> =
        (0..encoded.len()).step_by(PIECE).map(|at| &encoded[at..(at + PIECE).min(encoded.len())]).collect();
    for (number, piece) in pieces.iter().enumerate() {
        let more = u8::from(number + 1 < pieces.len());
        let head =
            if number == 0 { format!("a=T,f=100,q=2,C=1,c={columns},r={lines},") } else { String::new() };
        // Writing to a string does not fail.
        let _ = write!(out, "\x1b_G{head}m={more};{piece}\x1b\\");
    }
    Some(out)
}

fn iterm2(picture: &Picture, columns: u32, lines: u32) -> Option<String> {
    let encoded = png(picture)?;
    let size = format!("width={columns};height={lines};preserveAspectRatio=1;doNotMoveCursor=1");
    Some(format!("\x1b]1337;File=inline=1;{size}:{encoded}\x07"))
}

/// Sixel in a fixed palette of 216 colours: six steps of each.
fn sixel(picture: &Picture) -> String {
    const STEPS: u32 = 6;
    let colour = |[r, g, b]: [u8; 3]| {
        let step = |one: u8| (u32::from(one) * (STEPS - 1) + 127) / 255;
        step(r) * STEPS * STEPS + step(g) * STEPS + step(b)
    };
    let mut out = format!("\x1bP0;1;0q\"1;1;{};{}", picture.width, picture.height);
    for number in 0..STEPS.pow(3) {
        let percent = |step: u32| step * 100 / (STEPS - 1);
        let (r, g, b) = (number / 36, number / 6 % 6, number % 6);
        let _ = write!(out, "#{number};2;{};{};{}", percent(r), percent(g), percent(b));
    }
    for top in (0..picture.height).step_by(6) {
        let rows = (picture.height - top).min(6);
        let mut used = [false; 216];
        for (x, y) in (0..picture.width).flat_map(|x| (0..rows).map(move |y| (x, y))) {
            used[colour(picture.pixel(x, top + y)) as usize] = true;
        }
        for number in (0..216_u32).filter(|number| used[*number as usize]) {
            let _ = write!(out, "#{number}");
            let sixel_at = |x: u32| {
                let bits = (0..rows).filter(|y| colour(picture.pixel(x, top + y)) == number);
                bits.fold(0_u8, |bits, y| bits | (1 << y))
            };
            band(&mut out, (0..picture.width).map(sixel_at));
            out.push('$');
        }
        out.push('-');
    }
    out.push_str("\x1b\\");
    out
}

/// One colour of a band of six rows, its repetitions counted.
fn band(out: &mut String, sixels: impl Iterator<Item = u8>) {
    let mut run: Option<(u8, u32)> = None;
    let flush = |out: &mut String, (bits, count): (u8, u32)| {
        let c = char::from(63 + bits);
        if count > 3 {
            let _ = write!(out, "!{count}{c}");
        } else {
            (0..count).for_each(|_| out.push(c));
        }
    };
    for bits in sixels {
        run = match run {
            Some((known, count)) if known == bits => Some((bits, count + 1)),
            Some(other) => {
                flush(out, other);
                Some((bits, 1))
            }
            None => Some((bits, 1)),
        };
    }
    if let Some(last) = run {
        flush(out, last);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn red(width: u32, height: u32) -> Picture {
        Picture { width, height, rgb: [255, 0, 0].repeat((width * height) as usize) }
    }

    #[test]
    fn the_terminal_tells_how_it_shows_pictures() {
        let terminal = |term: &str, program: &str| TerminalKind {
            term: term.into(),
            program: program.into(),
            ..TerminalKind::default()
        };
        for (term, program, expected) in [
            ("xterm-kitty", "", Pictures::Kitty),
            ("xterm-256color", "WezTerm", Pictures::Iterm2),
            ("xterm-256color", "iTerm.app", Pictures::Iterm2),
            ("foot", "", Pictures::Sixel),
            ("xterm-256color", "", Pictures::Blocks),
        ] {
            assert_eq!(way(Pictures::Auto, &terminal(term, program)), expected, "{term} {program}");
        }
        let behind = TerminalKind { multiplexed: true, ..terminal("xterm-kitty", "") };
        assert_eq!(way(Pictures::Auto, &behind), Pictures::Blocks);
        assert_eq!(way(Pictures::Sixel, &behind), Pictures::Sixel, "what is set counts");
    }

    #[test]
    fn a_sixel_is_counted() {
        let text = sixel(&red(5, 6));
        let number = 5 * 36;
        assert!(text.starts_with("\x1bP0;1;0q\"1;1;5;6"));
        assert!(text.ends_with(&format!("#{number}!5~$-\x1b\\")), "{text:?}");
    }

    #[test]
    fn sequences_begin_and_end_as_they_should() {
        let kitty = sequence(Pictures::Kitty, &red(8, 8), (4, 2)).expect("a sequence");
        assert!(kitty.starts_with("\x1b_Ga=T,f=100,q=2,C=1,c=4,r=2,m=0;") && kitty.ends_with("\x1b\\"));
        let iterm2 = sequence(Pictures::Iterm2, &red(8, 8), (4, 2)).expect("a sequence");
        assert!(iterm2.starts_with("\x1b]1337;File=inline=1;width=4;") && iterm2.ends_with('\x07'));
        for way in [Pictures::Kitty, Pictures::Iterm2, Pictures::Sixel, Pictures::Blocks, Pictures::Off] {
            assert_eq!(sequence(way, &red(8, 8), (4, 2)).is_some(), is_beside(way), "{way:?}");
        }
    }
}
