//! Who is online, and who is typing.

use std::collections::HashSet;

use ajet_domain::channel::{Silenced, may_write};
use ajet_domain::need::StandingOf;
use ajet_domain::{Refusal, Standing};
use ajet_protocol::{ChannelId, CommunityId, OnlinePeople, Timestamp, Topic, TypingState, UserId};

use super::reading::{Reading, belongs, of_seen, sees};
use super::{Context, Failure, Found};
use crate::presence::TypingIn;
use crate::store::StoreError;
use crate::store::fence::{Fence, Fenced};

/// Where so few are online on all nodes, each of them is looked up; else those of the people of the community who are online.
const FEW: usize = 2000;
/// People who are looked up by one statement, with one channel each.
const AT_ONCE: usize = 1000;
/// The same with so many channels of each, where the first one says no.
const AT_ONCE_AGAIN: usize = 100;
const OTHERS: i64 = 200;

/// The people of a community who are online and share a channel with the reader that both have joined; and the reader.
///
/// Who is invisible is shown to themselves alone. Of the others the rule of rights says whether they are in the channel, by the rights
/// of the snapshot in which they were found, or newer ones.
///
/// # Errors
/// [`Failure`]
pub async fn online(
    context: &Context,
    reader: UserId,
    community: CommunityId,
) -> Result<OnlinePeople, Failure> {
    let reading = Reading::channels_of_community(context, reader, community);
    let read = reading.answer(belongs, |fence| {
        of_seen(context, fence, move |fence, seen| async move { others(context, fence, &seen).await })
    });
    let mut online = read.await?;
    if context.presence.is_online(reader) {
        online.push(reader);
    }
    online.sort_unstable();
    Ok(OnlinePeople { online })
}

/// Of each of those who are online one shared channel is read and judged; others only of those of whom that one says no.
async fn others(
    context: &Context,
    fence: Fence,
    seen: &[ChannelId],
) -> Result<Fenced<Vec<UserId>>, StoreError> {
    let Fenced::Holds(online) = online_of(context, fence).await? else { return Ok(Fenced::Stale) };
    let mut shown = Vec::new();
    for people in online.chunks(AT_ONCE) {
        let Fenced::Holds(first) = judged(context, fence, seen, (people, 1)).await? else {
            return Ok(Fenced::Stale);
        };
        shown.extend(first.shown);
        for refused in first.refused.chunks(AT_ONCE_AGAIN) {
            let Fenced::Holds(again) = judged(context, fence, seen, (refused, OTHERS)).await? else {
                return Ok(Fenced::Stale);
            };
            shown.extend(again.shown);
        }
    }
    Ok(Fenced::Holds(shown))
}

/// Those who are online and may be people of the community.
async fn online_of(context: &Context, fence: Fence) -> Result<Fenced<Vec<UserId>>, StoreError> {
    if let Some(mut online) = context.presence.few(FEW) {
        online.sort_unstable();
        online.dedup();
        return Ok(Fenced::Holds(online));
    }
    let people = context.store.people_beside(fence).await?;
    Ok(people.map(|people| context.presence.among(people)))
}

/// People who have joined a channel with the reader, by what the rule of rights says of the channels that were looked at.
struct Judged {
    shown: Vec<UserId>,
    refused: Vec<UserId>,
}

/// Judges so many shared channels of each of some people.
async fn judged(
    context: &Context,
    fence: Fence,
    seen: &[ChannelId],
    (people, most_of_each): (&[UserId], i64),
) -> Result<Fenced<Judged>, StoreError> {
    let Fenced::Holds(sharing) = context.store.sharing(fence, seen, people, most_of_each).await? else {
        return Ok(Fenced::Stale);
    };
    if sharing.people.is_empty() {
        return Ok(Fenced::Holds(Judged { shown: Vec::new(), refused: Vec::new() }));
    }
    // Or somebody who has just joined would be left out.
    context.rights.at_least(fence.scope, sharing.acl_version).await?;
    let of = |(user, channel)| StandingOf { user, channel: Some(channel) };
    let asked: Vec<StandingOf> = sharing.people.into_iter().map(of).collect();
    let Some(standings) = context.rights.standings(fence.scope, &asked).await? else {
        return Ok(Fenced::Stale);
    };
    let joined = standings.iter().filter(|(_, standing)| standing.in_channel).map(|(asked, _)| asked.user);
    let joined: HashSet<UserId> = joined.collect();
    let looked_at: HashSet<UserId> = asked.iter().map(|one| one.user).collect();
    let (shown, refused) = looked_at.into_iter().partition(|person| joined.contains(person));
    Ok(Fenced::Holds(Judged { shown, refused }))
}

/// A person begins or ends typing in a channel. A beginning within three seconds of another one does nothing, nor does an end of what
/// has not begun: who asks for it is let in by what is remembered of their rights.
///
/// Typing is in no append that could check the rights: they are read from the database, and go with what is told.
///
/// # Errors
/// [`Failure`]
pub async fn typing(
    context: &Context,
    person: UserId,
    channel: ChannelId,
    state: TypingState,
) -> Result<(), Failure> {
    let reading = Reading::within(context, person, channel).await?;
    let judge = |standing: Standing| may_type(standing, context.now());
    if state == TypingState::Stop {
        reading.let_in(judge).await?;
        context.presence.types_no_more(person, channel).await;
        return Ok(());
    }
    if context.presence.has_just_typed(person, channel) {
        return reading.let_in(judge).await;
    }
    let standing = reading.stands_now(judge).await?;
    let topic = context.rights.home_of(channel).await?.or_not_found()?;
    if matches!(topic, Topic::Dm(_)) && context.store.are_apart(person, channel).await? {
        return Err(Silenced::Blocked.said().into());
    }
    context.presence.types(TypingIn { person, channel, topic, acl_version: standing.acl_version });
    Ok(())
}

/// Whether somebody may type in a channel now: whether they might post there, but for blocks, which no rights tell of.
fn may_type(standing: Standing, now: Timestamp) -> Result<(), Failure> {
    sees(standing)?;
    may_write(&standing, now).map_err(|refusal| refusal.said().into())
}

#[cfg(test)]
mod tests {
    use ajet_protocol::{Code, Permission, Permissions};

    use super::*;

    #[test]
    fn who_may_post_in_a_channel_may_type_there() {
        let now = Timestamp::from_unix_millis(1000);
        let (sends, muted) = (Permissions::of(&[Permission::SendMessages]), Some(now.plus_seconds(1)));
        let seen =
            Standing { in_community: true, sees_channel: true, permissions: sends, ..Standing::default() };
        let joined = Standing { in_channel: true, ..seen };
        for (standing, code) in [
            (Standing { in_community: false, ..joined }, Some(Code::NotFound)),
            (Standing { sees_channel: false, ..joined }, Some(Code::NotFound)),
            (seen, Some(Code::Forbidden)),
            (Standing { permissions: Permissions::NONE, ..joined }, Some(Code::Forbidden)),
            (Standing { muted_until: muted, ..joined }, Some(Code::Muted)),
            (Standing { archived: true, ..joined }, Some(Code::Archived)),
            (Standing { muted_until: Some(now), ..joined }, None),
            (joined, None),
        ] {
            assert_eq!(may_type(standing, now).err().map(|failure| failure.code), code, "{standing:?}");
        }
    }
}
