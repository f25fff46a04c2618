//! `ajet-chat react`, `unreact` and `reactions`.

use crate::app::App;
use crate::args::Paging;
use crate::failure::Done;
use crate::print::Column;

pub const PERSON: [Column; 4] =
    [("id", "id"), ("username", "username"), ("name", "display_name"), ("status", "status_text")];

#[derive(Debug, clap::Args)]
pub struct React {
    message: String,
    /// One emoji, or the name of one of the community's: :party:.
    emoji: String,
}

#[derive(Debug, clap::Args)]
pub struct Who {
    #[command(flatten)]
    which: React,
    #[command(flatten)]
    paging: Paging,
}

/// Reacts.
pub async fn react(app: &App, React { message, emoji }: React) -> Done {
    let id = app.message("MESSAGE", &message).await?;
    app.client()?.react(id, &emoji).await?;
    app.screen.done("reacted")
}

/// Takes it back.
pub async fn unreact(app: &App, React { message, emoji }: React) -> Done {
    let id = app.message("MESSAGE", &message).await?;
    app.client()?.unreact(id, &emoji).await?;
    app.screen.done("taken back")
}

/// Lists who reacted.
pub async fn who(app: &App, Who { which, paging }: Who) -> Done {
    let id = app.message("MESSAGE", &which.message).await?;
    app.screen.list(&app.client()?.who_reacted(id, &which.emoji, &paging.query()).await?, &PERSON)
}
