//! Unsent messages on the disk: a folder for each person, with a file for each message that is named by its key. Two clients of one
//! person may share it: both send under the same key, which posts once.
//!
//! Files are for the user alone. What can't be written is told, and the message is sent all the same.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use ajet_protocol::UserId;

use crate::state::outbox::{MOST, Unsent};

/// The folder of one person.
#[derive(Debug, Clone)]
pub struct Folder(PathBuf);

impl Folder {
    /// The folder of a person below the one that the command line named; it is made if it is not there.
    ///
    /// # Errors
    /// When it can't be made.
    pub fn of(state_dir: &Path, person: UserId) -> io::Result<Self> {
        let folder = state_dir.join("unsent").join(person.to_string());
        fs::DirBuilder::new().recursive(true).mode(0o700).create(&folder)?;
        Ok(Self(folder))
    }

    /// Keeps a message. It is there whole or not at all, also after a loss of power.
    ///
    /// # Errors
    /// When it can't be written.
    pub fn keep(&self, unsent: &Unsent) -> io::Result<()> {
        let (path, beside) = (self.path(&unsent.key), self.path(&unsent.key).with_extension("new"));
        let mut file = private(&beside)?;
        file.write_all(&serde_json::to_vec(unsent)?)?;
        file.sync_data()?;
        fs::rename(&beside, &path)
    }

    /// Forgets a message; one that is not there is forgotten already.
    pub fn forget(&self, key: &str) {
        // What stays is sent once more under its key, which posts nothing.
        let _ = fs::remove_file(self.path(key));
    }

    /// The messages that are there, at most as many as an outbox takes. What can't be read is left alone.
    #[must_use]
    pub fn left(&self) -> Vec<Unsent> {
        let Ok(files) = fs::read_dir(&self.0) else { return Vec::new() };
        let files = files.filter_map(Result::ok).map(|file| file.path());
        let messages = files.filter(|path| path.extension().is_some_and(|ending| ending == "json"));
        messages.filter_map(|path| serde_json::from_slice(&fs::read(path).ok()?).ok()).take(MOST).collect()
    }

    /// Keys are made of letters, digits and dashes; others would be another path.
    fn path(&self, key: &str) -> PathBuf {
        let name: String = key.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').take(64).collect();
        self.0.join(name).with_extension("json")
    }
}

/// A new file that only the user can read, in place of one that is there.
///
/// # Errors
/// When it can't be made.
pub fn private(path: &Path) -> io::Result<File> {
    let _ = fs::remove_file(path);
    OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;
    use crate::testing::{channel_id, user_id};

    fn unsent(key: &str) -> Unsent {
        Unsent {
            key: key.into(),
            channel: channel_id(1),
            parent: None,
            body: "canary".into(),
            files: vec!["/tmp/cat.png".into()],
            written_at: 7,
            refused: Some("muted".into()),
        }
    }

    #[test]
    fn what_is_kept_is_there_until_it_is_forgotten() {
        let home = tempfile::tempdir().expect("a folder");
        let folder = Folder::of(home.path(), user_id(1)).expect("is made");
        folder.keep(&unsent("tui-1-1")).expect("is kept");
        folder.keep(&unsent("tui-1-1")).expect("is kept again");
        let again = Folder::of(home.path(), user_id(1)).expect("is there");
        assert_eq!(again.left(), [unsent("tui-1-1")]);
        assert!(Folder::of(home.path(), user_id(2)).expect("is made").left().is_empty(), "of another person");
        folder.forget("tui-1-1");
        folder.forget("tui-1-1");
        assert!(folder.left().is_empty());
    }

    /// A client of before files could be sent along left none, and told of none that it was refused.
    #[test]
    fn a_message_without_files_is_read() {
        let plain = Unsent { files: Vec::new(), refused: None, ..unsent("a") };
        let kept = serde_json::to_string(&plain).expect("JSON");
        assert!(!kept.contains("files") && !kept.contains("refused"), "{kept}");
        let read: Unsent = serde_json::from_str(&kept).expect("is read");
        assert_eq!(read, plain);
    }

    #[test]
    fn only_the_user_can_read_them() {
        let home = tempfile::tempdir().expect("a folder");
        let folder = Folder::of(home.path(), user_id(1)).expect("is made");
        folder.keep(&unsent("a")).expect("is kept");
        let mode = |path: &Path| fs::metadata(path).expect("is there").permissions().mode() & 0o777;
        assert_eq!(mode(&folder.0), 0o700);
        assert_eq!(mode(&folder.path("a")), 0o600);
    }

    #[test]
    fn what_is_no_message_is_left_alone() {
        let home = tempfile::tempdir().expect("a folder");
        let folder = Folder::of(home.path(), user_id(1)).expect("is made");
        fs::write(folder.0.join("x.json"), "{").expect("is written");
        fs::write(folder.0.join("y.new"), "half").expect("is written");
        assert!(folder.left().is_empty());
        assert_eq!(folder.path("../../etc/passwd").parent(), Some(folder.0.as_path()));
    }
}
