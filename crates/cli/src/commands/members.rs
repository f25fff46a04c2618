//! `ajet-chat members`.

use ajet_protocol::{Reason, UpdateMember};
use clap_complete::engine::ArgValueCompleter;

use super::files;
use crate::app::App;
use crate::args::Paging;
use crate::complete;
use crate::failure::Done;
use crate::print::Column;
use crate::target::named;

pub const MEMBER: [Column; 6] = [
    ("id", "user.id"),
    ("username", "user.username"),
    ("name", "user.display_name"),
    ("role", "role"),
    ("nickname", "nickname"),
    ("muted until", "muted_until"),
];

#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// List the members of the community, or those whose name begins so.
    List {
        #[arg(value_name = "NAME")]
        text: Option<String>,
        #[command(flatten)]
        paging: Paging,
    },
    /// Show a member.
    Show { person: String },
    /// Change a member: the role (member, admin or owner) or the nickname.
    Set {
        #[arg(add = ArgValueCompleter::new(complete::people))]
        person: String,
        #[arg(long, value_name = "ROLE")]
        role: Option<String>,
        /// An empty one takes it away.
        #[arg(long, value_name = "NAME")]
        nickname: Option<String>,
        /// All custom roles, by commas; an empty text for none.
        #[arg(long, value_name = "ROLES")]
        roles: Option<String>,
    },
    /// Remove a member; yourself: leave the community.
    Remove {
        #[arg(add = ArgValueCompleter::new(complete::people))]
        person: String,
        #[arg(long, value_name = "TEXT")]
        reason: Option<String>,
    },
    /// Set a member's picture in this community; without a file take it away.
    Avatar { person: String, file: Option<std::path::PathBuf> },
}

/// Carries it out.
pub async fn run(app: &App, command: Command) -> Done {
    let community = app.community().await?.community.id;
    let client = app.client()?;
    match command {
        Command::List { text: None, paging } => {
            app.screen.list(&client.members(community, &paging.query()).await?, &MEMBER)
        }
        Command::List { text: Some(text), paging } => {
            let text = text.trim_start_matches('@');
            app.screen.list(&client.find_members(community, text, &paging.query()).await?, &MEMBER)
        }
        Command::Show { person } => {
            let person = app.person("PERSON", &person).await?;
            app.screen.show(&client.member(community, person.id).await?, &MEMBER)
        }
        Command::Set { person, role, nickname, roles } => {
            let role = role.as_deref().map(|role| named("--role", role)).transpose()?;
            let update =
                UpdateMember { role, nickname: nickname.map(Into::into), roles: roles_of(app, roles).await? };
            let person = app.person("PERSON", &person).await?;
            app.screen.show(&client.update_member(community, person.id, &update).await?, &MEMBER)
        }
        Command::Remove { person, reason } => {
            let person = app.person("PERSON", &person).await?;
            client.remove_member(community, person.id, &Reason { reason: reason.map(Into::into) }).await?;
            app.screen.done("removed")
        }
        Command::Avatar { person, file: Some(file) } => {
            let person = app.person("PERSON", &person).await?;
            let (_, bytes) = files::read(&file)?;
            app.screen.show(&client.set_member_avatar(community, person.id, &bytes).await?, &MEMBER)
        }
        Command::Avatar { person, file: None } => {
            let person = app.person("PERSON", &person).await?;
            client.remove_member_avatar(community, person.id).await?;
            app.screen.done("removed")
        }
    }
}

async fn roles_of(
    app: &App,
    text: Option<String>,
) -> Result<Option<Vec<ajet_protocol::RoleId>>, crate::failure::Failure> {
    let Some(text) = text else { return Ok(None) };
    let mut ids = Vec::new();
    for role in text.split(',').map(str::trim).filter(|role| !role.is_empty()) {
        ids.push(app.role("--roles", role).await?.id);
    }
    Ok(Some(ids))
}
