//! `ajet-chat session`.

use crate::app::App;
use crate::args::Paging;
use crate::failure::{Done, Failure};
use crate::print::Column;

const SESSION: [Column; 5] = [
    ("id", "id"),
    ("device", "device"),
    ("since", "created_at"),
    ("used", "last_used_at"),
    ("this one", "current"),
];

#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// List your sessions.
    List(Paging),
    /// End one of them, or all others.
    End {
        #[arg(required_unless_present = "others")]
        session: Option<String>,
        /// All but this one.
        #[arg(long, conflicts_with = "session")]
        others: bool,
    },
}

/// Carries it out.
pub async fn run(app: &App, command: Command) -> Done {
    let client = app.client()?;
    match command {
        Command::List(paging) => app.screen.list(&client.sessions(&paging.query()).await?, &SESSION),
        Command::End { others: true, .. } => {
            client.end_other_sessions().await?;
            app.screen.done("all others are ended")
        }
        Command::End { session: Some(session), .. } => {
            client.end_session(app.session(&session).await?.id).await?;
            app.screen.done("ended")
        }
        Command::End { session: None, .. } => Err(Failure::argument("SESSION", "is missing, or --others")),
    }
}
