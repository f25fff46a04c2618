//! A person's notifications: listed with what they tell as it is now, and marked as read.

use std::collections::{BTreeMap, HashMap};

use ajet_domain::person::{ReadNotifications, Which};
use ajet_domain::{Caller, Scope};
use ajet_protocol::{
    Code, InviteCode, InviteId, MessageId, Notification, NotificationId, NotificationReason, Page, PageQuery,
    UnreadNotifications, UserId,
};
use futures::future::join_all;

use super::reading::{Reading, belongs, of_seen};
use super::reads::AT_ONCE;
use super::{Context, Failure, messages};
pub use crate::store::notice_words::{Worded, Words, english};
pub use crate::store::notifications::Listed;
use crate::store::notifications::{Looked, NotificationPlace, PREVIEW_CHARS};

/// Steps in which a page is looked for, before it is answered with what was found.
const STEPS: usize = 3;

/// Notifications that each step but the first one looks at. The first looks at four times as many as are asked for, which is enough
/// unless most are of channels that the person has left.
const LOOKED_AT: i64 = 1000;

/// A page of a person's notifications, oldest first: those of channels that they see and have joined, and those about no channel. Without a
/// cursor it is the newest page. What is about no message is told in these words.
///
/// A page may hold fewer than were asked for, where rights changed meanwhile or there are many of channels that were left. It is empty
/// only at the end of the list, since a reader goes on from the last one that they were shown.
///
/// # Errors
/// [`Failure`]
pub async fn list(
    context: &Context,
    reader: UserId,
    listed: Listed,
    query: &PageQuery,
    worded: Worded,
) -> Result<Page<Notification>, Failure> {
    let mut query = *query;
    loop {
        let found = looked_for(context, reader, listed, &query).await?;
        let items = shown(context, reader, &found.places, worded).await?;
        match found.last {
            Some(last) if items.is_empty() => query = beyond(&query, last),
            last => return Ok(Page { items, has_more: last.is_some() }),
        }
    }
}

/// A notification of a person, as they are shown it, in English; `None` where it is gone, or they do not see any more what it is about.
///
/// # Errors
/// [`Failure`]
pub async fn one(
    context: &Context,
    reader: UserId,
    id: NotificationId,
) -> Result<Option<Notification>, Failure> {
    let Some(place) = context.store.notification_place(reader, id).await? else { return Ok(None) };
    Ok(shown(context, reader, &[place], english).await?.pop())
}

/// The codes of those invites to communities that some notifications tell of and their reader can still accept.
///
/// # Errors
/// [`Failure`]
pub async fn open_invites(
    context: &Context,
    reader: UserId,
    told: &[Notification],
) -> Result<HashMap<InviteId, InviteCode>, Failure> {
    let invites = told.iter().filter(|one| one.reason == NotificationReason::CommunityInvite);
    let ids: Vec<InviteId> = invites.map(|one| InviteId(one.source_id)).collect();
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    Ok(context.store.open_invites(reader, &ids).await?)
}

/// The places of a page, in the direction of the query, and after which notification the list goes on.
async fn looked_for(
    context: &Context,
    reader: UserId,
    listed: Listed,
    query: &PageQuery,
) -> Result<Looked, Failure> {
    let size = usize::try_from(query.size()).unwrap_or(1);
    let (mut found, mut from) = (Looked::default(), *query);
    for step in 0..STEPS {
        let at_most = if step == 0 { 4 * query.size() } else { LOOKED_AT };
        let looked = context.store.look_at_notifications(reader, listed, &from, at_most).await?;
        found.places.extend(looked.places);
        found.last = looked.last;
        if found.places.len() > size {
            found.places.truncate(size);
            found.last = found.places.last().map(|place| place.id);
            break;
        }
        let Some(last) = looked.last else { break };
        from = beyond(&from, last);
    }
    Ok(found)
}

/// The same query from a notification on.
fn beyond(query: &PageQuery, last: NotificationId) -> PageQuery {
    match query.after {
        Some(_) => PageQuery { after: Some(last.0), ..*query },
        None => PageQuery { before: Some(last.0), ..*query },
    }
}

