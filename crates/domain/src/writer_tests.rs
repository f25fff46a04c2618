//! What a writer does with answers that come late, and with a batch of which one command is bad.

use ajet_protocol::{StreamId, Timestamp};
use uuid::Uuid;

use super::*;

/// Takes numbers; the store refuses odd ones by a constraint.
struct Numbers;

struct Still;

impl Universe for Still {
    fn now(&self) -> Timestamp {
        Timestamp::from_unix_millis(1)
    }
    fn entropy(&mut self) -> u64 {
        1
    }
}

impl Core for Numbers {
    type Command = u32;
    type Needs = ();
    type Facts = ();
    type Change = u32;
    type Answer = u32;
    type Refusal = String;

    const BATCH: usize = 16;

    fn needs(&self, _: &[&u32], _: bool) {}
    fn decide(&mut self, command: &u32, _: &mut Turn<'_, ()>) -> Result<Decision<Self>, String> {
        Ok(Decision { events: vec![], changes: vec![*command], answer: *command })
    }
    fn acl(&self, (): &()) -> AclCheck {
        AclCheck { community: ajet_protocol::CommunityId(Uuid::nil()), version: 1 }
    }
    fn settle(&mut self, _: bool) {}
    fn spent(&mut self, _: Vec<DuplicateKey>) {}
    fn constraint(name: &str) -> String {
        name.to_owned()
    }
}

type Out = Vec<Effect<Numbers, u32>>;

fn writer() -> Writer<Numbers, u32> {
    Writer::new(Numbers, StreamId(Uuid::nil()), 1, 0)
}

fn submit(writer: &mut Writer<Numbers, u32>, number: u32) -> Out {
    writer.submit(number, number, Timestamp::from_unix_millis(100), &mut Still)
}

/// Plays the shell until nothing is left to do: odd numbers break a constraint.
fn play(writer: &mut Writer<Numbers, u32>, mut effects: Out) -> Vec<(u32, Result<u32, Failure<String>>)> {
    let mut answers = Vec::new();
    while let Some(effect) = effects.pop() {
        match effect {
            Effect::Gather(()) => effects.extend(writer.gathered(Found::Looked(()), &mut Still)),
            Effect::Append(append) => {
                let bad = append.changes.iter().any(|number| number % 2 == 1);
                let outcome = if bad { Outcome::Constraint("odd".into()) } else { Outcome::Committed };
                effects.extend(writer.appended(outcome, &mut Still));
            }
            Effect::Answer(token, answer) => answers.push((token, answer)),
            Effect::Look | Effect::Publish(_) | Effect::StepAside => {}
        }
    }
    answers.sort_by_key(|(token, _)| *token);
    answers
}

/// I8, I20: a constraint that one command breaks refuses that command, not the batch it was in.
#[test]
fn one_command_that_breaks_a_constraint_is_refused_alone() {
    let mut writer = writer();
    let gather = submit(&mut writer, 0);
    for number in 1..=5 {
        assert!(submit(&mut writer, number).is_empty(), "the first look-up is still out");
    }
    let answers = play(&mut writer, gather);
    let odd = || Err(Failure::Refused("odd".to_owned()));
    let expected = [(0, Ok(0)), (1, odd()), (2, Ok(2)), (3, odd()), (4, Ok(4)), (5, odd())];
    assert_eq!(answers, expected);
    assert!(writer.is_idle());
}

/// An answer to what is no longer asked changes nothing: a writer that has stopped stays stopped.
#[test]
fn what_comes_late_does_not_wake_a_writer_that_stopped() {
    let sighting = StreamPosition { epoch: 1, head: 0, next: None };
    let mut writer = writer();
    submit(&mut writer, 2);
    assert_eq!(writer.step_aside().len(), 2, "the caller is sent on, and the shell told");
    assert!(writer.gathered(Found::Looked(()), &mut Still).is_empty());
    assert!(writer.appended(Outcome::Committed, &mut Still).is_empty());
    assert!(writer.sighted(sighting, &mut Still).is_empty());
    assert!(matches!(submit(&mut writer, 4)[..], [Effect::Answer(4, Err(Failure::Moved))]));
}
