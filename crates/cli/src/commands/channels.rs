//! `ajet-chat channels`, and the verbs `create`, `join`, `leave`, `topic` and `archive`.

use ajet_protocol::{
    Category, Channel, ChannelId, ChannelPlace, ChannelType, CreateChannel, MuteChannel, Page, UpdateChannel,
    Visibility,
};
use clap_complete::engine::ArgValueCompleter;

use super::members::MEMBER;
use crate::app::App;
use crate::args::InChannel;
use crate::complete;
use crate::failure::{Done, Failure};
use crate::print::Column;
use crate::target::{named, whole};
use crate::when;

pub const CHANNEL: [Column; 6] = [
    ("id", "id"),
    ("name", "name"),
    ("type", "type"),
    ("visibility", "visibility"),
    ("unread", "unread.count"),
    ("topic", "topic"),
];

#[derive(Debug, clap::Args)]
pub struct Which {
    #[arg(value_name = "CHANNEL", add = ArgValueCompleter::new(complete::channels))]
    which: String,
}

#[derive(Debug, clap::Args)]
pub struct Create {
    name: String,
    /// Only those who are invited see it.
    #[arg(long)]
    private: bool,
    /// For speech instead of text.
    #[arg(long)]
    voice: bool,
    #[arg(long, value_name = "TEXT")]
    topic: Option<String>,
    #[arg(long, value_name = "CATEGORY")]
    category: Option<String>,
}

#[derive(Debug, clap::Args)]
pub struct Topic {
    #[arg(value_name = "CHANNEL", add = ArgValueCompleter::new(complete::channels))]
    which: String,
    text: Vec<String>,
}

#[derive(Debug, clap::Args)]
pub struct Set {
    #[arg(value_name = "CHANNEL", add = ArgValueCompleter::new(complete::channels))]
    which: String,
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// public or private.
    #[arg(long, value_name = "VISIBILITY")]
    visibility: Option<String>,
    /// The category it stands in; an empty one for none.
    #[arg(long, value_name = "CATEGORY")]
    category: Option<String>,
    #[arg(long, value_name = "N")]
    position: Option<i64>,
    /// How long people wait between two messages, such as 30 or 5m; 0 for no wait.
    #[arg(long, value_name = "LENGTH")]
    slow_mode: Option<String>,
}

#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// List the channels of the community, in the order in which they stand there.
    List,
    /// Show a channel.
    Show(Which),
    /// Create a channel.
    Create(Create),
    /// Change a channel: its name, visibility, category, position or slow mode.
    Set(Set),
    /// Delete a channel, with all that was said in it.
    Delete(Which),
    /// Put channels in this order, from the first position on.
    Order { channel: Vec<String> },
    /// Let nothing of a channel disturb you.
    Mute(Which),
    /// Be told of a channel again.
    Unmute(Which),
    /// What of a channel you are told: all, mentions or nothing.
    Notify {
        #[arg(value_name = "CHANNEL", add = ArgValueCompleter::new(complete::channels))]
        which: String,
        level: String,
    },
    /// List who is in a channel.
    Members(InChannel),
    /// Bring somebody into a channel.
    Add(Whom),
    /// Take somebody out of a channel.
    Remove(Whom),
}

#[derive(Debug, clap::Args)]
pub struct Whom {
    #[arg(value_name = "CHANNEL", add = ArgValueCompleter::new(complete::channels))]
    which: String,
    #[arg(add = ArgValueCompleter::new(complete::people))]
    person: String,
}

/// Carries it out.
pub async fn run(app: &App, command: Command) -> Done {
    match command {
        Command::List => list(app).await,
        Command::Show(Which { which }) => {
            let id = app.channel("CHANNEL", &which).await?;
            app.screen.show(&app.client()?.channel(id).await?, &CHANNEL)
        }
        Command::Create(args) => create(app, args).await,
        Command::Set(args) => set(app, args).await,
        Command::Delete(Which { which }) => {
            app.confirmed("deleting a channel")?;
            let id = app.channel("CHANNEL", &which).await?;
            app.client()?.delete_channel(id).await?;
            app.screen.done("deleted")
        }
        Command::Order { channel } => order(app, &channel).await,
        Command::Mute(Which { which }) => mute(app, &which, true).await,
        Command::Unmute(Which { which }) => mute(app, &which, false).await,
        Command::Notify { which, level } => {
            let id = app.channel("CHANNEL", &which).await?;
            app.client()?.notify_channel(id, named("LEVEL", &level)?).await?;
            app.screen.done("set")
        }
        other => people(app, other).await,
    }
}

/// All channels, since the first page of the server's order is no beginning of the order that people see.
async fn list(app: &App) -> Done {
    let (home, client) = (app.community().await?, app.client()?);
    let id = home.community.id;
    let mut items =
        whole(|one: &Channel| one.id.0, async |query| client.channels_page(id, &query).await).await?;
    sort(&mut items, &home.categories);
    app.screen.list(&Page { items, has_more: false }, &CHANNEL)
}

/// Puts channels in the order of a list of channels: those without a category first, then each category's, by their positions.
fn sort(channels: &mut [Channel], categories: &[Category]) {
    let place = |channel: &Channel| {
        let own = channel.category_id?;
        // One that was made just now is the last.
        Some(categories.iter().position(|category| category.id == own).unwrap_or(categories.len()))
    };
    channels.sort_by_key(|one| (place(one), one.position, one.id));
}

