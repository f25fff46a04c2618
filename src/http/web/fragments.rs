//! What the pages' forms ask for: the same handlers as the API, answered as fragments.

use ajet_protocol::{
    ChannelId, CommunityId, CreateChannel, CreateInvite, EditMessage, MessageId, PageQuery, PostMessage,
    Trimmed, Visibility, shape,
};
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use validator::Validate;

use super::page::{FragmentError, Page};
use crate::http::api;
use crate::http::body::{Id, Valid};
use crate::http::caller::Caller;
use crate::http::error::ApiError;
use crate::http::form::Filled;
use crate::http::paging::Paging;
use crate::http::state::App;

type Fragment = Result<Response, FragmentError>;

fn valid<T: Validate>(request: T) -> Result<Valid<T>, ApiError> {
    request.validate().map_err(|report| ApiError::invalid(shape::field_errors(&report)))?;
    Ok(Valid(request))
}

/// The message box.
#[derive(Deserialize)]
pub struct PostForm {
    body_md: Trimmed,
    client_mutation_id: Option<String>,
}

/// Posts a message; the live stream shows it.
pub async fn post(
    State(app): State<App>,
    caller: Caller,
    id: Id<ChannelId>,
    Filled(form): Filled<PostForm>,
) -> Fragment {
    let key = form.client_mutation_id.filter(|key| !key.is_empty());
    let request = PostMessage {
        body_md: form.body_md,
        parent_id: None,
        attachment_ids: vec![],
        client_mutation_id: key,
    };
    let _ = api::messages::post(State(app), caller, id, HeaderMap::new(), valid(request)?).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// A page of older messages.
pub async fn older(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id<ChannelId>,
    Paging(query): Paging,
) -> Fragment {
    let query = PageQuery { before: query.before, ..PageQuery::default() };
    let (channel, _) = app.store.channel_for(id, caller.id()).await?.ok_or_else(ApiError::not_found)?;
    let page = app.store.message_page(id, caller.id(), &query).await?.ok_or_else(ApiError::not_found)?;
    Ok(Page(ajet_web::fragments::older_page(&channel, &page.items, page.has_more)).into_response())
}

/// A message's text as it stands.
pub async fn body(State(app): State<App>, caller: Caller, id: Id<MessageId>) -> Fragment {
    let Json(message) = api::messages::get(State(app), caller, id).await?;
    Ok(Page(ajet_web::fragments::body(&message)).into_response())
}

/// The form that edits a message.
pub async fn edit_form(State(app): State<App>, caller: Caller, id: Id<MessageId>) -> Fragment {
    let Json(message) = api::messages::get(State(app), caller, id).await?;
    Ok(Page(ajet_web::fragments::edit_form(&message)).into_response())
}

/// Edits a message and shows it.
pub async fn edit(
    State(app): State<App>,
    caller: Caller,
    id: Id<MessageId>,
    Filled(request): Filled<EditMessage>,
) -> Fragment {
    let Json(message) = api::messages::edit(State(app), caller, id, valid(request)?).await?;
    Ok(Page(ajet_web::fragments::body(&message)).into_response())
}

/// Deletes a message; the live stream shows it.
pub async fn delete(State(app): State<App>, caller: Caller, id: Id<MessageId>) -> Fragment {
    Ok(api::messages::delete(State(app), caller, id).await?.into_response())
}

/// The form for a new channel.
#[derive(Deserialize)]
pub struct ChannelForm {
    name: Trimmed,
    private: Option<String>,
}

/// Makes a channel; the live stream shows it.
pub async fn create_channel(
    State(app): State<App>,
    caller: Caller,
    id: Id<CommunityId>,
    Filled(form): Filled<ChannelForm>,
) -> Fragment {
    let visibility = form.private.map(|_| Visibility::Private);
    let request = CreateChannel {
        name: form.name,
        kind: None,
        visibility,
        topic: None,
        category_id: None,
        client_mutation_id: None,
    };
    let _ = api::channels::create(State(app), caller, id, HeaderMap::new(), valid(request)?).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// Makes an invite and shows its link.
pub async fn create_invite(State(app): State<App>, caller: Caller, id: Id<CommunityId>) -> Fragment {
    let request = CreateInvite::default();
    let made = api::invites::create(State(app), caller, id, HeaderMap::new(), Valid(request)).await?;
    let (_, Json(invite)) = made;
    Ok(Page(ajet_web::fragments::invite(&invite.url)).into_response())
}
