//! The terminal as the client's screen: taken, drawn on, given back.
//!
//! Frames are compared here, not by ratatui's `Terminal`: that one asks the terminal where its cursor is whenever the size changes, and
//! waits for an answer that the reader of keys takes away from it.

use std::io::{self, BufWriter, Stdout, Write};
use std::sync::atomic::{AtomicBool, Ordering};

use crossterm::cursor::{Hide, Show};
use crossterm::event::{
    DisableBracketedPaste, DisableFocusChange, DisableMouseCapture, EnableBracketedPaste, EnableFocusChange,
    EnableMouseCapture,
};
use crossterm::terminal::{
    BeginSynchronizedUpdate, Clear, ClearType, EndSynchronizedUpdate, EnterAlternateScreen,
    LeaveAlternateScreen, disable_raw_mode, enable_raw_mode, size,
};
use crossterm::{execute, queue};
use ratatui::backend::{Backend, CrosstermBackend};
use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::{Position, Rect};
use unicode_width::UnicodeWidthChar;

use super::osc;
use crate::state::State;
use crate::text::width;
use crate::view;

/// Bytes of a frame that are written at once.
const WRITTEN: usize = 64 * 1024;

/// Whether the terminal is taken: it is given back once for each time.
static TAKEN: AtomicBool = AtomicBool::new(false);
/// Whether a part of the client has panicked, which gave the terminal back.
static FAILED: AtomicBool = AtomicBool::new(false);

/// Frames on a terminal, or on anything else that takes bytes.
pub struct Screen<W: Write> {
    backend: CrosstermBackend<W>,
    before: Buffer,
    now: Buffer,
    cursor: Option<Position>,
}

/// The screen of the terminal itself.
pub type Terminal = Screen<BufWriter<Stdout>>;

/// Takes the terminal.
///
/// # Errors
/// When there is none.
pub fn take(mouse: bool) -> io::Result<Terminal> {
    enable_raw_mode()?;
    TAKEN.store(true, Ordering::SeqCst);
    if let Err(error) = prepare(mouse) {
        give_back();
        return Err(error);
    }
    Ok(Screen::on(BufWriter::with_capacity(WRITTEN, io::stdout())))
}

fn prepare(mouse: bool) -> io::Result<()> {
    let mut out = io::stdout();
    execute!(out, EnterAlternateScreen, EnableBracketedPaste, EnableFocusChange, Hide)?;
    if mouse {
        execute!(out, EnableMouseCapture)?;
    }
    out.write_all(osc::KEEP_TITLE.as_bytes())?;
    out.flush()
}

/// Gives the terminal back as it was, unless that is done already.
pub fn give_back() {
    if !TAKEN.swap(false, Ordering::SeqCst) {
        return;
    }
    let mut out = io::stdout();
    // There is no better thing to do where one of these fails.
    let _ = execute!(
        out,
        DisableMouseCapture,
        DisableFocusChange,
        DisableBracketedPaste,
        LeaveAlternateScreen,
        Show
    );
    let _ = out.write_all(osc::GIVE_TITLE_BACK.as_bytes());
    let _ = out.flush();
    let _ = disable_raw_mode();
}

/// Gives the terminal back when it is dropped: also where the client is dropped before it has ended.
pub struct GivesBack;

impl Drop for GivesBack {
    fn drop(&mut self) {
        give_back();
    }
}

/// A panic of the thread that draws gives the terminal back before it tells what happened. Other threads decode pictures and read files:
/// what fails there is told by its result, and would be written across the screen.
pub fn give_back_on_panic() {
    let owner = std::thread::current().id();
    let before = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        if std::thread::current().id() == owner {
            FAILED.store(true, Ordering::SeqCst);
            give_back();
            before(panic);
        } else if !TAKEN.load(Ordering::SeqCst) {
            before(panic);
        }
    }));
}

/// Whether the terminal was given back by a panic, from which the runtime goes on: nothing more can be drawn.
#[must_use]
pub fn has_failed() -> bool {
    FAILED.load(Ordering::SeqCst)
}

/// Columns and lines of the terminal.
#[must_use]
pub fn measured() -> (u16, u16) {
    size().unwrap_or((80, 24))
}

impl<W: Write> Screen<W> {
    /// A screen on which nothing is drawn yet.
    pub fn on(out: W) -> Self {
        let (before, now) = (Buffer::empty(Rect::ZERO), Buffer::empty(Rect::ZERO));
        Self { backend: CrosstermBackend::new(out), before, now, cursor: None }
    }

    /// The next frame is drawn whole.
    pub fn spoil(&mut self) {
        self.before = Buffer::empty(Rect::ZERO);
    }

    /// Draws what has changed.
    ///
    /// # Errors
    /// When the terminal takes no bytes.
    pub fn draw(&mut self, state: &State) -> io::Result<()> {
        let area = Rect::new(0, 0, state.size.0, state.size.1);
        self.now.resize(area);
        self.now.reset();
        let cursor = view::screen::screen(state, area, &mut self.now);
        let is_new = self.before.area != area;
        if is_new {
            self.before = Buffer::empty(area);
        }
        let changes = changes(&self.before, &self.now);
        if changes.is_empty() && cursor == self.cursor && !is_new {
            return Ok(());
        }
        queue!(self.backend, BeginSynchronizedUpdate, Hide)?;
        if is_new {
            queue!(self.backend, Clear(ClearType::All))?;
        }
        self.backend.draw(changes.into_iter())?;
        if let Some(cursor) = cursor {
            self.backend.set_cursor_position(cursor)?;
            queue!(self.backend, Show)?;
        }
        queue!(self.backend, EndSynchronizedUpdate)?;
        Backend::flush(&mut self.backend)?;
        self.cursor = cursor;
        std::mem::swap(&mut self.before, &mut self.now);
        Ok(())
    }

