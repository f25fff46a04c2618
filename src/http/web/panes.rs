//! What opens beside the messages: threads, pins, what was saved, the inbox, the search, and small things that are asked for as one goes.

use std::collections::HashMap;

use ajet_protocol::scopes::SessionOnly;
use ajet_protocol::{
    AttachmentId, ChannelId, CommunityId, EditMessage, Message, MessageId, PageQuery, SearchQuery, Trimmed,
    UserId,
};
use ajet_web::chat::{self, card::Whose, inbox::Told, thread::Thread};
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use uuid::Uuid;

use super::own::Whole;
use super::page::{FragmentError, Page};
use super::spoken::Spoken;
use super::wording;
use crate::http::error::ApiError;
use crate::http::extract::body::{Id, valid};
use crate::http::extract::caller::Caller;
use crate::http::extract::form::{Filled, InQuery};
use crate::http::extract::paging::{self, Paging};
use crate::http::state::App;
use crate::usecases::notifications::Listed;
use crate::usecases::{
    attachments, blocks, channel_members, channels, downloads, drafts, members, messages, notifications,
    pins, saved, scheduled, search, sync, threads, users,
};

type Fragment = Result<Response, FragmentError>;

/// A thread by the message that begins it, or by one of its replies.
pub async fn thread(
    State(app): State<App>,
    caller: Caller<SessionOnly>,
    Spoken(lang): Spoken,
    Id(id): Id<MessageId>,
) -> Fragment {
    let (context, reader) = (&app.context, caller.id());
    let named = messages::get(context, reader, id).await?;
    let parent: Message = match named.parent_id {
        Some(parent) => messages::get(context, reader, parent).await?,
        None => named,
    };
    let replies = threads::replies(context, reader, parent.id, &PageQuery::default()).await?;
    let (channel, joined) = channels::seen(context, reader, parent.channel_id).await?;
    let draft = match drafts::get(context, reader, channel.id, Some(parent.id)).await {
        Ok(draft) => draft.body_md,
        Err(_) => String::new(),
    };
    let takes_files = attachments::are_taken(context, reader, channel.id).await?;
    let shown = Thread {
        lang,
        parent: &parent,
        replies: &replies.items,
        has_more: replies.has_more,
        draft: &draft,
        joined: joined && !channel.archived,
        takes_files,
    };
    Ok(Page(chat::thread::show(&shown)).into_response())
}

/// A page of the rows of a thread.
pub async fn replies(
    State(app): State<App>,
    caller: Caller<SessionOnly>,
    Spoken(lang): Spoken,
    Id(id): Id<MessageId>,
    Paging(query): Paging,
) -> Fragment {
    let page = threads::replies(&app.context, caller.id(), id, &query).await?;
    Ok(Page(chat::rows(lang, &page.items, page.has_more)).into_response())
}

/// The pinned messages of a channel.
pub async fn pinned(
    State(app): State<App>,
    caller: Caller<SessionOnly>,
    Spoken(lang): Spoken,
    Id(id): Id<ChannelId>,
) -> Fragment {
    let page = pins::list(&app.context, caller.id(), id, &PageQuery::default()).await?;
    Ok(Page(chat::pins::show(lang, &page.items)).into_response())
}

/// Who is in a channel.
pub async fn people(
    State(app): State<App>,
    caller: Caller<SessionOnly>,
    Spoken(lang): Spoken,
    Id(id): Id<ChannelId>,
    Paging(query): Paging,
) -> Fragment {
    let page = channel_members::list(&app.context, caller.id(), id, &query).await?;
    let last = page.items.last().filter(|_| page.has_more);
    let next = last.map(|last| format!("/channels/{id}/people?after={}", last.user.id));
    // Further ones go into the list that is there.
    let shown = if query.after.is_some() { chat::people::items } else { chat::people::show };
    Ok(Page(shown(lang, &page.items, next.as_deref())).into_response())
}

/// What the reader wrote in a channel to be sent later.
pub async fn later(
    State(app): State<App>,
    caller: Caller<SessionOnly>,
    Spoken(lang): Spoken,
    Id(id): Id<ChannelId>,
) -> Fragment {
    // What waits may stand behind any number of those that were sent.
    let mut all = Whole::begin();
    while let Some(query) = all.asks() {
        all.take(scheduled::list(&app.context, caller.id(), id, &query).await?, |one| one.id.0);
    }
    Ok(Page(chat::scheduled::show(lang, &all.items())).into_response())
}

/// What the reader has saved.
pub async fn kept(
    State(app): State<App>,
    caller: Caller<SessionOnly>,
    Spoken(lang): Spoken,
    Paging(query): Paging,
) -> Fragment {
    // The newest first: without a cursor the list would begin with the oldest.
    let from = PageQuery { before: query.before.or(Some(Uuid::max())), after: None, ..query };
    let page = saved::list(&app.context, caller.id(), &from).await?;
    let first = page.items.first().filter(|_| page.has_more);
    let next = first.map(|first| format!("/saved?before={}", first.message.id));
    let shown = if query.before.is_some() { chat::saved::items } else { chat::saved::show };
    Ok(Page(shown(lang, &page.items, next.as_deref())).into_response())
}

