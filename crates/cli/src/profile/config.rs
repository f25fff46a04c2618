//! The file of profiles.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::failure::{Done, Failure};
use crate::surroundings::Variables;

/// Where a profile's token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kept {
    #[default]
    File,
    Keyring,
}

/// A server, and who one is there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    pub server: String,
    /// Who signed in, for people to read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    /// The community that commands are about which name none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub community: Option<String>,
    #[serde(default)]
    pub credentials: Kept,
}

/// All profiles.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profiles {
    /// The one that is used unless another one is named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub current: Option<String>,
    #[serde(default)]
    pub profiles: BTreeMap<String, Profile>,
}

impl Profiles {
    /// Where they are kept; `None` without a home folder.
    #[must_use]
    pub fn path(variables: &Variables) -> Option<PathBuf> {
        variables.config_folder().map(|folder| folder.join("config.toml"))
    }

    /// Those that are kept; none where there is no file yet.
    ///
    /// # Errors
    /// When the file can't be read, or is not right.
    pub fn load(variables: &Variables) -> Result<Self, Failure> {
        let Some(path) = Self::path(variables) else { return Ok(Self::default()) };
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Self::default()),
            Err(error) => return Err(Failure::file(&path, &error)),
        };
        toml::from_str(&text)
            .map_err(|error| Failure::Other(format!("{}: {}", path.display(), error.message())))
    }

    /// Keeps them.
    ///
    /// # Errors
    /// When there is no folder to keep them in, or the file can't be written.
    pub fn save(&self, variables: &Variables) -> Done {
        let path = Self::path(variables).ok_or_else(homeless)?;
        let text = toml::to_string(self).map_err(|error| Failure::Other(error.to_string()))?;
        write_private(&path, &text).map_err(|error| Failure::file(&path, &error))
    }
}

/// There is no place for files of one's own.
pub fn homeless() -> Failure {
    Failure::Other("HOME is not set, so nothing can be kept: use AJET_CHAT_SERVER and AJET_CHAT_TOKEN".into())
}

/// Writes a file that its owner alone can read, whole or not at all.
///
/// # Errors
/// When the folder or the file can't be written.
pub fn write_private(path: &Path, text: &str) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    create_folder(folder)?;
    let fresh = path.with_extension(format!("{}.new", std::process::id()));
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let written = options.open(&fresh).and_then(|mut file| {
        file.write_all(text.as_bytes())?;
        file.sync_all()
    });
    written.and_then(|()| fs::rename(&fresh, path)).inspect_err(|_| {
        // What is left of it is of no use; that it stays is no other failure than the one that is told.
        let _ = fs::remove_file(&fresh);
    })
}

fn create_folder(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// Whether others than its owner can neither read nor write a file.
///
/// # Errors
/// When the file is not there, or can't be looked at.
pub fn files_are_private(path: &Path) -> io::Result<bool> {
    let metadata = fs::metadata(path)?;
    #[cfg(unix)]
    let private = std::os::unix::fs::PermissionsExt::mode(&metadata.permissions()) & 0o077 == 0;
    #[cfg(not(unix))]
    let private = metadata.is_file();
    Ok(private)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn profiles_are_kept_and_read_back() {
        let home = tempfile::tempdir().expect("a folder");
        let variables = Variables::from_iter([("HOME", home.path().display().to_string())]);
        assert_eq!(Profiles::load(&variables).expect("none yet"), Profiles::default());
        let work = Profile {
            server: "https://chat.example.org".into(),
            username: Some("ann".into()),
            community: None,
            credentials: Kept::Keyring,
        };
        let profiles = Profiles { current: Some("work".into()), profiles: [("work".into(), work)].into() };
        profiles.save(&variables).expect("is kept");
        assert_eq!(Profiles::load(&variables).expect("is read"), profiles);
        profiles.save(&variables).expect("is kept once more");
    }

    #[cfg(unix)]
    #[test]
    fn a_file_is_its_owner_s_alone() {
        use std::os::unix::fs::PermissionsExt;
        let home = tempfile::tempdir().expect("a folder");
        let path = home.path().join("a/b/c.toml");
        write_private(&path, "x").expect("is written");
        let mode = |path: &Path| fs::metadata(path).expect("is there").permissions().mode() & 0o777;
        assert_eq!((mode(&path), mode(path.parent().expect("a folder"))), (0o600, 0o700));
        assert!(files_are_private(&path).expect("is there"));
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).expect("is opened");
        assert!(!files_are_private(&path).expect("is there"));
    }

    #[test]
    fn a_file_that_is_not_right_is_named() {
        let home = tempfile::tempdir().expect("a folder");
        let variables = Variables::from_iter([("HOME", home.path().display().to_string())]);
        write_private(&Profiles::path(&variables).expect("a path"), "current = 1").expect("is written");
        let Err(Failure::Other(text)) = Profiles::load(&variables) else { panic!("is taken") };
        assert!(text.contains("config.toml"), "{text}");
    }
}
