//! Communities, as their members list them.

use ajet_protocol::{Community, CommunityId, Member, Page, PageQuery, Timestamp, UserId};
use time::OffsetDateTime;
use uuid::Uuid;

use super::rows::{self, MemberRow};
use super::{Inconsistent, Store, StoreError};

struct CommunityRow {
    id: Uuid,
    name: String,
    slug: String,
    role: String,
    created_at: OffsetDateTime,
}

impl TryFrom<CommunityRow> for Community {
    type Error = Inconsistent;
    fn try_from(row: CommunityRow) -> Result<Self, Inconsistent> {
        Ok(Self {
            id: CommunityId(row.id),
            name: row.name,
            slug: row.slug,
            role: rows::role(&row.role)?,
            created_at: Timestamp::from(row.created_at),
        })
    }
}

impl Store {
    /// A person's communities, by id.
    pub async fn communities_of(
        &self,
        user: UserId,
        query: &PageQuery,
    ) -> Result<Page<Community>, StoreError> {
        let rows = sqlx::query_as!(
            CommunityRow,
            "select c.id, c.name, c.slug, m.role, c.created_at
             from communities c join community_members m on m.community_id = c.id
             where m.user_id = $1 and ($2::uuid is null or c.id > $2) and ($3::uuid is null or c.id < $3)
             order by case when $3::uuid is null then c.id end, c.id desc limit $4::int8 + 1",
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

    /// A community, if the person belongs to it.
    pub async fn community_for(
        &self,
        id: CommunityId,
        user: UserId,
    ) -> Result<Option<Community>, StoreError> {
        let row = sqlx::query_as!(
            CommunityRow,
            "select c.id, c.name, c.slug, m.role, c.created_at
             from communities c join community_members m on m.community_id = c.id
             where c.id = $1 and m.user_id = $2",
            id.0,
            user.0
        )
        .fetch_optional(self.reads())
        .await?;
        Ok(row.map(TryInto::try_into).transpose()?)
    }

    /// A community by its slug, if the person belongs to it.
    pub async fn community_by_slug(&self, slug: &str, user: UserId) -> Result<Option<Community>, StoreError> {
        let row = sqlx::query_as!(
            CommunityRow,
            "select c.id, c.name, c.slug, m.role, c.created_at
             from communities c join community_members m on m.community_id = c.id
             where c.slug = $1 and m.user_id = $2",
            slug,
            user.0
        )
        .fetch_optional(self.reads())
        .await?;
        Ok(row.map(TryInto::try_into).transpose()?)
    }

    /// The members of a community, by the person's id; the caller must belong to it.
    pub async fn members_of(
        &self,
        community: CommunityId,
        caller: UserId,
        query: &PageQuery,
    ) -> Result<Option<Page<Member>>, StoreError> {
        if self.community_for(community, caller).await?.is_none() {
            return Ok(None);
        }
        let rows = sqlx::query_as!(
            MemberRow,
            r#"select u.id, u.username, u.display_name, u.avatar_url as user_avatar_url, u.status_text, u.bot, u.created_at,
                    m.role as "role!", m.nickname, m.avatar_url, m.muted_until, m.joined_at as "joined_at!"
             from (
               (select * from community_members where $3::uuid is null and community_id = $1
                  and user_id > coalesce($2, '00000000-0000-0000-0000-000000000000'::uuid) order by user_id limit $4::int8 + 1)
               union all
               (select * from community_members where $3::uuid is not null and community_id = $1
                  and user_id < $3 and ($2::uuid is null or user_id > $2) order by user_id desc limit $4::int8 + 1)
             ) m join users u on u.id = m.user_id
             order by case when $3::uuid is null then u.id end, u.id desc limit $4::int8 + 1"#,
            community.0,
            query.after,
            query.before,
            query.size()
        )
        .fetch_all(self.reads())
        .await?;
        let items: Result<Vec<Member>, _> = rows.into_iter().map(TryInto::try_into).collect();
        Ok(Some(page_of(items?, query)))
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