/// The notifications of a page, oldest first, each read under the rights in its community or direct message.
async fn shown(
    context: &Context,
    reader: UserId,
    places: &[NotificationPlace],
    worded: Worded,
) -> Result<Vec<Notification>, Failure> {
    let mut by_scope: BTreeMap<Option<Scope>, Vec<NotificationId>> = BTreeMap::new();
    for place in places {
        by_scope.entry(place.scope).or_default().push(place.id);
    }
    let own = by_scope.remove(&None).unwrap_or_default();
    let by_scope: Vec<(Scope, Vec<NotificationId>)> =
        by_scope.into_iter().filter_map(|(scope, ids)| Some((scope?, ids))).collect();
    let mut items: Vec<Notification> = Vec::with_capacity(places.len());
    if !own.is_empty() {
        items.extend(about_no_channel(context, reader, &own, worded).await?);
    }
    for some in by_scope.chunks(AT_ONCE) {
        let reading = some.iter().map(|(scope, ids)| shown_in(context, reader, *scope, ids, worded));
        // All are awaited, also after one that failed: a query that is dropped under way costs its connection.
        for found in join_all(reading).await {
            items.extend(found?);
        }
    }
    items.sort_unstable_by_key(|one| one.id);
    Ok(items)
}

/// The same in one community or direct message.
async fn shown_in(
    context: &Context,
    reader: UserId,
    scope: Scope,
    ids: &[NotificationId],
    worded: Worded,
) -> Result<Vec<Notification>, Failure> {
    let reading = Reading::channels_of(context, reader, scope);
    let read = reading.answer(belongs, |fence| {
        of_seen(context, fence, move |fence, seen| async move {
            context.store.notifications_among(fence, &seen, ids, worded).await
        })
    });
    match read.await {
        // They have left it meanwhile.
        Err(failure) if failure.code == Code::NotFound => Ok(Vec::new()),
        found => found,
    }
}

/// Those that are about no channel. One of a saved message of which the reader noted nothing tells how the message begins, if it has a text
/// that they see.
async fn about_no_channel(
    context: &Context,
    reader: UserId,
    ids: &[NotificationId],
    worded: Worded,
) -> Result<Vec<Notification>, Failure> {
    let mut items = context.store.notifications_about_no_channel(reader, ids, worded).await?;
    let untold = items.iter().enumerate().filter(|(_, one)| one.preview.is_none());
    let untold: Vec<(usize, MessageId)> = untold.map(|(at, one)| (at, MessageId(one.source_id))).collect();
    for some in untold.chunks(AT_ONCE) {
        let reading = some.iter().map(|(_, message)| beginning(context, reader, *message));
        // All are awaited, also after one that failed: a query that is dropped under way costs its connection.
        let found = join_all(reading).await;
        for ((at, _), beginning) in some.iter().zip(found) {
            let saved = || worded(NotificationReason::SavedReminder, &Words::default());
            items[*at].preview = Some(beginning?.unwrap_or_else(saved));
        }
    }
    Ok(items)
}

/// How a message begins that the reader saved, as long as they see it and it shows a text.
async fn beginning(context: &Context, reader: UserId, message: MessageId) -> Result<Option<String>, Failure> {
    let message = match messages::get(context, reader, message).await {
        Err(failure) if failure.code == Code::NotFound => return Ok(None),
        found => found?,
    };
    let names = context.store.names_of(message.channel_id, &message.mentions).await?;
    let beginning = ajet_markup::preview(&message.body_md, &names, PREVIEW_CHARS);
    Ok(Some(beginning).filter(|beginning| !beginning.is_empty()))
}

/// Marks notifications of a person as read; again changes nothing. How many are left to be read.
///
/// # Errors
/// [`Failure`]
pub async fn read(context: &Context, by: Caller, which: Which) -> Result<UnreadNotifications, Failure> {
    let reader = by.id();
    context.ask(reader, by, ReadNotifications { which }).await?;
    Ok(UnreadNotifications { unread: unread(context, reader).await? })
}

/// How many notifications of a person are unread.
///
/// # Errors
/// [`Failure`]
pub async fn unread(context: &Context, reader: UserId) -> Result<i64, Failure> {
    Ok(context.store.unread_notifications(reader).await?)
}
