//! A person's notifications: listed with what they tell as it is now, and marked as read.

use std::collections::BTreeMap;

use ajet_domain::person::{ReadNotifications, Which};
use ajet_domain::{Caller, Scope};
use ajet_protocol::{Code, Notification, NotificationId, Page, PageQuery, UnreadNotifications, UserId};
use futures::future::join_all;

use super::reading::{Reading, belongs, of_seen};
use super::reads::AT_ONCE;
use super::{Context, Failure};
pub use crate::store::notifications::Listed;
use crate::store::notifications::NotificationPlace;

/// A page of a person's notifications, oldest first: those of channels that they see and have joined. Without a cursor it is the
/// newest page.
///
/// A page may hold fewer than were asked for, where rights changed meanwhile; it is empty only at the end of the list.
///
/// # Errors
/// [`Failure`]
pub async fn list(
    context: &Context,
    reader: UserId,
    listed: Listed,
    query: &PageQuery,
) -> Result<Page<Notification>, Failure> {
    let mut query = *query;
    loop {
        let Page { items: places, has_more } =
            context.store.notifications_page(reader, listed, &query).await?;
        let items = shown(context, reader, &places).await?;
        if !items.is_empty() || !has_more {
            return Ok(Page { items, has_more });
        }
        query = beyond(&query, &places);
    }
}

/// The same query from the end of a page on.
fn beyond(query: &PageQuery, places: &[NotificationPlace]) -> PageQuery {
    match query.after {
        Some(_) => PageQuery { after: places.last().map(|place| place.id.0), ..*query },
        None => PageQuery { before: places.first().map(|place| place.id.0), ..*query },
    }
}

/// The notifications of a page, oldest first, each read under the rights in its community or direct message.
async fn shown(
    context: &Context,
    reader: UserId,
    places: &[NotificationPlace],
) -> Result<Vec<Notification>, Failure> {
    let mut by_scope: BTreeMap<Scope, Vec<NotificationId>> = BTreeMap::new();
    for place in places {
        by_scope.entry(place.scope).or_default().push(place.id);
    }
    let by_scope: Vec<(Scope, Vec<NotificationId>)> = by_scope.into_iter().collect();
    let mut items: Vec<Notification> = Vec::with_capacity(places.len());
    for some in by_scope.chunks(AT_ONCE) {
        let reading = some.iter().map(|(scope, ids)| shown_in(context, reader, *scope, ids));
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
) -> Result<Vec<Notification>, Failure> {
    let reading = Reading::channels_of(context, reader, scope);
    let read = reading.answer(belongs, |fence| {
        of_seen(context, fence, move |fence, seen| async move {
            context.store.notifications_among(fence, &seen, ids).await
        })
    });
    match read.await {
        // They have left it meanwhile.
        Err(failure) if failure.code == Code::NotFound => Ok(Vec::new()),
        found => found,
    }
}

/// Marks notifications of a person as read; again changes nothing. How many are left to be read.
///
/// # Errors
/// [`Failure`]
pub async fn read(context: &Context, by: Caller, which: Which) -> Result<UnreadNotifications, Failure> {
    let reader = by.id();
    context.ask(reader, by, ReadNotifications { which }).await?;
    Ok(UnreadNotifications { unread: context.store.unread_notifications(reader).await? })
}
