//! Who is in a channel: let in and put out by others.

use ajet_domain::community as verb;
use ajet_protocol::{ChannelId, UserId};
use axum::extract::State;
use axum::response::Redirect;

use super::channel::{back, person};
use super::managing::Here;
use crate::http::extract::form::Filled;
use crate::http::extract::path::InPath;
use crate::http::page::PageError;
use crate::http::state::App;
use crate::http::web::fields::Fields;
use crate::usecases::channel_members;

/// Lets a member of the community in.
pub async fn add(
    State(app): State<App>,
    here: Here,
    InPath((_, channel_id)): InPath<(String, ChannelId)>,
    Filled(form): Filled<Fields>,
) -> Result<Redirect, PageError> {
    let user_id = person(&app, &here, &form.needed::<String>("person")?).await?;
    let add = verb::AddToChannel { channel_id, user_id };
    channel_members::add(&app.context, here.by(), add).await?;
    Ok(back(&here, channel_id))
}

/// Puts somebody out. Who puts themselves out may not see the channel any more.
pub async fn remove(
    State(app): State<App>,
    here: Here,
    InPath((_, channel_id, user_id)): InPath<(String, ChannelId, UserId)>,
) -> Result<Redirect, PageError> {
    let remove = verb::RemoveFromChannel { channel_id, user_id };
    channel_members::remove(&app.context, here.by(), remove).await?;
    Ok(if user_id == here.caller.id() { here.saved("channels") } else { back(&here, channel_id) })
}
