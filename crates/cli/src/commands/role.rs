//! `ajet-chat role`.

use ajet_protocol::{CreateRole, Permission, UpdateMember, UpdateRole};
use clap_complete::engine::ArgValueCompleter;

use super::members::MEMBER;
use crate::app::App;
use crate::args::Paging;
use crate::complete;
use crate::failure::{Done, Failure};
use crate::print::Column;
use crate::target::named;

const ROLE: [Column; 4] =
    [("id", "id"), ("name", "name"), ("position", "position"), ("permissions", "permissions")];

#[derive(Debug, clap::Args)]
pub struct Fields {
    /// What it allows, by commas: send_messages,pin_messages.
    #[arg(long, value_name = "PERMISSIONS")]
    permissions: Option<String>,
    #[arg(long, value_name = "N")]
    position: Option<i64>,
}

#[derive(Debug, clap::Args)]
pub struct Whom {
    role: String,
    #[arg(add = ArgValueCompleter::new(complete::people))]
    person: String,
}

#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// List the custom roles of the community.
    List(Paging),
    /// Make a role.
    Create {
        name: String,
        #[command(flatten)]
        fields: Fields,
    },
    /// Change a role.
    Set {
        role: String,
        #[arg(long, value_name = "NAME")]
        name: Option<String>,
        #[command(flatten)]
        fields: Fields,
    },
    /// Delete a role.
    Delete { role: String },
    /// Give a role to somebody.
    Give(Whom),
    /// Take a role from somebody.
    Take(Whom),
}

/// Carries it out.
pub async fn run(app: &App, command: Command) -> Done {
    let community = app.community().await?.community.id;
    let client = app.client()?;
    match command {
        Command::List(paging) => app.screen.list(&client.roles(community, &paging.query()).await?, &ROLE),
        Command::Create { name, fields } => {
            let request = CreateRole {
                name: name.into(),
                permissions: permissions("--permissions", fields.permissions.as_deref())?,
                position: fields.position,
                client_mutation_id: app.key(),
            };
            app.screen.show(&client.create_role(community, &request).await?, &ROLE)
        }
        Command::Set { role, name, fields } => {
            let update = UpdateRole {
                name: name.map(Into::into),
                permissions: permissions("--permissions", fields.permissions.as_deref())?,
                position: fields.position,
            };
            let role = app.role("ROLE", &role).await?.id;
            app.screen.show(&client.update_role(role, &update).await?, &ROLE)
        }
        Command::Delete { role } => {
            client.delete_role(app.role("ROLE", &role).await?.id).await?;
            app.screen.done("deleted")
        }
        Command::Give(whom) => held(app, whom, true).await,
        Command::Take(whom) => held(app, whom, false).await,
    }
}

/// Somebody's roles are set as a whole.
async fn held(app: &App, whom: Whom, holds: bool) -> Done {
    let community = app.community().await?.community.id;
    let role = app.role("ROLE", &whom.role).await?.id;
    let person = app.person("PERSON", &whom.person).await?.id;
    let client = app.client()?;
    let mut roles = client.member(community, person).await?.roles;
    roles.retain(|one| *one != role);
    roles.extend(holds.then_some(role));
    let update = UpdateMember { roles: Some(roles), ..UpdateMember::default() };
    app.screen.show(&client.update_member(community, person, &update).await?, &MEMBER)
}

/// Permissions by their names, parted by commas.
///
/// # Errors
/// When one of them is none.
pub fn permissions(argument: &str, text: Option<&str>) -> Result<Option<Vec<Permission>>, Failure> {
    let Some(text) = text else { return Ok(None) };
    let names = text.split(',').map(str::trim).filter(|name| !name.is_empty());
    names.map(|name| named(argument, name)).collect::<Result<Vec<_>, _>>().map(Some)
}
