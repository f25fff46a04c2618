//! What the program is started in: variables, folders, streams, and the terminal if there is one. Only this file reads the environment of
//! the process; tests bring surroundings of their own.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io::{IsTerminal, Read, Write};
use std::path::PathBuf;

/// Columns of a terminal that does not say how many it has.
const WIDTH: usize = 80;

/// Variables of the environment; an empty one counts as not set.
#[derive(Debug, Clone, Default)]
pub struct Variables(BTreeMap<String, String>);

impl Variables {
    /// The value of a variable.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str).filter(|value| !value.trim().is_empty())
    }

    /// A folder of the XDG Base Directory Specification: the variable's, if it is absolute, else one in the home folder.
    #[must_use]
    pub fn folder(&self, variable: &str, in_home: &str) -> Option<PathBuf> {
        let given = self.get(variable).map(PathBuf::from).filter(|path| path.is_absolute());
        let folder = given.or_else(|| self.get("HOME").map(|home| PathBuf::from(home).join(in_home)));
        folder.map(|folder| folder.join("ajet-chat"))
    }

    /// Where settings are kept.
    #[must_use]
    pub fn config_folder(&self) -> Option<PathBuf> {
        self.folder("XDG_CONFIG_HOME", ".config")
    }

    /// Where unsent messages are kept.
    #[must_use]
    pub fn state_folder(&self) -> Option<PathBuf> {
        self.folder("XDG_STATE_HOME", ".local/state")
    }

    /// Where secrets are kept that no keyring takes.
    #[must_use]
    pub fn data_folder(&self) -> Option<PathBuf> {
        self.folder("XDG_DATA_HOME", ".local/share")
    }
}

impl<K: Into<String>, V: Into<String>> FromIterator<(K, V)> for Variables {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(pairs: I) -> Self {
        Self(pairs.into_iter().map(|(name, value)| (name.into(), value.into())).collect())
    }
}

/// What the program is started in.
pub struct Surroundings {
    pub variables: Variables,
    pub input: Box<dyn Read + Send>,
    pub out: Box<dyn Write + Send>,
    pub err: Box<dyn Write + Send>,
    pub input_is_terminal: bool,
    pub err_is_terminal: bool,
    /// The columns of the terminal that `out` is; `None`: it is none.
    pub width: Option<usize>,
}

impl Surroundings {
    /// The words that this process was started with, its name first.
    #[must_use]
    pub fn arguments() -> Vec<OsString> {
        std::env::args_os().collect()
    }

    /// Those of this process.
    #[must_use]
    pub fn of_process() -> Self {
        // A variable whose name or value is no text is none of ours.
        let variables: Variables = std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
            .collect();
        let width = std::io::stdout().is_terminal().then(|| columns(&variables));
        Self {
            width,
            variables,
            input: Box::new(std::io::stdin()),
            out: Box::new(std::io::stdout()),
            err: Box::new(std::io::stderr()),
            input_is_terminal: std::io::stdin().is_terminal(),
            err_is_terminal: std::io::stderr().is_terminal(),
        }
    }

    /// Surroundings without a terminal, with these variables and this input.
    #[must_use]
    pub fn piped(
        variables: Variables,
        input: &str,
        out: impl Write + Send + 'static,
        err: impl Write + Send + 'static,
    ) -> Self {
        Self {
            variables,
            input: Box::new(std::io::Cursor::new(input.to_owned())),
            out: Box::new(out),
            err: Box::new(err),
            input_is_terminal: false,
            err_is_terminal: false,
            width: None,
        }
    }
}

/// The columns of the terminal that standard output is.
fn columns(variables: &Variables) -> usize {
    let asked = rustix::termios::tcgetwinsize(std::io::stdout()).ok().map(|size| usize::from(size.ws_col));
    let told = || variables.get("COLUMNS").and_then(|columns| columns.trim().parse().ok());
    asked.filter(|columns| *columns > 0).or_else(told).unwrap_or(WIDTH)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_follow_the_variables_and_else_the_home() {
        let vars = Variables::from_iter([("HOME", "/home/ann"), ("XDG_CONFIG_HOME", "relative")]);
        assert_eq!(vars.config_folder(), Some(PathBuf::from("/home/ann/.config/ajet-chat")));
        let vars = Variables::from_iter([("HOME", "/home/ann"), ("XDG_DATA_HOME", "/data")]);
        assert_eq!(vars.data_folder(), Some(PathBuf::from("/data/ajet-chat")));
        assert_eq!(Variables::default().config_folder(), None);
    }

    #[test]
    fn an_empty_variable_is_not_set() {
        assert_eq!(Variables::from_iter([("AJET_CHAT_TOKEN", " ")]).get("AJET_CHAT_TOKEN"), None);
    }
}
