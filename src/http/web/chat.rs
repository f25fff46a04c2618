//! The chat page.

use ajet_protocol::scopes::SessionOnly;
use ajet_protocol::{ChannelId, MessageQuery, PageQuery};
use ajet_web::chat::Chat;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};

use super::page::{Page, PageError};
use crate::http::extract::body::Id;
use crate::http::extract::caller::Caller;
use crate::http::state::App;
use crate::usecases::{Found, channels, communities, messages};

/// A community opens on its first channel.
pub async fn community(
    State(app): State<App>,
    caller: Caller<SessionOnly>,
    Id(slug): Id<String>,
) -> Result<Response, PageError> {
    let community = communities::by_slug(&app.context, caller.id(), &slug).await?;
    let all = channels::list(&app.context, caller.id(), community.id, &PageQuery::default()).await?;
    let first = all.items.into_iter().next().or_not_found()?;
    Ok(Redirect::to(&format!("/channels/{}", first.id)).into_response())
}

/// A channel of a community.
pub async fn channel(
    State(app): State<App>,
    caller: Caller<SessionOnly>,
    Id(id): Id<ChannelId>,
) -> Result<Response, PageError> {
    // Taken before anything is read: the live stream repeats what falls between, and misses nothing.
    let cursor = app.node.feeds().cursor();
    let (context, reader) = (&app.context, caller.id());
    let (channel, joined) = channels::seen(context, reader, id).await?;
    let community = communities::get(context, reader, channel.community_id.or_not_found()?).await?;
    let all = PageQuery { limit: Some(200), ..PageQuery::default() };
    let channels = channels::list(context, reader, community.id, &all).await?;
    let messages = messages::list(context, reader, id, &MessageQuery::default()).await?;
    let chat = Chat {
        me: &caller.session.user,
        community: &community,
        channels: &channels.items,
        channel: &channel,
        joined,
        messages: &messages.items,
        has_more: messages.has_more,
        cursor: &cursor,
    };
    Ok(Page(ajet_web::chat::show(&chat)).into_response())
}

/// Joins a channel and shows it.
pub async fn join(
    State(app): State<App>,
    caller: Caller<SessionOnly>,
    Id(id): Id<ChannelId>,
) -> Result<Response, PageError> {
    channels::join(&app.context, caller.by(), id).await?;
    Ok(Redirect::to(&format!("/channels/{id}")).into_response())
}
