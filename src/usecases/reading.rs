//! Reads for a person: their rights are judged by the domain's one rule, and the statement that reads is fenced by them.
//!
//! - A read that is let in rests on what the node remembers of rights. The statement itself tells whether they still held
//!   ([`Fence`]); if not, they are read anew and judged again.
//! - A refusal has no statement that could check it. So nothing is refused on remembered rights: they are read up to now first. A
//!   person who joined on another node a moment ago reads here at once.

use std::collections::HashSet;

use ajet_domain::need::StandingOf;
use ajet_domain::{Denied, Refusal, Scope, Standing};
use ajet_protocol::{ChannelId, Code, CommunityId, Permission, UserId};

use super::{Context, Failure, Found};
use crate::store::StoreError;
use crate::store::fence::{About, Fence, Fenced};

/// How often a read is tried. Another try is needed only if a change that concerns the reader was committed since the last one.
const TRIES: usize = 4;

/// Who reads what.
#[derive(Clone, Copy)]
pub struct Reading<'a> {
    context: &'a Context,
    /// Where the reader's rights are looked up: a community, or a direct message.
    scope: Scope,
    about: About,
    /// The channel in which they are looked up; `None`: in the community itself, which a direct message is not.
    channel: Option<ChannelId>,
    person: UserId,
}

impl<'a> Reading<'a> {
    /// A person reads of a community and its people. It is not there where the id is that of a direct message.
    #[must_use]
    pub fn of(context: &'a Context, person: UserId, community: CommunityId) -> Self {
        Self { context, scope: community.into(), about: About::Community, channel: None, person }
    }

    /// A person reads the channels of a community. It is not there where the id is that of a direct message.
    #[must_use]
    pub fn channels_of_community(context: &'a Context, person: UserId, community: CommunityId) -> Self {
        Self { about: About::Channels, ..Self::of(context, person, community) }
    }

    /// A person reads the channels of a scope: those of a community, or the only one of a direct message.
    #[must_use]
    pub fn channels_of(context: &'a Context, person: UserId, scope: Scope) -> Self {
        // The channel of a direct message has its id. A community has no channel of its own id: one belongs to it all the same.
        let channel = Some(ChannelId(scope.0));
        Self { context, scope, about: About::Channels, channel, person }
    }

    /// A person reads of a channel.
    ///
    /// # Errors
    /// 404 where there is no such channel
    pub async fn within(context: &'a Context, person: UserId, channel: ChannelId) -> Result<Self, Failure> {
        let home = context.rights.home_of(channel).await?.or_not_found()?;
        let (scope, about) = (Scope::from(home), About::Channel(channel));
        Ok(Self { context, scope, about, channel: Some(channel), person })
    }

    /// Reads, if `judge` lets the person in.
    ///
    /// # Errors
    /// What `judge` refuses with; 404 where there is no such scope; 503 where rights change faster than they can be read.
    pub async fn answer<T, R>(
        self,
        judge: impl Fn(Standing) -> Result<(), Failure>,
        read: impl Fn(Fence) -> R,
    ) -> Result<T, Failure>
    where
        R: Future<Output = Result<Fenced<T>, StoreError>>,
    {
        let mut is_fresh = false;
        for _ in 0..TRIES {
            let standing = self.standing().await?.or_not_found()?;
            match judge(standing) {
                Ok(()) => {
                    if let Fenced::Holds(found) = read(self.fence(standing.acl_version)).await? {
                        return Ok(found);
                    }
                    metrics::counter!("ajet_reads_stale_total").increment(1);
                }
                Err(refusal) if is_fresh => return Err(refusal),
                Err(_) => {}
            }
            self.context.rights.refresh(self.scope).await?;
            is_fresh = true;
        }
        Err(Failure::new(Code::Unavailable, "Rights here change just now; try again in a moment."))
    }

    /// Lets the person in, if `judge` does. Nothing is read, so nothing checks that the rights still hold: only for what an entity then
    /// decides by rights that it looks up itself.
    ///
    /// # Errors
    /// What `judge` refuses with; 404 where there is no such scope.
    pub async fn let_in(self, judge: impl Fn(Standing) -> Result<(), Failure>) -> Result<(), Failure> {
        let standing = self.standing().await?.or_not_found()?;
        if judge(standing).is_ok() {
            return Ok(());
        }
        self.let_in_now(judge).await
    }

    /// The same by the rights of now, which are read first.
    ///
    /// # Errors
    /// What `judge` refuses with; 404 where there is no such scope.
    pub async fn let_in_now(self, judge: impl Fn(Standing) -> Result<(), Failure>) -> Result<(), Failure> {
        self.stands_now(judge).await.map(drop)
    }

    /// What the person may do by the rights of now, which are read first, if `judge` lets them in: for what is told and stored nowhere,
    /// so that the version must come with it.
    ///
    /// # Errors
    /// What `judge` refuses with; 404 where there is no such scope.
    pub async fn stands_now(
        self,
        judge: impl Fn(Standing) -> Result<(), Failure>,
    ) -> Result<Standing, Failure> {
        self.context.rights.refresh(self.scope).await?;
        let standing = self.standing().await?.or_not_found()?;
        judge(standing)?;
        Ok(standing)
    }

