//! Saved messages: kept by a person for later, listed as they are now, and told of when their time has come.

use std::collections::{BTreeMap, HashMap, HashSet};

use ajet_domain::Scope;
use ajet_domain::asked::{Caller, Via};
use ajet_domain::person::{Remind, SaveMessage, UnsaveMessage};
use ajet_protocol::{
    ChannelId, Code, Message, MessageId, Page, PageQuery, Saved, SavedMark, Timestamp, Trimmed, UserId,
};
use futures::future::join_all;

use super::reading::{Reading, belongs, of_seen};
use super::reads::AT_ONCE;
use super::{Context, Failure, messages};
use crate::store::saved::SavedPlace;

/// Saved messages that one query looks at, more of them than a page has: those that the person does not see any more are passed by.
const LOOKED_AT: i64 = 1000;

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
    let (mut query, mut sight) = (*query, Sight { context, reader, seen: HashMap::new() });
    loop {
        let (places, has_more) = seen_places(&mut sight, &query).await?;
        let last = places.last().map(|place| place.message);
        let mut items = shown(context, reader, places).await?;
        match last {
            // They have lost sight of all of them since.
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

/// What one person sees, as it is found out for one list: for each community and direct message once.
struct Sight<'a> {
    context: &'a Context,
    reader: UserId,
    seen: HashMap<Scope, Seen>,
}

struct Seen {
    channels: HashSet<ChannelId>,
    /// Whether it is of now, and not only what the node remembers: nothing is left out for that.
    is_fresh: bool,
}

impl Sight<'_> {
    async fn sees(&mut self, place: &SavedPlace) -> Result<bool, Failure> {
        let is_seen = |seen: &Seen| seen.channels.contains(&place.channel);
        let known = match self.seen.get(&place.scope) {
            Some(known) if known.is_fresh || is_seen(known) => return Ok(is_seen(known)),
            Some(_) => None,
            None => Some(Seen { channels: self.channels(place.scope).await?, is_fresh: false }),
        };
        let known = match known.filter(is_seen) {
            Some(known) => known,
            None => {
                self.context.rights.refresh(place.scope).await?;
                Seen { channels: self.channels(place.scope).await?, is_fresh: true }
            }
        };
        let sees = is_seen(&known);
        self.seen.insert(place.scope, known);
        Ok(sees)
    }

    async fn channels(&self, scope: Scope) -> Result<HashSet<ChannelId>, Failure> {
        let found = self.context.rights.seen_channels(scope, self.reader).await?;
        let seen = found.filter(|(_, belongs, _)| *belongs).map(|(_, _, seen)| seen);
        Ok(seen.unwrap_or_default().into_iter().collect())
    }
}

/// As many places as a page has whose messages the person sees, and whether there are more. Many are looked at for each query, since those
/// that they do not see make no page longer.
async fn seen_places(sight: &mut Sight<'_>, query: &PageQuery) -> Result<(Vec<SavedPlace>, bool), Failure> {
    let (mut from, size) = (*query, usize::try_from(query.size()).unwrap_or(1));
    let mut kept = Vec::with_capacity(size + 1);
    loop {
        let mut places = sight.context.store.saved_by(sight.reader, &from, LOOKED_AT).await?;
        let goes_on = i64::try_from(places.len()).unwrap_or(i64::MAX) > LOOKED_AT;
        if goes_on {
            places.pop();
        }
        let last = places.last().map(|place| place.message);
        for place in places {
            if sight.sees(&place).await? {
                kept.push(place);
            }
            if kept.len() > size {
                kept.truncate(size);
                return Ok((kept, true));
            }
        }
        match last {
            Some(last) if goes_on => from = beyond(&from, last),
            _ => return Ok((kept, false)),
        }
    }
}

/// What is saved with the messages as they are now, in the order of the places.
async fn shown(context: &Context, reader: UserId, places: Vec<SavedPlace>) -> Result<Vec<Saved>, Failure> {
    let mut by_scope: BTreeMap<Scope, Vec<MessageId>> = BTreeMap::new();
    for place in &places {
        by_scope.entry(place.scope).or_default().push(place.message);
    }
    let (by_scope, mut found) = (Vec::from_iter(by_scope), HashMap::new());
    for some in by_scope.chunks(AT_ONCE) {
        let reading = some.iter().map(|(scope, ids)| messages_in(context, reader, *scope, ids));
        // All are awaited, also after one that failed: a query that is dropped under way costs its connection.
        for read in join_all(reading).await {
            found.extend(read?.into_iter().map(|message| (message.id, message)));
        }
    }
    let shown = places.into_iter().filter_map(|SavedPlace { message, mark, .. }| {
        let SavedMark { note, remind_at } = mark;
        found.remove(&message).map(|message| Saved { message, note, remind_at })
    });
    Ok(shown.collect())
}

/// Messages of one community or direct message, those of them that the person sees.
async fn messages_in(
    context: &Context,
    reader: UserId,
    scope: Scope,
    ids: &[MessageId],
) -> Result<Vec<Message>, Failure> {
    let reading = Reading::channels_of(context, reader, scope);
    let read = reading.answer(belongs, |fence| {
        of_seen(context, fence, move |fence, seen| async move {
            context.store.messages_seen(fence, &seen, ids).await
        })
    });
    match read.await {
        // They have left it meanwhile.
        Err(failure) if failure.code == Code::NotFound => Ok(Vec::new()),
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
