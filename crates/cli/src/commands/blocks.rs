//! `ajet-chat blocks`.

use clap_complete::engine::ArgValueCompleter;

use super::reactions::PERSON;
use crate::app::App;
use crate::args::Paging;
use crate::complete;
use crate::failure::Done;

#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// List whom you block.
    List(Paging),
    /// Block somebody.
    Add {
        #[arg(add = ArgValueCompleter::new(complete::people))]
        person: String,
    },
    /// Lift a block.
    Remove { person: String },
}

/// Carries it out.
pub async fn run(app: &App, command: Command) -> Done {
    let client = app.client()?;
    match command {
        Command::List(paging) => app.screen.list(&client.blocks(&paging.query()).await?, &PERSON),
        Command::Add { person } => {
            client.block(app.person("PERSON", &person).await?.id).await?;
            app.screen.done("blocked")
        }
        Command::Remove { person } => {
            client.unblock(app.person("PERSON", &person).await?.id).await?;
            app.screen.done("not blocked any more")
        }
    }
}
