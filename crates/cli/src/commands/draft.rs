//! `ajet-chat draft`.

use ajet_protocol::{ChannelId, KeepDraft, MessageId};
use clap_complete::engine::ArgValueCompleter;

use crate::app::App;
use crate::complete;
use crate::failure::{Done, Failure};
use crate::print::Column;

const DRAFT: [Column; 4] =
    [("channel", "channel_id"), ("reply to", "parent_id"), ("changed", "updated_at"), ("text", "body_md")];

#[derive(Debug, clap::Args)]
pub struct Where {
    #[arg(value_name = "CHANNEL", add = ArgValueCompleter::new(complete::channels))]
    which: String,
    /// The draft of a reply to this message.
    #[arg(long, value_name = "MESSAGE")]
    thread: Option<String>,
}

#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// List all drafts.
    List,
    /// Show a draft.
    Show(Where),
    /// Keep a draft in place of the one before.
    Keep {
        #[command(flatten)]
        place: Where,
        /// The text; without it, or with -, the input.
        #[arg(value_name = "TEXT|-")]
        text: Option<String>,
    },
    /// Drop a draft.
    Drop(Where),
}

/// Carries it out.
pub async fn run(app: &App, command: Command) -> Done {
    match command {
        Command::List => {
            let drafts = &app.snapshot().await?.drafts;
            app.screen.list(&serde_json::json!({ "items": drafts, "has_more": false }), &DRAFT)
        }
        Command::Show(place) => {
            let (channel, parent) = found(app, &place).await?;
            app.screen.show(&app.client()?.draft(channel, parent).await?, &DRAFT)
        }
        Command::Keep { place, text } => {
            let (channel, parent_id) = found(app, &place).await?;
            let draft = KeepDraft { body_md: app.text("TEXT", text.as_deref()).await?.into(), parent_id };
            app.screen.show(&app.client()?.keep_draft(channel, &draft).await?, &DRAFT)
        }
        Command::Drop(place) => {
            let (channel, parent) = found(app, &place).await?;
            app.client()?.drop_draft(channel, parent).await?;
            app.screen.done("dropped")
        }
    }
}

async fn found(app: &App, place: &Where) -> Result<(ChannelId, Option<MessageId>), Failure> {
    let channel = app.channel("CHANNEL", &place.which).await?;
    let parent = match &place.thread {
        Some(thread) => Some(app.message("--thread", thread).await?),
        None => None,
    };
    Ok((channel, parent))
}
