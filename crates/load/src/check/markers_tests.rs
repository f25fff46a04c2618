//! The checker on read markers: one that stands where no write left it is found, and so are counts that do not fit.

use super::tests::{Story, id, ok, sound};
use crate::history::{Action, Outcome, What};

const BOOK: u128 = 800;
const PAGES: usize = 10;

fn marks(story: &mut Story, back: bool, read: usize, outcome: Outcome) {
    story.act("ann", Action::Mark { channel: id(BOOK), back, read }, outcome);
}

fn unknown() -> Outcome {
    Outcome::Unknown { why: "timeout".into() }
}

fn shows(story: &mut Story, node: Option<usize>, read: usize) {
    let unread = PAGES - read;
    story.line("ann", What::Marked { node, channel: id(BOOK), read, unread });
}

/// What [`sound`] tells, with a book of which one page is read.
fn begun() -> Story {
    let mut story = sound();
    shows(&mut story, None, 1);
    story
}

/// What is found where both nodes show so many pages as read.
fn shown(mut story: Story, read: usize) -> Vec<&'static str> {
    shows(&mut story, Some(0), read);
    shows(&mut story, Some(1), read);
    story.check()
}

#[test]
fn a_marker_that_is_not_written_stays() {
    assert_eq!(shown(begun(), 1), [""; 0]);
    assert_eq!(shown(begun(), 4), ["I1", "I1"], "at each node");
    assert_eq!(shown(begun(), 0), ["I1", "I1"]);
}

#[test]
fn a_lost_mark_is_found() {
    let marked = |read: usize| {
        let mut story = begun();
        marks(&mut story, false, 7, ok());
        marks(&mut story, true, 4, ok());
        shown(story, read)
    };
    assert_eq!(marked(4), [""; 0]);
    for lost in [1, 7, 5] {
        assert_eq!(marked(lost), ["I1", "I1"], "{lost}");
    }
}

#[test]
fn a_mark_that_moves_nothing_takes_nothing_away() {
    let marked = |read: usize| {
        let mut story = begun();
        marks(&mut story, false, 7, ok());
        marks(&mut story, false, 3, ok());
        marks(&mut story, true, 8, ok());
        shown(story, read)
    };
    assert_eq!(marked(7), [""; 0]);
    assert_eq!(marked(1), ["I1", "I1"]);
    assert_eq!(marked(3), ["I1", "I1"], "a marker that was read back");
}

#[test]
fn an_unknown_mark_may_stand_or_not() {
    let marked = |read: usize| {
        let mut story = begun();
        marks(&mut story, false, 7, ok());
        marks(&mut story, true, 2, unknown());
        marks(&mut story, true, 5, ok());
        shown(story, read)
    };
    assert_eq!(marked(5), [""; 0]);
    assert_eq!(marked(2), [""; 0]);
    assert_eq!(marked(7), ["I1", "I1"]);
}

#[test]
fn a_refused_mark_is_found_and_has_moved_nothing() {
    let mut story = begun();
    marks(&mut story, false, 7, Outcome::Refused { status: 422, code: "invalid".into() });
    assert_eq!(shown(story, 1), ["I8"]);
    let mut story = begun();
    marks(&mut story, false, 7, Outcome::Refused { status: 422, code: "invalid".into() });
    assert_eq!(shown(story, 7), ["I8", "I1", "I1"]);
}

#[test]
fn nodes_that_differ_are_found() {
    let mut story = begun();
    marks(&mut story, false, 7, unknown());
    shows(&mut story, Some(0), 1);
    shows(&mut story, Some(1), 7);
    assert_eq!(story.check(), ["I7"]);
}

#[test]
fn a_count_that_does_not_fit_is_found() {
    let mut story = begun();
    story.line("ann", What::Marked { node: Some(0), channel: id(BOOK), read: 1, unread: PAGES });
    assert_eq!(story.check(), ["I7"]);
}
