//! Files that are sent along.

use crate::effect::Effect;
use crate::message::{FoundFile, Message, Reply};
use crate::state::State;
use crate::state::overlay::Overlay;
use crate::testing::{NOW, press, state, write};
use crate::update::update;

fn found(state: &mut State, typed: &str, files: &[(&str, Option<u64>)]) {
    let file = |(name, bytes): &(&str, Option<u64>)| FoundFile {
        name: (*name).to_owned(),
        path: format!("/home/ann/{name}"),
        bytes: *bytes,
    };
    let result = Ok(files.iter().map(file).collect());
    let reply = Reply::Files { typed: typed.to_owned(), result };
    let _ = update(state, NOW, Message::Reply(Box::new(reply)));
}

#[test]
fn a_file_is_chosen_by_its_path_and_sent_along() {
    let mut state = state();
    assert!(press(&mut state, "A-f").contains(&Effect::ListFiles(String::new())));
    found(&mut state, "", &[("pictures", None), ("notes.txt", Some(9))]);
    let effects = press(&mut state, "Enter");
    assert!(effects.contains(&Effect::ListFiles("/home/ann/pictures/".into())), "{effects:?}");
    write(&mut state, "ca");
    let typed = "/home/ann/pictures/ca";
    let asked = update(&mut state, NOW + 100, Message::Tick);
    assert!(asked.contains(&Effect::ListFiles(typed.into())), "{asked:?}");
    found(&mut state, "/home/ann/pictures/", &[("old.png", Some(1))]);
    found(&mut state, typed, &[("cat.png", Some(1_200))]);
    press(&mut state, "Enter");
    assert!(state.overlay.is_none());
    assert_eq!(state.composer.files, ["/home/ann/cat.png"], "and none of an earlier list");
    let effects = press(&mut state, "Enter");
    let posted = effects.iter().find_map(|one| match one {
        Effect::Post(unsent) => Some((unsent.body.clone(), unsent.files.clone())),
        _ => None,
    });
    assert_eq!(posted, Some((String::new(), vec!["/home/ann/cat.png".to_owned()])), "without a text");
    assert!(state.composer.files.is_empty());
}

#[test]
fn a_file_can_be_taken_back() {
    let mut state = state();
    press(&mut state, "A-f");
    found(&mut state, "", &[("notes.txt", Some(9))]);
    press(&mut state, "Enter");
    press(&mut state, "A-d");
    assert!(state.composer.files.is_empty());
    assert!(press(&mut state, "Enter").iter().all(|one| !matches!(one, Effect::Post(_))));
}

#[test]
fn a_folder_that_can_not_be_read_is_said() {
    let mut state = state();
    press(&mut state, "A-f");
    let reply = Reply::Files { typed: String::new(), result: Err("no right to read it".into()) };
    let _ = update(&mut state, NOW, Message::Reply(Box::new(reply)));
    let Some(Overlay::Picker(picker)) = &state.overlay else { panic!("a list") };
    assert_eq!(picker.items().next().map(|item| item.label.as_str()), Some("no right to read it"));
}
