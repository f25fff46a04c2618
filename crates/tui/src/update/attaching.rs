//! Files that are sent along with a message. They are read and uploaded when it is sent.

use ajet_protocol::limits::MESSAGE_ATTACHMENTS;

use super::notices;
use crate::links;
use crate::message::FoundFile;
use crate::state::overlay::{Choice, Item};
use crate::state::{Pane, State};

/// A file goes along with what is being written.
pub fn attach(state: &mut State, path: String) {
    let composer = &mut state.composer;
    if composer.editing.is_some() {
        return notices::complain(state, "files go along with new messages alone");
    }
    if composer.files.len() >= MESSAGE_ATTACHMENTS {
        return notices::complain(state, format!("a message takes {MESSAGE_ATTACHMENTS} files"));
    }
    if !composer.files.contains(&path) {
        composer.files.push(path);
    }
    state.pane = Pane::Compose;
}

/// The last file is taken back.
pub fn detach(state: &mut State) {
    match state.composer.files.pop() {
        Some(path) => notices::say(state, format!("{} stays here", links::file_name(&path))),
        None => notices::say(state, "no file goes along"),
    }
}

/// The line of a file to choose.
#[must_use]
pub fn item(found: &FoundFile) -> Item {
    let path = found.path.clone();
    match found.bytes {
        Some(bytes) => {
            let size = links::size(i64::try_from(bytes).unwrap_or(i64::MAX));
            Item::new(found.name.clone(), size, Choice::File(path))
        }
        None => Item::new(format!("{}/", found.name), "", Choice::Folder(format!("{path}/"))),
    }
}
