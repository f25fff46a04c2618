//! `ajet-chat saved`.

use ajet_protocol::SaveMessage;

use crate::app::App;
use crate::args::Paging;
use crate::failure::Done;
use crate::print::Column;
use crate::when;

const SAVED: [Column; 5] = [
    ("id", "message.id"),
    ("author", "message.author.username"),
    ("note", "note"),
    ("reminder", "remind_at"),
    ("text", "message.body_md"),
];

#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// List what you saved.
    List(Paging),
    /// Save a message, perhaps with a note and a reminder.
    Add {
        message: String,
        #[arg(long, value_name = "TEXT")]
        note: Option<String>,
        /// When to be reminded: 2h, 09:00, 2026-11-28 09:00 or an RFC 3339 time.
        #[arg(long, value_name = "TIME")]
        remind: Option<String>,
    },
    /// Drop a message from what you saved.
    Remove { message: String },
}

/// Carries it out.
pub async fn run(app: &App, command: Command) -> Done {
    match command {
        Command::List(paging) => app.screen.list(&app.client()?.saved(&paging.query()).await?, &SAVED),
        Command::Add { message, note, remind } => {
            let remind_at = remind.as_deref().map(|text| when::later("--remind", text)).transpose()?;
            let id = app.message("MESSAGE", &message).await?;
            let how = SaveMessage { note: note.map(Into::into), remind_at };
            app.screen.show(&app.client()?.save(id, &how).await?, &SAVED)
        }
        Command::Remove { message } => {
            let id = app.message("MESSAGE", &message).await?;
            app.client()?.unsave(id).await?;
            app.screen.done("removed")
        }
    }
}
