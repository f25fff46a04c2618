//! How things are to look: decided once, from the options, the variables and the terminal.

use clap::ValueEnum;

use super::Template;
use crate::surroundings::Surroundings;

/// When to colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum Colour {
    /// On a terminal, unless `NO_COLOR` or `CLICOLOR=0` is set; in a pipe with `CLICOLOR_FORCE`.
    #[default]
    Auto,
    Always,
    Never,
}

/// The form of what is printed.
#[derive(Debug, Clone, PartialEq)]
pub enum Format {
    /// Tables with heads, times of this place, and texts rendered.
    Table,
    /// A line for each thing, its fields parted by tabs; times in UTC.
    Plain,
    Json,
    Template(Template),
}

/// How things are to look.
#[derive(Debug, Clone, PartialEq)]
pub struct Look {
    pub format: Format,
    pub colour: bool,
    /// Columns of the terminal.
    pub width: usize,
    pub is_terminal: bool,
    /// Neither confirmations nor hints.
    pub quiet: bool,
    /// Whether a bar shows how far an upload is.
    pub progress: bool,
}

impl Look {
    /// What the options and the surroundings make of it.
    #[must_use]
    pub fn of(format: Option<Format>, colour: Colour, quiet: bool, around: &Surroundings) -> Self {
        let is_terminal = around.width.is_some();
        let usual = if is_terminal { Format::Table } else { Format::Plain };
        Self {
            format: format.unwrap_or(usual),
            colour: is_coloured(colour, around),
            width: around.width.unwrap_or(80),
            is_terminal,
            quiet,
            progress: around.err_is_terminal && !quiet,
        }
    }
}

/// <https://no-color.org> and <https://bixense.com/clicolors>.
fn is_coloured(colour: Colour, around: &Surroundings) -> bool {
    let variable = |name: &str| around.variables.get(name);
    match colour {
        Colour::Always => true,
        Colour::Never => false,
        Colour::Auto if variable("NO_COLOR").is_some() => false,
        Colour::Auto if variable("CLICOLOR_FORCE").is_some_and(|force| force != "0") => true,
        Colour::Auto if variable("CLICOLOR") == Some("0") || variable("TERM") == Some("dumb") => false,
        Colour::Auto => around.width.is_some(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::surroundings::Variables;

    fn around(variables: &[(&str, &str)], width: Option<usize>) -> Surroundings {
        let variables = Variables::from_iter(variables.iter().copied());
        Surroundings { width, ..Surroundings::piped(variables, "", Vec::new(), Vec::new()) }
    }

    #[test]
    fn colour_follows_the_variables() {
        let is = |variables, width| is_coloured(Colour::Auto, &around(variables, width));
        assert!(is(&[], Some(80)));
        assert!(!is(&[], None));
        assert!(!is(&[("NO_COLOR", "1")], Some(80)));
        assert!(!is(&[("NO_COLOR", "1"), ("CLICOLOR_FORCE", "1")], Some(80)));
        assert!(!is(&[("CLICOLOR", "0")], Some(80)));
        assert!(is(&[("CLICOLOR_FORCE", "1")], None));
        assert!(is_coloured(Colour::Always, &around(&[("NO_COLOR", "1")], None)));
    }

    #[test]
    fn a_pipe_gets_plain_lines_and_a_terminal_a_table() {
        let format = |width| Look::of(None, Colour::Auto, false, &around(&[], width)).format;
        assert_eq!((format(None), format(Some(80))), (Format::Plain, Format::Table));
    }
}
