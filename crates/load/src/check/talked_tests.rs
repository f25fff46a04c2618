//! The checker on whether conversations were put to the test.

use super::tests::{Story, id, ok};
use super::untested;
use crate::history::{Action, Outcome, What};
use crate::registers::{PINNED, REACTED, Register};

/// More than a run of one talker needs.
const MANY: usize = 200;

fn reaction() -> Register {
    Register::Reaction { message: id(1), person: "talker-0".into(), emoji: "👍".into() }
}

fn vote() -> Register {
    Register::Vote { message: id(1), person: "talker-0".into() }
}

fn set(register: Register, value: Option<&str>) -> Action {
    Action::Set { register, value: value.map(str::to_owned) }
}

/// Everything that is to be acknowledged once, and by whom.
fn all() -> Vec<(&'static str, Action)> {
    vec![
        ("talker-0", set(reaction(), Some(REACTED))),
        ("owner", set(Register::Pinned(id(1)), Some(PINNED))),
        ("talker-0", set(vote(), Some("0 2"))),
        ("talker-0", Action::Edit { message: id(1), body: "new".into() }),
    ]
}

/// What is found in a run of one talker, who has read so often, and of these acts.
fn found(reads: usize, acts: Vec<(&'static str, Action)>, outcome: &Outcome) -> Vec<String> {
    let mut story = Story::default();
    let register = Register::Draft { channel: id(2), person: "talker-0".into() };
    story.line("scene", What::Register { register, value: None });
    for _ in 0..reads {
        story.act("talker-0", Action::Read { message: id(1) }, ok());
    }
    for (client, action) in acts {
        story.act(client, action, outcome.clone());
    }
    untested(&story.lines).into_iter().map(|violation| violation.story).collect()
}

#[test]
fn a_run_in_which_something_was_never_acknowledged_fails() {
    assert_eq!(found(MANY, all(), &ok()), [""; 0]);
    for (n, lacking) in ["reaction", "pin", "vote", "edit"].into_iter().enumerate() {
        let mut acts = all();
        acts.remove(n);
        let stories = found(MANY, acts, &ok());
        let [story] = &stories[..] else { panic!("{lacking}: {stories:?}") };
        assert!(story.starts_with(&format!("no {lacking} was acknowledged")), "{story}");
    }
    let unknown = Outcome::Unknown { why: "timeout".into() };
    let refused = Outcome::Refused { status: 403, code: "forbidden".into() };
    for outcome in [unknown, refused] {
        assert_eq!(found(MANY, all(), &outcome).len(), 4, "{outcome:?}");
    }
}

#[test]
fn what_is_taken_back_and_edits_of_others_do_not_count() {
    let acts = vec![
        ("talker-0", set(reaction(), None)),
        ("owner", set(Register::Pinned(id(1)), None)),
        ("talker-0", set(vote(), None)),
        ("writer-0", Action::Edit { message: id(1), body: "new".into() }),
    ];
    assert_eq!(found(MANY, acts, &ok()).len(), 4);
}

#[test]
fn a_short_run_may_leave_something_out_and_not_everything() {
    assert_eq!(found(10, vec![], &ok()), [""; 0]);
    assert_eq!(found(0, vec![], &ok()).len(), 4, "the talker did nothing at all");
    assert_eq!(untested(&Story::default().lines).len(), 0, "a run without talkers");
}
