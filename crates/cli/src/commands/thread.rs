//! `ajet-chat thread`.

use crate::app::App;
use crate::args::Paging;
use crate::failure::Done;

#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Read the replies to a message.
    Show {
        message: String,
        #[command(flatten)]
        paging: Paging,
    },
    /// Follow a thread.
    Follow { message: String },
    /// Follow it no longer.
    Unfollow { message: String },
}

/// Carries it out.
pub async fn run(app: &App, command: Command) -> Done {
    match command {
        Command::Show { message, paging } => {
            let id = app.message("MESSAGE", &message).await?;
            let page = app.client()?.replies(id, &paging.query()).await?;
            let names = app.names_for(&page.items).await?;
            app.screen.messages(&page, &names)
        }
        Command::Follow { message } => {
            let id = app.message("MESSAGE", &message).await?;
            app.client()?.follow(id).await?;
            app.screen.done("followed")
        }
        Command::Unfollow { message } => {
            let id = app.message("MESSAGE", &message).await?;
            app.client()?.unfollow(id).await?;
            app.screen.done("followed no longer")
        }
    }
}
