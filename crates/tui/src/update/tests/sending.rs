//! Sending: once, in order, and never lost.

use ajet_protocol::Code;

use crate::effect::Effect;
use crate::keys::action::Action;
use crate::message::{Failure, Message, Reply};
use crate::state::outbox::{Fate, Unsent};
use crate::state::timeline::Way;
use crate::state::{Command, Link, State};
use crate::testing::{NOW, channel_id, own, posted, press, state, write};
use crate::update::{actions, update};

fn posts(effects: &[Effect]) -> Vec<&Unsent> {
    let sent = effects.iter().filter_map(|effect| match effect {
        Effect::Post(unsent) => Some(unsent),
        _ => None,
    });
    sent.collect()
}

fn answered(state: &mut State, key: &str, result: Result<ajet_protocol::Message, Failure>) -> Vec<Effect> {
    let reply = Reply::Posted { key: key.to_owned(), result: result.map(Box::new) };
    update(state, NOW, Message::Reply(Box::new(reply)))
}

fn no_answer() -> Failure {
    Failure { text: "the server is not reached".into(), code: None, is_passing: true }
}

#[test]
fn a_message_is_on_the_disk_before_it_is_sent_and_off_it_once_it_is_posted() {
    let mut state = state();
    write(&mut state, "hi @bob");
    let effects = press(&mut state, "Enter");
    let kept = effects.iter().position(|one| matches!(one, Effect::KeepUnsent(_))).expect("is kept");
    let sent = effects.iter().position(|one| matches!(one, Effect::Post(_))).expect("is sent");
    assert!(kept < sent);
    let unsent = posts(&effects)[0].clone();
    assert_eq!((unsent.body.as_str(), unsent.channel), ("hi @bob", channel_id(1)));
    assert!(state.composer.buffer.is_empty());
    let effects = answered(&mut state, &unsent.key, Ok(own(20, "hi")));
    assert!(effects.contains(&Effect::ForgetUnsent(unsent.key)));
    assert_eq!(state.timeline(channel_id(1)).expect("is open").iter().count(), 2);
}

#[test]
fn what_one_sends_from_an_older_place_is_seen() {
    let mut state = crate::testing::at_an_older_place();
    assert!(state.selected.is_some());
    write(&mut state, "hi");
    let effects = press(&mut state, "Enter");
    let loads = |one: &Effect| matches!(one, Effect::Load { way: Way::Newest, .. });
    assert!(effects.iter().any(loads), "{effects:?}");
    assert_eq!(state.selected, None);
}

#[test]
fn the_event_of_a_message_counts_as_its_answer() {
    let mut state = state();
    write(&mut state, "hi");
    let key = posts(&press(&mut state, "Enter"))[0].key.clone();
    let mut said = own(20, "hi");
    said.client_mutation_id.clone_from(&key);
    let effects = update(&mut state, NOW, posted(&said));
    assert!(effects.contains(&Effect::ForgetUnsent(key.clone())));
    answered(&mut state, &key, Ok(said));
    assert_eq!(state.timeline(channel_id(1)).expect("is open").iter().count(), 2, "it stands there once");
}

#[test]
fn one_without_an_answer_is_sent_again_later_under_the_same_key() {
    let mut state = state();
    write(&mut state, "hi");
    let key = posts(&press(&mut state, "Enter"))[0].key.clone();
    assert!(posts(&answered(&mut state, &key, Err(no_answer()))).is_empty(), "not at once");
    assert!(posts(&update(&mut state, NOW + 500, Message::Tick)).is_empty());
    let later = update(&mut state, NOW + 60_000, Message::Tick);
    assert_eq!(posts(&later).iter().map(|one| one.key.as_str()).collect::<Vec<_>>(), [key.as_str()]);
}

#[test]
fn what_is_written_while_one_is_away_is_sent_once_one_is_back() {
    let mut state = state();
    let _ = update(&mut state, NOW, Message::Connected(false));
    assert!(matches!(state.link, Link::Away(_)));
    write(&mut state, "one");
    assert!(posts(&press(&mut state, "Enter")).is_empty());
    write(&mut state, "two");
    press(&mut state, "Enter");
    let back = update(&mut state, NOW, Message::Connected(true));
    let sent = posts(&back);
    assert_eq!(sent.iter().map(|one| one.body.as_str()).collect::<Vec<_>>(), ["one"]);
    let key = sent[0].key.clone();
    let then = answered(&mut state, &key, Ok(own(20, "one")));
    assert_eq!(posts(&then).iter().map(|one| one.body.as_str()).collect::<Vec<_>>(), ["two"]);
}

#[test]
fn a_refused_message_waits_for_the_person() {
    let mut state = state();
    write(&mut state, "hi");
    let key = posts(&press(&mut state, "Enter"))[0].key.clone();
    let muted = Failure { text: "You are muted".into(), code: Some(Code::Muted), is_passing: false };
    let kept = |effects: &[Effect]| -> Vec<Option<String>> {
        let all = effects.iter().filter_map(|one| match one {
            Effect::KeepUnsent(unsent) => Some(unsent.refused.clone()),
            _ => None,
        });
        all.collect()
    };
    let effects = answered(&mut state, &key, Err(muted));
    assert_eq!(kept(&effects), [Some("You are muted".to_owned())], "a later run sends it no more");
    let fates: Vec<&Fate> = state.outbox.iter().map(|(_, fate)| fate).collect();
    assert_eq!(fates, [&Fate::Refused("You are muted".into())]);
    let again = press(&mut state, "A-R");
    assert_eq!(posts(&again)[0].key, key);
    assert_eq!(kept(&again), [None]);
}

