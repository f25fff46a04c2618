//! Splits a long text into messages.
//!
//! A piece ends at the end of a line; only a line that is too long itself is broken, at a blank or, if it has none, between two
//! characters. A fenced block that a piece ends in is closed there and opened again in the next one. The work is linear.

#[cfg(test)]
#[path = "split_tests.rs"]
mod tests;

use std::borrow::Cow;
use std::ops::Range;

use unicode_normalization::char::is_combining_mark;

use crate::code::{Block, Code, after_escape};

/// The last line of a text whose end is lost.
pub const CUT: &str = "… (cut)";

/// A text as pieces of at most `most` characters, without blanks at their ends; at most `messages` of them, the last one marked if that is not all.
#[must_use]
pub fn split(markdown: &str, most: usize, messages: usize) -> Vec<String> {
    let mut pieces = pack(markdown, most, messages.saturating_add(1));
    if pieces.len() > messages {
        pieces.truncate(messages);
        if let Some(last) = pieces.last_mut() {
            let kept = pack(last, most.saturating_sub(CUT.chars().count() + 1), 1).into_iter().next();
            *last = format!("{}\n{CUT}", kept.unwrap_or_default());
        }
    }
    pieces
}

/// Fills one piece after the other, up to so many.
fn pack(markdown: &str, most: usize, pieces_at_most: usize) -> Vec<String> {
    let text = markdown.trim();
    if text.chars().nth(most).is_none() {
        return (!text.is_empty()).then(|| text.to_owned()).into_iter().collect();
    }
    let (text, fences) = closed(text, most);
    let closing = fences.iter().map(Fence::closing_chars).max().unwrap_or(0);
    let (mut pieces, mut at) = (Vec::new(), 0);
    while at < text.len() && pieces.len() < pieces_at_most {
        let mut piece =
            fence_around(&fences, at).map_or(String::new(), |fence| format!("{}\n", fence.opening));
        let room = most.saturating_sub(piece.chars().count() + closing).max(1);
        let rest = &text[at..];
        let whole = rest.chars().count() <= most.saturating_sub(piece.chars().count());
        let (end, next) = if whole { (text.len(), text.len()) } else { break_of(&text, at, room, &fences) };
        piece.push_str(&text[at..end]);
        at = next;
        if let Some(fence) = fence_around(&fences, end).filter(|_| end < text.len()) {
            piece.truncate(piece.trim_end().len());
            piece.push('\n');
            piece.push_str(&fence.closing);
            // An empty fence would be text: what follows goes on behind the one that ends here.
            if text[end..fence.inside.end].trim().is_empty() {
                at = fence.end;
            }
        }
        let piece = piece.trim();
        if !piece.is_empty() {
            pieces.push(piece.to_owned());
        }
    }
    pieces
}

/// A fenced block.
struct Fence {
    start: usize,
    /// Where its code begins and ends.
    inside: Range<usize>,
    /// Where the text behind its mark begins.
    end: usize,
    /// The lines that open and close it again.
    opening: String,
    closing: String,
}

impl Fence {
    /// A fence in a quote is opened and closed in a quote.
    fn of(text: &str, start: usize, end: usize, block: Block) -> Self {
        let line = text[..start].rfind('\n').map_or(0, |end| end + 1);
        let before = &text[line..start];
        let prefix = if before.chars().all(|c| matches!(c, '>' | ' ')) { before } else { "" };
        let closing = format!("{prefix}{}", "`".repeat(block.mark));
        let opening = format!("{closing}{}", text[start + block.mark..block.inside.start].trim());
        Self { start, inside: block.inside, end, opening, closing }
    }

    /// What its end takes at most, as it is or as it is written again.
    fn closing_chars(&self) -> usize {
        (self.closing.chars().count() + 1).max(self.end - self.inside.end)
    }
}

/// A text whose last fence has an end, with its fences.
fn closed(text: &str, most: usize) -> (Cow<'_, str>, Vec<Fence>) {
    let mut fences = fences(text, most);
    let Some(open) = fences.last_mut().filter(|last| last.end == last.inside.end) else {
        return (text.into(), fences);
    };
    let whole = format!("{text}\n{}", open.closing);
    (open.inside.end, open.end) = (text.len() + 1, whole.len());
    (whole.into(), fences)
}

