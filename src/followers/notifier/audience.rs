//! Who is to be told of rows that are due, and how their entities are asked.

use std::collections::HashMap;

use ajet_domain::person::{self, Matter, Notice};
use ajet_protocol::{MessageId, UserId};
use uuid::Uuid;

use super::{Online, Telling, Verb};
use crate::store::audience::Concerned;
use crate::store::due::{DueNotice, PersonNotice, Whom};
use crate::store::{Store, StoreError};

/// Whom some rows concern.
pub(super) struct Found {
    pub tellings: Vec<Telling>,
    /// Rows of which more is to be done after this, each with how far it is done by it.
    pub goes_on: HashMap<MessageId, UserId>,
    /// Rows that call those who are online, while it is not known who is.
    pub later: Vec<MessageId>,
}

/// Whom these rows concern, of each the next part.
pub(super) async fn of(store: &Store, online: &Online, due: &[DueNotice]) -> Result<Found, StoreError> {
    let mut found = Found { tellings: Vec::new(), goes_on: HashMap::new(), later: Vec::new() };
    audiences(store, online, due, &mut found).await?;
    persons(store, due, &mut found).await?;
    Ok(found)
}

/// The rows that are messages.
async fn audiences(
    store: &Store,
    online: &Online,
    due: &[DueNotice],
    found: &mut Found,
) -> Result<(), StoreError> {
    let messages: Vec<DueNotice> =
        due.iter().filter(|one| matches!(one.whom, Whom::Audience { .. })).copied().collect();
    if messages.is_empty() {
        return Ok(());
    }
    let audiences = store.audiences(&messages).await?;
    for one in &messages {
        let audience = audiences.get(&one.message_id);
        let people = audience.map(|audience| audience.people.as_slice()).unwrap_or_default();
        let Some(here) = online_among(online, people) else {
            found.later.push(one.message_id);
            continue;
        };
        if let Some(user) = goes_on(one, audience.and_then(|audience| audience.goes_on)) {
            found.goes_on.insert(one.message_id, user);
        }
        let (Some(audience), Some(channel_id)) = (audience, one.channel_id) else { continue };
        found.tellings.extend(people.iter().filter_map(|concerned| {
            let is_online = here.contains(&concerned.user);
            let reason = if is_online { Some(concerned.reason) } else { concerned.offline }?;
            let kind = Notice::of(reason)?;
            Some(Telling {
                person: concerned.user,
                by: audience.author.clone(),
                due: one.message_id,
                reason,
                verb: Verb::Message(person::Notify { channel_id, message_id: one.message_id, kind }),
                created_at: one.created_at,
            })
        }));
    }
    Ok(())
}

/// Those of some people who are online; `None` while that is not known. No one is looked up whom nothing but that concerns.
fn online_among(online: &Online, people: &[Concerned]) -> Option<Vec<UserId>> {
    let called = people.iter().filter(|one| one.offline != Some(one.reason)).map(|one| one.user);
    let called: Vec<UserId> = called.collect();
    let here = if called.is_empty() { Vec::new() } else { online(called)? };
    let others = people.iter().filter(|one| one.offline == Some(one.reason)).map(|one| one.user);
    Some(here.into_iter().chain(others).collect())
}

/// Up to whom a row is done with this part, where more is to be done. One that calls many goes on after those whom it names.
fn goes_on(due: &DueNotice, within: Option<UserId>) -> Option<UserId> {
    match due.whom {
        Whom::Audience { broad: true, told_to: None } => Some(UserId(Uuid::nil())),
        _ => within,
    }
}

/// The rows that are for one person.
async fn persons(store: &Store, due: &[DueNotice], found: &mut Found) -> Result<(), StoreError> {
    let notices: Vec<(&DueNotice, PersonNotice)> = due
        .iter()
        .filter_map(|one| if let Whom::Person(notice) = one.whom { Some((one, notice)) } else { None })
        .collect();
    if notices.is_empty() {
        return Ok(());
    }
    let (of_messages, of_matters): (Vec<_>, Vec<_>) =
        notices.into_iter().partition(|(_, notice)| notice.reason.is_of_message());
    let messages: Vec<MessageId> =
        of_messages.iter().map(|(_, notice)| MessageId(notice.source_id)).collect();
    let authors = store.authors_of(&messages).await?;
    found.tellings.extend(of_messages.into_iter().filter_map(|(one, notice)| {
        let PersonNotice { user_id, reason, source_id, .. } = notice;
        let (message_id, channel_id, kind) = (MessageId(source_id), one.channel_id?, Notice::of(reason)?);
        Some(Telling {
            person: user_id,
            by: authors.get(&message_id)?.clone(),
            due: one.message_id,
            reason,
            verb: Verb::Message(person::Notify { channel_id, message_id, kind }),
            created_at: one.created_at,
        })
    }));
    let actors: Vec<UserId> = of_matters.iter().map(|(_, notice)| notice.actor).collect();
    let actors = store.actors_of(&actors).await?;
    found.tellings.extend(of_matters.into_iter().filter_map(|(one, notice)| {
        let PersonNotice { user_id, reason, source_id, community_id, actor } = notice;
        let verb = person::Inform {
            notice: one.message_id.0,
            matter: Matter::of(reason)?,
            source_id,
            community_id,
            channel_id: one.channel_id,
            at: one.created_at,
        };
        Some(Telling {
            person: user_id,
            by: actors.get(&actor)?.clone(),
            due: one.message_id,
            reason,
            verb: Verb::Matter(verb),
            created_at: one.created_at,
        })
    }));
    Ok(())
}