/// A state in which a message to `#general` was refused.
fn refused() -> State {
    let mut state = state();
    write(&mut state, "hi");
    let key = posts(&press(&mut state, "Enter"))[0].key.clone();
    let muted = Failure { text: "You are muted".into(), code: Some(Code::Muted), is_passing: false };
    answered(&mut state, &key, Err(muted));
    state
}

fn take_back(state: &mut State) {
    actions::perform(state, Action::DropUnsent, &mut Vec::new());
}

#[test]
fn a_refused_message_is_taken_back_unless_something_else_is_written() {
    let mut state = refused();
    write(&mut state, "other");
    take_back(&mut state);
    assert_eq!((state.composer.buffer.text(), state.outbox.iter().count()), ("other", 1));
    assert!(state.notice.as_ref().is_some_and(|notice| notice.is_error));
    press(&mut state, "C-u");
    take_back(&mut state);
    assert_eq!((state.composer.buffer.text(), state.outbox.iter().count()), ("hi", 0));
}

#[test]
fn what_was_refused_for_a_channel_that_is_gone_is_taken_back_anywhere() {
    let mut state = refused();
    press(&mut state, "A-Down");
    take_back(&mut state);
    assert_eq!(state.outbox.iter().count(), 1, "its channel is there");
    let gone = ajet_protocol::events::ChannelGone { channel_id: channel_id(1) };
    let gone = ajet_protocol::Event::ChannelDeleted(gone);
    let _ = update(&mut state, NOW, crate::testing::news(20, channel_id(1), &gone));
    take_back(&mut state);
    assert_eq!((state.composer.buffer.text(), state.outbox.iter().count()), ("hi", 0));
}

#[test]
fn keys_of_messages_are_all_different() {
    let mut state = state();
    let keys: std::collections::HashSet<String> = (0..100).map(|_| state.next_key()).collect();
    assert_eq!(keys.len(), 100);
    assert!(keys.iter().all(|key| key.len() <= ajet_protocol::limits::IDEMPOTENCY_KEY_CHARS));
}

#[test]
fn a_command_is_run_and_two_slashes_are_text() {
    let mut state = state();
    write(&mut state, "/topic x");
    let effects = press(&mut state, "Enter");
    assert!(effects.iter().any(|one| matches!(one, Effect::Run { text, .. } if text == "/topic x")));
    assert!(posts(&effects).is_empty());
    write(&mut state, "//etc");
    assert_eq!(posts(&press(&mut state, "Enter"))[0].body, "/etc");
}

/// A command is typed and sent; as what it is run.
fn run(state: &mut State, text: &str) -> Command {
    write(state, text);
    let effects = press(state, "Enter");
    let ran = effects.into_iter().find_map(|one| match one {
        Effect::Run { channel, text, key } => Some(Command { channel, text, key }),
        _ => None,
    });
    ran.expect("is run")
}

fn not_run(state: &mut State, command: Command, failure: Failure) {
    let reply = Reply::Ran { command, result: Err(failure) };
    let _ = update(state, NOW, Message::Reply(Box::new(reply)));
}

#[test]
fn a_command_that_was_refused_can_be_mended() {
    let mut state = state();
    let refused = || Failure { text: "usage: /topic text".into(), code: None, is_passing: false };
    let first = run(&mut state, "/topic");
    not_run(&mut state, first.clone(), refused());
    assert_eq!(state.composer.buffer.text(), "/topic");
    assert!(state.notice.as_ref().is_some_and(|notice| notice.is_error));
    let second = run(&mut state, "");
    assert_ne!(second.key, first.key, "it was not carried out");
    write(&mut state, "hello");
    not_run(&mut state, second, refused());
    assert_eq!(state.composer.buffer.text(), "hello");
    assert!(state.notice.is_some_and(|notice| notice.text.contains("not run: /topic")), "which one");
}

#[test]
fn a_command_without_an_answer_is_run_once() {
    let mut state = state();
    let first = run(&mut state, "/topic x");
    not_run(&mut state, first.clone(), no_answer());
    assert_eq!(run(&mut state, ""), first, "sent again, it has the same key");
    not_run(&mut state, first.clone(), no_answer());
    assert_ne!(run(&mut state, "y").key, first.key, "another one has another");
    let done = ajet_protocol::CommandResult { ok: true, message: None, effect: None, reply_md: None };
    let reply = Reply::Ran { command: first.clone(), result: Ok(Box::new(done)) };
    let _ = update(&mut state, NOW, Message::Reply(Box::new(reply)));
    assert_ne!(run(&mut state, "/topic x").key, first.key, "it was answered");
}

#[test]
fn a_text_that_is_too_long_stays_where_it_is() {
    let mut state = state();
    state.composer.buffer.set(&"x".repeat(4_001));
    assert!(posts(&press(&mut state, "Enter")).is_empty());
    assert_eq!(state.composer.buffer.text().len(), 4_001);
}
