//! Communities, as their members list them.

use ajet_domain::need::{CommunityFacts, OpenChannel, OwnCommunity};
use ajet_protocol::{
    ChannelId, ChannelType, Community, CommunityId, Member, Page, PageQuery, Timestamp, UserId,
};
use time::OffsetDateTime;
use uuid::Uuid;

use super::fence::{Fence, Fenced, fenced, fenced_row};
use super::lookup::{Answered, Answers, Lookup, complete};
use super::names::is_known_to_all;
use super::rows::{self, FencedMemberRow};
use super::{Inconsistent, Store, StoreError};

fenced_row! {
    struct CommunityRow / FencedCommunityRow {
        id: Uuid,
        name: String,
        slug: String,
        role: String,
        notify: Option<String>,
        default_channel_id: Option<Uuid>,
        avatar_url: Option<String>,
        created_at: OffsetDateTime,
    }
}

impl TryFrom<CommunityRow> for Community {
    type Error = Inconsistent;
    fn try_from(row: CommunityRow) -> Result<Self, Inconsistent> {
        Ok(Self {
            id: CommunityId(row.id),
            name: row.name,
            slug: row.slug,
            role: rows::role(&row.role)?,
            notify: rows::notify_level(row.notify.as_deref())?,
            default_channel_id: row.default_channel_id.map(ChannelId),
            avatar_url: row.avatar_url,
            created_at: Timestamp::from(row.created_at),
        })
    }
}

impl Store {
    /// A person's communities, by id. What they may list is the memberships that they have.
    pub async fn communities_of(
        &self,
        user: UserId,
        query: &PageQuery,
    ) -> Result<Page<Community>, StoreError> {
        let rows = sqlx::query_as!(
            CommunityRow,
            r#"select c.id, c.name, c.slug, m.role, mp.notify as "notify?", c.default_channel_id, c.avatar_url, c.created_at
             from communities c join community_members m on m.community_id = c.id
             left join community_preferences mp on mp.user_id = m.user_id and mp.community_id = m.community_id
             where m.user_id = $1 and c.deleted_at is null and ($2::uuid is null or c.id > $2) and ($3::uuid is null or c.id < $3)
             order by case when $3::uuid is null then c.id end, c.id desc limit $4::int8 + 1"#,
            user.0,
            query.after,
            query.before,
            query.size()
        )
        .fetch_all(self.reads())
        .await?;
        let items: Result<Vec<_>, _> = rows.into_iter().map(Community::try_from).collect();
        Ok(page_of(items?, query))
    }

    /// A community, as one of its people sees it.
    pub async fn community_for(&self, fence: Fence) -> Result<Fenced<Option<Community>>, StoreError> {
        let row = fenced!(
            FencedCommunityRow,
            fence,
            r#"select f.holds as "holds!", c.id as "id?", c.name as "name?", c.slug as "slug?", m.role as "role?",
                      mp.notify as "notify?", c.default_channel_id, c.avatar_url, c.created_at as "created_at?"
               from fence f
               left join communities c on f.holds and c.id = $1 and c.deleted_at is null
               left join community_members m on m.community_id = c.id and m.user_id = $4
               left join community_preferences mp on mp.user_id = m.user_id and mp.community_id = m.community_id"#
        )
        .fetch_one(self.reads())
        .await?;
        Ok(Fenced::one(row).try_map(|row| row.map(Community::try_from).transpose())?)
    }

    /// The community of a slug; whether the caller may know of it is still to be judged.
    pub async fn community_of_slug(&self, slug: &str) -> Result<Option<CommunityId>, StoreError> {
        let row = sqlx::query!("select id from communities where slug = $1 and deleted_at is null", slug)
            .fetch_optional(self.reads())
            .await?;
        Ok(row.map(|row| CommunityId(row.id)))
    }

    /// The members of a community, by the person's id.
    pub async fn members_of(
        &self,
        fence: Fence,
        query: &PageQuery,
    ) -> Result<Fenced<Page<Member>>, StoreError> {
        let rows = fenced!(
            FencedMemberRow,
            fence,
            r#"select f.holds as "holds!", u.id as "id?", u.username as "username?", u.display_name as "display_name?",
                      u.avatar_url as user_avatar_url, u.status_text, u.bot as "bot?", u.created_at as "created_at?",
                      m.role as "role?", m.nickname, m.avatar_url, m.muted_until, m.joined_at as "joined_at?",
                      array(select mr.role_id from member_roles mr
                            where mr.community_id = m.community_id and mr.user_id = m.user_id order by mr.role_id) as "roles?"
               from fence f
               left join (
                 (select * from community_members where $6::uuid is null and community_id = $1
                    and user_id > coalesce($5, '00000000-0000-0000-0000-000000000000'::uuid) order by user_id limit $7::int8 + 1)
                 union all
                 (select * from community_members where $6::uuid is not null and community_id = $1
                    and user_id < $6 and ($5::uuid is null or user_id > $5) order by user_id desc limit $7::int8 + 1)
               ) m on f.holds
               left join users u on u.id = m.user_id
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

impl Answers<OwnCommunity> for Lookup<'_> {
    async fn answer(&self, asked: &[OwnCommunity]) -> Answered<OwnCommunity> {
        let found = sqlx::query!(
            "select name, slug, default_channel_id, avatar_url, created_at from communities where id = $1 and deleted_at is null",
            self.community.0
        )
        .fetch_optional(self.store.commands())
        .await?;
        let facts = found.map(|row| CommunityFacts {
            name: row.name,
            slug: row.slug,
            default_channel: row.default_channel_id.map(ChannelId),
            avatar_url: row.avatar_url,
            created_at: row.created_at.into(),
        });
        Ok(complete(asked, [(OwnCommunity, facts)]))
    }
}

impl Answers<OpenChannel> for Lookup<'_> {
    /// An archived channel is none, and neither is one that an overwrite hides from anybody.
    async fn answer(&self, asked: &[OpenChannel]) -> Answered<OpenChannel> {
        let ids: Vec<Uuid> = asked.iter().map(|OpenChannel(channel)| channel.0).collect();
        let found = sqlx::query!(
            r#"select ch.id, ch.type as kind, ch.visibility,
                      (select bit_or(o.deny) from channel_overwrites o where o.channel_id = ch.id) as "denied?"
               from channels ch
               where ch.community_id = $1 and ch.id = any($2) and ch.archived_at is null"#,
            self.community.0,
            &ids
        )
        .fetch_all(self.store.commands())
        .await?;
        let mut open = Vec::with_capacity(found.len());
        for row in found {
            let is_text = row.kind == ChannelType::Text.as_str();
            let is_open = is_text && is_known_to_all(&row.visibility, row.denied)?;
            open.push((OpenChannel(ChannelId(row.id)), is_open));
        }
        Ok(complete(asked, open))
    }
}

/// Cuts the one row too many that tells whether there is more; a backward page comes newest first and is turned.
pub(super) fn page_of<T>(mut items: Vec<T>, query: &PageQuery) -> Page<T> {
    let size = usize::try_from(query.size()).unwrap_or(1);
    let has_more = items.len() > size;
    items.truncate(size);
    if query.before.is_some() {
        items.reverse();
    }
    Page { items, has_more }
}