/// The fences of a text, in order. One whose marks alone take much of a piece can't be opened again, and is text here.
fn fences(text: &str, most: usize) -> Vec<Fence> {
    let (mut code, mut fences, mut at) = (Code::of(text), Vec::new(), 0);
    while let Some(found) = text[at..].find(['\\', '`']) {
        let start = at + found;
        if text[start..].starts_with('\\') {
            at = after_escape(text, start);
            continue;
        }
        let Some(stretch) = code.at(start) else {
            at = start + text[start..].bytes().take_while(|byte| *byte == b'`').count();
            continue;
        };
        at = stretch.end;
        let Some(block) = stretch.block else { continue };
        let fence = Fence::of(text, start, stretch.end, block);
        if fence.opening.len() + fence.closing_chars() <= most / 4 {
            fences.push(fence);
        }
    }
    fences
}

/// The fence in whose code a place is.
fn fence_around(fences: &[Fence], at: usize) -> Option<&Fence> {
    let behind = fences.partition_point(|fence| fence.inside.start <= at);
    fences[..behind].last().filter(|fence| at < fence.inside.end)
}

/// Where a piece ends that begins at `from` and has room for so many characters, and where the next one begins.
fn break_of(text: &str, from: usize, room: usize, fences: &[Fence]) -> (usize, usize) {
    let hard = text[from..].char_indices().nth(room).map_or(text.len(), |(length, _)| from + length);
    let window = &text[from..hard];
    let at_line = window.rfind('\n').or_else(|| text[hard..].starts_with('\n').then_some(window.len()));
    // A line that has to be broken anyway begins below a short one.
    let is_worth = |end: usize| {
        end > window.len() / 2 || text[from + end + 1..].chars().take(room + 1).any(|c| c == '\n')
    };
    let (end, next) = match at_line.filter(|end| !window[..*end].trim().is_empty() && is_worth(*end)) {
        Some(end) => (from + end, from + end + 1),
        None => within_line(text, from, hard),
    };
    // Not behind marks that open a fence, which begins in the next piece then; nor within those that close it: there is room.
    let behind = fences.partition_point(|fence| fence.start < end);
    match fences[..behind].last() {
        Some(fence) if end <= fence.inside.start && fence.start > from => (fence.start, fence.start),
        Some(fence) if end >= fence.inside.end && end < fence.end => (fence.end, fence.end),
        _ => (end, next),
    }
}

/// Places that are looked at for a break at most.
const STEPS: usize = 64;

/// Where a line is broken: at the last blank that leaves no small piece, else between two characters.
fn within_line(text: &str, from: usize, hard: usize) -> (usize, usize) {
    let least = text.ceil_char_boundary(from + (hard - from) / 4);
    let blanks = text[least..hard].rmatch_indices(' ').map(|(at, _)| least + at).take(STEPS);
    if let Some(blank) =
        blanks.filter(|blank| *blank > from).find(|blank| is_apart(&text[from..*blank], &text[blank + 1..]))
    {
        return (blank, blank + 1);
    }
    let places = text[from..hard].char_indices().rev().map(|(at, _)| from + at).take(STEPS);
    let end = std::iter::once(hard).chain(places).find(|at| *at > from && !joins(text, *at)).unwrap_or(hard);
    (end, end)
}

/// Whether a line may be broken between two texts: not within the label of a link or a code span, nor before what would begin a
/// block.
fn is_apart(before: &str, behind: &str) -> bool {
    let in_label = before.rfind('[') > before.rfind(']');
    let in_code = before.matches('`').count() % 2 == 1;
    let digits = behind.bytes().take(10).take_while(u8::is_ascii_digit).count();
    let begins_block =
        behind.starts_with(['>', '#', '-', '*']) || digits > 0 && behind[digits..].starts_with('.');
    !(in_label || in_code || begins_block)
}

/// Whether the characters on both sides of a place belong together: an escape, or what is shown as one.
fn joins(text: &str, at: usize) -> bool {
    let is_flag = |c: char| matches!(c, '\u{1f1e6}'..='\u{1f1ff}');
    let (before, behind) = (text[..at].chars().next_back(), text[at..].chars().next());
    let (Some(before), Some(behind)) = (before, behind) else { return false };
    let extends =
        matches!(behind, '\u{200c}' | '\u{200d}' | '\u{fe00}'..='\u{fe0f}' | '\u{1f3fb}'..='\u{1f3ff}');
    let splits_flag =
        || is_flag(behind) && text[..at].chars().rev().take_while(|c| is_flag(*c)).count() % 2 == 1;
    matches!(before, '\u{200d}' | '\\') || extends || is_combining_mark(behind) || splits_flag()
}
