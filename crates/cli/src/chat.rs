//! The chat in the full screen, which starts without a command. It is a crate of its own, and this is where it is called from.

use crate::app::App;
use crate::args::FullScreen;
use crate::failure::{Done, Failure};

/// Runs it until the person leaves.
///
/// # Errors
/// When there is no terminal, no one is signed in, or its settings are not understood.
pub async fn start(app: &App, asked: FullScreen) -> Done {
    if !app.input_is_terminal {
        let text = "the full-screen chat needs a terminal; \"ajet-chat tail\" shows what is said, \"ajet-chat send\" says something, and \
                    \"ajet-chat --help\" lists the rest";
        return Err(Failure::Usage(text.into()));
    }
    if !asked.plain && !app.screen.look().is_terminal {
        let text = "the full-screen chat fills a terminal, and the output is none: --plain writes lines";
        return Err(Failure::Usage(text.into()));
    }
    let client = app.client()?.clone();
    let state = app.variables.state_folder().ok_or_else(|| Failure::Other("HOME is not set".into()))?;
    let options = ajet_tui::Options {
        config: app.variables.config_folder().map(|folder| folder.join("tui.toml")),
        state_dir: state.join(&app.chosen.name),
        open: asked.open,
        plain: asked.plain,
        ..ajet_tui::Options::from_variables(|name| app.variables.get(name).map(str::to_owned))
    };
    ajet_tui::run(client, options).await.map_err(|error| match error {
        ajet_tui::Error::SignedOut(_) => Failure::SignedOut(error.to_string()),
        error => Failure::Other(error.to_string()),
    })
}
