//! Other programs: the browser, the user's editor, and the shell that the client was started by.

use std::io::{self, Write};
use std::path::Path;
use std::process::Stdio;

use rustix::process::{Signal, kill_current_process_group};
use tokio::process::Command;

use super::disk;

/// What edits where the user has named nothing.
const EDITOR: &str = "vi";

/// Opens an address of the web; it is checked before ([`crate::links::absolute`]), so that it is no option of the browser.
///
/// # Errors
/// When the browser can't be started.
pub fn browse(browser: Option<&str>, address: &str) -> io::Result<()> {
    let usual = if cfg!(target_os = "macos") { "open" } else { "xdg-open" };
    let browser = browser.and_then(|named| named.split(':').find(|one| !one.is_empty())).unwrap_or(usual);
    let mut words = browser.split_whitespace();
    let mut command = Command::new(words.next().unwrap_or(usual));
    command.args(words).arg(address).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.spawn().map(drop)
}

/// Lets the user's editor change a text; `None` where it failed. The terminal is the editor's meanwhile.
pub async fn edit(editor: Option<&str>, folder: &Path, text: &str) -> Option<String> {
    let path = folder.join(format!("message-{}.md", std::process::id()));
    let written = disk::private(&path).and_then(|mut file| file.write_all(text.as_bytes()));
    let mut words = editor.unwrap_or(EDITOR).split_whitespace();
    let mut command = Command::new(words.next().unwrap_or(EDITOR));
    command.args(words).arg(&path);
    let ended = match written {
        Ok(()) => command.status().await.ok(),
        Err(_) => None,
    };
    let edited = ended.filter(|status| status.success()).and_then(|_| std::fs::read_to_string(&path).ok());
    // It may be gone already.
    let _ = std::fs::remove_file(&path);
    edited
}

/// Stops this process and those it was started with, as the shell's key does, until the shell lets it go on.
pub fn stop() {
    // Where there is no shell that could let it go on, the system does not stop it.
    let _ = kill_current_process_group(Signal::TSTP);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn an_editor_changes_the_text() {
        let home = tempfile::tempdir().expect("a folder");
        let script = home.path().join("editor");
        std::fs::write(&script, "#!/bin/sh\nprintf ' and more' >> \"$2\"\n").expect("is written");
        let editor = format!("sh {} --wait", script.display());
        let edited = edit(Some(&editor), home.path(), "some").await;
        assert_eq!(edited.as_deref(), Some("some and more"));
        let left = std::fs::read_dir(home.path()).expect("is there").count();
        assert_eq!(left, 1, "the text is gone from the disk");
    }

    #[tokio::test]
    async fn an_editor_that_fails_changes_nothing() {
        let home = tempfile::tempdir().expect("a folder");
        for editor in ["false", "/nowhere/editor"] {
            assert_eq!(edit(Some(editor), home.path(), "some").await, None);
        }
    }

    /// The program that `BROWSER` names first, with its own words, and the address as one word.
    #[tokio::test]
    async fn a_browser_is_started_with_the_address() {
        let home = tempfile::tempdir().expect("a folder");
        let (script, seen) = (home.path().join("browser"), home.path().join("seen"));
        // What it was given is there whole or not at all.
        let told = "#!/bin/sh\nprintf '%s\\n' \"$@\" > \"$0.new\" && mv \"$0.new\" \"$1\"\n";
        std::fs::write(&script, told).expect("is written");
        let address = "https://chat.example/m/1?a=b&c=$(d)";
        let browser = format!(":sh {} {} --new-window:never", script.display(), seen.display());
        browse(Some(&browser), address).expect("starts");
        let given = async {
            while !seen.exists() {
                tokio::time::sleep(std::time::Duration::from_millis(10)).await;
            }
        };
        tokio::time::timeout(std::time::Duration::from_secs(20), given).await.expect("it is started");
        let words = std::fs::read_to_string(&seen).expect("is there");
        assert_eq!(words, format!("{}\n--new-window\n{address}\n", seen.display()));
        assert!(browse(Some("/nowhere/browser"), address).is_err());
    }
}
