//! How a search goes on: which step finds the rest soonest.
//!
//! A walk meets a frequent word at once, where the index would first collect all that have it; the index knows where a rare one is, for which
//! a walk would read all. How frequent what is looked for is where the reader looks shows in the first messages that are looked at; how frequent
//! a word is in the index shows in some rows of all.

/// A term that one message in so many has, or more of them, is frequent.
const FREQUENT: i64 = 100;
/// Beyond so many messages that are expected to be needed the index is sooner, also for a frequent word.
const EXPECTED_MOST: i64 = 25_000;
/// A walk may take so many times what is expected, which is a rough guess.
const SPARE: i64 = 4;
/// The longest walk, in messages.
const LONGEST: i64 = 50_000;

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
    /// Those that have each of the terms; fewer than there are terms, where these are many.
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
        // Of the messages, this share is seen, and of these, that share fits: unless what is seen is other than the rest.
        let by_shares = most
            .saturating_mul(self.rows)
            .saturating_mul(self.rows)
            .checked_div(self.seen.saturating_mul(self.fitting));
        let by_found = most.saturating_mul(self.rows) / self.found.saturating_add(2);
        match by_shares.map(|rows| rows.max(by_found)) {
            Some(rows) if rows <= EXPECTED_MOST => {
                Step::Walk { rows: rows.saturating_mul(SPARE).min(LONGEST) }
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
        let is_rare = |at: usize| self.with_term.get(at).is_some_and(|count| count * FREQUENT < self.rows);
        let is_frequent = |at: usize| at < self.with_term.len() && !is_rare(at);
        let any_rare = (0..terms.len()).any(is_rare);
        let asked = terms
            .iter()
            .enumerate()
            .filter(|(at, term)| !(any_rare && is_frequent(*at) && Self::is_beginning(term)));
        let asked: Vec<&str> = asked.map(|(_, term)| term.as_str()).collect();
        asked.join(" & ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OF: i64 = 2_000;

    fn look(seen: i64, fitting: i64, found: i64) -> Look {
        Look { rows: OF, seen, fitting, found }
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
        assert_eq!(look(50, 100, 4).next(26, OF), Step::Walk { rows: LONGEST });
        assert_eq!(look(50, 80, 1).next(26, OF), Step::Index);
        assert_eq!(look(50, 0, 0).next(26, OF), Step::Index, "no message fits");
        assert_eq!(look(0, 200, 0).next(26, OF), Step::Index, "no message is seen");
        assert_eq!(look(1_000, 1_000, 0).next(26, OF), Step::Index, "what is seen fits seldom");
        assert_eq!(look(1, 1, 0).next(i64::MAX, OF), Step::Index, "no number is too large");
    }

    #[test]
    fn the_index_is_asked_for_no_frequent_beginning_beside_a_rare_term() {
        let terms = ["('a')".to_owned(), "('b':*)".to_owned(), "('c':*)".to_owned()];
        let rare = |with_term: &[i64]| Frequencies { rows: OF, with_term: with_term.into() }.rare(&terms);
        assert_eq!(rare(&[19, 20, 0]), "('a') & ('c':*)");
        assert_eq!(rare(&[20, 20, 0]), "('a') & ('c':*)", "what is no beginning stays");
        assert_eq!(rare(&[19, 0, 0]), "('a') & ('b':*) & ('c':*)", "all are rare");
        assert_eq!(rare(&[20, 2_000, 300]), "('a') & ('b':*) & ('c':*)", "none is rare");
        assert_eq!(rare(&[0, 20]), "('a') & ('c':*)", "what was not counted stays");
        assert_eq!(
            Frequencies { rows: 0, with_term: vec![0, 0] }.rare(&terms),
            terms.join(" & "),
            "nothing was counted"
        );
    }
}