/// What the reader was told of.
pub async fn inbox(
    State(app): State<App>,
    caller: Caller<SessionOnly>,
    Spoken(lang): Spoken,
    Paging(query): Paging,
) -> Fragment {
    let page = notifications::list(&app.context, caller.id(), Listed::All, &query, wording::of_notices(lang))
        .await?;
    let invites = notifications::open_invites(&app.context, caller.id(), &page.items).await?;
    let first = page.items.first().filter(|_| page.has_more);
    let next = first.map(|first| format!("/inbox?before={}", first.id));
    let told = Told { notifications: &page.items, invites: &invites };
    let shown = if query.before.is_some() {
        chat::inbox::items(lang, &told, next.as_deref())
    } else {
        let unread = notifications::unread(&app.context, caller.id()).await?;
        chat::inbox::show(lang, &told, next.as_deref(), unread)
    };
    Ok(Page(shown).into_response())
}

/// The search, before anything is looked for.
pub async fn search_form(_: Caller<SessionOnly>, Spoken(lang): Spoken) -> Page {
    Page(chat::search::show(lang))
}

/// Messages that were found.
pub async fn found(
    State(app): State<App>,
    caller: Caller<SessionOnly>,
    Spoken(lang): Spoken,
    InQuery(given): InQuery<HashMap<String, String>>,
    Paging(page): Paging,
) -> Fragment {
    let q: Trimmed = given.get("q").map(String::as_str).unwrap_or_default().into();
    let query = valid(SearchQuery { q, page, ..SearchQuery::default() })?;
    let found = search::find(&app.context, caller.id(), &query).await?;
    let last = found.items.last().and_then(|hit| hit.message.as_ref()).filter(|_| found.has_more);
    let next = last.and_then(|last| {
        let id = last.id.to_string();
        let query = serde_urlencoded::to_string(vec![("q", query.q.as_str()), ("before", id.as_str())]);
        Some(format!("/search/results?{}", query.ok()?))
    });
    Ok(Page(chat::search::results(lang, &found.items, next.as_deref())).into_response())
}

/// Who somebody is; in a community also what they are there.
pub async fn card(
    State(app): State<App>,
    caller: Caller<SessionOnly>,
    Spoken(lang): Spoken,
    Id(id): Id<UserId>,
    InQuery(given): InQuery<HashMap<String, String>>,
) -> Fragment {
    let user = users::get(&app.context, id).await?;
    let member = match paging::id(&given, "community_id")? {
        Some(home) => members::get(&app.context, caller.id(), CommunityId(home), id).await.ok(),
        None => None,
    };
    let whose = if id == caller.id() {
        Whose::Own
    } else if blocks::is_set(&app.context, caller.id(), id).await? {
        Whose::Blocked
    } else {
        Whose::Others
    };
    Ok(Page(chat::card::show(lang, &user, member.as_ref(), whose)).into_response())
}

/// What the quick switcher chooses from.
pub async fn switcher(State(app): State<App>, caller: Caller<SessionOnly>) -> Fragment {
    let sync = sync::start(&app.context, caller.id(), None).await?;
    Ok(Page(chat::switcher::targets(&sync)).into_response())
}

/// A text that is looked at before it is sent.
#[derive(Deserialize)]
pub struct TextForm {
    text: Trimmed,
}

/// A text as it will look.
pub async fn preview(_: Caller<SessionOnly>, Filled(form): Filled<TextForm>) -> Fragment {
    let EditMessage { body_md } = valid(EditMessage { body_md: form.text })?;
    Ok(Page(chat::preview(&body_md)).into_response())
}

/// Opened by itself a picture is nothing but a picture.
const ALONE: &str = "default-src 'none'; sandbox";

/// A picture of a message, or a small one of it, for those who see the message.
pub async fn picture(
    State(app): State<App>,
    caller: Caller<SessionOnly>,
    Id(id): Id<AttachmentId>,
    InQuery(given): InQuery<HashMap<String, String>>,
) -> Result<Response, ApiError> {
    let small = given.get("thumbnail").is_some_and(|wanted| wanted == "true");
    let (kind, bytes) = downloads::picture(&app.context, caller.id(), id, small).await?;
    let headers = [
        (header::CONTENT_TYPE, kind.content_type()),
        // Who may not see it any more does not for long.
        (header::CACHE_CONTROL, "private, max-age=60"),
        (header::CONTENT_SECURITY_POLICY, ALONE),
    ];
    Ok((headers, bytes).into_response())
}
