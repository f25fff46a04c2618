//! What a person's entity looks up before it tells them of something, or counts as read what they were told of.

use std::collections::{HashMap, HashSet};

use ajet_domain::Scope;
use ajet_domain::need::{Joined, NoticeFacts, NoticeOf, UnreadNotices, UnreadNoticesOf};
use ajet_protocol::{ChannelId, MessageId, NotificationId, NotificationType, UserId};
use uuid::Uuid;

use super::lookup::{Answered, Answers, Lookup, complete};
use super::standings::Membership;
use super::streams::count;

impl Answers<NoticeOf> for Lookup<'_> {
    /// The membership and the version that it is of are read in one snapshot: the writer of both is one entity, the community or
    /// the direct message. What the person set for the channel is their own.
    async fn answer(&self, asked: &[NoticeOf]) -> Answered<NoticeOf> {
        let users: Vec<Uuid> = asked.iter().map(|one| one.user.0).collect();
        let (channels, messages): (Vec<Uuid>, Vec<Uuid>) =
            asked.iter().map(|one| (one.channel.0, one.message.0)).unzip();
        let kinds: Vec<String> = asked.iter().map(|one| one.kind.as_str().to_owned()).collect();
        let found = sqlx::query!(
            r#"select cm.user_id as "user_id!", m.channel_id as "channel_id!", m.id as "id!", q.kind as "kind!",
                      exists (
                        select 1 from notifications n
                        where n.user_id = cm.user_id and n.type = q.kind and n.source_id = m.id
                      ) as "told!",
                      coalesce(greatest(cm.last_read_id, rm.message_id) >= m.id, false) as "read!",
                      a.scope as "scope!", a.version as "acl_version!",
                      exists (select 1 from channel_overwrites o where o.channel_id = ch.id) as "overwritten!"
               from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[]) as q(person, channel, message, kind)
               join channel_members cm on cm.channel_id = q.channel and cm.user_id = q.person
               -- Each by its id: a plan from when the table was empty would read all of it.
               cross join lateral (
                 select m.id, m.channel_id from messages m
                 where m.id = q.message and m.channel_id = q.channel and m.deleted_at is null and m.author_id <> q.person
                 offset 0
               ) m
               join channels ch on ch.id = q.channel
               join acl a on a.scope = coalesce(ch.community_id, ch.id)
               left join communities c on c.id = ch.community_id
               left join read_markers rm on rm.user_id = q.person and rm.channel_id = q.channel
               left join channel_preferences cp on cp.user_id = q.person and cp.channel_id = q.channel
               where cp.notify is distinct from 'nothing' and c.deleted_at is null"#,
            &users,
            &channels,
            &messages,
            &kinds
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
        let found = found.into_iter().filter_map(|row| {
            let kind = NotificationType::named(&row.kind)?;
            let (user, channel, message) =
                (UserId(row.user_id), ChannelId(row.channel_id), MessageId(row.id));
            let joined = *confirmed.get(&(user, channel))?;
            let facts = NoticeFacts { told: row.told, read: row.read, joined };
            Some((NoticeOf { user, kind, channel, message }, Some(facts)))
        });
        Ok(complete(asked, found))
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
