//! Writing: completion, pastes, edits, drafts.

use ajet_protocol::events::DraftPayload;
use ajet_protocol::{ChannelDraft, Event, Timestamp};

use crate::effect::Effect;
use crate::message::{Message, Reply};
use crate::state::Pane;
use crate::state::overlay::Overlay;
use crate::testing::{NOW, channel_id, message_id, news, own, page, press, state, write};
use crate::update::update;

#[test]
fn a_name_is_completed_by_tab() {
    let mut state = state();
    press(&mut state, "C-k");
    write(&mut state, "Bob");
    press(&mut state, "Enter");
    write(&mut state, "hi @b");
    press(&mut state, "Tab");
    assert_eq!(state.composer.buffer.text(), "hi @bob ");
}

#[test]
fn a_channel_is_completed_and_walked_through() {
    let mut state = state();
    write(&mut state, "#r");
    assert!(state.composer.completion.is_some(), "it is offered while one types");
    press(&mut state, "Tab");
    press(&mut state, "Enter");
    assert!(
        state.composer.buffer.text().starts_with('#'),
        "Enter takes what is chosen: {}",
        state.composer.buffer.text()
    );
}

#[test]
fn what_the_editor_left_is_not_completed_as_the_text_of_before() {
    let mut state = state();
    write(&mut state, "a long text that ends in #r");
    assert!(state.composer.completion.is_some());
    let _ = update(&mut state, NOW, Message::Edited(Some("short".into())));
    assert_eq!((state.composer.buffer.text(), &state.composer.completion), ("short", &None));
    press(&mut state, "Tab Tab");
    assert_eq!(state.composer.buffer.text(), "short");
}

#[test]
fn the_end_of_what_the_editor_left_is_not_left_out_in_silence() {
    let mut state = state();
    let long = "x".repeat(crate::text::buffer::MOST + 1);
    let _ = update(&mut state, NOW, Message::Edited(Some(long)));
    assert!(state.notice.is_some_and(|notice| notice.is_error));
}

#[test]
fn a_new_line_is_no_end_of_a_message() {
    for keys in ["A-Enter", "S-Enter", "C-j"] {
        let mut state = state();
        write(&mut state, "one");
        let effects = press(&mut state, keys);
        assert!(!effects.iter().any(|one| matches!(one, Effect::Post(_))), "{keys}: {effects:?}");
        write(&mut state, "two");
        assert_eq!(state.composer.buffer.text(), "one\ntwo", "{keys}");
        let effects = press(&mut state, "Enter");
        let is_sent = |one: &Effect| matches!(one, Effect::Post(unsent) if unsent.body == "one\ntwo");
        assert!(effects.iter().any(is_sent), "{keys}: {effects:?}");
    }
}

#[test]
fn enter_sends_though_something_is_offered() {
    let mut state = state();
    write(&mut state, "see #random");
    let effects = press(&mut state, "Enter");
    assert!(effects.iter().any(|one| matches!(one, Effect::Post(unsent) if unsent.body == "see #random")));
}

#[test]
fn many_lines_are_asked_about_and_a_few_are_not() {
    let mut state = state();
    let _ = update(&mut state, NOW, Message::Paste("one\r\ntwo\x1b[2J".into()));
    assert_eq!(state.composer.buffer.text(), "one\ntwo[2J", "without what controls the terminal");
    let _ = update(&mut state, NOW, Message::Paste("x\n".repeat(50)));
    assert!(matches!(state.overlay, Some(Overlay::Question(_))));
    press(&mut state, "n");
    assert_eq!(state.composer.buffer.text(), "one\ntwo[2J");
    let _ = update(&mut state, NOW, Message::Paste("x\n".repeat(50)));
    let effects = press(&mut state, "y");
    assert_eq!(state.composer.buffer.text().lines().count(), 51);
    assert!(!effects.iter().any(|one| matches!(one, Effect::Post(_))), "nothing is sent by that");
}

#[test]
fn the_last_message_is_edited_and_what_was_begun_comes_back() {
    let mut state = state();
    page(&mut state, vec![own(11, "first"), own(12, "second")]);
    // That page was not asked for.
    assert_eq!(state.timeline(channel_id(1)).expect("is open").len(), 1);
    let said = own(12, "second");
    let _ = update(&mut state, NOW, crate::testing::posted(&said));
    press(&mut state, "Up");
    assert_eq!((state.composer.editing, state.composer.buffer.text()), (Some(message_id(12)), "second"));
    press(&mut state, "Esc");
    assert_eq!((state.composer.editing, state.composer.buffer.text()), (None, ""));
    press(&mut state, "Up");
    write(&mut state, "!");
    let effects = press(&mut state, "Enter");
    let edit = Effect::Edit { message: message_id(12), text: "second!".into() };
    assert!(effects.contains(&edit), "{effects:?}");
}

