//! A text that is being edited, and the place of the cursor in it, which stands between graphemes.
//!
//! It does no IO and knows no keys. What is undone is what was typed since the last pause between words, or a whole paste.

use unicode_segmentation::{GraphemeCursor, UnicodeSegmentation};

/// Bytes of a text at most: four for each character that a message may have.
pub const MOST: usize = 4 * ajet_protocol::limits::BODY_CHARS;
/// Steps that can be undone.
const UNDONE: usize = 50;

/// A text with a cursor.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Buffer {
    text: String,
    at: usize,
    undo: Vec<(String, usize)>,
    killed: String,
}

impl Buffer {
    /// A buffer with a text, and the cursor at its end.
    #[must_use]
    pub fn of(text: &str) -> Self {
        let mut buffer = Self::default();
        buffer.put(text);
        buffer
    }

    /// The text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Where the cursor stands, in bytes.
    #[must_use]
    pub fn at(&self) -> usize {
        self.at
    }

    /// Whether there is no text.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// The text before the cursor.
    #[must_use]
    pub fn before(&self) -> &str {
        &self.text[..self.at]
    }

    /// Replaces all of the text; the cursor stands at its end. What is over [`MOST`] is left out; whether all of it was taken.
    pub fn set(&mut self, text: &str) -> bool {
        self.remember();
        self.text.clear();
        self.at = 0;
        self.put(text)
    }

    /// Takes the text out.
    pub fn take(&mut self) -> String {
        self.remember();
        self.at = 0;
        std::mem::take(&mut self.text)
    }

    /// Inserts a text at the cursor. What is over [`MOST`] is left out; whether all of it was taken.
    pub fn insert(&mut self, text: &str) -> bool {
        if self.undo.is_empty() || text.chars().count() > 1 || text.starts_with(char::is_whitespace) {
            self.remember();
        }
        self.put(text)
    }

    fn put(&mut self, text: &str) -> bool {
        let mut end = text.len().min(MOST.saturating_sub(self.text.len()));
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        self.text.insert_str(self.at, &text[..end]);
        self.at += end;
        // What was typed may have become one grapheme with what stands behind it.
        self.at = boundary_at_or_after(&self.text, self.at);
        end == text.len()
    }

    /// Replaces what stands between a place and the cursor. Nothing happens where the place is behind the cursor, or within a character.
    pub fn replace_from(&mut self, from: usize, text: &str) {
        if from > self.at || !self.text.is_char_boundary(from) {
            return;
        }
        self.remember();
        self.text.replace_range(from..self.at, "");
        self.at = from;
        self.put(text);
    }

    /// Deletes the grapheme before the cursor.
    pub fn backspace(&mut self) {
        let from = self.previous();
        self.delete(from, self.at);
    }

    /// Deletes the grapheme behind the cursor.
    pub fn delete_next(&mut self) {
        let to = self.next();
        self.delete(self.at, to);
    }

    /// Deletes the word before the cursor, and keeps it for [`Buffer::yank`].
    pub fn kill_word(&mut self) {
        let from = self.word_before();
        self.kill(from, self.at);
    }

    /// Deletes up to the end of the line, or the end of the line itself, and keeps it for [`Buffer::yank`].
    pub fn kill_line(&mut self) {
        let end = self.end_of_line();
        let end = if end == self.at { self.next() } else { end };
        self.kill(self.at, end);
    }

    /// Deletes up to the start of the line, and keeps it for [`Buffer::yank`].
    pub fn kill_to_start(&mut self) {
        let from = self.start_of_line();
        self.kill(from, self.at);
    }

    /// Inserts what was deleted last by one of the kills.
    pub fn yank(&mut self) {
        let killed = self.killed.clone();
        self.insert(&killed);
    }

    /// Takes the last step back.
    pub fn undo(&mut self) {
        if let Some((text, at)) = self.undo.pop() {
            (self.text, self.at) = (text, at);
        }
    }

    /// One grapheme to the left.
    pub fn left(&mut self) {
        self.at = self.previous();
    }

    /// One grapheme to the right.
    pub fn right(&mut self) {
        self.at = self.next();
    }

    /// To the start of the word before.
    pub fn word_left(&mut self) {
        self.at = self.word_before();
    }

    /// Behind the word that follows.
    pub fn word_right(&mut self) {
        let words = self.text[self.at..].unicode_word_indices();
        let end = words.map(|(from, word)| self.at + from + word.len()).next();
        self.at = end.unwrap_or(self.text.len());
    }

    /// To the start of the line.
    pub fn line_start(&mut self) {
        self.at = self.start_of_line();
    }

    /// To the end of the line.
    pub fn line_end(&mut self) {
        self.at = self.end_of_line();
    }

    /// To the same column of the line above; whether there is one.
    pub fn up(&mut self) -> bool {
        let start = self.start_of_line();
        if start == 0 {
            return false;
        }
        let column = self.text[start..self.at].graphemes(true).count();
        let above = self.text[..start - 1].rfind('\n').map_or(0, |at| at + 1);
        self.at = self.column_of(above, start - 1, column);
        true
    }

    /// To the same column of the line below; whether there is one.
    pub fn down(&mut self) -> bool {
        let (start, end) = (self.start_of_line(), self.end_of_line());
        if end == self.text.len() {
            return false;
        }
        let column = self.text[start..self.at].graphemes(true).count();
        let below_end = self.text[end + 1..].find('\n').map_or(self.text.len(), |at| end + 1 + at);
        self.at = self.column_of(end + 1, below_end, column);
        true
    }

    fn column_of(&self, from: usize, to: usize, column: usize) -> usize {
        let line = &self.text[from..to];
        line.grapheme_indices(true).nth(column).map_or(to, |(at, _)| from + at)
    }

    fn start_of_line(&self) -> usize {
        self.before().rfind('\n').map_or(0, |at| at + 1)
    }

    fn end_of_line(&self) -> usize {
        self.text[self.at..].find('\n').map_or(self.text.len(), |at| self.at + at)
    }

    fn previous(&self) -> usize {
        let mut cursor = GraphemeCursor::new(self.at, self.text.len(), true);
        cursor.prev_boundary(&self.text, 0).ok().flatten().unwrap_or(0)
    }

    fn next(&self) -> usize {
        let mut cursor = GraphemeCursor::new(self.at, self.text.len(), true);
        cursor.next_boundary(&self.text, 0).ok().flatten().unwrap_or(self.text.len())
    }

    fn word_before(&self) -> usize {
        self.before().unicode_word_indices().next_back().map_or(0, |(at, _)| at)
    }

    fn kill(&mut self, from: usize, to: usize) {
        if from < to {
            self.killed = self.text[from..to].to_owned();
            self.delete(from, to);
        }
    }

    fn delete(&mut self, from: usize, to: usize) {
        if from < to {
            self.remember();
            self.text.replace_range(from..to, "");
            self.at = boundary_at_or_after(&self.text, from);
        }
    }

    fn remember(&mut self) {
        if self.undo.last().is_some_and(|(text, _)| *text == self.text) {
            return;
        }
        if self.undo.len() == UNDONE {
            self.undo.remove(0);
        }
        self.undo.push((self.text.clone(), self.at));
    }
}

/// The place, or the next one behind it, where a grapheme ends.
fn boundary_at_or_after(text: &str, at: usize) -> usize {
    let mut cursor = GraphemeCursor::new(at, text.len(), true);
    match cursor.is_boundary(text, 0) {
        Ok(false) => cursor.next_boundary(text, 0).ok().flatten().unwrap_or(text.len()),
        _ => at,
    }
}
