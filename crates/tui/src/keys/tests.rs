//! Keys as they are written, the presets, and the user's changes.

use std::collections::BTreeMap;

use super::action::{Action, Context};
use super::keymap::{BadBinding, Changes, Keymap, Meaning};
use super::presets::Preset;
use super::press::{Code, Press, sequence, written};

fn keys(text: &str) -> Vec<Press> {
    sequence(text).expect("keys")
}

fn changes(context: &str, keys: &str, action: &str) -> Changes {
    BTreeMap::from([(context.to_owned(), BTreeMap::from([(keys.to_owned(), action.to_owned())]))])
}

#[test]
fn keys_read_as_they_are_written() {
    for text in
        ["g", "G", "C-x", "A-Enter", "S-Tab", "F12", "Space", "-", "C--", "A-C", "PageUp", "g g", "C-x C-c"]
    {
        assert_eq!(written(&keys(text)), text, "{text}");
    }
    assert_eq!(keys("c-X".to_uppercase().as_str()), keys("C-x"), "Ctrl makes no difference between x and X");
    assert_eq!(keys("A-C-x"), keys("C-A-x"));
    assert_eq!(keys("enter")[0], Press::of(Code::Enter));
    for bad in ["", " ", "X-y", "C-", "F0", "F13", "Entre", "C-Entre"] {
        assert!(sequence(bad).is_err(), "{bad:?}");
    }
}

#[test]
fn each_line_of_the_presets_is_a_key() {
    for preset in Preset::ALL {
        for (context, text, action) in preset.keys() {
            assert!(sequence(text).is_ok(), "{preset:?} {context:?} {text} {action:?}");
        }
    }
}

/// In each preset one can write, read help, look for everything else by name, and leave.
#[test]
fn each_preset_reaches_what_one_can_not_do_without() {
    for preset in Preset::ALL {
        let keymap = Keymap::of(preset);
        for action in [
            Action::Help,
            Action::Palette,
            Action::Switcher,
            Action::Search,
            Action::Inbox,
            Action::Send,
            Action::Newline,
            Action::Editor,
            Action::Thread,
            Action::React,
            Action::Back,
            Action::Suspend,
            Action::Quit,
        ] {
            assert!(keymap.keys_of(action).is_some(), "{preset:?}: {action:?}");
        }
        let meaning = keymap.meaning(&[Context::Messages, Context::List, Context::Global], &keys("?"));
        assert_eq!(meaning, Meaning::Does(Action::Help), "{preset:?}");
    }
}

/// What types a character never does anything else while one writes.
#[test]
fn letters_are_text_in_the_composer() {
    for preset in Preset::ALL {
        let keymap = Keymap::of(preset);
        for c in ' '..='~' {
            let press = Press::of(Code::Char(c));
            let meaning = keymap.meaning(&[Context::Compose, Context::Global], &[press]);
            assert_eq!(meaning, Meaning::Nothing, "{preset:?} {c:?}");
        }
    }
}

#[test]
fn several_keys_in_a_row_mean_one_thing() {
    let keymap = Keymap::of(Preset::Vim);
    let places = [Context::Messages, Context::List, Context::Global];
    assert_eq!(keymap.meaning(&places, &keys("g")), Meaning::Begins);
    assert_eq!(keymap.meaning(&places, &keys("g g")), Meaning::Does(Action::First));
    assert_eq!(keymap.meaning(&places, &keys("g x")), Meaning::Nothing);
    assert_eq!(keymap.meaning(&places, &keys("d d")), Meaning::Does(Action::Delete));
    assert_eq!(
        keymap.meaning(&places, &keys("l")),
        Meaning::Does(Action::Thread),
        "the nearest place counts"
    );
    assert_eq!(keymap.meaning(&[Context::List], &keys("l")), Meaning::Does(Action::Select));
}

#[test]
fn the_users_file_adds_changes_and_takes_away() {
    let places = [Context::Messages, Context::List, Context::Global];
    let with = |changes: &Changes| Keymap::changed(Preset::Vim, changes).expect("keys");
    assert_eq!(
        with(&changes("messages", "x", "delete")).meaning(&places, &keys("x")),
        Meaning::Does(Action::Delete)
    );
    assert_eq!(with(&changes("list", "q", "none")).meaning(&places, &keys("q")), Meaning::Nothing);
    let shorter = with(&changes("list", "g", "first"));
    assert_eq!(shorter.meaning(&places, &keys("g")), Meaning::Does(Action::First), "longer ones make way");
}

#[test]
fn a_wrong_line_of_the_users_file_is_named() {
    let bad = |context: &str, keys: &str, action: &str| {
        Keymap::changed(Preset::Plain, &changes(context, keys, action)).expect_err("is wrong")
    };
    assert_eq!(bad("menu", "x", "quit"), BadBinding::NoContext("menu".into()));
    assert_eq!(bad("list", "x", "explode"), BadBinding::NoAction("explode".into()));
    assert!(matches!(bad("list", "Q-x", "quit"), BadBinding::NoKey(_)));
}

#[test]
fn names_of_actions_are_unique_and_read_back() {
    for action in Action::ALL {
        assert_eq!(Action::named(action.name()), Some(*action));
        assert!(!action.words().is_empty());
    }
    for context in Context::ALL {
        assert_eq!(Context::named(context.name()), Some(context));
    }
}
