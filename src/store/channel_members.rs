//! Who is in a channel.

use ajet_domain::need::MembershipOf;
use ajet_protocol::{ChannelId, Member, Page, PageQuery, UserId};
use uuid::Uuid;

use super::communities::page_of;
use super::fence::{Fence, Fenced, fenced};
use super::lookup::{Answered, Answers, Lookup, complete};
use super::rows::FencedMemberRow;
use super::{Store, StoreError};

impl Store {
    /// The people who joined a channel, by the person's id, as they are in its community. Those of a direct message are plain members.
    pub async fn members_of_channel(
        &self,
        fence: Fence,
        query: &PageQuery,
    ) -> Result<Fenced<Page<Member>>, StoreError> {
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
