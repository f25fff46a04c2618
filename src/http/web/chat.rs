//! The chat page.

use ajet_protocol::{ChannelId, PageQuery};
use ajet_web::chat::Chat;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};

use super::page::{Page, PageError};
use crate::http::api;
use crate::http::body::Id;
use crate::http::caller::Caller;
use crate::http::error::ApiError;
use crate::http::state::App;

/// A community opens on its first channel.
pub async fn community(
    State(app): State<App>,
    caller: Caller,
    Id(slug): Id<String>,
) -> Result<Response, PageError> {
    let community = app.store.community_by_slug(&slug, caller.id()).await?.ok_or_else(ApiError::not_found)?;
    let channels = app.store.channels_of(community.id, caller.id(), &PageQuery::default()).await?;
    let first = channels.and_then(|page| page.items.into_iter().next()).ok_or_else(ApiError::not_found)?;
    Ok(Redirect::to(&format!("/channels/{}", first.id)).into_response())
}

/// A channel of a community.
pub async fn channel(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id<ChannelId>,
) -> Result<Response, PageError> {
    // Taken before anything is read: the live stream repeats what falls between, and misses nothing.
    let cursor = app.node.sessions.cursor();
    let (channel, joined) = app.store.channel_for(id, caller.id()).await?.ok_or_else(ApiError::not_found)?;
    let community = channel.community_id.ok_or_else(ApiError::not_found)?;
    let community = app.store.community_for(community, caller.id()).await?.ok_or_else(ApiError::not_found)?;
    let all = PageQuery { limit: Some(200), ..PageQuery::default() };
    let channels =
        app.store.channels_of(community.id, caller.id(), &all).await?.ok_or_else(ApiError::not_found)?;
    let query = PageQuery::default();
    let messages = app.store.message_page(id, caller.id(), &query).await?.ok_or_else(ApiError::not_found)?;
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
    caller: Caller,
    Id(id): Id<ChannelId>,
) -> Result<Response, PageError> {
    let _ = api::channels::join(State(app), caller, Id(id)).await?;
    Ok(Redirect::to(&format!("/channels/{id}")).into_response())
}
