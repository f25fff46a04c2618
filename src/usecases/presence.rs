//! Who is online, and who is typing.

use ajet_domain::channel::{Silenced, may_write};
use ajet_domain::need::StandingOf;
use ajet_domain::{Refusal, Standing};
use ajet_protocol::{ChannelId, CommunityId, OnlinePeople, Timestamp, Topic, TypingState, UserId};

use super::reading::{Reading, belongs, of_seen, sees};
use super::{Context, Failure, Found};
use crate::presence::TypingIn;
use crate::store::StoreError;
use crate::store::fence::{Fence, Fenced};

/// Where so few are online on all nodes, they are looked for among those who share a channel; else all who do are looked at.
const FEW: usize = 2000;

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

async fn others(
    context: &Context,
    fence: Fence,
    seen: &[ChannelId],
) -> Result<Fenced<Vec<UserId>>, StoreError> {
    let few = context.presence.few(FEW);
    let Fenced::Holds(sharing) = context.store.sharing(fence, seen, few.as_deref()).await? else {
        return Ok(Fenced::Stale);
    };
    let online = context.presence.among(sharing.people, |(person, _)| *person);
    if online.is_empty() {
        return Ok(Fenced::Holds(Vec::new()));
    }
    // Or somebody who has just joined would be left out.
    context.rights.at_least(fence.scope, sharing.acl_version).await?;
    let asked = |(person, channels): &(UserId, Vec<ChannelId>)| {
        let user = *person;
        channels.iter().map(move |channel| StandingOf { user, channel: Some(*channel) }).collect::<Vec<_>>()
    };
    let all: Vec<StandingOf> = online.iter().flat_map(asked).collect();
    let Some(standings) = context.rights.standings(fence.scope, &all).await? else {
        return Ok(Fenced::Stale);
    };
    let shares = |one: &(UserId, Vec<ChannelId>)| {
        asked(one).iter().any(|asked| standings.get(asked).is_some_and(|standing| standing.in_channel))
    };
    let people = online.into_iter().filter(shares).map(|(person, _)| person);
    Ok(Fenced::Holds(people.collect()))
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
