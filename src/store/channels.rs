//! Channels, as one person sees them.

use ajet_domain::Scope;
use ajet_domain::need::{
    ArrivalChannel, ChannelOf, ChannelTally, ChannelTotal, DefaultChannel, Joined, PreferenceFacts,
    PreferencesOf,
};
use ajet_protocol::{Channel, ChannelId, CommunityId, Page, PageQuery, UserId, limits};
use uuid::Uuid;

use super::fence::{Fence, Fenced, fenced};
use super::lookup::{Answered, Answers, Lookup, complete};
use super::names::is_known_to_all;
use super::rows::{self, ChannelRow, FencedChannelRow};
use super::standings::Membership;
use super::streams::count;
use super::{Inconsistent, Store, StoreError};

impl Store {
    /// A page of the channels that a person sees, out of all of them (sorted).
    pub async fn channels_of(
        &self,
        fence: Fence,
        seen: &[ChannelId],
        query: &PageQuery,
    ) -> Result<Fenced<Page<Channel>>, StoreError> {
        let (page, has_more) = page_within(seen, query);
        let ids: Vec<Uuid> = page.iter().map(|id| id.0).collect();
        let rows = fenced!(
            FencedChannelRow,
            fence,
            r#"select f.holds as "holds!", ch.id as "id?", ch.community_id, ch.name as "name?", ch.type as "kind?",
                      ch.visibility as "visibility?", ch.topic, ch.category_id, ch.position as "position?", ch.created_at as "created_at?",
                      (select m.id from messages m where m.channel_id = ch.id order by m.id desc limit 1) as last_message_id,
                      (cm.user_id is not null and coalesce(cp.muted, false)) as "muted?", (cm.user_id is not null) as "joined?",
                      case when cm.user_id is not null then coalesce(cp.notify, mp.notify) end as notify,
                      (ch.archived_at is not null) as "archived?", ch.slow_mode_s as "slow_mode_s?",
                      coalesce(un.count, 0) as "unread?", coalesce(un.mentions, 0) as "mentions?"
               from fence f
               left join channels ch on f.holds and ch.id = any($5) and ch.community_id = $1
               left join channel_members cm on cm.channel_id = ch.id and cm.user_id = $4
               left join read_markers rm on rm.user_id = cm.user_id and rm.channel_id = cm.channel_id
               left join channel_preferences cp on cp.user_id = cm.user_id and cp.channel_id = cm.channel_id
               left join community_preferences mp on mp.user_id = cm.user_id and mp.community_id = ch.community_id
               left join lateral unread_after(cm.channel_id, $4, greatest(cm.last_read_id, rm.message_id), $6) un on true
               order by ch.id"#,
            &ids,
            limits::UNREAD_COUNTED
        )
        .fetch_all(self.reads())
        .await?;
        let items = Fenced::all(rows)
            .try_map(|rows| rows.into_iter().map(Channel::try_from).collect::<Result<Vec<_>, _>>())?;
        Ok(items.map(|items| Page { items, has_more }))
    }

    /// A channel as a person sees it, and whether they joined it.
    ///
    /// That only for a joined channel something is set is said by itself, here and above: PostgreSQL 18.4 joins the preferences by the
    /// reader and the channel also where there is no membership to join them by.
    pub async fn channel_for(&self, fence: Fence) -> Result<Fenced<Option<(Channel, bool)>>, StoreError> {
        let row = fenced!(
            FencedChannelRow,
            fence,
            r#"select f.holds as "holds!", ch.id as "id?", ch.community_id, ch.name as "name?", ch.type as "kind?",
                      ch.visibility as "visibility?", ch.topic, ch.category_id, ch.position as "position?", ch.created_at as "created_at?",
                      (select m.id from messages m where m.channel_id = ch.id order by m.id desc limit 1) as last_message_id,
                      (cm.user_id is not null and coalesce(cp.muted, false)) as "muted?", (cm.user_id is not null) as "joined?",
                      case when cm.user_id is not null then coalesce(cp.notify, mp.notify) end as notify,
                      (ch.archived_at is not null) as "archived?", ch.slow_mode_s as "slow_mode_s?",
                      coalesce(un.count, 0) as "unread?", coalesce(un.mentions, 0) as "mentions?"
               from fence f
               left join channels ch on f.holds and ch.id = $3
               left join channel_members cm on cm.channel_id = ch.id and cm.user_id = $4
               left join read_markers rm on rm.user_id = cm.user_id and rm.channel_id = cm.channel_id
               left join channel_preferences cp on cp.user_id = cm.user_id and cp.channel_id = cm.channel_id
               left join community_preferences mp on mp.user_id = cm.user_id and mp.community_id = ch.community_id
               left join lateral unread_after(cm.channel_id, $4, greatest(cm.last_read_id, rm.message_id), $5) un on true"#,
            limits::UNREAD_COUNTED
        )
        .fetch_one(self.reads())
        .await?;
        Ok(Fenced::one(row).try_map(|row| {
            let seen = row.map(|row| (row.joined, Channel::try_from(row)));
            seen.map(|(joined, channel)| channel.map(|channel| (channel, joined))).transpose()
        })?)
    }
}

