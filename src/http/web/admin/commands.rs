//! Slash commands of a community's own.

use ajet_domain::community as verb;
use ajet_protocol::{CommandId, CreateCommand};
use ajet_web::pages::admin;
use axum::extract::State;
use axum::response::Redirect;

use super::managing::{Here, Listing};
use crate::http::extract::body::valid;
use crate::http::extract::form::Filled;
use crate::http::extract::path::InPath;
use crate::http::page::{Page, PageError};
use crate::http::state::App;
use crate::http::web::fields::Fields;
use crate::http::web::own::ALL;
use crate::usecases::{GivenKey, bots, custom_commands};

/// The page.
pub async fn page(Listing { app, managing, query }: Listing) -> Result<Page, PageError> {
    let (context, reader, community) = (&app.context, managing.own.caller.id(), managing.community.id);
    let bots = bots::list(context, reader, community, &ALL).await?.items;
    let all = custom_commands::list(context, reader, community, &query).await?;
    Ok(Page(admin::commands(&managing.managed(), &all, &bots)))
}

/// Makes a command.
pub async fn create(
    State(app): State<App>,
    here: Here,
    Filled(form): Filled<Fields>,
) -> Result<Redirect, PageError> {
    let CreateCommand { name, description, bot_id, .. } = valid(CreateCommand {
        name: form.trimmed("name"),
        description: form.trimmed("description"),
        bot_id: form.needed("bot_id")?,
        client_mutation_id: None,
    })?;
    let command = verb::CreateCommand { name: name.into(), description, bot_id };
    custom_commands::create(&app.context, here.by(), here.community.id, command, GivenKey::Fresh).await?;
    Ok(here.saved("commands"))
}

/// Deletes a command.
pub async fn delete(
    State(app): State<App>,
    here: Here,
    InPath((_, id)): InPath<(String, CommandId)>,
) -> Result<Redirect, PageError> {
    custom_commands::delete(&app.context, here.by(), id).await?;
    Ok(here.saved("commands"))
}
