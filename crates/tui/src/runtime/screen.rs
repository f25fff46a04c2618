//! The terminal as the client's screen: taken, drawn on, given back.
//!
//! Frames are compared here, not by ratatui's `Terminal`: that one asks the terminal where its cursor is whenever the size changes, and
//! waits for an answer that the reader of keys takes away from it.

use std::io::{self, BufWriter, Stdout, Write};
use std::sync::atomic::{AtomicBool, Ordering};

use crossterm::cursor::{Hide, MoveTo, Show};
use crossterm::event::{
    DisableBracketedPaste, DisableFocusChange, DisableMouseCapture, EnableBracketedPaste, EnableFocusChange,
    EnableMouseCapture,
};
use crossterm::terminal::{
    BeginSynchronizedUpdate, Clear, ClearType, DisableLineWrap, EnableLineWrap, EndSynchronizedUpdate,
    EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode, size,
};
use crossterm::{execute, queue};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::osc;
use super::paint::{changes, paint};
use crate::state::State;
use crate::view;

/// Bytes of a frame that are written at once.
const WRITTEN: usize = 64 * 1024;

/// Whether the terminal is taken: it is given back once for each time.
static TAKEN: AtomicBool = AtomicBool::new(false);
/// Whether a part of the client has panicked, which gave the terminal back.
static FAILED: AtomicBool = AtomicBool::new(false);

/// Frames on a terminal, or on anything else that takes bytes.
pub struct Screen<W: Write> {
    out: W,
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
        EnableLineWrap,
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
        Self { out, before, now, cursor: None }
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
        // What a terminal finds too wide for the end of a line is not to begin the next one.
        queue!(self.out, BeginSynchronizedUpdate, DisableLineWrap, Hide)?;
        if is_new {
            queue!(self.out, Clear(ClearType::All))?;
        }
        paint(&mut self.out, &changes)?;
        if let Some(cursor) = cursor {
            queue!(self.out, MoveTo(cursor.x, cursor.y), Show)?;
        }
        queue!(self.out, EnableLineWrap, EndSynchronizedUpdate)?;
        self.out.flush()?;
        self.cursor = cursor;
        std::mem::swap(&mut self.before, &mut self.now);
        Ok(())
    }

    /// Writes a sequence beside the frame.
    ///
    /// # Errors
    /// When the terminal takes no bytes.
    pub fn write(&mut self, sequence: &str) -> io::Result<()> {
        self.out.write_all(sequence.as_bytes())?;
        self.out.flush()
    }

    /// Writes a sequence at a cell.
    ///
    /// # Errors
    /// When the terminal takes no bytes.
    pub fn write_at(&mut self, at: Position, sequence: &str) -> io::Result<()> {
        queue!(self.out, MoveTo(at.x, at.y))?;
        self.write(sequence)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

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
        let again = written.take();
        assert!(again.len() > whole / 2);
        let wraps = |mode: &str| again.matches(mode).count();
        assert_eq!((wraps("\x1b[?7l"), wraps("\x1b[?7h")), (1, 1), "lines don't run on meanwhile");
    }
}
