//! Saved messages: kept by a person for later, listed as they are now, and told of when their time has come.

use ajet_domain::asked::{Caller, Via};
use ajet_domain::person::{Remind, SaveMessage, UnsaveMessage};
use ajet_protocol::{
    Code, Message, MessageId, Page, PageQuery, Saved, SavedMark, Timestamp, Trimmed, UserId,
};
use futures::future::join_all;

use super::reading::{Reading, sees};
use super::reads::AT_ONCE;
use super::{Context, Failure, messages};
use crate::store::saved::SavedPlace;

/// Saves a message for its reader; again replaces what they said of it.
///
/// # Errors
/// [`Failure`]
pub async fn save(
    context: &Context,
    by: Caller,
    message_id: MessageId,
    note: Option<Trimmed>,
    remind_at: Option<Timestamp>,
) -> Result<Saved, Failure> {
    let reader = by.id();
    let message = messages::get(context, reader, message_id).await?;
    let note = note.filter(|note| !note.is_empty());
    let verb = SaveMessage { channel_id: message.channel_id, message_id, note: note.clone(), remind_at };
    context.ask(reader, by, verb).await?;
    Ok(Saved { message, note: note.map(String::from), remind_at })
}

/// Drops a message from what its reader has saved; again changes nothing. What they saved they may drop though they do not see it any more.
///
/// # Errors
/// [`Failure`]
pub async fn unsave(context: &Context, by: Caller, message_id: MessageId) -> Result<(), Failure> {
    let reader = by.id();
    let was_saved = context.ask(reader, by, UnsaveMessage { message_id }).await?;
    if !was_saved {
        // It tells nothing of messages that they do not see.
        messages::get(context, reader, message_id).await?;
    }
    Ok(())
}

/// A page of what a person saved, by the messages' ids. Messages that they see no more are left out, so that a page may hold fewer than were
/// asked for; it is empty only at the end of the list.
///
/// # Errors
/// [`Failure`]
pub async fn list(context: &Context, reader: UserId, query: &PageQuery) -> Result<Page<Saved>, Failure> {
    let (mut query, size) = (*query, usize::try_from(query.size()).unwrap_or(1));
    loop {
        let mut places = context.store.saved_by(reader, &query).await?;
        let has_more = places.len() > size;
        places.truncate(size);
        let last = places.last().map(|place| place.message);
        let mut items = shown(context, reader, &places).await?;
        match last {
            Some(last) if has_more && items.is_empty() => query = beyond(&query, last),
            _ => {
                if query.before.is_some() {
                    items.reverse();
                }
                return Ok(Page { items, has_more });
            }
        }
    }
}

/// The same query from a message on.
fn beyond(query: &PageQuery, last: MessageId) -> PageQuery {
    match query.before {
        Some(_) => PageQuery { before: Some(last.0), ..*query },
        None => PageQuery { after: Some(last.0), ..*query },
    }
}

/// What is saved with the messages as they are now, without those that the reader sees no more.
async fn shown(context: &Context, reader: UserId, places: &[SavedPlace]) -> Result<Vec<Saved>, Failure> {
    let mut items = Vec::with_capacity(places.len());
    for some in places.chunks(AT_ONCE) {
        let reading = some.iter().map(|place| message_at(context, reader, place));
        // All are awaited, also after one that failed: a query that is dropped under way costs its connection.
        for (found, place) in join_all(reading).await.into_iter().zip(some) {
            let SavedMark { note, remind_at } = place.mark.clone();
            items.extend(found?.map(|message| Saved { message, note, remind_at }));
        }
    }
    Ok(items)
}

/// The message of a place; `None` where the reader does not see it, or it is gone with its channel.
async fn message_at(
    context: &Context,
    reader: UserId,
    place: &SavedPlace,
) -> Result<Option<Message>, Failure> {
    let reading = match Reading::within(context, reader, place.channel).await {
        Err(failure) if failure.code == Code::NotFound => return Ok(None),
        found => found?,
    };
    match reading.answer(sees, |fence| context.store.message_for(fence, place.message)).await {
        Err(failure) if failure.code == Code::NotFound => Ok(None),
        found => found,
    }
}

/// Tells a person that the time has come which they set for a message that they saved; again does nothing.
///
/// # Errors
/// [`Failure`]
pub async fn remind(
    context: &Context,
    person: UserId,
    message_id: MessageId,
    at: Timestamp,
) -> Result<(), Failure> {
    let Some(user) = context.store.account(person).await? else { return Ok(()) };
    let server = Caller { user, via: Via::System, scopes: None };
    context.ask(person, server, Remind { message_id, at }).await
}
