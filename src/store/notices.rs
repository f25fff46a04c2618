//! What a person's entity looks up before it tells them of something, or counts as read what they were told of.

use std::collections::{HashMap, HashSet};

use ajet_domain::Scope;
use ajet_domain::need::{
    CommunityLevelFacts, CommunityLevelOf, Joined, MatterFacts, MatterOf, NoticeFacts, NoticeOf,
    QuietHoursOf, UnreadNotices, UnreadNoticesOf, Wishes,
};
use ajet_protocol::{ChannelId, CommunityId, MessageId, NotificationId, QuietHours, UserId};
use sqlx::types::Json;
use uuid::Uuid;

use super::lookup::{Answered, Answers, Lookup, complete};
use super::rows;
use super::standings::Membership;
use super::streams::count;

impl Answers<NoticeOf> for Lookup<'_> {
    /// The membership and the version that it is of are read in one snapshot: the writer of both is one entity, the community or
    /// the direct message. What the person set for the channel is their own.
    async fn answer(&self, asked: &[NoticeOf]) -> Answered<NoticeOf> {
        let users: Vec<Uuid> = asked.iter().map(|one| one.user.0).collect();
        let (channels, messages): (Vec<Uuid>, Vec<Uuid>) =
            asked.iter().map(|one| (one.channel.0, one.message.0)).unzip();
        let found = sqlx::query!(
            r#"select cm.user_id as "user_id!", m.channel_id as "channel_id!", m.id as "id!", ch.community_id as "community_id?",
                      exists (
                        select 1 from notifications n
                        where n.user_id = cm.user_id and coalesce(n.cause_id, n.source_id) = m.id
                      ) as "told!",
                      coalesce(greatest(cm.last_read_id, rm.message_id) >= m.id, false) as "read!",
                      coalesce(cp.muted, false) as "muted!", coalesce(cp.notify, mp.notify) as "notify?",
                      exists (
                        select 1 from blocks b where b.user_id = cm.user_id and b.blocked_id = m.author_id
                      ) as "blocked!",
                      u.quiet_hours as "quiet_hours?: Json<QuietHours>",
                      u.deactivated_at is null and exists (select 1 from push_subscriptions p where p.user_id = u.id) as "pushed!",
                      a.scope as "scope!", a.version as "acl_version!",
                      exists (select 1 from channel_overwrites o where o.channel_id = ch.id) as "overwritten!"
               from unnest($1::uuid[], $2::uuid[], $3::uuid[]) as q(person, channel, message)
               join channel_members cm on cm.channel_id = q.channel and cm.user_id = q.person
               join users u on u.id = q.person and not u.bot
               -- Each by its id: a plan from when the table was empty would read all of it.
               cross join lateral (
                 select m.id, m.channel_id, m.author_id from messages m
                 where m.id = q.message and m.channel_id = q.channel and m.deleted_at is null and m.author_id <> q.person
                 offset 0
               ) m
               join channels ch on ch.id = q.channel
               join acl a on a.scope = coalesce(ch.community_id, ch.id)
               left join communities c on c.id = ch.community_id
               left join read_markers rm on rm.user_id = q.person and rm.channel_id = q.channel
               left join channel_preferences cp on cp.user_id = q.person and cp.channel_id = q.channel
               left join community_preferences mp on mp.user_id = q.person and mp.community_id = ch.community_id
               where c.deleted_at is null"#,
            &users,
            &channels,
            &messages
        )
        .fetch_all(self.store.commands())
        .await?;
        let memberships = found.iter().map(|row| Membership {
            user: UserId(row.user_id),
            channel: ChannelId(row.channel_id),
            joined: Joined { scope: Scope(row.scope), acl_version: count(row.acl_version) },
            overwritten: row.overwritten,
        });
        let confirmed = self.store.confirmed(memberships.collect()).await?;
        let mut notices = Vec::with_capacity(found.len());
        for row in found {
            let (user, channel, message) =
                (UserId(row.user_id), ChannelId(row.channel_id), MessageId(row.id));
            let Some(joined) = confirmed.get(&(user, channel)).copied() else { continue };
            let wishes = Wishes {
                muted: row.muted,
                level: rows::notify_level(row.notify.as_deref())?,
                blocked: row.blocked,
                quiet: row.quiet_hours.map(|hours| hours.0),
                pushed: row.pushed,
            };
            let community = row.community_id.map(CommunityId);
            let facts = NoticeFacts { told: row.told, read: row.read, wishes, community, joined };
            notices.push((NoticeOf { user, channel, message }, Some(facts)));
        }
        Ok(complete(asked, notices))
    }
}

