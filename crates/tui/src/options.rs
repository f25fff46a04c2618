//! What the command line tells the full-screen client. This crate reads no environment itself.

use std::path::PathBuf;

/// How the client begins, and what it may use of its surroundings.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// The user's file; `None`, or a file that is not there, for the defaults.
    pub config: Option<PathBuf>,
    /// A folder that only the user can read, where unsent messages are kept.
    pub state_dir: PathBuf,
    /// The channel or person to begin with, as `#general`, `general` or `@ann`.
    pub open: Option<String>,
    /// Lines of text instead of a screen, for screen readers and braille.
    pub plain: bool,
    /// `HOME`, which `~` stands for in the paths of files.
    pub home: Option<PathBuf>,
    /// `VISUAL` or `EDITOR`.
    pub editor: Option<String>,
    /// What opens addresses; `BROWSER`, else `xdg-open` or `open`.
    pub browser: Option<String>,
    /// `TZ`, if it names a zone.
    pub time_zone: Option<String>,
    /// What the terminal is.
    pub terminal: TerminalKind,
}

/// What the environment says of the terminal.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TerminalKind {
    /// `TERM`
    pub term: String,
    /// `TERM_PROGRAM`
    pub program: String,
    /// Whether it shows more than 256 colours (`COLORTERM`).
    pub true_colour: bool,
    /// Whether no colours are wanted (`NO_COLOR`).
    pub no_colour: bool,
    /// Whether its background is light (`COLORFGBG`), as far as it says.
    pub light: bool,
    /// Whether a multiplexer stands between (`TMUX`, `STY`), which passes no pictures on.
    pub multiplexed: bool,
}

impl Options {
    /// Options with what the environment says, of which `variable` gives the value of a name.
    #[must_use]
    pub fn from_variables(variable: impl Fn(&str) -> Option<String>) -> Self {
        let set = |name: &str| variable(name).filter(|value| !value.trim().is_empty());
        let colours = set("COLORTERM").unwrap_or_default();
        let background = set("COLORFGBG").and_then(|value| value.rsplit(';').next()?.parse::<u8>().ok());
        let terminal = TerminalKind {
            term: set("TERM").unwrap_or_default(),
            program: set("TERM_PROGRAM").unwrap_or_default(),
            true_colour: colours == "truecolor" || colours == "24bit",
            no_colour: set("NO_COLOR").is_some(),
            light: background.is_some_and(|colour| colour == 7 || colour == 15),
            multiplexed: set("TMUX").is_some() || set("STY").is_some(),
        };
        let time_zone = set("TZ").map(|zone| zone.trim_start_matches(':').to_owned());
        Self {
            home: set("HOME").map(PathBuf::from),
            editor: set("VISUAL").or_else(|| set("EDITOR")),
            browser: set("BROWSER"),
            time_zone,
            terminal,
            ..Self::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_environment_is_read_by_what_it_sets() {
        let with = |pairs: &[(&str, &str)]| {
            let pairs: Vec<(String, String)> =
                pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
            Options::from_variables(move |name| {
                pairs.iter().find(|(own, _)| own == name).map(|(_, value)| value.clone())
            })
        };
        let options = with(&[("EDITOR", "ed"), ("VISUAL", "vi"), ("TZ", ":Asia/Tokyo"), ("NO_COLOR", "")]);
        assert_eq!(options.editor.as_deref(), Some("vi"));
        assert_eq!(options.time_zone.as_deref(), Some("Asia/Tokyo"));
        assert!(!options.terminal.no_colour, "an empty one counts as not set");
        let terminal = with(&[("COLORFGBG", "0;15"), ("TMUX", "x"), ("COLORTERM", "truecolor")]).terminal;
        assert!(terminal.light && terminal.multiplexed && terminal.true_colour);
        assert!(!with(&[("COLORFGBG", "15;0")]).terminal.light);
    }
}
