//! What the pages' forms ask for: the use cases of the API, answered as fragments.

use ajet_domain::community as verb;
use ajet_protocol::scopes::SessionOnly;
use ajet_protocol::{
    ChannelId, ChannelType, CommunityId, CreateChannel, EditMessage, MessageId, PageQuery, PostMessage,
    Trimmed, Visibility,
};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

use super::page::{FragmentError, Page};
use crate::http::extract::body::{Id, valid};
use crate::http::extract::caller::Caller;
use crate::http::extract::form::Filled;
use crate::http::extract::paging::Paging;
use crate::http::state::App;
use crate::usecases::invites::Terms;
use crate::usecases::messages::Posting;
use crate::usecases::{GivenKey, channels, invites, messages};

type Fragment = Result<Response, FragmentError>;

/// The message box.
#[derive(Deserialize)]
pub struct PostForm {
    body_md: Trimmed,
    client_mutation_id: Option<String>,
}

/// Posts a message; the live stream shows it.
pub async fn post(
    State(app): State<App>,
    caller: Caller<SessionOnly>,
    Id(id): Id<ChannelId>,
    Filled(form): Filled<PostForm>,
) -> Fragment {
    let request = valid(PostMessage {
        body_md: form.body_md,
        client_mutation_id: form.client_mutation_id.filter(|key| !key.is_empty()),
        ..PostMessage::default()
    })?;
    let key = request
        .client_mutation_id
        .map_or(GivenKey::Fresh, |key| GivenKey::given(key, &[id.0.as_bytes(), request.body_md.as_bytes()]));
    let posting = Posting::text(request.body_md);
    messages::post(&app.context, caller.by(), id, posting, key).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// A page of older messages.
pub async fn older(
    State(app): State<App>,
    caller: Caller<SessionOnly>,
    Id(id): Id<ChannelId>,
    Paging(query): Paging,
) -> Fragment {
    let query = PageQuery { before: query.before, ..PageQuery::default() };
    let channel = channels::get(&app.context, caller.id(), id).await?;
    let page = messages::list(&app.context, caller.id(), id, &query.into()).await?;
    Ok(Page(ajet_web::fragments::older_page(&channel, &page.items, page.has_more)).into_response())
}

/// A message's text as it stands.
pub async fn body(State(app): State<App>, caller: Caller<SessionOnly>, Id(id): Id<MessageId>) -> Fragment {
    let message = messages::get(&app.context, caller.id(), id).await?;
    Ok(Page(ajet_web::fragments::body(&message)).into_response())
}

/// The form that edits a message.
pub async fn edit_form(
    State(app): State<App>,
    caller: Caller<SessionOnly>,
    Id(id): Id<MessageId>,
) -> Fragment {
    let message = messages::get(&app.context, caller.id(), id).await?;
    Ok(Page(ajet_web::fragments::edit_form(&message)).into_response())
}

/// Edits a message and shows it.
pub async fn edit(
    State(app): State<App>,
    caller: Caller<SessionOnly>,
    Id(id): Id<MessageId>,
    Filled(request): Filled<EditMessage>,
) -> Fragment {
    let request = valid(request)?;
    let message = messages::edit(&app.context, caller.by(), id, &request.body_md).await?;
    Ok(Page(ajet_web::fragments::body(&message)).into_response())
}

/// Deletes a message; the live stream shows it.
pub async fn delete(State(app): State<App>, caller: Caller<SessionOnly>, Id(id): Id<MessageId>) -> Fragment {
    messages::delete(&app.context, caller.by(), id).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
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
    caller: Caller<SessionOnly>,
    Id(id): Id<CommunityId>,
    Filled(form): Filled<ChannelForm>,
) -> Fragment {
    let request = valid(CreateChannel {
        name: form.name,
        kind: None,
        visibility: form.private.map(|_| Visibility::Private),
        topic: None,
        category_id: None,
        client_mutation_id: None,
    })?;
    let channel = verb::CreateChannel {
        name: request.name,
        kind: ChannelType::Text,
        visibility: request.visibility.unwrap_or(Visibility::Public),
        topic: None,
        category_id: None,
    };
    channels::create(&app.context, caller.by(), id, channel, GivenKey::Fresh).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// Makes an invite and shows its link.
pub async fn create_invite(
    State(app): State<App>,
    caller: Caller<SessionOnly>,
    Id(id): Id<CommunityId>,
) -> Fragment {
    let made = invites::create(&app.context, caller.by(), id, Terms::default(), GivenKey::Fresh).await?;
    Ok(Page(ajet_web::fragments::invite(&made.into_inner().url)).into_response())
}
