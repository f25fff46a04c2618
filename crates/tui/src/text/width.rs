//! How many columns a text takes. A cell holds a grapheme: a letter with its marks, or an emoji with all that it is joined of.

use ratatui::buffer::CellWidth;
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

/// Characters of one grapheme that are shown. Emoji and letters of all scripts have fewer; a heap of marks has no end.
pub const GRAPHEME_CHARS: usize = 16;

/// The graphemes of a text, each with its columns.
pub fn graphemes(text: &str) -> impl Iterator<Item = (&str, usize)> {
    text.graphemes(true).map(|one| (one, columns(one)))
}

/// The columns that a frame has for a grapheme. They are more than Unicode's for the sound marks of halfwidth katakana (U+FF9E, U+FF9F),
/// which take a column of their own.
fn columns(grapheme: &str) -> usize {
    // One byte may be a line end, which no frame takes.
    if grapheme.len() == 1 { grapheme.width() } else { usize::from(grapheme.cell_width()) }
}

/// The columns of a text.
#[must_use]
pub fn of(text: &str) -> usize {
    graphemes(text).map(|(_, width)| width).sum()
}

/// The beginning of a text that fits into so many columns, with `…` at its end where something is left out.
#[must_use]
pub fn cut(text: &str, most: usize) -> String {
    if of(text) <= most {
        return text.to_owned();
    }
    let (mut out, mut used) = (String::new(), 0);
    for (one, width) in graphemes(text) {
        if used + width > most.saturating_sub(1) {
            break;
        }
        out.push_str(one);
        used += width;
    }
    if most > 0 {
        out.push('…');
    }
    out
}

#[cfg(test)]
mod tests {
    use ratatui::buffer::Buffer;
    use ratatui::layout::Rect;
    use ratatui::style::Style;

    use super::*;

    #[test]
    fn wide_and_combining_characters_take_their_columns() {
        for (text, columns) in [("", 0), ("abc", 3), ("日本", 4), ("e\u{301}", 1), ("👍", 2)] {
            assert_eq!(of(text), columns, "{text}");
        }
        assert_eq!(of("👩\u{200d}👩\u{200d}👧\u{200d}👦"), 2, "one emoji, however many it is joined of");
    }

    #[test]
    fn a_text_takes_the_columns_that_a_frame_has_for_it() {
        for text in ["abc", "日本", "ｶﾞ", "ﾊﾟｸﾞ!", "aﾞ", "e\u{301}x", "👩\u{200d}👧 x"] {
            let mut cells = Buffer::empty(Rect::new(0, 0, 40, 1));
            let (behind, _) = cells.set_stringn(0, 0, text, 40, Style::new());
            assert_eq!(of(text), usize::from(behind), "{text}");
        }
        assert_eq!(of("\n"), "\n".width());
    }

    #[test]
    fn a_cut_never_parts_a_grapheme_and_never_is_too_wide() {
        assert_eq!(cut("abcdef", 6), "abcdef");
        assert_eq!(cut("abcdef", 4), "abc…");
        assert_eq!(cut("日本語", 4), "日…", "half of a wide character does not fit");
        assert_eq!(cut("ae\u{301}io", 3), "ae\u{301}…");
        assert_eq!((cut("ab", 0), cut("ab", 1)), (String::new(), "…".to_owned()));
    }
}
