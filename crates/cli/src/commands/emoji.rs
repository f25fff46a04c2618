//! `ajet-chat emoji`.

use super::files;
use crate::app::App;
use crate::args::Paging;
use crate::failure::Done;
use crate::print::Column;

const EMOJI: [Column; 3] = [("id", "id"), ("name", "name"), ("url", "url")];

#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// List the emoji of the community.
    List(Paging),
    /// Add an emoji.
    Add {
        name: String,
        #[arg(value_hint = clap::ValueHint::FilePath)]
        file: std::path::PathBuf,
    },
    /// Delete an emoji.
    Delete { emoji: String },
}

/// Carries it out.
pub async fn run(app: &App, command: Command) -> Done {
    let community = app.community().await?.community.id;
    let client = app.client()?;
    match command {
        Command::List(paging) => app.screen.list(&client.emoji(community, &paging.query()).await?, &EMOJI),
        Command::Add { name, file } => {
            let (_, bytes) = files::read(&file)?;
            let key = app.key();
            let made = client.add_emoji(community, name.trim_matches(':'), &bytes, key.as_deref()).await?;
            app.screen.show(&made, &EMOJI)
        }
        Command::Delete { emoji } => {
            client.delete_emoji(app.emoji(&emoji).await?.id).await?;
            app.screen.done("deleted")
        }
    }
}
