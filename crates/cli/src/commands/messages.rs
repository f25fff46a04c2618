//! `ajet-chat message`, `edit`, `delete`, `pin` and `pins`.

use ajet_protocol::MessageId;

use crate::app::App;
use crate::args::InChannel;
use crate::failure::{Done, Failure};

#[derive(Debug, clap::Args)]
pub struct Which {
    #[arg(required = true)]
    message: Vec<String>,
}

#[derive(Debug, clap::Args)]
pub struct Edit {
    message: String,
    /// The new text; without it, or with -, the input.
    #[arg(value_name = "TEXT|-")]
    text: Vec<String>,
}

#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Show a message.
    Show { message: String },
    /// Take away what the links of a message show.
    Strip(Which),
}

/// Carries it out.
pub async fn run(app: &App, command: Command) -> Done {
    match command {
        Command::Show { message } => {
            let id = app.message("MESSAGE", &message).await?;
            let message = app.client()?.message(id).await?;
            let names = app.names_for(std::slice::from_ref(&message)).await?;
            app.screen.message(&message, &names)
        }
        Command::Strip(which) => {
            for id in all(app, &which).await? {
                app.client()?.strip_previews(id).await?;
            }
            app.screen.done("stripped")
        }
    }
}

/// All that are named, before anything is done to the first one.
async fn all(app: &App, which: &Which) -> Result<Vec<MessageId>, Failure> {
    let mut ids = Vec::new();
    for message in &which.message {
        ids.push(app.message("MESSAGE", message).await?);
    }
    Ok(ids)
}

/// Replaces a text.
pub async fn edit(app: &App, args: Edit) -> Done {
    let id = app.message("MESSAGE", &args.message).await?;
    let text = app.words("TEXT", &args.text).await?;
    let message = app.client()?.edit(id, &text).await?;
    let names = app.names_for(std::slice::from_ref(&message)).await.unwrap_or_default();
    app.screen.message(&message, &names)
}

/// Deletes messages.
pub async fn delete(app: &App, which: Which) -> Done {
    for id in all(app, &which).await? {
        app.client()?.delete(id).await?;
    }
    app.screen.done("deleted")
}

/// Pins messages.
pub async fn pin(app: &App, which: Which) -> Done {
    for id in all(app, &which).await? {
        app.client()?.pin(id).await?;
    }
    app.screen.done("pinned")
}

/// Unpins messages.
pub async fn unpin(app: &App, which: Which) -> Done {
    for id in all(app, &which).await? {
        app.client()?.unpin(id).await?;
    }
    app.screen.done("unpinned")
}

/// Lists what is pinned.
pub async fn pins(app: &App, args: InChannel) -> Done {
    let channel = app.channel("CHANNEL", &args.which).await?;
    let page = app.client()?.pins(channel, &args.paging.query()).await?;
    let names = app.names_for(&page.items).await?;
    app.screen.messages(&page, &names)
}
