//! What is stored of a text: its words with their positions, as the text of a `tsvector`, and marks for what no word says.

use std::fmt::Write;

use uuid::Uuid;

use crate::tokens::tokens;

/// The highest position that PostgreSQL stores. What stands behind it is not found.
const POSITIONS: usize = 16_383;

/// What is found beside words. A mark begins with a colon, which is in no word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// Who wrote it.
    By(Uuid),
    Link,
    File,
    Image,
}

impl Mark {
    /// As it is stored: it never changes.
    pub(crate) fn word(self) -> String {
        match self {
            Self::By(id) => format!(":by:{}", id.simple()),
            Self::Link => ":has:link".to_owned(),
            Self::File => ":has:file".to_owned(),
            Self::Image => ":has:image".to_owned(),
        }
    }
}

/// The text of a `tsvector`.
#[must_use]
pub fn vector(text: &str, marks: &[Mark]) -> String {
    let mut vector = String::with_capacity(2 * text.len() + 48 * marks.len());
    for mark in marks {
        // Writing to a string never fails.
        let _ = write!(vector, "'{}' ", mark.word());
    }
    for (place, token) in tokens(text).into_iter().enumerate().take(POSITIONS) {
        let _ = write!(vector, "'{}':{} ", token.word, place + 1);
    }
    vector.truncate(vector.trim_end().len());
    vector
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_stand_with_their_positions_and_marks_without() {
        let marks = [Mark::By(Uuid::from_u128(7)), Mark::Link];
        let by = "':by:00000000000000000000000000000007' ':has:link'";
        assert_eq!(vector("Hello 東京", &marks), format!("{by} 'hello':1 '東京':2 '京':3"));
        assert_eq!(vector("...", &[]), "");
    }

    #[test]
    fn no_position_is_higher_than_postgresql_stores() {
        let long = vector(&"a ".repeat(20_000), &[]);
        assert!(long.ends_with(":16383"), "{}", &long[long.len() - 20..]);
    }
}
