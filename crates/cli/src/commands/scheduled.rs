//! `ajet-chat scheduled`. `ajet-chat send --at` schedules.

use ajet_protocol::UpdateScheduled;

use crate::app::App;
use crate::args::InChannel;
use crate::failure::Done;
use crate::print::Column;
use crate::target::named_id;
use crate::when;

pub const SCHEDULED: [Column; 5] =
    [("id", "id"), ("channel", "channel_id"), ("at", "send_at"), ("state", "state"), ("text", "body_md")];

#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// List what you scheduled in a channel.
    List(InChannel),
    /// Change what waits to be sent.
    Set {
        id: String,
        #[arg(long, value_name = "TEXT")]
        text: Option<String>,
        #[arg(long, value_name = "TIME")]
        at: Option<String>,
    },
    /// Cancel what waits to be sent.
    Cancel { id: String },
}

/// Carries it out.
pub async fn run(app: &App, command: Command) -> Done {
    match command {
        Command::List(InChannel { which, paging }) => {
            let channel = app.channel("CHANNEL", &which).await?;
            app.screen.list(&app.client()?.scheduled(channel, &paging.query()).await?, &SCHEDULED)
        }
        Command::Set { id, text, at } => {
            let send_at = at.as_deref().map(|text| when::later("--at", text)).transpose()?;
            let update = UpdateScheduled { body_md: text.map(Into::into), send_at };
            let scheduled = app.client()?.update_scheduled(named_id("ID", &id)?, &update).await?;
            app.screen.show(&scheduled, &SCHEDULED)
        }
        Command::Cancel { id } => {
            app.client()?.cancel_scheduled(named_id("ID", &id)?).await?;
            app.screen.done("cancelled")
        }
    }
}
