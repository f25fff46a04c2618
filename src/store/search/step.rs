//! How a search goes on: which step finds the rest soonest.
//!
//! A walk meets a frequent word at once, where the index would first collect all that have it; the index knows where a rare one is, for which
//! a walk would read all. The first messages that are looked at show how much of it the reader may expect to find next. Some rows of the whole
//! table show how much of it the index has.

/// Messages that the first step looks at.
pub const LOOKED_AT: i64 = 1_000;
/// A term that one message in so many has, or more of them, is frequent.
const FREQUENT: i64 = 100;
/// Beyond so many messages that are expected to be needed the index is sooner, also for a frequent word.
const EXPECTED_MOST: i64 = 25_000;
/// A walk reads at most so many times what is expected: the estimate is rough.
const SPARE: i64 = 4;
/// The longest walk, in messages.
const LONGEST: i64 = 50_000;
/// Where so many were to be found and none was, what the reader sees is unlike the rest.
const MISSED: i64 = 5;

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
}

/// How frequent terms are among some rows of all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frequencies {
    pub rows: i64,
    /// Those that have each of the terms; `None` of a term that was not counted.
    pub with_term: Vec<Option<i64>>,
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
    /// What finds so many, after a look at [`LOOKED_AT`] messages or all there are.
    pub fn next(&self, most: i64) -> Step {
        if self.found >= most || self.rows < LOOKED_AT {
            return Step::Done;
        }
        let both = self.seen.saturating_mul(self.fitting);
        if self.found == 0 && both >= self.rows.saturating_mul(MISSED) {
            return Step::Index;
        }
        // Of the messages, this share is seen, and of these, that share fits.
        let expected = most.saturating_mul(self.rows).saturating_mul(self.rows).checked_div(both);
        match expected {
            Some(rows) if rows <= EXPECTED_MOST => {
                Step::Walk { rows: rows.saturating_mul(SPARE).clamp(LOOKED_AT, LONGEST) }
            }
            _ => Step::Index,
        }
    }
}

impl Frequencies {
    /// Whether it is the text of a term whose last word only begins so. A word has no colon in it.
    pub fn is_beginning(term: &str) -> bool {
        term.contains(":*")
    }

    /// These terms as one, without frequent beginnings if another one is rare.
    pub fn rare(&self, terms: &[String]) -> String {
        let is_rare = |count: &i64| count.saturating_mul(FREQUENT) < self.rows;
        if !self.with_term.iter().flatten().any(is_rare) {
            return terms.join(" & ");
        }
        let asked = terms.iter().zip(&self.with_term).filter(|(term, count)| {
            let is_frequent = count.as_ref().is_some_and(|count| !is_rare(count));
            !(is_frequent && Self::is_beginning(term))
        });
        let asked: Vec<&str> = asked.map(|(term, _)| term.as_str()).collect();
        asked.join(" & ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn look(seen: i64, fitting: i64, found: i64) -> Look {
        Look { rows: LOOKED_AT, seen, fitting, found }
    }

    #[test]
    fn a_page_that_is_full_is_done_and_so_is_one_of_all_there_are() {
        assert_eq!(look(1_000, 500, 26).next(26), Step::Done);
        assert_eq!(Look { rows: 999, ..look(0, 0, 0) }.next(26), Step::Done);
    }

    #[test]
    fn frequent_words_are_walked_to_and_rare_ones_are_asked_for() {
        // A tenth fits, a fortieth is seen: 26 of 10,400.
        assert_eq!(look(25, 100, 0).next(26), Step::Walk { rows: 41_600 });
        assert_eq!(look(25, 50, 1).next(26), Step::Walk { rows: LONGEST });
        assert_eq!(look(1_000, 1_000, 1).next(26), Step::Walk { rows: LOOKED_AT }, "and no shorter one");
        assert_eq!(look(25, 40, 1).next(26), Step::Index);
        assert_eq!(look(25, 0, 0).next(26), Step::Index, "no message fits");
        assert_eq!(look(0, 100, 0).next(26), Step::Index, "no message is seen");
        assert_eq!(look(500, 50, 0).next(26), Step::Index, "it is frequent where the reader sees nothing");
        assert_eq!(look(1, 1, 0).next(i64::MAX), Step::Index, "no number is too large");
    }

    #[test]
    fn the_index_is_asked_for_no_frequent_beginning_beside_a_rare_term() {
        let terms = ["('a')".to_owned(), "('b':*)".to_owned(), "('c':*)".to_owned()];
        let rare = |with_term: [Option<i64>; 3]| {
            Frequencies { rows: 2_000, with_term: with_term.into() }.rare(&terms)
        };
        assert_eq!(rare([Some(19), Some(20), Some(0)]), "('a') & ('c':*)");
        assert_eq!(rare([Some(20), Some(20), Some(0)]), "('a') & ('c':*)", "what is no beginning stays");
        assert_eq!(rare([Some(19), Some(0), Some(0)]), terms.join(" & "), "all are rare");
        assert_eq!(rare([Some(20), Some(2_000), Some(300)]), terms.join(" & "), "none is rare");
        assert_eq!(rare([Some(0), Some(20), None]), "('a') & ('c':*)", "what was not counted stays");
        let none = Frequencies { rows: 0, with_term: vec![Some(0); 3] };
        assert_eq!(none.rare(&terms), terms.join(" & "), "nothing was counted");
    }
}