impl Answers<MatterOf> for Lookup<'_> {
    /// As notices of messages are answered; what is about no channel rests on no membership.
    async fn answer(&self, asked: &[MatterOf]) -> Answered<MatterOf> {
        let users: Vec<Uuid> = asked.iter().map(|one| one.user.0).collect();
        let (notices, actors): (Vec<Uuid>, Vec<Uuid>) =
            asked.iter().map(|one| (one.notice, one.actor.0)).unzip();
        let channels: Vec<Option<Uuid>> = asked.iter().map(|one| one.channel.map(|id| id.0)).collect();
        let found = sqlx::query!(
            r#"select q.nth as "nth!",
                      exists (
                        select 1 from notifications n
                        where n.user_id = u.id and coalesce(n.cause_id, n.source_id) = q.notice
                      ) as "told!",
                      coalesce(cp.muted, false) as "muted!", coalesce(cp.notify, mp.notify) as "notify?",
                      exists (
                        select 1 from blocks b where b.user_id = u.id and b.blocked_id = q.actor
                      ) as "blocked!",
                      u.quiet_hours as "quiet_hours?: Json<QuietHours>",
                      u.deactivated_at is null and exists (select 1 from push_subscriptions p where p.user_id = u.id) as "pushed!",
                      cm.channel_id as "joined?", a.scope as "scope?", a.version as "acl_version?",
                      exists (select 1 from channel_overwrites o where o.channel_id = cm.channel_id) as "overwritten!"
               from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[]) with ordinality as q(person, notice, channel, actor, nth)
               join users u on u.id = q.person and not u.bot
               left join channels ch on ch.id = q.channel
               left join communities c on c.id = ch.community_id
               left join channel_members cm on cm.channel_id = ch.id and cm.user_id = q.person and c.deleted_at is null
               left join acl a on a.scope = coalesce(ch.community_id, ch.id)
               left join channel_preferences cp on cp.user_id = q.person and cp.channel_id = q.channel
               left join community_preferences mp on mp.user_id = q.person and mp.community_id = ch.community_id"#,
            &users,
            &notices,
            &channels as &[Option<Uuid>],
            &actors
        )
        .fetch_all(self.store.commands())
        .await?;
        let asked_at = |nth: i64| usize::try_from(nth - 1).ok().and_then(|at| asked.get(at)).copied();
        let memberships = found.iter().filter_map(|row| {
            Some(Membership {
                user: asked_at(row.nth)?.user,
                channel: ChannelId(row.joined?),
                joined: Joined { scope: Scope(row.scope?), acl_version: count(row.acl_version?) },
                overwritten: row.overwritten,
            })
        });
        let confirmed = self.store.confirmed(memberships.collect()).await?;
        let mut matters = Vec::with_capacity(found.len());
        for row in found {
            let Some(one) = asked_at(row.nth) else { continue };
            let joined = one.channel.map(|channel| confirmed.get(&(one.user, channel)).copied());
            // It is about a channel that they are not in.
            let Some(joined) = joined.map_or(Some(None), |joined| joined.map(Some)) else { continue };
            let wishes = Wishes {
                muted: row.muted,
                level: rows::notify_level(row.notify.as_deref())?,
                blocked: row.blocked,
                quiet: row.quiet_hours.map(|hours| hours.0),
                pushed: row.pushed,
            };
            matters.push((one, Some(MatterFacts { told: row.told, wishes, joined })));
        }
        Ok(complete(asked, matters))
    }
}

