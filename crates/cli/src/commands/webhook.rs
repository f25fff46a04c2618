//! `ajet-chat webhook`: incoming webhooks. The address of one is a secret: it is shown once, and taken from `AJET_CHAT_WEBHOOK` or the input.

use ajet_protocol::{CreateWebhook, UpdateWebhook};
use clap_complete::engine::ArgValueCompleter;
use serde_json::json;

use super::files;
use crate::app::{App, client_of};
use crate::args::Paging;
use crate::complete;
use crate::failure::{Done, Failure};
use crate::print::Column;

const WEBHOOK: [Column; 4] =
    [("id", "id"), ("name", "name"), ("channel", "channel_id"), ("since", "created_at")];
const CREATED: [Column; 4] = [("id", "id"), ("name", "name"), ("channel", "channel_id"), ("url", "url")];

#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Make a webhook; its address, a secret, is shown this once.
    Create {
        #[arg(value_name = "CHANNEL", add = ArgValueCompleter::new(complete::channels))]
        which: String,
        name: String,
    },
    /// List the webhooks of a channel, or of the community.
    List {
        #[arg(value_name = "CHANNEL", add = ArgValueCompleter::new(complete::channels))]
        which: Option<String>,
        #[command(flatten)]
        paging: Paging,
    },
    /// Change a webhook's name or channel.
    Set {
        webhook: String,
        #[arg(long, value_name = "NAME")]
        name: Option<String>,
        #[arg(long, value_name = "CHANNEL", add = ArgValueCompleter::new(complete::channels))]
        channel: Option<String>,
    },
    /// Delete a webhook.
    Delete { webhook: String },
    /// Set a webhook's picture; without a file take it away.
    Avatar { webhook: String, file: Option<std::path::PathBuf> },
    /// Post by the webhook whose address is in AJET_CHAT_WEBHOOK, or piped in.
    Post {
        /// The text.
        #[arg(required = true)]
        text: Vec<String>,
        /// The name to post under.
        #[arg(long, value_name = "NAME")]
        username: Option<String>,
    },
}

/// Carries it out.
pub async fn run(app: &App, command: Command) -> Done {
    match command {
        Command::Create { which, name } => {
            let channel = app.channel("CHANNEL", &which).await?;
            let request =
                CreateWebhook { name: name.into(), avatar_url: None, client_mutation_id: app.key() };
            let made = app.client()?.make_webhook(channel, &request).await?;
            if made.url.is_some() {
                app.screen.note("its address is a secret, and is not shown again");
            }
            app.screen.show(&made, &CREATED)
        }
        Command::List { which: Some(which), paging } => {
            let channel = app.channel("CHANNEL", &which).await?;
            app.screen.list(&app.client()?.webhooks(channel, &paging.query()).await?, &WEBHOOK)
        }
        Command::List { which: None, paging } => {
            let community = app.community().await?.community.id;
            app.screen.list(&app.client()?.webhooks_of_community(community, &paging.query()).await?, &WEBHOOK)
        }
        Command::Set { webhook, name, channel } => {
            let channel_id = match channel {
                Some(channel) => Some(app.channel("--channel", &channel).await?),
                None => None,
            };
            let update = UpdateWebhook { name: name.map(Into::into), channel_id, ..UpdateWebhook::default() };
            let id = app.webhook(&webhook).await?.id;
            app.screen.show(&app.client()?.update_webhook(id, &update).await?, &WEBHOOK)
        }
        Command::Delete { webhook } => {
            app.client()?.delete_webhook(app.webhook(&webhook).await?.id).await?;
            app.screen.done("deleted")
        }
        Command::Avatar { webhook, file } => avatar(app, &webhook, file).await,
        Command::Post { text, username } => post(app, &text.join(" "), username).await,
    }
}

async fn avatar(app: &App, webhook: &str, file: Option<std::path::PathBuf>) -> Done {
    let id = app.webhook(webhook).await?.id;
    let client = app.client()?;
    match file {
        Some(file) => {
            let (_, bytes) = files::read(&file)?;
            app.screen.show(&client.set_webhook_avatar(id, &bytes).await?, &WEBHOOK)
        }
        None => {
            client.remove_webhook_avatar(id).await?;
            app.screen.done("removed")
        }
    }
}

/// Posts to an address that was given, to whatever server it belongs; no token goes along.
async fn post(app: &App, text: &str, username: Option<String>) -> Done {
    let address = app.secret("the address of the webhook", "AJET_CHAT_WEBHOOK").await?;
    if !address.starts_with("https://") && !address.starts_with("http://") {
        return Err(Failure::Usage("AJET_CHAT_WEBHOOK: is no address of a webhook".into()));
    }
    let mut payload = json!({ "text": text });
    if let Some(username) = username {
        payload["username"] = json!(username);
    }
    // A client for that address: it may be encrypted where the server of the profile is not.
    let key = app.key().unwrap_or_default();
    let client = client_of(&app.options, &address, None)?;
    let posted = client.post_by_webhook_under(&address, &payload, &key).await;
    posted.map_err(|error| Failure::at(&address, error))?;
    app.screen.done("posted")
}
