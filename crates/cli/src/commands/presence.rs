//! `ajet-chat presence`.

use ajet_protocol::{TypingState, UpdateMe};
use clap_complete::engine::ArgValueCompleter;
use serde_json::json;

use super::me::ME;
use crate::app::App;
use crate::complete;
use crate::failure::Done;
use crate::print::Column;
use crate::target::named;

const ONLINE: [Column; 2] = [("id", "id"), ("username", "username")];

#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// List who is online in the community.
    List,
    /// Whether you show: auto or invisible.
    Set { mode: String },
    /// Say that you are there, for two minutes.
    Heartbeat,
    /// Say that you are typing in a channel, or have stopped.
    Typing {
        #[arg(value_name = "CHANNEL", add = ArgValueCompleter::new(complete::channels))]
        which: String,
        #[arg(long)]
        stop: bool,
    },
}

/// Carries it out.
pub async fn run(app: &App, command: Command) -> Done {
    let client = app.client()?;
    match command {
        Command::List => {
            let online = client.online(app.community().await?.community.id).await?;
            if app.screen.is_json() {
                return app.screen.show(&online, &ONLINE);
            }
            let mut items = Vec::new();
            for id in online.online {
                let name = client.user(id).await.map(|user| user.username).unwrap_or_default();
                items.push(json!({ "id": id, "username": name }));
            }
            app.screen.list(&json!({ "items": items, "has_more": false }), &ONLINE)
        }
        Command::Set { mode } => {
            let update = UpdateMe { presence: Some(named("MODE", &mode)?), ..UpdateMe::default() };
            app.screen.show(&client.update_me(&update).await?, &ME)
        }
        Command::Heartbeat => {
            client.heartbeat().await?;
            app.screen.done("online for two minutes")
        }
        Command::Typing { which, stop } => {
            let state = if stop { TypingState::Stop } else { TypingState::Start };
            client.typing(app.channel("CHANNEL", &which).await?, state).await?;
            app.screen.done("told")
        }
    }
}
