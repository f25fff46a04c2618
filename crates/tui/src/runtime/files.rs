//! Files of this machine: which there are, and what is in one. They are read by threads of their own: a disk may be far away.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use ajet_protocol::limits::UPLOAD_BYTES_MOST;

use crate::message::FoundFile;

/// Files of a list at most.
const LISTED: usize = 500;

/// A path as it was typed: `~` stands for the home folder.
fn expanded(home: Option<&Path>, typed: &str) -> PathBuf {
    match (typed.strip_prefix('~'), home) {
        (Some(""), Some(home)) => home.to_owned(),
        (Some(rest), Some(home)) if rest.starts_with('/') => home.join(rest.trim_start_matches('/')),
        _ => PathBuf::from(typed),
    }
}

/// The path from the root on: a message may be sent by a client that is started elsewhere.
fn whole_path(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}

/// The whole path of a file whose path was typed.
#[must_use]
pub fn path_of(home: Option<&Path>, typed: &str) -> String {
    whole_path(&expanded(home, typed)).to_string_lossy().into_owned()
}

/// The files and folders whose paths begin as it was typed, in the order of their names. Names that are no text are left out, and so are
/// hidden ones, unless a dot was typed.
///
/// # Errors
/// Why the folder can't be read.
pub async fn list(home: Option<PathBuf>, typed: String) -> Result<Vec<FoundFile>, String> {
    let listing = tokio::task::spawn_blocking(move || listed(home.as_deref(), &typed));
    listing.await.map_err(|_| "this folder can't be read".to_owned())?
}

fn listed(home: Option<&Path>, typed: &str) -> Result<Vec<FoundFile>, String> {
    let (folder, beginning) = match typed.rsplit_once('/') {
        Some((folder, beginning)) => (expanded(home, &format!("{folder}/")), beginning),
        None if typed == "~" => (expanded(home, typed), ""),
        None => (PathBuf::from("."), typed),
    };
    let beginning = beginning.to_lowercase();
    let entries = fs::read_dir(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let fits = |name: &str| {
        name.to_lowercase().starts_with(&beginning) && (beginning.starts_with('.') || !name.starts_with('.'))
    };
    let mut found: Vec<FoundFile> = entries
        .filter_map(Result::ok)
        .filter_map(|entry| {
            let name = entry.file_name().into_string().ok().filter(|name| fits(name))?;
            // What a link leads to counts.
            let metadata = fs::metadata(entry.path()).ok()?;
            let is_one = metadata.is_dir() || metadata.is_file();
            let path = whole_path(&folder.join(&name)).to_str().filter(|_| is_one)?.to_owned();
            Some(FoundFile { name, path, bytes: metadata.is_file().then_some(metadata.len()) })
        })
        .collect();
    found.sort_by(|one, other| one.name.cmp(&other.name));
    found.truncate(LISTED);
    Ok(found)
}

/// The name of a file, and its bytes.
///
/// # Errors
/// Why it can't be read; and when it is larger than any server takes.
pub async fn read(path: &str) -> Result<(String, Vec<u8>), String> {
    let path = PathBuf::from(path);
    let reading = tokio::task::spawn_blocking(move || whole(&path));
    reading.await.map_err(|_| "this file can't be read".to_owned())?
}

fn whole(path: &Path) -> Result<(String, Vec<u8>), String> {
    let failed = |error: &dyn std::fmt::Display| format!("{}: {error}", path.display());
    let name = path.file_name().map_or_else(|| "file".to_owned(), |name| name.to_string_lossy().into_owned());
    let metadata = fs::metadata(path).map_err(|error| failed(&error))?;
    // A pipe has no end.
    if !metadata.is_file() {
        return Err(failed(&"is no file"));
    }
    let most = UPLOAD_BYTES_MOST.unsigned_abs();
    let mut bytes = Vec::new();
    let file = fs::File::open(path).map_err(|error| failed(&error))?;
    file.take(most + 1).read_to_end(&mut bytes).map_err(|error| failed(&error))?;
    if bytes.len() as u64 > most {
        return Err(failed(&"is too large"));
    }
    Ok((name, bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn files_are_found_by_how_their_paths_begin() {
        let home = tempfile::tempdir().expect("a folder");
        for name in ["Cat.png", "car.txt", ".hidden", "dog.png"] {
            fs::write(home.path().join(name), "1234").expect("is written");
        }
        fs::create_dir(home.path().join("cats")).expect("is made");
        let names = async |typed: &str| -> Vec<(String, Option<u64>)> {
            let found = list(Some(home.path().to_owned()), typed.to_owned()).await.expect("a list");
            found.into_iter().map(|one| (one.name, one.bytes)).collect()
        };
        let cat = [("Cat.png".to_owned(), Some(4)), ("cats".to_owned(), None)];
        assert_eq!(names("~/cat").await, cat);
        assert_eq!(names(&format!("{}/cat", home.path().display())).await, cat);
        assert_eq!(names("~/").await.len(), 4, "but for the hidden one");
        assert_eq!(names("~/.h").await.len(), 1);
        assert!(list(None, "/nowhere/at/all".into()).await.is_err());
    }

    #[tokio::test]
    async fn a_file_is_read_with_its_name() {
        let home = tempfile::tempdir().expect("a folder");
        let path = home.path().join("cat.png");
        fs::write(&path, b"\x89PNG").expect("is written");
        let read_one = read(path.to_str().expect("text")).await;
        assert_eq!(read_one, Ok(("cat.png".to_owned(), b"\x89PNG".to_vec())));
        for wrong in [home.path(), Path::new("/nowhere/cat.png")] {
            assert!(read(wrong.to_str().expect("text")).await.is_err(), "{}", wrong.display());
        }
    }
}
