//! `ajet-chat account`: one's accounts at sign-in providers. A browser links them.

use crate::app::App;
use crate::args::Paging;
use crate::failure::Done;
use crate::print::Column;

const ACCOUNT: [Column; 5] = [
    ("id", "id"),
    ("provider", "provider"),
    ("username", "username"),
    ("since", "created_at"),
    ("used", "last_used_at"),
];

#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// List your accounts.
    List(Paging),
    /// Unlink one; the sessions that it opened end, but for this one.
    Unlink { account: String },
}

/// Carries it out.
pub async fn run(app: &App, command: Command) -> Done {
    let client = app.client()?;
    match command {
        Command::List(paging) => app.screen.list(&client.accounts(&paging.query()).await?, &ACCOUNT),
        Command::Unlink { account } => {
            client.unlink_account(app.account(&account).await?.id).await?;
            app.screen.done("unlinked")
        }
    }
}
