//! `ajet-chat outgoing`: outgoing webhooks.

use ajet_protocol::{ChannelId, CreateOutgoingWebhook, DeliveryStatus, EventType, UpdateOutgoingWebhook};
use clap_complete::engine::ArgValueCompleter;

use crate::app::App;
use crate::args::Paging;
use crate::complete;
use crate::failure::{Done, Failure};
use crate::print::Column;
use crate::target::{named, named_id};

const OUTGOING: [Column; 5] = [
    ("id", "id"),
    ("url", "url"),
    ("enabled", "enabled"),
    ("off since", "disabled_reason"),
    ("events", "events"),
];
const CREATED: [Column; 4] = [("id", "id"), ("url", "url"), ("secret", "secret"), ("events", "events")];
const DELIVERY: [Column; 6] = [
    ("id", "id"),
    ("event", "event"),
    ("status", "status"),
    ("attempts", "attempts"),
    ("next", "next_at"),
    ("failure", "failure"),
];

#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// List the outgoing webhooks of the community.
    List(Paging),
    /// Make one; the secret that signs what it is sent is shown this once.
    Create {
        /// Where it is sent; -, if the address holds a secret: it is taken from AJET_CHAT_OUTGOING_URL, or piped in.
        #[arg(value_name = "URL|-")]
        url: String,
        /// What it is sent, such as message.created.
        #[arg(required = true)]
        event: Vec<String>,
        /// Of this channel alone; may be given several times.
        #[arg(long, value_name = "CHANNEL", add = ArgValueCompleter::new(complete::channels))]
        channel: Vec<String>,
    },
    /// Change one, or switch it on or off.
    Set {
        webhook: String,
        /// Where it is sent from now on; - as with create.
        #[arg(long, value_name = "URL|-")]
        url: Option<String>,
        #[arg(long, value_name = "EVENT")]
        event: Vec<String>,
        #[arg(long, value_name = "CHANNEL", conflicts_with = "all_channels", add = ArgValueCompleter::new(complete::channels))]
        channel: Vec<String>,
        /// Of all channels.
        #[arg(long)]
        all_channels: bool,
        #[arg(long, value_name = "true|false")]
        enabled: Option<bool>,
    },
    /// Delete one.
    Delete { webhook: String },
    /// List what one was sent.
    Deliveries {
        webhook: String,
        /// pending, delivered or dead.
        #[arg(long, value_name = "STATUS")]
        status: Option<String>,
        #[command(flatten)]
        paging: Paging,
    },
    /// Try a delivery again.
    Replay { delivery: String },
}

/// Carries it out.
pub async fn run(app: &App, command: Command) -> Done {
    let client = app.client()?;
    match command {
        Command::List(paging) => {
            let community = app.community().await?.community.id;
            app.screen.list(&client.outgoing_webhooks(community, &paging.query()).await?, &OUTGOING)
        }
        Command::Create { url, event, channel } => {
            let request = CreateOutgoingWebhook {
                url: address(app, url).await?,
                events: events("EVENT", &event)?,
                channel_ids: channels(app, &channel).await?,
                client_mutation_id: app.key(),
            };
            let community = app.community().await?.community.id;
            app.screen.show(&client.create_outgoing_webhook(community, &request).await?, &CREATED)
        }
        Command::Set { webhook, url, event, channel, all_channels, enabled } => {
            let only = channels(app, &channel).await?;
            let url = match url {
                Some(url) => Some(address(app, url).await?),
                None => None,
            };
            let update = UpdateOutgoingWebhook {
                url,
                events: if event.is_empty() { None } else { Some(events("--event", &event)?) },
                channel_ids: if all_channels { Some(None) } else { only.map(Some) },
                enabled,
            };
            let id = app.outgoing_webhook(&webhook).await?.id;
            app.screen.show(&client.update_outgoing_webhook(id, &update).await?, &OUTGOING)
        }
        Command::Delete { webhook } => {
            client.delete_outgoing_webhook(app.outgoing_webhook(&webhook).await?.id).await?;
            app.screen.done("deleted")
        }
        Command::Deliveries { webhook, status, paging } => {
            let status: Option<DeliveryStatus> =
                status.as_deref().map(|text| named("--status", text)).transpose()?;
            let id = app.outgoing_webhook(&webhook).await?.id;
            app.screen.list(&client.deliveries(id, status, &paging.query()).await?, &DELIVERY)
        }
        Command::Replay { delivery } => {
            client.replay_delivery(named_id("DELIVERY", &delivery)?).await?;
            app.screen.done("is tried again")
        }
    }
}

/// An address as it is typed, or the secret one of which `-` stands.
async fn address(app: &App, url: String) -> Result<String, Failure> {
    if url == "-" { app.secret("the address", "AJET_CHAT_OUTGOING_URL").await } else { Ok(url) }
}

fn events(argument: &str, names: &[String]) -> Result<Vec<EventType>, Failure> {
    names.iter().map(|name| named(argument, name)).collect()
}

async fn channels(app: &App, names: &[String]) -> Result<Option<Vec<ChannelId>>, Failure> {
    let mut ids = Vec::new();
    for name in names {
        ids.push(app.channel("--channel", name).await?);
    }
    Ok(Some(ids).filter(|ids| !ids.is_empty()))
}