impl Answers<CommunityLevelOf> for Lookup<'_> {
    /// The membership and its version are read in one snapshot, as those of channels are.
    async fn answer(&self, asked: &[CommunityLevelOf]) -> Answered<CommunityLevelOf> {
        let (users, communities): (Vec<Uuid>, Vec<Uuid>) =
            asked.iter().map(|one| (one.user.0, one.community.0)).unzip();
        let found = sqlx::query!(
            r#"select m.user_id, m.community_id, mp.notify as "notify?", a.version
               from unnest($1::uuid[], $2::uuid[]) as q(person, community)
               join community_members m on m.community_id = q.community and m.user_id = q.person
               join communities c on c.id = m.community_id and c.deleted_at is null
               join acl a on a.scope = m.community_id
               left join community_preferences mp on mp.user_id = m.user_id and mp.community_id = m.community_id"#,
            &users,
            &communities
        )
        .fetch_all(self.store.commands())
        .await?;
        let mut levels = Vec::with_capacity(found.len());
        for row in found {
            let notify = rows::notify_level(row.notify.as_deref())?;
            let member = Joined { scope: Scope(row.community_id), acl_version: count(row.version) };
            let one =
                CommunityLevelOf { user: UserId(row.user_id), community: CommunityId(row.community_id) };
            levels.push((one, Some(CommunityLevelFacts { notify, member })));
        }
        Ok(complete(asked, levels))
    }
}

impl Answers<QuietHoursOf> for Lookup<'_> {
    async fn answer(&self, asked: &[QuietHoursOf]) -> Answered<QuietHoursOf> {
        let ids: Vec<Uuid> = asked.iter().map(|QuietHoursOf(user)| user.0).collect();
        let found = sqlx::query!(
            r#"select id, quiet_hours as "quiet_hours?: Json<QuietHours>" from users where id = any($1)"#,
            &ids
        )
        .fetch_all(self.store.commands())
        .await?;
        let hours =
            found.into_iter().map(|row| (QuietHoursOf(UserId(row.id)), row.quiet_hours.map(|hours| hours.0)));
        Ok(complete(asked, hours))
    }
}

impl Answers<UnreadNoticesOf> for Lookup<'_> {
    /// Unread is what was not marked as read. What counts as read only because the person joined the channel again is found, too: so
    /// their other sessions, which may show it as unread, are told once that it is read.
    async fn answer(&self, asked: &[UnreadNoticesOf]) -> Answered<UnreadNoticesOf> {
        let each = asked.iter().flat_map(|one| one.ids.iter().flatten().map(move |id| (one.user.0, id.0)));
        let (users, ids): (Vec<Uuid>, Vec<Uuid>) = each.unzip();
        let of_all = asked.iter().filter(|one| one.ids.is_none());
        let of_all: Vec<Uuid> = of_all.map(|one| one.user.0).collect();
        let found = sqlx::query!(
            r#"select n.user_id as "user_id!", n.id as "id!", false as "is_newest!"
               from unnest($1::uuid[], $2::uuid[]) as q(person, id)
               join notifications n on n.user_id = q.person and n.id = q.id and n.read_at is null
               union all
               select q.person, newest.id, true
               from unnest($3::uuid[]) as q(person)
               cross join lateral (
                 select n.id from notifications n where n.user_id = q.person and n.read_at is null
                 order by n.id desc limit 1
               ) newest"#,
            &users,
            &ids,
            &of_all
        )
        .fetch_all(self.store.commands())
        .await?;
        let (mut unread, mut newest) = (HashSet::new(), HashMap::new());
        for row in found {
            let (user, id) = (UserId(row.user_id), NotificationId(row.id));
            if row.is_newest {
                newest.insert(user, id);
            } else {
                unread.insert((user, id));
            }
        }
        let answers = asked.iter().map(|one| {
            let found = match &one.ids {
                Some(ids) => {
                    let own = ids.iter().copied().filter(|id| unread.contains(&(one.user, *id)));
                    UnreadNotices { ids: own.collect(), newest: None }
                }
                None => UnreadNotices { ids: Vec::new(), newest: newest.get(&one.user).copied() },
            };
            (one.clone(), found)
        });
        Ok(answers.collect())
    }
}
