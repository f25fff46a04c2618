//! `ajet-chat bot`.

use ajet_protocol::{CreateBot, TokenScope};

use super::files;
use crate::app::App;
use crate::args::Paging;
use crate::failure::{Done, Failure};
use crate::print::Column;
use crate::target::named;

const BOT: [Column; 4] = [("id", "id"), ("name", "name"), ("user", "user_id"), ("scopes", "scopes")];

#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// List the bots of the community.
    List(Paging),
    /// Make a bot, which has no token yet: see ajet-chat token create.
    Create {
        name: String,
        /// What its tokens may be used for: messages:read messages:write ...
        #[arg(required = true)]
        scope: Vec<String>,
    },
    /// Delete a bot, and with it its tokens.
    Delete { bot: String },
    /// Set a bot's picture; without a file take it away.
    Avatar { bot: String, file: Option<std::path::PathBuf> },
}

/// Carries it out.
pub async fn run(app: &App, command: Command) -> Done {
    let client = app.client()?;
    match command {
        Command::List(paging) => {
            let community = app.community().await?.community.id;
            app.screen.list(&client.bots(community, &paging.query()).await?, &BOT)
        }
        Command::Create { name, scope } => {
            let request =
                CreateBot { name: name.into(), scopes: scopes(&scope)?, client_mutation_id: app.key() };
            let community = app.community().await?.community.id;
            app.screen.show(&client.create_bot(community, &request).await?, &BOT)
        }
        Command::Delete { bot } => {
            app.confirmed("deleting a bot")?;
            client.delete_bot(app.bot(&bot).await?.id).await?;
            app.screen.done("deleted")
        }
        Command::Avatar { bot, file: Some(file) } => {
            let (_, bytes) = files::read(&file)?;
            app.screen.show(&client.set_bot_avatar(app.bot(&bot).await?.id, &bytes).await?, &BOT)
        }
        Command::Avatar { bot, file: None } => {
            client.remove_bot_avatar(app.bot(&bot).await?.id).await?;
            app.screen.done("removed")
        }
    }
}

/// Scopes by their names.
///
/// # Errors
/// When one of them is none.
pub fn scopes(names: &[String]) -> Result<Vec<TokenScope>, Failure> {
    names.iter().flat_map(|name| name.split(',')).map(|name| named("SCOPE", name)).collect()
}
