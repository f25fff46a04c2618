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
    /// Save a message, perhaps with a note and a reminder; of one that is saved already what is not given stays.
    Add {
        message: String,
        /// What to note of it; an empty text takes the note away.
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
            let client = app.client()?;
            // The server replaces both: what is not named stays as it was.
            let before = client.saved_one(id).await?;
            let (kept, time) = before.map_or((None, None), |one| (one.note, one.remind_at));
            let how = SaveMessage { note: note.or(kept).map(Into::into), remind_at: remind_at.or(time) };
            app.screen.show(&client.save(id, &how).await?, &SAVED)
        }
        Command::Remove { message } => {
            let id = app.message("MESSAGE", &message).await?;
            app.client()?.unsave(id).await?;
            app.screen.done("removed")
        }
    }
}