/// The channels of a page out of all (sorted), and whether there are more in its direction.
fn page_within<'a>(seen: &'a [ChannelId], query: &PageQuery) -> (&'a [ChannelId], bool) {
    let from = query.after.map_or(0, |after| seen.partition_point(|id| id.0 <= after));
    let to = query.before.map_or(seen.len(), |before| seen.partition_point(|id| id.0 < before));
    let within = seen.get(from..to).unwrap_or_default();
    let size = usize::try_from(query.size()).unwrap_or(1);
    let surplus = within.len().saturating_sub(size);
    let page = if query.before.is_some() { &within[surplus..] } else { &within[..within.len() - surplus] };
    (page, surplus > 0)
}

impl Answers<ChannelOf> for Lookup<'_> {
    async fn answer(&self, asked: &[ChannelOf]) -> Answered<ChannelOf> {
        let ids: Vec<Uuid> = asked.iter().map(|ChannelOf(channel)| channel.0).collect();
        let found = sqlx::query_as!(
            ChannelRow,
            r#"select ch.id, ch.community_id, ch.name, ch.type as kind, ch.visibility, ch.topic, ch.category_id, ch.position,
                      ch.created_at, 0::int8 as "unread!", 0::int8 as "mentions!", false as "muted!", false as "joined!",
                      null::text as notify, (ch.archived_at is not null) as "archived!", ch.slow_mode_s,
                      (select m.id from messages m where m.channel_id = ch.id order by m.id desc limit 1) as last_message_id
               from channels ch where ch.community_id = $1 and ch.id = any($2)"#,
            self.community.0,
            &ids
        )
        .fetch_all(self.store.commands())
        .await?;
        let channels: Result<Vec<Channel>, Inconsistent> = found.into_iter().map(TryInto::try_into).collect();
        Ok(complete(asked, channels?.into_iter().map(|channel| (ChannelOf(channel.id), Some(channel)))))
    }
}

impl Answers<PreferencesOf> for Lookup<'_> {
    /// The membership and the version that it is of are read in one snapshot, as those of markers are. What was hidden counts as shown once
    /// there is a newer message.
    async fn answer(&self, asked: &[PreferencesOf]) -> Answered<PreferencesOf> {
        let (users, channels): (Vec<Uuid>, Vec<Uuid>) =
            asked.iter().map(|one| (one.user.0, one.channel.0)).unzip();
        let found = sqlx::query!(
            r#"select cm.user_id as "user_id!", cm.channel_id as "channel_id!", coalesce(cp.muted, false) as "muted!",
                      cp.notify as "notify?", mp.notify as "elsewhere?", ch.community_id as "community_id?",
                      not dm_is_listed(cp.hidden, cp.hidden_after,
                        (select m.id from messages m where m.channel_id = cp.channel_id order by m.id desc limit 1)) as "hidden!",
                      a.scope as "scope!", a.version as "acl_version!",
                      exists (select 1 from channel_overwrites o where o.channel_id = ch.id) as "overwritten!"
               from unnest($1::uuid[], $2::uuid[]) as q(person, channel)
               join channel_members cm on cm.channel_id = q.channel and cm.user_id = q.person
               join channels ch on ch.id = q.channel
               join acl a on a.scope = coalesce(ch.community_id, ch.id)
               left join communities c on c.id = ch.community_id
               left join channel_preferences cp on cp.user_id = q.person and cp.channel_id = q.channel
               left join community_preferences mp on mp.user_id = q.person and mp.community_id = ch.community_id
               where c.deleted_at is null"#,
            &users,
            &channels
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
        let mut preferences = Vec::with_capacity(found.len());
        for row in found {
            let asked = PreferencesOf { user: UserId(row.user_id), channel: ChannelId(row.channel_id) };
            let Some(joined) = confirmed.get(&(asked.user, asked.channel)).copied() else { continue };
            let (muted, hidden) = (row.muted, row.hidden);
            let notify = row.notify.as_deref().map(|text| rows::notify_level(Some(text))).transpose()?;
            let elsewhere = rows::notify_level(row.elsewhere.as_deref())?;
            let community = row.community_id.map(CommunityId);
            let facts = PreferenceFacts { muted, notify, elsewhere, community, hidden, joined };
            preferences.push((asked, Some(facts)));
        }
        Ok(complete(asked, preferences))
    }
}

