//! The closed list of statements: how many there are, and which of them a batch takes.

use super::*;

/// A connection keeps 256 statements prepared (`options.rs`); others than these run there as well.
const MOST: usize = 120;

fn touching(names: &[&str]) -> Touched {
    array::from_fn(|table| names.contains(&TABLES[table].name))
}

fn names(shape: &Shape) -> Vec<&'static str> {
    TABLES.iter().zip(shape.tables()).filter_map(|(table, own)| own.then_some(table.name)).collect()
}

#[test]
fn there_are_few_statements_and_none_twice() {
    assert!(SHAPES.len() <= MOST, "{}", SHAPES.len());
    let mut texts = every_statement();
    texts.sort();
    texts.dedup();
    assert_eq!(texts.len(), SHAPES.len());
}

#[test]
fn a_batch_takes_the_smallest_statement_that_has_its_tables() {
    let all: Vec<&str> = TABLES.iter().map(|table| table.name).collect();
    for raises in [false, true] {
        let cases: [(&[&str], &[&str]); 7] = [
            (&[], &[]),
            (&["messages"], &["messages"]),
            (&["mutations"], &["mutations"]),
            (&["read_markers", "notifications"], &["read_markers", "notifications"]),
            (&["messages", "message_search"], &["messages", "message_search"]),
            (
                &["messages", "message_search", "due_notices"],
                &["messages", "message_mentions", "due_notices", "message_search"],
            ),
            (&["messages", "bans"], &all),
        ];
        for (touched, taken) in cases {
            let shape = Shape::of(touching(touched), raises);
            assert_eq!(names(shape), taken, "{touched:?}");
            assert_eq!(shape.raises, raises);
        }
        let ban = Shape::of(touching(&["bans", "audit_log"]), raises);
        assert!(!names(ban).contains(&"messages"), "what a community changes is a group: {:?}", names(ban));
    }
}

#[test]
fn what_is_in_a_group_is_a_table() {
    let is_there = |name: &&str| TABLES.iter().any(|table| table.name == *name);
    assert!(GROUPS.into_iter().flatten().all(is_there));
}

#[test]
fn every_set_of_tables_has_a_statement() {
    let two =
        |one: usize, other: usize| -> Touched { array::from_fn(|table| table == one || table == other) };
    for (one, other) in (0..TABLES.len()).flat_map(|one| (0..TABLES.len()).map(move |other| (one, other))) {
        let touched = two(one, other);
        assert!(Shape::of(touched, false).covers(touched));
    }
}

/// A CTE that reads of another one stands behind it.
#[test]
fn the_parts_of_a_statement_stand_in_order() {
    let text = &Shape::of([true; TABLES.len()], true).text;
    let parts = [
        "messages_rows as",
        "batch as",
        "fenced as",
        "stale as",
        "spent (",
        "rising as",
        "raised as",
        "admitted as",
    ];
    let places: Vec<_> = parts.iter().map(|part| text.find(part)).collect();
    assert!(places.iter().all(Option::is_some) && places.is_sorted(), "{places:?}");
    let writes = TABLES.iter().map(|table| text.find(table.writes)).chain([text.find("new_events as")]);
    assert!(writes.into_iter().all(|place| place > text.find("admitted as")));
}
