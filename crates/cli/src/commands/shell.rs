//! `ajet-chat completions` and `man`.

use std::path::PathBuf;

use clap::CommandFactory;
use clap_complete::env::Shells;

use crate::app::App;
use crate::args::Cli;
use crate::failure::{Done, Failure};

/// The program, and the variable that its shells ask it by.
const NAME: &str = "ajet-chat";
const VARIABLE: &str = "COMPLETE";
/// What stands before the script of bash, which would take `@ann` for two words and ask for a channel that begins with `ann`.
const BEFORE_BASH: &str = "COMP_WORDBREAKS=${COMP_WORDBREAKS//@}\n";

#[derive(Debug, clap::Args)]
pub struct Completions {
    /// bash, zsh, fish, elvish or powershell.
    shell: String,
}

#[derive(Debug, clap::Args)]
pub struct Man {
    /// Write all pages into this folder instead of printing the first one.
    #[arg(long, value_name = "FOLDER", value_hint = clap::ValueHint::DirPath)]
    dir: Option<PathBuf>,
}

/// Prints what a shell reads to complete commands, and names by asking this program.
pub fn completions(app: &App, args: Completions) -> Done {
    let shells = Shells::builtins();
    let Some(shell) = shells.completer(&args.shell) else {
        let known: Vec<&str> = shells.names().collect();
        return Err(Failure::argument("SHELL", format!("{} is none of {}", args.shell, known.join(", "))));
    };
    let mut script = if shell.name() == "bash" { BEFORE_BASH.as_bytes().to_vec() } else { Vec::new() };
    shell.write_registration(VARIABLE, NAME, NAME, NAME, &mut script)?;
    app.screen.own(&String::from_utf8_lossy(&script))
}

/// Prints or writes the manual pages.
pub fn man(app: &App, args: Man) -> Done {
    if let Some(folder) = &args.dir {
        let written =
            std::fs::create_dir_all(folder).and_then(|()| clap_mangen::generate_to(Cli::command(), folder));
        written.map_err(|error| Failure::file(folder, &error))?;
        return app.screen.done(format!("the manual pages are in {}", folder.display()));
    }
    let mut page = Vec::new();
    clap_mangen::Man::new(Cli::command()).render(&mut page)?;
    app.screen.own(&String::from_utf8_lossy(&page))
}
