//! How a search goes on: which step finds the rest soonest.
//!
//! A walk meets a frequent word at once, where the index would first collect all that have it; the index knows where a rare one is, for which
//! a walk would read all. How frequent words are is told by the first messages that are looked at.

/// A term that one message in so many has, or more of them, is frequent.
const FREQUENT: i64 = 100;
/// A walk is as long as it is expected to need to be, so many times over: the expectation is rough.
const SPARE: i64 = 4;
/// Beyond so many messages that are expected to be needed the index is sooner, also for a frequent word.
const EXPECTED: i64 = 50_000;
/// The longest walk, in messages.
const LONGEST: i64 = 100_000;

/// What some messages tell of all: how many there were, and what they had.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Look {
    pub rows: i64,
    /// In channels that the reader sees.
    pub seen: i64,
    /// That fit, in any channel.
    pub fitting: i64,
    /// That fit, in channels that the reader sees; no more of them than are wanted.
    pub found: i64,
    /// That have each of the terms.
    pub with_term: Vec<i64>,
}

/// What is done next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// What was found is all that is wanted, or all there is.
    Done,
    /// Look through so many.
    Walk { rows: i64 },
    /// Ask the index.
    Index,
}

impl Look {
    /// What finds so many; this was a look at so many messages, or at all there are.
    pub fn next(&self, most: i64, of: i64) -> Step {
        if self.found >= most || self.rows < of {
            return Step::Done;
        }
        // Of the messages, this share is seen, and of these, that share fits.
        let expected = most
            .saturating_mul(self.rows)
            .saturating_mul(self.rows)
            .checked_div(self.seen.saturating_mul(self.fitting));
        match expected {
            Some(rows) if rows <= EXPECTED => Step::Walk { rows: rows.saturating_mul(SPARE).min(LONGEST) },
            _ => Step::Index,
        }
    }

    /// The rare ones of these terms as one, or all of them where none is rare.
    pub fn rare(&self, terms: &[String]) -> String {
        let rare = |count: &i64| count.saturating_mul(FREQUENT) < self.rows;
        let some = terms.iter().zip(&self.with_term).filter(|(_, count)| rare(count));
        let mut some: Vec<&str> = some.map(|(term, _)| term.as_str()).collect();
        if some.is_empty() {
            some = terms.iter().map(String::as_str).collect();
        }
        some.join(" & ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OF: i64 = 2_000;

    fn look(seen: i64, fitting: i64, found: i64) -> Look {
        Look { rows: OF, seen, fitting, found, with_term: vec![] }
    }

    #[test]
    fn a_page_that_is_full_is_done_and_so_is_one_of_all_there_are() {
        assert_eq!(look(1_000, 500, 26).next(26, OF), Step::Done);
        assert_eq!(Look { rows: 1_999, ..look(0, 0, 0) }.next(26, OF), Step::Done);
    }

    #[test]
    fn frequent_words_are_walked_to_and_rare_ones_are_asked_for() {
        // A tenth fits, a fortieth is seen: 26 of 10,400.
        assert_eq!(look(50, 200, 5).next(26, OF), Step::Walk { rows: 41_600 });
        assert_eq!(look(50, 50, 1).next(26, OF), Step::Walk { rows: LONGEST });
        assert_eq!(look(50, 20, 1).next(26, OF), Step::Index);
        assert_eq!(look(50, 0, 0).next(26, OF), Step::Index, "no message fits");
        assert_eq!(look(0, 200, 0).next(26, OF), Step::Index, "no message is seen");
        assert_eq!(look(1, 1, 0).next(i64::MAX, OF), Step::Index, "no number is too large");
    }

    #[test]
    fn the_index_is_asked_for_rare_terms_alone() {
        let terms = ["'a'".to_owned(), "'b'".to_owned(), "'c'".to_owned()];
        let with = |with_term: [i64; 3]| Look { with_term: with_term.into(), ..look(50, 0, 0) };
        assert_eq!(with([19, 20, 0]).rare(&terms), "'a' & 'c'");
        assert_eq!(with([20, 2_000, 300]).rare(&terms), "'a' & 'b' & 'c'", "none is rare");
    }
}
