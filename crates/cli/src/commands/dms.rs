//! `ajet-chat dms`.

use ajet_protocol::UserId;
use clap_complete::engine::ArgValueCompleter;

use crate::app::App;
use crate::args::Paging;
use crate::complete;
use crate::failure::Done;
use crate::print::Column;

const DM: [Column; 4] = [("id", "id"), ("type", "type"), ("with", "members"), ("unread", "unread.count")];

#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// List your direct messages.
    List(Paging),
    /// Open the direct message with somebody, or with several.
    Open {
        #[arg(required = true, add = ArgValueCompleter::new(complete::people))]
        person: Vec<String>,
    },
    /// Leave one out of the list until there is something new in it.
    Hide { which: String },
    /// Show a hidden one again.
    Show { which: String },
}

/// Carries it out.
pub async fn run(app: &App, command: Command) -> Done {
    let client = app.client()?;
    match command {
        Command::List(paging) => app.screen.list(&client.dms(&paging.query()).await?, &DM),
        Command::Open { person } => {
            let mut people: Vec<UserId> = Vec::new();
            for person in &person {
                people.push(app.person("PERSON", person).await?.id);
            }
            app.screen.show(&client.open_dm(&people).await?, &DM)
        }
        Command::Hide { which } => {
            client.hide_dm(app.channel("WHICH", &which).await?).await?;
            app.screen.done("hidden")
        }
        Command::Show { which } => {
            client.show_dm(app.channel("WHICH", &which).await?).await?;
            app.screen.done("shown")
        }
    }
}