impl Answers<ArrivalChannel> for Lookup<'_> {
    /// The channel that the community was founded with, whatever it is called now; a community of a node of the release before does
    /// not name it, and there it is the first. People arrive in it as long as they may know of it: another one takes more than an
    /// invite to the community. Who arrives holds no role yet, so what counts is denied to everybody, or to them since an earlier time here.
    async fn answer(&self, asked: &[ArrivalChannel]) -> Answered<ArrivalChannel> {
        let mut answers = Vec::with_capacity(asked.len());
        for one in asked {
            answers.push((*one, self.arrival(one.0).await?));
        }
        Ok(complete(asked, answers))
    }
}

impl Lookup<'_> {
    /// Where a person arrives, or somebody who is new to the system.
    async fn arrival(&self, person: Option<UserId>) -> Result<Option<ChannelId>, StoreError> {
        let found = sqlx::query!(
            // Materialized, or a plan might walk the channels of all communities in the order of their ids.
            r#"with own as materialized (select id, visibility from channels where community_id = $1)
               select own.id as "id!", own.visibility as "visibility!",
                      (select bit_or(o.deny) from channel_overwrites o where o.channel_id = own.id
                         and o.target_id in ($1, $2)) as "denied?"
               from own left join communities c on c.id = $1 and c.default_channel_id is not null
               where c.id is null or own.id = c.default_channel_id
               order by own.id limit 1"#,
            self.community.0,
            person.map_or_else(Uuid::nil, |person| person.0)
        )
        .fetch_optional(self.store.commands())
        .await?;
        let Some(row) = found else { return Ok(None) };
        Ok(is_known_to_all(&row.visibility, row.denied)?.then_some(ChannelId(row.id)))
    }
}

impl Answers<DefaultChannel> for Lookup<'_> {
    /// The same channel, whether people arrive in it or not.
    async fn answer(&self, asked: &[DefaultChannel]) -> Answered<DefaultChannel> {
        let found = sqlx::query!(
            // Materialized for the same reason.
            r#"with own as materialized (select id from channels where community_id = $1)
               select own.id as "id!"
               from own left join communities c on c.id = $1 and c.default_channel_id is not null
               where c.id is null or own.id = c.default_channel_id
               order by own.id limit 1"#,
            self.community.0
        )
        .fetch_optional(self.store.commands())
        .await?;
        Ok(complete(asked, found.map(|row| (DefaultChannel, Some(ChannelId(row.id))))))
    }
}

impl Answers<ChannelTally> for Lookup<'_> {
    /// Where a new channel stands is for all to see: it may tell of no channel that is hidden from anybody.
    async fn answer(&self, asked: &[ChannelTally]) -> Answered<ChannelTally> {
        let found = sqlx::query!(
            r#"select ch.position, ch.visibility,
                      (select bit_or(o.deny) from channel_overwrites o where o.channel_id = ch.id) as denied
               from channels ch where ch.community_id = $1"#,
            self.community.0
        )
        .fetch_all(self.store.commands())
        .await?;
        let (count, mut last) = (i64::try_from(found.len()).unwrap_or(i64::MAX), None);
        for row in found {
            if is_known_to_all(&row.visibility, row.denied)? {
                last = last.max(Some(row.position));
            }
        }
        Ok(complete(asked, [(ChannelTally, ChannelTotal { count, last })]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_of_channels_go_before_and_after_a_cursor() {
        let seen: Vec<_> = (1..=5).map(|n| ChannelId(Uuid::from_u128(n))).collect();
        let page = |before: Option<u128>, after: Option<u128>, limit| {
            let (before, after) = (before.map(Uuid::from_u128), after.map(Uuid::from_u128));
            let (page, has_more) = page_within(&seen, &PageQuery { before, after, limit: Some(limit) });
            (page.iter().map(|id| id.0.as_u128()).collect::<Vec<_>>(), has_more)
        };
        assert_eq!(page(None, None, 2), (vec![1, 2], true));
        assert_eq!(page(None, None, 5), (vec![1, 2, 3, 4, 5], false));
        assert_eq!(page(None, Some(2), 2), (vec![3, 4], true));
        assert_eq!(page(None, Some(3), 2), (vec![4, 5], false));
        assert_eq!(page(Some(4), None, 2), (vec![2, 3], true));
        assert_eq!(page(Some(3), None, 2), (vec![1, 2], false));
        assert_eq!(page(None, Some(5), 2), (vec![], false));
        assert_eq!(page(Some(2), Some(4), 2), (vec![], false), "nothing lies between");
    }
}
