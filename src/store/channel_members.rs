//! Who is in a channel.

use ajet_domain::Scope;
use ajet_domain::need::{MembershipOf, OthersIn, StandingOf};
use ajet_protocol::{ChannelId, Member, Page, PageQuery, UserId, limits};
use uuid::Uuid;

use super::communities::page_of;
use super::fence::{About, Fence, Fenced, fenced};
use super::lookup::{Answered, Answers, Lookup, complete};
use super::rows::FencedMemberRow;
use super::{Store, StoreError};

impl Store {
    /// The people in a channel, by the person's id, as they are in its community. Those of a direct message are plain members. Who joined
    /// it and may not view it any more is not in it.
    pub async fn members_of_channel(
        &self,
        fence: Fence,
        query: &PageQuery,
    ) -> Result<Fenced<Page<Member>>, StoreError> {
        let About::Channel(channel) = fence.about else { return self.joined(fence, query).await };
        // An overwrite that comes after this look makes the fence stale.
        if !self.has_overwrites(channel).await? {
            return self.joined(fence, query).await;
        }
        let size = usize::try_from(query.size()).unwrap_or(1);
        let mut part = PageQuery { limit: Some(i64::from(limits::PAGE_MAX)), ..*query };
        let mut seeing = Vec::new();
        // Until there is one more than the page holds, which tells that there is more.
        loop {
            let Fenced::Holds(mut found) = self.joined(fence, &part).await? else { return Ok(Fenced::Stale) };
            if query.before.is_some() {
                found.items.reverse();
            }
            let furthest = found.items.last().map(|one| one.user.id.0);
            seeing.extend(self.who_see(fence.scope, channel, found.items).await?);
            if furthest.is_none() || !found.has_more || seeing.len() > size {
                return Ok(Fenced::Holds(page_of(seeing, query)));
            }
            *(if query.before.is_some() { &mut part.before } else { &mut part.after }) = furthest;
        }
    }

    async fn has_overwrites(&self, channel: ChannelId) -> Result<bool, StoreError> {
        let found = sqlx::query!(
            r#"select exists (select 1 from channel_overwrites where channel_id = $1) as "found!""#,
            channel.0
        );
        Ok(found.fetch_one(self.reads()).await?.found)
    }

    /// Those of these people who see the channel by the rule of rights.
    async fn who_see(
        &self,
        scope: Scope,
        channel: ChannelId,
        people: Vec<Member>,
    ) -> Result<Vec<Member>, StoreError> {
        let of = |user| StandingOf { user, channel: Some(channel) };
        let asked: Vec<StandingOf> = people.iter().map(|one| of(one.user.id)).collect();
        let standings = self.standings(scope, &asked).await?;
        let sees = |one: &Member| standings.get(&of(one.user.id)).is_some_and(|found| found.sees_channel);
        Ok(people.into_iter().filter(sees).collect())
    }

    /// A page of those who joined a channel, by id, whatever they may see.
    async fn joined(&self, fence: Fence, query: &PageQuery) -> Result<Fenced<Page<Member>>, StoreError> {
        let rows = fenced!(
            FencedMemberRow,
            fence,
            r#"select f.holds as "holds!", u.id as "id?", u.username as "username?", u.display_name as "display_name?",
                      u.avatar_url as user_avatar_url, u.status_text, u.bot as "bot?", u.created_at as "created_at?",
                      coalesce(m.role, 'member') as "role?", m.nickname, m.avatar_url, m.muted_until,
                      coalesce(m.joined_at, cm.joined_at) as "joined_at?",
                      array(select role_id from member_roles r where r.community_id = $1 and r.user_id = u.id order by role_id)
                        as "roles?"
               from fence f
               left join (
                 (select user_id, joined_at from channel_members where $6::uuid is null and channel_id = $3
                    and user_id > coalesce($5, '00000000-0000-0000-0000-000000000000'::uuid) order by user_id limit $7::int8 + 1)
                 union all
                 (select user_id, joined_at from channel_members where $6::uuid is not null and channel_id = $3
                    and user_id < $6 and ($5::uuid is null or user_id > $5) order by user_id desc limit $7::int8 + 1)
               ) cm on f.holds
               left join users u on u.id = cm.user_id
               left join community_members m on m.community_id = $1 and m.user_id = cm.user_id
               order by case when $6::uuid is null then u.id end, u.id desc limit $7::int8 + 1"#,
            query.after,
            query.before,
            query.size()
        )
        .fetch_all(self.reads())
        .await?;
        let items = Fenced::all(rows)
            .try_map(|rows| rows.into_iter().map(Member::try_from).collect::<Result<Vec<_>, _>>())?;
        Ok(items.map(|items| page_of(items, query)))
    }
}

impl Answers<MembershipOf> for Lookup<'_> {
    async fn answer(&self, asked: &[MembershipOf]) -> Answered<MembershipOf> {
        let (users, channels): (Vec<Uuid>, Vec<Uuid>) =
            asked.iter().map(|one| (one.user.0, one.channel.0)).unzip();
        let found = sqlx::query!(
            r#"select cm.user_id as "user_id!", cm.channel_id as "channel_id!"
               from unnest($1::uuid[], $2::uuid[]) as q(person, channel)
               join channel_members cm on cm.channel_id = q.channel and cm.user_id = q.person"#,
            &users,
            &channels
        )
        .fetch_all(self.store.commands())
        .await?;
        let found = found.into_iter().map(|row| {
            let (user, channel) = (UserId(row.user_id), ChannelId(row.channel_id));
            (MembershipOf { user, channel }, true)
        });
        Ok(complete(asked, found))
    }
}

impl Answers<OthersIn> for Lookup<'_> {
    async fn answer(&self, asked: &[OthersIn]) -> Answered<OthersIn> {
        let (channels, people): (Vec<Uuid>, Vec<Uuid>) =
            asked.iter().map(|one| (one.channel.0, one.but.0)).unzip();
        let found = sqlx::query!(
            r#"select q.channel as "channel!", q.person as "person!"
               from unnest($1::uuid[], $2::uuid[]) as q(channel, person)
               where exists (select from channel_members cm join users u on u.id = cm.user_id
                             where cm.channel_id = q.channel and cm.user_id <> q.person and u.deactivated_at is null)"#,
            &channels,
            &people
        )
        .fetch_all(self.store.commands())
        .await?;
        let found = found.into_iter().map(|row| {
            let (channel, but) = (ChannelId(row.channel), UserId(row.person));
            (OthersIn { channel, but }, true)
        });
        Ok(complete(asked, found))
    }
}