/// Who is in it.
async fn people(app: &App, command: Command) -> Done {
    match command {
        Command::Members(InChannel { which, paging }) => {
            let id = app.channel("CHANNEL", &which).await?;
            app.screen.list(&app.client()?.channel_members(id, &paging.query()).await?, &MEMBER)
        }
        Command::Add(Whom { which, person }) => {
            let id = app.channel("CHANNEL", &which).await?;
            let person = app.person("PERSON", &person).await?;
            app.client()?.add_to_channel(id, person.id).await?;
            app.screen.done("added")
        }
        Command::Remove(Whom { which, person }) => {
            let id = app.channel("CHANNEL", &which).await?;
            let person = app.person("PERSON", &person).await?;
            app.client()?.remove_from_channel(id, person.id).await?;
            app.screen.done("removed")
        }
        other => Err(Failure::Other(format!("this command is not carried out: {other:?}"))),
    }
}

/// Creates a channel.
pub async fn create(app: &App, args: Create) -> Done {
    let category_id = match &args.category {
        Some(category) => Some(app.category("--category", category).await?.id),
        None => None,
    };
    let request = CreateChannel {
        name: args.name.trim_start_matches('#').into(),
        kind: args.voice.then_some(ChannelType::Voice),
        visibility: args.private.then_some(Visibility::Private),
        topic: args.topic.map(Into::into),
        category_id,
        client_mutation_id: app.key(),
    };
    let community = app.community().await?.community.id;
    app.screen.show(&app.client()?.create_channel(community, &request).await?, &CHANNEL)
}

/// Joins one.
pub async fn join(app: &App, Which { which }: Which) -> Done {
    let id = app.channel("CHANNEL", &which).await?;
    app.screen.show(&app.client()?.join(id).await?, &CHANNEL)
}

/// Leaves one.
pub async fn leave(app: &App, Which { which }: Which) -> Done {
    let id = app.channel("CHANNEL", &which).await?;
    app.client()?.leave(id).await?;
    app.screen.done("left")
}

/// Sets the topic.
pub async fn topic(app: &App, args: Topic) -> Done {
    let id = app.channel("CHANNEL", &args.which).await?;
    let update = UpdateChannel { topic: Some(args.text.join(" ").into()), ..UpdateChannel::default() };
    app.screen.show(&app.client()?.update_channel(id, &update).await?, &CHANNEL)
}

/// Makes a channel read-only, or writable again.
pub async fn archive(app: &App, Which { which }: Which, archived: bool) -> Done {
    let id = app.channel("CHANNEL", &which).await?;
    app.client()?.archive_channel(id, archived).await?;
    app.screen.done(if archived { "archived" } else { "writable again" })
}

async fn mute(app: &App, which: &str, muted: bool) -> Done {
    let id = app.channel("CHANNEL", which).await?;
    app.client()?.mute_channel(id, &MuteChannel { muted }).await?;
    app.screen.done(if muted { "muted" } else { "not muted any more" })
}

async fn set(app: &App, args: Set) -> Done {
    let id = app.channel("CHANNEL", &args.which).await?;
    let category_id = match args.category.as_deref() {
        Some("") => Some(None),
        Some(category) => Some(Some(app.category("--category", category).await?.id)),
        None => None,
    };
    let visibility = args.visibility.as_deref().map(|text| named("--visibility", text)).transpose()?;
    let slow = args.slow_mode.as_deref().map(|text| when::seconds("--slow-mode", text)).transpose()?;
    let update = UpdateChannel {
        name: args.name.map(Into::into),
        visibility,
        category_id,
        position: args.position,
        ..UpdateChannel::default()
    };
    let client = app.client()?;
    let mut channel = None;
    if update.name.is_some() || visibility.is_some() || category_id.is_some() || update.position.is_some() {
        channel = Some(client.update_channel(id, &update).await?);
    }
    if let Some(slow) = slow {
        channel = Some(client.slow_down(id, i64::try_from(slow).unwrap_or(i64::MAX)).await?);
    }
    match channel {
        Some(channel) => app.screen.show(&channel, &CHANNEL),
        None => Err(Failure::Usage("nothing to change: see ajet-chat channels set --help".into())),
    }
}

/// Each channel stays in its category.
async fn order(app: &App, channels: &[String]) -> Done {
    let mut places = Vec::new();
    for (position, text) in (0..).zip(channels) {
        let id: ChannelId = app.channel("CHANNEL", text).await?;
        places.push(ChannelPlace { id, category_id: None, position });
    }
    let community = app.community().await?.community.id;
    app.client()?.order_channels(community, places).await?;
    app.screen.done("ordered")
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use uuid::Uuid;

    use super::*;

    fn channel(number: u128, category: Option<u128>, position: i32) -> Channel {
        let channel = json!({
            "id": Uuid::from_u128(number), "community_id": Uuid::from_u128(9), "name": "general", "type": "text",
            "visibility": "public", "topic": null, "category_id": category.map(Uuid::from_u128), "position": position,
            "members": [], "last_message_id": null, "unread": { "count": 0, "mentions": 0 }, "muted": false,
            "created_at": "2026-01-01T00:00:00.000Z",
        });
        serde_json::from_value(channel).expect("a channel")
    }

    fn category(number: u128, position: i32) -> Category {
        let (id, community_id) = (Uuid::from_u128(number).into(), Uuid::from_u128(9).into());
        Category { id, community_id, name: "Work".into(), position }
    }

    #[test]
    fn channels_stand_by_category_and_position_and_not_by_age() {
        let mut channels = vec![
            channel(1, Some(21), 0),
            channel(2, Some(20), 1),
            channel(3, None, 7),
            channel(4, Some(20), 0),
            channel(5, Some(22), 0),
            channel(6, None, 1),
            channel(7, None, 1),
        ];
        sort(&mut channels, &[category(20, 0), category(21, 1)]);
        let order: Vec<u128> = channels.iter().map(|one| one.id.0.as_u128()).collect();
        assert_eq!(order, [6, 7, 3, 4, 2, 1, 5]);
    }
}
