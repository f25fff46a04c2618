//! What holds for every text and query.

use proptest::prelude::*;

use crate::{Mark, Query, parse, snippet, vector, words};

/// Texts with what is special somewhere: quotes, operators, several scripts, marks, and characters that mean something to PostgreSQL.
fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("from:".to_owned()),
        Just("before:2026-01-01 ".to_owned()),
        Just("\"".to_owned()),
        Just("'\\&|!()<->:*".to_owned()),
        "[a-zA-Zé ]{0,8}",
        "[東京都한국アイ]{0,6}",
        "\\PC{0,6}",
        any::<char>().prop_map(String::from),
    ];
    prop::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

fn read(text: &str) -> Query {
    parse(text).unwrap_or_else(|_| words(text))
}

/// Whether a text is one that PostgreSQL reads: quoted words without quotes and backslashes in them, joined by operators.
fn is_tsquery(text: &str) -> bool {
    let parts: Vec<&str> = text.split('\'').collect();
    let words = parts.iter().skip(1).step_by(2);
    let joints = parts.iter().step_by(2);
    parts.len() % 2 == 1
        && words.into_iter().all(|word| !word.is_empty() && word.len() <= 2046 && !word.contains('\\'))
        && joints.into_iter().all(|joint| joint.chars().all(|c| " &|()<>:*0123456789".contains(c)))
        && text.matches('(').count() == text.matches(')').count()
}

proptest! {
    #[test]
    fn every_query_is_one_that_postgresql_reads(text in text()) {
        for query in [read(&text), words(&text)] {
            let asked = query.tsqueries(&[uuid::Uuid::nil()]);
            prop_assert!(!asked.is_empty() && asked.iter().all(|one| is_tsquery(one)), "{asked:?}");
        }
    }

    #[test]
    fn every_vector_is_one_that_postgresql_reads(text in text()) {
        let stored = vector(&text, &[Mark::Link]);
        for word in stored.split(' ') {
            let (word, position) = word.rsplit_once('\'').expect("a quoted word");
            let word = word.strip_prefix('\'').expect("a quoted word");
            prop_assert!(!word.is_empty() && !word.contains(['\'', '\\']), "{}", word);
            let place = position.strip_prefix(':').map_or(Ok(1), str::parse::<u32>);
            prop_assert!(place.is_ok_and(|place| (1..=16_383).contains(&place)), "{}", position);
        }
    }

    #[test]
    fn ranges_lie_within_the_text_in_order_and_apart(text in text(), query in text()) {
        let found = snippet(&text, &read(&query));
        let shown = found.html.replace("<mark>", "").replace("</mark>", "");
        let shown = shown.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&#39;", "'");
        let chars = shown.replace("&amp;", "&").chars().count();
        let mut end = 0;
        for (place, [from, to]) in found.ranges.iter().copied().enumerate() {
            prop_assert!(from < to && to <= chars && (place == 0 || from > end), "{:?} of {}", found.ranges, chars);
            end = to;
        }
        prop_assert_eq!(found.html.matches("<mark>").count(), found.ranges.len());
        prop_assert_eq!(found.html.matches("</mark>").count(), found.ranges.len());
    }

    /// What one copies out of a text finds the text.
    #[test]
    fn a_text_has_its_own_words(text in text()) {
        let query = words(&text.replace(['"', '\u{201c}', '\u{201d}', '\u{201e}', '\u{ff02}'], " "));
        prop_assert!(query.finds_nothing() || query.fits(&text), "{:?}", query);
    }
}
