//! `ajet-chat token`: the tokens of bots. The secret of one is shown once, on the output alone.

use ajet_protocol::CreateToken;

use super::bot::scopes;
use crate::app::App;
use crate::args::Paging;
use crate::failure::Done;
use crate::print::Column;
use crate::target::named_id;

const TOKEN: [Column; 5] = [
    ("id", "id"),
    ("made", "created_at"),
    ("used", "last_used_at"),
    ("until", "expires_at"),
    ("scopes", "scopes"),
];
const CREATED: [Column; 4] =
    [("id", "id"), ("token", "token"), ("until", "expires_at"), ("scopes", "scopes")];

#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Make a token of a bot; it is shown this once.
    Create {
        bot: String,
        /// What it may be used for; all that the bot may if none is given.
        scope: Vec<String>,
        /// Until when: 90d, 2026-11-28 09:00 or an RFC 3339 time.
        #[arg(long, value_name = "TIME")]
        expires: Option<String>,
    },
    /// List the tokens of a bot, without their secrets.
    List {
        bot: String,
        #[command(flatten)]
        paging: Paging,
    },
    /// Revoke a token.
    Revoke {
        /// The id of the token, not the token itself.
        #[arg(value_name = "ID")]
        token_id: String,
    },
}

/// Carries it out.
pub async fn run(app: &App, command: Command) -> Done {
    let client = app.client()?;
    match command {
        Command::Create { bot, scope, expires } => {
            let expires_at = expires.as_deref().map(|text| app.later("--expires", text)).transpose()?;
            let bot = app.bot(&bot).await?;
            let scopes = if scope.is_empty() { bot.scopes } else { scopes(&scope)? };
            let request = CreateToken { scopes, expires_at, client_mutation_id: app.key() };
            let made = client.create_token(bot.id, &request).await?;
            if made.token.is_some() {
                app.screen.note("it is a secret, and is not shown again");
            }
            app.screen.show(&made, &CREATED)
        }
        Command::List { bot, paging } => {
            let bot = app.bot(&bot).await?.id;
            app.screen.list(&client.tokens(bot, &paging.query()).await?, &TOKEN)
        }
        Command::Revoke { token_id } => {
            client.revoke_token(named_id("ID", &token_id)?).await?;
            app.screen.done("revoked")
        }
    }
}
