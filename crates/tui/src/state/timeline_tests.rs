//! Pages and events, in whichever order they come.

use ajet_protocol::{Message, MessageShown, Page, Timestamp};
use proptest::prelude::*;

use super::timeline::{Edge, MOST, Timeline, Told, Way};
use crate::testing::{message, message_id};

fn page(numbers: impl IntoIterator<Item = u64>, has_more: bool) -> Page<Message> {
    Page { items: numbers.into_iter().map(|n| message(n, "text")).collect(), has_more }
}

fn newest(numbers: impl IntoIterator<Item = u64>) -> Timeline {
    let mut timeline = Timeline::default();
    assert!(timeline.begin(Way::Newest));
    timeline.page(Way::Newest, page(numbers, false));
    timeline
}

fn edited(number: u64, text: &str, at: u64) -> Told {
    let shown = MessageShown {
        body_md: text.to_owned(),
        edited_at: Some(Timestamp::from_unix_millis(at)),
        ..MessageShown::from(message(number, ""))
    };
    Told::Edited(Box::new(shown))
}

fn ids(timeline: &Timeline) -> Vec<u128> {
    timeline.iter().map(|message| message.id.0.as_u128()).collect()
}

#[test]
fn a_message_that_is_told_stands_at_the_end_once() {
    let mut timeline = newest([1, 2]);
    timeline.created(message(3, "three"));
    timeline.created(message(3, "three"));
    timeline.put(message(3, "three"));
    assert_eq!(ids(&timeline), [1, 2, 3]);
}

#[test]
fn one_that_is_told_while_the_page_is_on_its_way_is_not_lost() {
    let mut timeline = Timeline::default();
    timeline.begin(Way::Newest);
    timeline.created(message(3, "three"));
    timeline.page(Way::Newest, page([1, 2], false));
    assert_eq!(timeline.after, Edge::More, "the page is older than what was told");
    assert!(timeline.begin(Way::After(message_id(2))));
    timeline.page(Way::After(message_id(2)), page([3], false));
    assert_eq!((ids(&timeline), timeline.after), (vec![1, 2, 3], Edge::End));
}

#[test]
fn one_that_was_told_and_is_gone_is_not_waited_for() {
    let mut timeline = Timeline::default();
    timeline.begin(Way::Newest);
    timeline.created(message(3, "purged at once"));
    timeline.page(Way::Newest, page([1, 2], false));
    timeline.begin(Way::After(message_id(2)));
    timeline.page(Way::After(message_id(2)), page([], false));
    assert_eq!(timeline.after, Edge::End);
}

#[test]
fn what_is_told_while_the_page_is_on_its_way_counts_more_than_the_page() {
    let mut timeline = newest([1, 2]);
    timeline.begin(Way::Newest);
    timeline.tell(edited(1, "edited", 9));
    timeline.tell(Told::Gone(message_id(2)));
    timeline.page(Way::Newest, page([1, 2], false));
    let first = timeline.get(message_id(1)).expect("is there");
    assert_eq!(first.body_md, "edited");
    let second = timeline.get(message_id(2)).expect("keeps its place");
    assert!(second.deleted && second.body_md.is_empty());
}

#[test]
fn an_older_edit_changes_nothing() {
    let mut timeline = newest([1]);
    timeline.tell(edited(1, "later", 9));
    timeline.tell(edited(1, "sooner", 5));
    assert_eq!(timeline.get(message_id(1)).expect("is there").body_md, "later");
}

#[test]
fn memory_has_a_bound_and_the_far_end_goes() {
    let mut timeline = newest(1..=MOST as u64);
    timeline.created(message(9999, "new"));
    assert_eq!((timeline.len(), timeline.oldest()), (MOST, Some(message_id(2))));
    assert_eq!(timeline.before, Edge::More);
    let way = Way::Before(message_id(2));
    timeline.begin(way);
    timeline.page(way, page([1], false));
    assert_eq!((timeline.oldest(), timeline.after), (Some(message_id(1)), Edge::More), "the newest one went");
    assert_eq!(timeline.len(), MOST);
}

#[test]
fn a_page_that_is_not_waited_for_any_more_is_dropped() {
    let mut timeline = newest([1]);
    timeline.begin(Way::Newest);
    timeline.missed_something();
    timeline.page(Way::Newest, page([7], false));
    assert_eq!(ids(&timeline), [1]);
    assert!(timeline.stale);
}

#[test]
fn what_was_told_while_a_page_failed_is_fetched() {
    let mut timeline = newest([1, 2]);
    timeline.begin(Way::Newest);
    timeline.created(message(3, "three"));
    timeline.failed();
    assert_eq!((ids(&timeline), timeline.after), (vec![1, 2], Edge::More));
    assert!(timeline.begin(Way::After(message_id(2))));
}

/// A full timeline gets a message while older ones are on their way: none between them is missing.
#[test]
fn a_page_of_older_ones_leaves_no_hole() {
    let mut timeline = newest(100..100 + MOST as u64);
    let way = Way::Before(message_id(100));
    timeline.begin(way);
    timeline.created(message(9_999, "new"));
    timeline.page(way, page(90..100, true));
    let all = ids(&timeline);
    assert_eq!(all.len(), MOST);
    assert!(all.windows(2).all(|pair| pair[1] == pair[0] + 1), "{all:?}");
}

#[test]
fn fetches_have_numbers_of_their_own() {
    let mut timeline = Timeline::opened_at(7);
    timeline.begin(Way::Newest);
    let first = timeline.turn();
    timeline.missed_something();
    timeline.begin(Way::Newest);
    assert_ne!(timeline.turn(), first);
}

proptest! {
    /// Events that come before a page, after it, or both, lead to the same text.
    #[test]
    fn twice_is_the_same_as_once(edits in proptest::collection::vec((1_u64..4, 1_u64..6), 0..12)) {
        let mut once = newest(1..4);
        let mut twice = newest(1..4);
        twice.begin(Way::Newest);
        for (number, at) in &edits {
            let told = edited(*number, &format!("v{at}"), *at);
            once.tell(told.clone());
            twice.tell(told);
        }
        twice.page(Way::Newest, page(1..4, false));
        prop_assert_eq!(once.iter().collect::<Vec<_>>(), twice.iter().collect::<Vec<_>>());
    }
}
