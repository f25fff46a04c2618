//! `ajet-chat communities`.

use ajet_protocol::{CreateCommunity, UpdateCommunity};

use super::files;
use crate::app::App;
use crate::failure::Done;
use crate::print::Column;
use crate::target::named;

const COMMUNITY: [Column; 4] = [("id", "id"), ("slug", "slug"), ("name", "name"), ("role", "role")];

#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// List your communities.
    List,
    /// Show a community.
    Show { which: Option<String> },
    /// Found a community.
    Create {
        name: String,
        /// Its short name: a-z, 0-9 and -.
        slug: String,
    },
    /// Change the community.
    Set {
        #[arg(long, value_name = "NAME")]
        name: Option<String>,
        #[arg(long, value_name = "SLUG")]
        slug: Option<String>,
        /// The channel that everybody comes into.
        #[arg(long, value_name = "CHANNEL")]
        default_channel: Option<String>,
    },
    /// Delete the community, with all that is in it.
    Delete { which: String },
    /// What of the community you are told, where you set nothing for the channel: all, mentions or nothing.
    Notify { level: String },
    /// Set the community's picture; without a file take it away.
    Avatar { file: Option<std::path::PathBuf> },
}

/// Carries it out.
pub async fn run(app: &App, command: Command) -> Done {
    let client = app.client()?;
    match command {
        Command::List => app.screen.list(&client.communities().await?, &COMMUNITY),
        Command::Show { which } => {
            let community = match which {
                Some(which) => app.community_named("WHICH", &which).await?,
                None => app.community().await?,
            };
            app.screen.show(&client.community(community.community.id).await?, &COMMUNITY)
        }
        Command::Create { name, slug } => {
            let request = CreateCommunity { name: name.into(), slug, client_mutation_id: app.key() };
            app.screen.show(&client.create_community(&request).await?, &COMMUNITY)
        }
        Command::Set { name, slug, default_channel } => {
            let default_channel_id = match default_channel {
                Some(channel) => Some(app.channel("--default-channel", &channel).await?),
                None => None,
            };
            let update = UpdateCommunity { name: name.map(Into::into), slug, default_channel_id };
            let community = app.community().await?.community.id;
            app.screen.show(&client.update_community(community, &update).await?, &COMMUNITY)
        }
        Command::Delete { which } => {
            app.confirmed("deleting a community")?;
            let community = app.community_named("WHICH", &which).await?.community.id;
            client.delete_community(community).await?;
            app.screen.done("deleted")
        }
        Command::Notify { level } => {
            let community = app.community().await?.community.id;
            client.notify_community(community, named("LEVEL", &level)?).await?;
            app.screen.done("set")
        }
        Command::Avatar { file: Some(file) } => {
            let (_, bytes) = files::read(&file)?;
            let community = app.community().await?.community.id;
            app.screen.show(&client.set_community_avatar(community, &bytes).await?, &COMMUNITY)
        }
        Command::Avatar { file: None } => {
            client.remove_community_avatar(app.community().await?.community.id).await?;
            app.screen.done("removed")
        }
    }
}
