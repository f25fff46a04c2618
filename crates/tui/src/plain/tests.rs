//! `--plain`.

use super::lines::{HELP, Printed, Typed, said, typed};
use crate::testing::{self, channel_id, message};
use crate::text::clean::is_safe;
use crate::text::corpus_tests::CORPUS;

#[test]
fn what_is_new_is_printed_once() {
    let mut state = testing::state();
    let mut printed = Printed::default();
    let first = printed.news(&state);
    assert_eq!(first[..2], ["* connected", "* in #general"]);
    assert!(first[2].ends_with("Bob: hello"), "{first:?}");
    assert!(printed.news(&state).is_empty());
    state.timeline_mut(channel_id(1)).expect("is open").created(message(50, "and **bye**"));
    let news = printed.news(&state);
    assert_eq!(news.len(), 1);
    assert!(news[0].ends_with("Bob: and bye"), "no marks: {news:?}");
}

#[test]
fn no_line_controls_a_terminal() {
    for hostile in CORPUS {
        let state = testing::hostile(hostile);
        for line in Printed::default().news(&state) {
            assert!(line.chars().all(is_safe), "{hostile:?}: {line:?}");
        }
    }
}

#[test]
fn a_line_is_a_message_unless_it_asks_for_something() {
    let state = testing::state();
    assert_eq!(typed(&state, " "), Typed::Nothing);
    assert_eq!(typed(&state, "hello there"), Typed::Say("hello there".into()));
    assert_eq!(typed(&state, "/topic x"), Typed::Say("/topic x".into()));
    assert_eq!(typed(&state, "/open  #general"), Typed::Open("#general".into()));
    assert_eq!(typed(&state, "/quit"), Typed::Leave);
    assert_eq!(typed(&state, "/file ~/a cat.png"), Typed::File("~/a cat.png".into()));
    assert_eq!(typed(&state, "/help"), Typed::Print(HELP.map(str::to_owned).to_vec()));
    assert_eq!(typed(&state, "/help topic"), Typed::Say("/help topic".into()));
    let Typed::Print(channels) = typed(&state, "/channels") else { panic!("a list") };
    assert_eq!(channels, ["#general", "#random", "@Bob"]);
}

#[test]
fn a_spoiler_is_not_read_out() {
    let state = testing::state();
    let line = said(&state, &message(1, "it is ||the butler||"));
    assert!(!line.contains("butler"), "{line}");
}