/// A state in which one's own message is being edited.
fn editing() -> crate::state::State {
    let mut state = state();
    let _ = update(&mut state, NOW, crate::testing::posted(&own(12, "second")));
    press(&mut state, "Up");
    write(&mut state, "!");
    state
}

fn edit_failed(state: &mut crate::state::State) {
    let failure = crate::message::Failure { text: "no answer".into(), code: None, is_passing: true };
    let reply = Reply::Edited { message: message_id(12), text: "second!".into(), result: Err(failure) };
    let _ = update(state, NOW, Message::Reply(Box::new(reply)));
    assert!(state.notice.as_ref().is_some_and(|notice| notice.is_error));
}

#[test]
fn an_edit_is_not_made_while_one_is_away_and_stays() {
    let mut state = editing();
    let _ = update(&mut state, NOW, Message::Connected(false));
    let effects = press(&mut state, "Enter");
    assert!(!effects.iter().any(|one| matches!(one, Effect::Edit { .. })), "{effects:?}");
    assert_eq!((state.composer.editing, state.composer.buffer.text()), (Some(message_id(12)), "second!"));
    assert!(state.notice.is_some_and(|notice| notice.is_error));
}

#[test]
fn an_edit_that_failed_can_be_made_again() {
    let mut state = editing();
    press(&mut state, "Enter");
    assert_eq!(state.composer.editing, None);
    edit_failed(&mut state);
    assert_eq!((state.composer.editing, state.composer.buffer.text()), (Some(message_id(12)), "second!"));
}

#[test]
fn an_edit_that_failed_is_shown_where_one_writes_something_else() {
    let mut state = editing();
    press(&mut state, "Enter");
    write(&mut state, "and now");
    edit_failed(&mut state);
    assert_eq!((state.composer.editing, state.composer.buffer.text()), (None, "and now"));
    assert!(matches!(&state.overlay, Some(Overlay::Reader { text, .. }) if text == "second!"));
}

#[test]
fn an_answer_that_opens_while_one_writes_takes_no_letter() {
    let mut state = state();
    write(&mut state, "hel");
    crate::update::events::read_to(&mut state, "Answer", "42".into());
    write(&mut state, "lo");
    assert!(state.overlay.is_none());
    assert_eq!(state.composer.buffer.text(), "hello");
    crate::update::events::read_to(&mut state, "Answer", "42".into());
    write(&mut state, "q");
    assert!(state.overlay.is_none());
    assert_eq!(state.composer.buffer.text(), "hello", "q closes it");
}

#[test]
fn a_draft_is_kept_a_moment_after_the_last_key_and_typing_is_told_once() {
    let mut state = state();
    let typing = |effects: &[Effect]| {
        effects.iter().filter(|one| matches!(one, Effect::Typing { on: true, .. })).count()
    };
    assert_eq!(typing(&write(&mut state, "hello")), 1);
    let later = update(&mut state, NOW + 2_000, Message::Tick);
    assert!(
        later.iter().any(|one| matches!(one, Effect::KeepDraft { text, .. } if text == "hello")),
        "{later:?}"
    );
    let stopped = update(&mut state, NOW + 10_000, Message::Tick);
    assert!(stopped.iter().any(|one| matches!(one, Effect::Typing { on: false, .. })));
    assert!(!stopped.iter().any(|one| matches!(one, Effect::KeepDraft { .. })), "it is kept already");
}

/// An event tells what the server keeps of what is begun in `#general`; no text is none.
fn drafted(number: u64, text: &str) -> Message {
    let draft = ChannelDraft {
        channel_id: channel_id(1),
        parent_id: None,
        body_md: text.into(),
        updated_at: Timestamp::from_unix_millis(NOW),
    };
    let told = match text {
        "" => DraftPayload::Gone { channel_id: channel_id(1), parent_id: None, deleted: true },
        _ => DraftPayload::Kept { draft },
    };
    news(number, channel_id(1), &Event::DraftUpdated(told))
}

/// What of a text was given to the server to keep.
fn kept(effects: &[Effect]) -> Vec<&str> {
    let texts = effects.iter().filter_map(|one| match one {
        Effect::KeepDraft { text, .. } => Some(text.as_str()),
        _ => None,
    });
    texts.collect()
}

#[test]
fn a_text_that_another_session_sends_goes_from_here() {
    let mut state = state();
    write(&mut state, "hello");
    assert_eq!(kept(&update(&mut state, NOW + 2_000, Message::Tick)), ["hello"]);
    let _ = update(&mut state, NOW + 2_100, drafted(20, "hello"));
    assert_eq!(state.composer.buffer.text(), "hello", "that it is kept is no news");
    let _ = update(&mut state, NOW + 2_500, drafted(21, "hello, all"));
    assert_eq!(state.composer.buffer.text(), "hello, all", "another session goes on with it");
    let _ = update(&mut state, NOW + 3_000, drafted(22, ""));
    assert!(state.composer.buffer.is_empty(), "and sends it");
    let later = update(&mut state, NOW + 30_000, Message::Tick);
    assert!(kept(&later).is_empty(), "it is not begun anew");
}

