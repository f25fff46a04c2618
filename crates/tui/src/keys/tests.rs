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

/// The rows of the guide's table of keys: how each begins, and what its keys do, in their order: in `plain` and `emacs`, and in `vim`.
const GUIDE: [(&str, &[Action], &[Action]); 15] = [
    ("go to a channel or a person", &[Action::Switcher], &[Action::Switcher]),
    ("go to the next channel with something new", &[Action::NextUnread], &[Action::NextUnread]),
    ("go to the next pane", &[Action::FocusNext], &[Action::FocusNext]),
    ("write; look at messages", &[Action::Back], &[Action::FocusCompose, Action::FocusMessages]),
    ("send; a new line", &[Action::Send, Action::Newline], &[Action::Send, Action::Newline]),
    ("write in your editor", &[Action::Editor], &[Action::Editor]),
    ("open a thread, and reply", &[Action::Select], &[Action::Thread]),
    (
        "react, edit, pin, save",
        &[Action::React, Action::Edit, Action::Pin, Action::Save],
        &[Action::React, Action::Edit, Action::Pin, Action::Save],
    ),
    ("see who reacted", &[Action::Reactions], &[Action::Reactions]),
    (
        "send a file along; take it back",
        &[Action::Attach, Action::Detach],
        &[Action::Attach, Action::Attach, Action::Detach],
    ),
    ("open the channel in a browser", &[Action::Browser], &[Action::Browser]),
    ("edit your last message", &[Action::Up], &[Action::EditLast]),
    ("open a link or a picture by number", &[Action::Open], &[Action::Open]),
    ("search; inbox", &[Action::Search, Action::Inbox], &[Action::Search, Action::Inbox]),
    ("back to the shell for now; leave", &[Action::Suspend, Action::Quit], &[Action::Suspend, Action::Quit]),
];

/// Keys as a guide names them (`Ctrl-X b`), as the tables do (`C-x b`).
fn ours(guide: &str) -> String {
    let one = |key: &str| match key.split_once('-') {
        Some(("Ctrl", letter)) if letter.len() == 1 => format!("C-{}", letter.to_lowercase()),
        Some(("Alt", letter)) if letter.len() == 1 => format!("A-{}", letter.to_lowercase()),
        Some(("Alt", key)) => format!("A-{key}"),
        _ => key.to_owned(),
    };
    guide.split(' ').map(one).collect::<Vec<_>>().join(" ")
}

#[test]
fn the_keys_of_the_guide_do_what_it_says() {
    let guide = include_str!("../../../../docs/tui.md");
    let table = guide.split("| to | plain | emacs | vim |\n").nth(1).expect("the table");
    let rows: Vec<Vec<&str>> = table
        .lines()
        .skip(1)
        .take_while(|line| line.starts_with('|'))
        .map(|line| line.trim_matches('|').split(" | ").map(str::trim).collect())
        .collect();
    assert_eq!(rows.iter().map(|row| row[0]).collect::<Vec<_>>(), GUIDE.map(|(row, ..)| row));
    for (row, (name, plain, vim)) in rows.iter().zip(GUIDE) {
        for (preset, actions) in [(Preset::Plain, plain), (Preset::Emacs, plain), (Preset::Vim, vim)] {
            let column = 1 + Preset::ALL.iter().position(|one| *one == preset).expect("one of them");
            let cell = if row[column] == "the same" { row[1] } else { row[column] };
            let named: Vec<String> = cell.split('`').skip(1).step_by(2).map(ours).collect();
            assert_eq!(named.len(), actions.len(), "{preset:?}, {name}: {cell}");
            let keymap = Keymap::of(preset);
            for (named, action) in named.iter().zip(actions) {
                let does =
                    |context| keymap.in_context(context).any(|(keys, own)| keys == *named && own == *action);
                assert!(Context::ALL.into_iter().any(does), "{preset:?}, {name}: {named} does {action:?}");
            }
        }
    }
}
