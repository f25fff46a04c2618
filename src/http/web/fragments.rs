//! What the pages' scripts and forms ask for: the use cases of the API, answered as fragments.

use ajet_domain::community as verb;
use ajet_protocol::scopes::SessionOnly;
use ajet_protocol::{
    AttachmentId, ChannelId, ChannelType, CommunityId, CreateChannel, EditMessage, MessageId, MessageQuery,
    PostMessage, Trimmed, Visibility,
};
use ajet_web::chat::{self, message};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

use super::page::{FragmentError, Page};
use super::spoken::Spoken;
use crate::http::error::ApiError;
use crate::http::extract::body::{Id, valid};
use crate::http::extract::caller::Caller;
use crate::http::extract::form::Filled;
use crate::http::extract::history::History;
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
    parent_id: Option<MessageId>,
    also_to_channel: Option<String>,
    /// Ids with commas between them.
    attachment_ids: Option<String>,
}

/// Posts a message and shows it; the live stream shows it to everybody.
pub async fn post(
    State(app): State<App>,
    caller: Caller<SessionOnly>,
    Spoken(lang): Spoken,
    Id(id): Id<ChannelId>,
    Filled(form): Filled<PostForm>,
) -> Fragment {
    let files = form.attachment_ids.clone().unwrap_or_default();
    let request = valid(PostMessage {
        attachment_ids: ids(&files)?,
        body_md: form.body_md,
        parent_id: form.parent_id,
        also_to_channel: form.also_to_channel.is_some(),
        client_mutation_id: form.client_mutation_id.filter(|key| !key.is_empty()),
        poll: None,
    })?;
    let key = key_of(&request, id, &files);
    let posting = Posting {
        body: request.body_md,
        parent_id: request.parent_id,
        also_to_channel: request.also_to_channel,
        attachments: request.attachment_ids,
        poll: None,
    };
    let posted = messages::post(&app.context, caller.by(), id, posting, key).await?.into_inner();
    Ok(Page(message::row(lang, &posted, false)).into_response())
}

/// The key of a form with its parts as they were sent; of a text alone as it was before forms had more parts.
fn key_of(request: &PostMessage, channel: ChannelId, files: &str) -> GivenKey {
    let Some(key) = request.client_mutation_id.clone() else { return GivenKey::Fresh };
    let (channel, body) = (channel.0.as_bytes().as_slice(), request.body_md.as_bytes());
    if request.parent_id.is_none() && files.is_empty() {
        return GivenKey::given(key, &[channel, body]);
    }
    let parent = request.parent_id.map(|id| id.0.into_bytes()).unwrap_or_default();
    let also = [u8::from(request.also_to_channel)];
    GivenKey::given(key, &[channel, body, parent.as_slice(), files.as_bytes(), also.as_slice()])
}

fn ids(text: &str) -> Result<Vec<AttachmentId>, ApiError> {
    let all = text.split(',').map(str::trim).filter(|id| !id.is_empty());
    let wrong = |_| ApiError::field("attachment_ids", "bad_format", "holds what is no UUID");
    all.map(|id| id.parse::<AttachmentId>().map_err(wrong)).collect()
}

/// A page of rows of a channel: the newest, or those before, after or around a message.
pub async fn rows(
    State(app): State<App>,
    caller: Caller<SessionOnly>,
    Spoken(lang): Spoken,
    Id(id): Id<ChannelId>,
    History(query): History,
) -> Fragment {
    let query = MessageQuery { top_level: true, ..query };
    let page = messages::list(&app.context, caller.id(), id, &query).await?;
    Ok(Page(chat::rows(lang, &page.items, page.has_more)).into_response())
}

/// A message as it is now.
pub async fn row(
    State(app): State<App>,
    caller: Caller<SessionOnly>,
    Spoken(lang): Spoken,
    Id(id): Id<MessageId>,
) -> Fragment {
    let found = messages::get(&app.context, caller.id(), id).await?;
    Ok(Page(message::row(lang, &found, false)).into_response())
}

/// The form that edits a message.
pub async fn edit_form(
    State(app): State<App>,
    caller: Caller<SessionOnly>,
    Spoken(lang): Spoken,
    Id(id): Id<MessageId>,
) -> Fragment {
    let found = messages::get(&app.context, caller.id(), id).await?;
    Ok(Page(message::edit_form(lang, &found)).into_response())
}

/// Edits a message and shows it.
pub async fn edit(
    State(app): State<App>,
    caller: Caller<SessionOnly>,
    Spoken(lang): Spoken,
    Id(id): Id<MessageId>,
    Filled(request): Filled<EditMessage>,
) -> Fragment {
    let request = valid(request)?;
    messages::edit(&app.context, caller.by(), id, &request.body_md).await?;
    // With what its reader has done to it, which an edit does not tell.
    let edited = messages::get(&app.context, caller.id(), id).await?;
    Ok(Page(message::row(lang, &edited, false)).into_response())
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
    Spoken(lang): Spoken,
    Id(id): Id<CommunityId>,
) -> Fragment {
    let made = invites::create(&app.context, caller.by(), id, Terms::default(), GivenKey::Fresh).await?;
    Ok(Page(ajet_web::fragments::invite(lang, &made.into_inner().url)).into_response())
}
