//! `ajet-chat overwrite`: what a role or a person may do in one channel.

use ajet_protocol::SetOverwrite;
use clap_complete::engine::ArgValueCompleter;
use uuid::Uuid;

use super::role::permissions;
use crate::app::App;
use crate::args::InChannel;
use crate::complete;
use crate::failure::{Done, Failure};
use crate::print::Column;

const OVERWRITE: [Column; 4] =
    [("target", "target_id"), ("type", "target_type"), ("allow", "allow"), ("deny", "deny")];

#[derive(Debug, clap::Args)]
pub struct Where {
    #[arg(value_name = "CHANNEL", add = ArgValueCompleter::new(complete::channels))]
    which: String,
    /// @ann for a person, the name of a role, or an id.
    #[arg(value_name = "ROLE|@PERSON")]
    whom: String,
}

#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// List the overwrites of a channel.
    List(InChannel),
    /// Set what a role or a person may do there, and what not.
    Set {
        #[command(flatten)]
        place: Where,
        #[arg(long, value_name = "PERMISSIONS")]
        allow: Option<String>,
        #[arg(long, value_name = "PERMISSIONS")]
        deny: Option<String>,
    },
    /// Remove an overwrite.
    Remove(Where),
}

/// Carries it out.
pub async fn run(app: &App, command: Command) -> Done {
    match command {
        Command::List(InChannel { which, paging }) => {
            let channel = app.channel("CHANNEL", &which).await?;
            app.screen.list(&app.client()?.overwrites(channel, &paging.query()).await?, &OVERWRITE)
        }
        Command::Set { place, allow, deny } => {
            let request = SetOverwrite {
                allow: permissions("--allow", allow.as_deref())?,
                deny: permissions("--deny", deny.as_deref())?,
            };
            let channel = app.channel("CHANNEL", &place.which).await?;
            let whom = whom(app, &place.whom).await?;
            app.screen.show(&app.client()?.set_overwrite(channel, whom, &request).await?, &OVERWRITE)
        }
        Command::Remove(place) => {
            let channel = app.channel("CHANNEL", &place.which).await?;
            let whom = whom(app, &place.whom).await?;
            app.client()?.remove_overwrite(channel, whom).await?;
            app.screen.done("removed")
        }
    }
}

async fn whom(app: &App, text: &str) -> Result<Uuid, Failure> {
    match text.parse() {
        Ok(id) => Ok(id),
        Err(_) if text.starts_with('@') => Ok(app.person("ROLE|@PERSON", text).await?.id.0),
        Err(_) => Ok(app.role("ROLE|@PERSON", text).await?.id.0),
    }
}