    /// Those of some channels of the same scope that the person sees by the rights of now. These are read once for all of them, also where
    /// there are none: how long it takes does not tell whether there are any.
    ///
    /// # Errors
    /// [`StoreError`]
    pub async fn seen_now(self, channels: &[ChannelId]) -> Result<HashSet<ChannelId>, StoreError> {
        let Self { context, scope, person, .. } = self;
        context.rights.refresh(scope).await?;
        let of = |channel: ChannelId| StandingOf { user: person, channel: Some(channel) };
        let asked: Vec<StandingOf> = channels.iter().copied().map(of).collect();
        let standings = context.rights.standings(scope, &asked).await?.unwrap_or_default();
        let sees = |channel: &ChannelId| standings.get(&of(*channel)).is_some_and(|one| one.sees());
        Ok(channels.iter().copied().filter(sees).collect())
    }

    /// What the person may do, as far as it is remembered; `None` where there is no such scope.
    async fn standing(self) -> Result<Option<Standing>, StoreError> {
        let Self { context, scope, channel, person, .. } = self;
        match context.rights.recall(scope, person, channel) {
            Some(standing) => Ok(Some(standing)),
            None => context.rights.standing(scope, person, channel).await,
        }
    }

    fn fence(self, version: u64) -> Fence {
        Fence { scope: self.scope, about: self.about, person: self.person, version }
    }
}

/// Reads of the channels that a person sees. They are told by the same rule, and the statement rests on the version that they are of.
///
/// # Errors
/// [`StoreError`], where they can't be told now, and those of `read`
pub async fn of_seen<T, R>(
    context: &Context,
    fence: Fence,
    read: impl FnOnce(Fence, Vec<ChannelId>) -> R,
) -> Result<Fenced<T>, StoreError>
where
    R: Future<Output = Result<Fenced<T>, StoreError>>,
{
    match context.rights.seen_channels(fence.scope, fence.person).await? {
        Some((version, true, seen)) => read(Fence { version, ..fence }, seen).await,
        // Not a member any more, or not there any more.
        _ => Ok(Fenced::Stale),
    }
}

/// Reads of the channels in which a person may do something, among those that they see. As [`of_seen`] does, it tells them by the rule and
/// rests on the version that this was of.
///
/// # Errors
/// [`StoreError`], where they can't be told now, and those of `read`
pub async fn of_allowed<T, R>(
    context: &Context,
    fence: Fence,
    one: Permission,
    read: impl FnOnce(Fence, Vec<ChannelId>) -> R,
) -> Result<Fenced<T>, StoreError>
where
    R: Future<Output = Result<Fenced<T>, StoreError>>,
{
    let Some((version, true, seen)) = context.rights.seen_channels(fence.scope, fence.person).await? else {
        return Ok(Fenced::Stale);
    };
    let of = |channel: ChannelId| StandingOf { user: fence.person, channel: Some(channel) };
    let asked: Vec<StandingOf> = seen.iter().copied().map(of).collect();
    let Some(standings) = context.rights.standings(fence.scope, &asked).await? else {
        return Ok(Fenced::Stale);
    };
    // The older of the two: what changed in between makes the read stale.
    let version = standings.values().map(|standing| standing.acl_version).fold(version, u64::min);
    let allowed = |channel: &ChannelId| standings.get(&of(*channel)).is_some_and(|found| found.may(one));
    read(Fence { version, ..fence }, seen.into_iter().filter(allowed).collect()).await
}

/// Lets in who belongs to the community. It is not there for others.
///
/// # Errors
/// 404
pub fn belongs(standing: Standing) -> Result<(), Failure> {
    if standing.in_community { Ok(()) } else { Err(Failure::not_found()) }
}

/// Lets in who may know of the channel. It is not there for others.
///
/// # Errors
/// 404
pub fn sees(standing: Standing) -> Result<(), Failure> {
    if standing.sees() { Ok(()) } else { Err(Failure::not_found()) }
}

/// Lets in who may do something in the community.
pub fn may(one: Permission) -> impl Fn(Standing) -> Result<(), Failure> {
    move |standing| {
        belongs(standing)?;
        allowed(standing, one)
    }
}

/// Lets in who sees the channel and may do something there.
pub fn may_in(one: Permission) -> impl Fn(Standing) -> Result<(), Failure> {
    move |standing| {
        sees(standing)?;
        allowed(standing, one)
    }
}

fn allowed(standing: Standing, one: Permission) -> Result<(), Failure> {
    if standing.may(one) { Ok(()) } else { Err(Denied::Forbidden.said().into()) }
}

#[cfg(test)]
mod tests {
    use ajet_protocol::Permissions;

    use super::*;

    fn code(judged: Result<(), Failure>) -> Option<Code> {
        judged.err().map(|failure| failure.code)
    }

    #[test]
    fn what_one_may_not_know_of_is_not_there_and_the_rest_is_forbidden() {
        let stranger = Standing { permissions: Permissions::of(Permission::ALL), ..Standing::default() };
        let member = Standing { in_community: true, ..Standing::default() };
        let reader = Standing { sees_channel: true, ..member };
        let moderator = Standing { permissions: Permissions::of(&[Permission::BanMembers]), ..reader };
        let (ban, ban_here) = (may(Permission::BanMembers), may_in(Permission::BanMembers));
        assert_eq!((code(belongs(stranger)), code(belongs(member))), (Some(Code::NotFound), None));
        assert_eq!((code(sees(member)), code(sees(reader))), (Some(Code::NotFound), None));
        assert_eq!((code(ban(stranger)), code(ban(member))), (Some(Code::NotFound), Some(Code::Forbidden)));
        assert_eq!(
            (code(ban_here(member)), code(ban_here(reader))),
            (Some(Code::NotFound), Some(Code::Forbidden))
        );
        assert_eq!((code(ban(moderator)), code(ban_here(moderator))), (None, None));
    }
}