#[test]
fn what_was_written_on_here_stays_though_another_session_has_sent_the_beginning() {
    let mut state = state();
    write(&mut state, "hello");
    let _ = update(&mut state, NOW + 2_000, Message::Tick);
    let _ = update(&mut state, NOW + 2_100, drafted(20, "hello"));
    write(&mut state, ", and on");
    let _ = update(&mut state, NOW + 2_200, drafted(21, ""));
    assert_eq!(state.composer.buffer.text(), "hello, and on");
    assert_eq!(kept(&update(&mut state, NOW + 30_000, Message::Tick)), ["hello, and on"]);
}

#[test]
fn events_of_earlier_changes_take_no_later_text_away() {
    let mut state = state();
    for (text, now) in [("a", NOW + 2_000), ("b", NOW + 4_000)] {
        write(&mut state, text);
        assert_eq!(kept(&update(&mut state, now, Message::Tick)).len(), 1);
    }
    for (number, text) in [(20, "a"), (21, "ab")] {
        let _ = update(&mut state, NOW + 4_100, drafted(number, text));
        assert_eq!(state.composer.buffer.text(), "ab");
    }
    press(&mut state, "Enter");
    let _ = update(&mut state, NOW + 4_200, drafted(22, ""));
    assert!(state.composer.buffer.is_empty());
}

#[test]
fn a_letter_begins_to_write_unless_keys_are_modal() {
    let mut state = state();
    press(&mut state, "Esc");
    assert_eq!(state.pane, Pane::Messages);
    press(&mut state, "h");
    assert_eq!((state.pane, state.composer.buffer.text()), (Pane::Compose, "h"));
    state.settings.keymap = crate::keys::keymap::Keymap::of(crate::keys::presets::Preset::Vim);
    press(&mut state, "Esc");
    press(&mut state, "x");
    assert_eq!((state.pane, state.composer.buffer.text()), (Pane::Messages, "h"));
    press(&mut state, "i");
    assert_eq!(state.pane, Pane::Compose);
}

#[test]
fn what_is_begun_while_one_is_away_is_kept_once_one_is_back() {
    let mut state = state();
    let _ = update(&mut state, NOW, Message::Connected(false));
    write(&mut state, "for general");
    press(&mut state, "A-Down");
    let away = write(&mut state, "for random");
    assert!(kept(&away).is_empty() && kept(&update(&mut state, NOW + 5_000, Message::Tick)).is_empty());
    assert!(!away.iter().any(|one| matches!(one, Effect::Typing { .. })), "nor is it told");
    let back = update(&mut state, NOW + 5_000, Message::Connected(true));
    assert_eq!(kept(&back), ["for general"], "what was begun elsewhere");
    let later = update(&mut state, NOW + 9_000, Message::Tick);
    assert_eq!(kept(&later), ["for random"], "what is being written");
    assert_eq!(state.composer.buffer.text(), "for random");
}

#[test]
fn leaving_asks_where_what_is_written_would_be_lost() {
    let asks = |state: &mut crate::state::State| {
        let effects = press(state, "C-c");
        let is_asked = matches!(state.overlay, Some(Overlay::Question(_)));
        assert_ne!(effects.contains(&Effect::Quit), is_asked);
        state.overlay = None;
        is_asked
    };
    let mut state = state();
    write(&mut state, "hi");
    assert!(!asks(&mut state), "the server keeps it");
    let _ = update(&mut state, NOW, Message::Connected(false));
    write(&mut state, ", and on");
    assert!(asks(&mut state), "it can't be kept while one is away");
    press(&mut state, "A-Down");
    assert!(asks(&mut state), "nor what was begun elsewhere");
    let _ = update(&mut state, NOW, Message::Connected(true));
    assert!(!asks(&mut state));
    state.composer.buffer.set(&"x".repeat(4_001));
    assert!(asks(&mut state), "it is too long for a draft");
    assert!(asks(&mut editing()), "an edit is no draft");
}

#[test]
fn a_draft_that_was_sent_while_one_was_away_is_dropped_once_one_is_back() {
    let mut sync = crate::testing::sync();
    sync.drafts = vec![ajet_protocol::ChannelDraft {
        channel_id: channel_id(1),
        parent_id: None,
        body_md: "begun before".into(),
        updated_at: ajet_protocol::Timestamp::from_unix_millis(NOW),
    }];
    let mut state = crate::testing::state_with(sync, Vec::new());
    assert_eq!(state.composer.buffer.text(), "begun before");
    let _ = update(&mut state, NOW, Message::Connected(false));
    press(&mut state, "Enter");
    press(&mut state, "A-Down");
    let back = update(&mut state, NOW, Message::Connected(true));
    assert!(back.contains(&Effect::DropDraft { channel: channel_id(1), parent: None }), "{back:?}");
    press(&mut state, "A-Up");
    assert!(state.composer.buffer.is_empty());
}
