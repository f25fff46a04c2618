//! The actions of the system's audit: those that are listed, written by statements, and told to operators are the same ones.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use ajet_protocol::audit::{SYSTEM_ACTIONS, is_action};

/// Texts between quotes of this kind that are actions.
fn actions_in(text: &str, quote: char) -> BTreeSet<String> {
    let parts = text.split(quote).filter(|part| part.contains('.') && is_action(part));
    parts.map(str::to_owned).collect()
}

/// Actions that the statements of the store write into the table, and those of the verbs that the journal writes there.
fn written() -> BTreeSet<String> {
    let store = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/store");
    let files = fs::read_dir(store).expect("the store").map(|entry| entry.expect("a file").path());
    let mut found: BTreeSet<String> = ["user.deactivate", "user.reactivate"].map(str::to_owned).into();
    for file in files.filter(|path| path.is_file()) {
        let text = fs::read_to_string(file).expect("readable");
        for (at, _) in text.match_indices("insert into system_audit") {
            let statement = text[at..].split("\"#").next().unwrap_or_default();
            found.extend(actions_in(statement.split("\",").next().unwrap_or_default(), '\''));
        }
    }
    found
}

#[test]
fn every_action_of_the_system_is_listed_and_told_to_operators() {
    let listed: BTreeSet<String> = SYSTEM_ACTIONS.map(str::to_owned).into();
    // Those of bots' tokens stand in the log of their community as well.
    let mut written = written();
    written.insert("token.create".to_owned());
    assert_eq!(written, listed);
    let documents = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/operators.md");
    let told = actions_in(&fs::read_to_string(documents).expect("readable"), '`');
    let untold: Vec<_> = listed.difference(&told).collect();
    assert!(untold.is_empty(), "{untold:?}");
}