    /// Writes a sequence beside the frame.
    ///
    /// # Errors
    /// When the terminal takes no bytes.
    pub fn write(&mut self, sequence: &str) -> io::Result<()> {
        self.backend.write_all(sequence.as_bytes())?;
        Backend::flush(&mut self.backend)
    }

    /// Writes a sequence at a cell.
    ///
    /// # Errors
    /// When the terminal takes no bytes.
    pub fn write_at(&mut self, at: Position, sequence: &str) -> io::Result<()> {
        self.backend.set_cursor_position(at)?;
        self.write(sequence)
    }
}

/// A cell that is written, and where.
type Change<'a> = (u16, u16, &'a Cell);

/// The cells that are written for a frame, line by line: those that have changed, and those that a terminal may have covered beside them.
/// Many terminals don't join the characters of a flag or of an emoji with a skin: each takes columns of its own there, over what stands
/// behind it, and stays when the cell of the whole is written anew.
fn changes<'a>(before: &Buffer, now: &'a Buffer) -> Vec<Change<'a>> {
    let mut all = before.diff(now);
    let mut beside = Vec::new();
    for (x, y, cell) in &all {
        let covered = columns_apart(before[(*x, *y)].symbol()).max(columns_apart(cell.symbol()));
        let end = x.saturating_add(covered).min(now.area.right());
        let mut column = x.saturating_add(columns(cell));
        while column < end {
            let next = &now[(column, *y)];
            beside.push((column, *y, next));
            column = column.saturating_add(columns(next));
        }
    }
    all.append(&mut beside);
    all.sort_by_key(|(x, y, _)| (*y, *x));
    all.dedup_by_key(|(x, y, _)| (*y, *x));
    all
}

/// The columns of what a cell holds.
fn columns(cell: &Cell) -> u16 {
    u16::try_from(width::of(cell.symbol())).unwrap_or(1).max(1)
}

/// The columns that the characters of a grapheme take at most where they are not joined; 0 for those that are one character with marks.
fn columns_apart(grapheme: &str) -> u16 {
    let characters = grapheme.chars().filter(|c| c.width() != Some(0)).count();
    if characters > 1 { u16::try_from(2 * characters).unwrap_or(u16::MAX) } else { 0 }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use ratatui::style::Style;

    use super::*;
    use crate::testing;
    use crate::text::corpus_tests::CORPUS;

    #[derive(Clone, Default)]
    struct Written(Arc<Mutex<Vec<u8>>>);

    impl Write for Written {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().expect("no panic").extend_from_slice(bytes);
            Ok(bytes.len())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    impl Written {
        fn take(&self) -> String {
            String::from_utf8(std::mem::take(&mut *self.0.lock().expect("no panic"))).expect("UTF-8")
        }
    }

    /// What is written for a frame holds cursor movements, colours and modes alone, whatever people are called and write.
    #[test]
    fn no_sequence_of_others_reaches_the_terminal() {
        for hostile in CORPUS {
            let written = Written::default();
            let mut screen = Screen::on(written.clone());
            let state = testing::hostile(hostile);
            screen.draw(&state).expect("is written");
            let text = written.take();
            for (at, _) in text.match_indices('\x1b') {
                let rest = &text[at + 1..];
                assert!(rest.starts_with('['), "{hostile:?} leads to {:?}", &rest[..rest.len().min(20)]);
                let end = rest.find(|c: char| c.is_ascii_alphabetic()).expect("ends");
                assert!("HmhlJ".contains(&rest[end..=end]), "{hostile:?} leads to {:?}", &rest[..=end]);
            }
            let control = |c: char| c.is_control() && c != '\x1b';
            assert!(!text.chars().any(control), "{hostile:?}");
        }
    }

    #[test]
    fn only_what_changes_is_written() {
        let written = Written::default();
        let mut screen = Screen::on(written.clone());
        let mut state = testing::state();
        screen.draw(&state).expect("is written");
        let whole = written.take().len();
        screen.draw(&state).expect("is written");
        assert_eq!(written.take(), "", "nothing has changed");
        state.composer.buffer.insert("x");
        screen.draw(&state).expect("is written");
        let one = written.take().len();
        assert!(one > 0 && one * 3 < whole, "{one} of {whole}");
        screen.spoil();
        screen.draw(&state).expect("is written");
        assert!(written.take().len() > whole / 2);
    }

    #[test]
    fn what_a_terminal_does_not_join_leaves_nothing_behind() {
        let line = |text: &str| {
            let mut cells = Buffer::empty(Rect::new(0, 0, 8, 1));
            cells.set_string(0, 0, text, Style::new());
            cells
        };
        let written = |before: &str, now: &str| -> Vec<u16> {
            changes(&line(before), &line(now)).iter().map(|(x, ..)| *x).collect()
        };
        assert_eq!(written("🇹🇼", ""), [0, 1, 2, 3], "a flag goes");
        assert_eq!(written("", "🇹🇼 x"), [0, 2, 3], "a flag comes");
        assert_eq!(written("👍🏽", "日本"), [0, 2], "a wide letter hides the cell behind it");
        assert_eq!(written("🇹🇼 x", "🇹🇼 y"), [3], "a flag stays");
        assert_eq!(written("日 e\u{301}", "   x"), [0, 3], "no more than has changed");
        assert_eq!(written("      🇹🇼", ""), [6, 7], "a line has an end");
    }
}
