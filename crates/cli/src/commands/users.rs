//! `ajet-chat users`.

use clap_complete::engine::ArgValueCompleter;

use super::reactions::PERSON;
use crate::app::App;
use crate::args::Paging;
use crate::complete;
use crate::failure::Done;

#[derive(Debug, clap::Args)]
pub struct Whom {
    #[arg(add = ArgValueCompleter::new(complete::people))]
    person: String,
}

#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Find people by the beginning of their name.
    List {
        #[arg(value_name = "NAME")]
        text: String,
        #[command(flatten)]
        paging: Paging,
    },
    /// Show a person.
    Show(Whom),
    /// Take an account out of use.
    Deactivate(Whom),
    /// Put an account into use again.
    Reactivate {
        /// The id: who is out of use is not found by their name.
        person: String,
    },
}

/// Carries it out.
pub async fn run(app: &App, command: Command) -> Done {
    let client = app.client()?;
    match command {
        Command::List { text, paging } => {
            let text = text.trim_start_matches('@');
            app.screen.list(&client.users(text, &paging.query()).await?, &PERSON)
        }
        Command::Show(Whom { person }) => {
            let id = app.person("PERSON", &person).await?.id;
            app.screen.show(&client.user(id).await?, &PERSON)
        }
        Command::Deactivate(Whom { person }) => {
            app.confirmed("taking an account out of use, which ends its sessions,")?;
            let id = app.person("PERSON", &person).await?.id;
            client.deactivate(id).await?;
            app.screen.done("out of use")
        }
        Command::Reactivate { person } => {
            client.reactivate(crate::target::named_id("PERSON", &person)?).await?;
            app.screen.done("in use again")
        }
    }
}
