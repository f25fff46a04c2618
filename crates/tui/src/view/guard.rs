//! The last thing that happens to a frame: no cell holds what a terminal obeys. Whatever a view has overlooked ends here.

use ratatui::buffer::Buffer;

use crate::text::clean::is_safe;
use crate::text::width::GRAPHEME_CHARS;

/// What stands in place of what is not shown.
const REPLACEMENT: &str = "\u{fffd}";

/// Takes out of a frame what controls terminals, and heaps of marks.
pub fn guard(frame: &mut Buffer) {
    for cell in &mut frame.content {
        let symbol = cell.symbol();
        if symbol.chars().all(is_safe) && symbol.chars().count() <= GRAPHEME_CHARS {
            continue;
        }
        let safe: String = symbol.chars().filter(|c| is_safe(*c)).take(GRAPHEME_CHARS).collect();
        cell.set_symbol(if safe.is_empty() { REPLACEMENT } else { &safe });
    }
}

#[cfg(test)]
mod tests {
    use ratatui::layout::Rect;

    use super::*;
    use crate::text::corpus_tests::CORPUS;

    #[test]
    fn no_cell_controls_the_terminal() {
        for text in CORPUS {
            let mut frame = Buffer::empty(Rect::new(0, 0, 2, 1));
            frame[(0, 0)].set_symbol(text);
            guard(&mut frame);
            assert!(frame[(0, 0)].symbol().chars().all(is_safe), "{text:?}");
            assert!(!frame[(0, 0)].symbol().is_empty());
        }
    }

    #[test]
    fn marks_do_not_heap_up() {
        let mut frame = Buffer::empty(Rect::new(0, 0, 1, 1));
        frame[(0, 0)].set_symbol(&format!("e{}", "\u{301}".repeat(1000)));
        guard(&mut frame);
        assert_eq!(frame[(0, 0)].symbol().chars().count(), GRAPHEME_CHARS);
    }
}
