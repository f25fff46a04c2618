//! Invites, by their codes.

use std::collections::HashMap;

use ajet_domain::community::may_invite;
use ajet_domain::need::{
    InviteById, InviteFacts, InviteOf, InviteOwner, InvitesBy, LivingInvites, Maker, StandingOf,
};
use ajet_domain::{Scope, Standing};
use ajet_protocol::{
    CommunityId, Invite, InviteCode, InviteId, InvitePreview, Page, PageQuery, Timestamp, UserId, limits,
};
use time::OffsetDateTime;
use uuid::Uuid;

use super::communities::page_of;
use super::fence::{Fence, Fenced, fenced, fenced_row};
use super::lookup::{Answered, Answers, Lookup, complete};
use super::{Store, StoreError};

/// A statement about invites `i` that are each for one person alone: between its beginning and its end, the condition that they can still be
/// accepted. Whether their makers may still invite is the domain's to say.
macro_rules! of_open_invites {
    ($row:path, $before:tt, $after:tt $(, $argument:expr)* $(,)?) => {
        sqlx::query_as!(
            $row,
            $before
                + "i.revoked_at is null and coalesce(i.expires_at > now(), true) and coalesce(i.uses < i.max_uses, true)
               and not exists (select 1 from bans b where b.community_id = i.community_id and b.user_id = i.addressee_id)"
                + $after,
            $($argument),*
        )
    };
}
pub(super) use of_open_invites;

/// An invite as its holder may see it, and whether it can still be accepted.
#[derive(Debug, Clone)]
pub struct FoundInvite {
    pub preview: InvitePreview,
    pub over: bool,
}

impl Store {
    /// What an invite shows to somebody who holds its code; a direct one only to its addressee.
    pub async fn invite_preview(
        &self,
        code: &str,
        reader: Option<UserId>,
        now: Timestamp,
    ) -> Result<Option<FoundInvite>, StoreError> {
        let turn = self.address_turn().await?;
        let row = sqlx::query!(
            r#"select i.code, i.community_id, c.name, c.slug, i.expires_at, i.max_uses, i.uses, i.revoked_at,
                      (select count(*) from (
                         select 1 from community_members m where m.community_id = c.id limit $3) counted) as "members!",
                      i.created_by
               from invites i join communities c on c.id = i.community_id and c.deleted_at is null
               where i.code = $1 and (i.addressee_id is null or i.addressee_id = $2)"#,
            code,
            reader.map(|user| user.0),
            limits::MEMBERS_COUNTED
        )
        .fetch_optional(self.live())
        .await?;
        drop(turn);
        let Some(row) = row else { return Ok(None) };
        let expires_at = row.expires_at.map(Timestamp::from);
        let used_up = row.max_uses.is_some_and(|most| row.uses >= most);
        let ended = row.revoked_at.is_some() || expires_at.is_some_and(|end| end <= now);
        let preview = InvitePreview {
            code: row.code,
            community_id: CommunityId(row.community_id),
            community_name: row.name,
            community_slug: row.slug,
            member_count: row.members,
            expires_at,
        };
        let makers = Vec::from_iter(row.created_by);
        let maker = self.makers_of(preview.community_id, &makers).await?.into_values().next();
        let over = used_up || ended || !may_invite(maker);
        Ok(Some(FoundInvite { preview, over }))
    }

    /// What those who made invites may do in their community, now. One whose account is out of use lets no one in, whatever they may do
    /// when they are back, and is left out.
    async fn makers_of(
        &self,
        community: CommunityId,
        makers: &[Uuid],
    ) -> Result<HashMap<UserId, Standing>, StoreError> {
        if makers.is_empty() {
            return Ok(HashMap::new());
        }
        let in_use =
            sqlx::query!("select id from users where id = any($1) and deactivated_at is null", makers)
                .fetch_all(self.live())
                .await?;
        let asked: Vec<_> =
            in_use.into_iter().map(|row| StandingOf { user: UserId(row.id), channel: None }).collect();
        let standings = self.standings(Scope::from(community), &asked).await?;
        Ok(standings.into_iter().map(|(asked, standing)| (asked.user, standing)).collect())
    }

    /// An invite by its code, with its id; whether the caller may know of it is still to be judged.
    pub async fn invite_by_code(&self, code: &str) -> Result<Option<(InviteId, Invite)>, StoreError> {
        let found = sqlx::query_as!(
            InviteRow,
            "select i.id, i.code, i.community_id, i.created_by, i.max_uses, i.uses, i.expires_at
             from invites i join communities c on c.id = i.community_id and c.deleted_at is null where i.code = $1",
            code
        );
        Ok(found.fetch_optional(self.live()).await?.map(|row| (InviteId(row.id), row.into())))
    }

    /// An invite of a community, for those who may invite there.
    pub async fn invite_for(&self, fence: Fence, id: InviteId) -> Result<Fenced<Option<Invite>>, StoreError> {
        let row = fenced!(
            FencedInviteRow,
            fence,
            r#"select f.holds as "holds!", i.id as "id?", i.code as "code?", i.community_id as "community_id?", i.created_by, i.max_uses,
                      i.uses as "uses?", i.expires_at
               from fence f left join invites i on f.holds and i.id = $5 and i.community_id = $1"#,
            id.0
        )
        .fetch_one(self.reads())
        .await?;
        Ok(Fenced::one(row).map(|row| row.map(Invite::from)))
    }

    /// The id of an invite of a community, which is the cursor that its code stands for.
    pub async fn invite_id(
        &self,
        community: CommunityId,
        code: &str,
    ) -> Result<Option<InviteId>, StoreError> {
        let found =
            sqlx::query!("select id from invites where community_id = $1 and code = $2", community.0, code)
                .fetch_optional(self.reads())
                .await?;
        Ok(found.map(|row| InviteId(row.id)))
    }

    /// The codes of those of some invites that are for one person alone and can still be accepted: none of a community that banned them, and
    /// none whose maker may not invite any more.
    pub async fn open_invites(
        &self,
        addressee: UserId,
        ids: &[InviteId],
    ) -> Result<HashMap<InviteId, InviteCode>, StoreError> {
        let ids: Vec<Uuid> = ids.iter().map(|id| id.0).collect();
        let found = of_open_invites!(
            OpenInviteRow,
            "select i.id, i.code, i.community_id, i.created_by
             from invites i join communities c on c.id = i.community_id and c.deleted_at is null
             where i.id = any($1) and i.addressee_id = $2 and ",
            "",
            &ids,
            addressee.0
        )
        .fetch_all(self.reads())
        .await?;
        let mut open = HashMap::with_capacity(found.len());
        for row in found {
            let makers = Vec::from_iter(row.created_by);
            let maker = self.makers_of(CommunityId(row.community_id), &makers).await?.into_values().next();
            if may_invite(maker) {
                open.insert(InviteId(row.id), row.code.into());
            }
        }
        Ok(open)
    }

    /// The invites of a community that were not revoked, by id: those that one person made, or for `None` all.
    pub async fn invites_of(
        &self,
        fence: Fence,
        maker: Option<UserId>,
        query: &PageQuery,
    ) -> Result<Fenced<Page<Invite>>, StoreError> {
        // A branch for whose they are and each direction: each reads its part of one index, in order.
        let rows = fenced!(
            FencedInviteRow,
            fence,
            r#"select f.holds as "holds!", i.id as "id?", i.code as "code?", i.community_id as "community_id?", i.created_by,
                      i.max_uses, i.uses as "uses?", i.expires_at
               from fence f
               left join (
                 (select * from invites
                  where $8::uuid is null and $6::uuid is null and community_id = $1 and revoked_at is null
                    and id > coalesce($5::uuid, '00000000-0000-0000-0000-000000000000'::uuid)
                  order by id limit $7::int8 + 1)
                 union all
                 (select * from invites
                  where $8::uuid is null and $6::uuid is not null and community_id = $1 and revoked_at is null
                    and id < $6 and ($5::uuid is null or id > $5)
                  order by id desc limit $7::int8 + 1)
                 union all
                 (select * from invites
                  where $8::uuid is not null and $6::uuid is null and community_id = $1 and created_by = $8 and revoked_at is null
                    and id > coalesce($5::uuid, '00000000-0000-0000-0000-000000000000'::uuid)
                  order by id limit $7::int8 + 1)
                 union all
                 (select * from invites
                  where $8::uuid is not null and $6::uuid is not null and community_id = $1 and created_by = $8 and revoked_at is null
                    and id < $6 and ($5::uuid is null or id > $5)
                  order by id desc limit $7::int8 + 1)
               ) i on f.holds
               order by case when $6::uuid is null then i.id end, i.id desc"#,
            query.after,
            query.before,
            query.size(),
            maker.map(|maker| maker.0)
        )
        .fetch_all(self.reads())
        .await?;
        Ok(Fenced::all(rows).map(|rows| page_of(rows.into_iter().map(Invite::from).collect(), query)))
    }
}

struct OpenInviteRow {
    id: Uuid,
    code: String,
    community_id: Uuid,
    created_by: Option<Uuid>,
}

fenced_row! {
    struct InviteRow / FencedInviteRow {
        id: Uuid,
        code: String,
        community_id: Uuid,
        created_by: Option<Uuid>,
        max_uses: Option<i64>,
        uses: i64,
        expires_at: Option<OffsetDateTime>,
    }
}

impl From<InviteRow> for Invite {
    fn from(row: InviteRow) -> Self {
        Self {
            code: row.code,
            community_id: CommunityId(row.community_id),
            created_by: UserId(row.created_by.unwrap_or_default()),
            max_uses: row.max_uses,
            uses: row.uses,
            expires_at: row.expires_at.map(Timestamp::from),
            url: String::new(),
        }
    }
}

impl Answers<InviteById> for Lookup<'_> {
    async fn answer(&self, asked: &[InviteById]) -> Answered<InviteById> {
        let ids: Vec<Uuid> = asked.iter().map(|InviteById(id)| id.0).collect();
        let found = sqlx::query!(
            "select id, created_by, revoked_at from invites where community_id = $1 and id = any($2)",
            self.community.0,
            &ids
        )
        .fetch_all(self.store.commands())
        .await?;
        let owners = found.into_iter().map(|row| {
            let owner =
                InviteOwner { created_by: row.created_by.map(UserId), revoked: row.revoked_at.is_some() };
            (InviteById(InviteId(row.id)), Some(owner))
        });
        Ok(complete(asked, owners))
    }
}

impl Answers<LivingInvites> for Lookup<'_> {
    async fn answer(&self, asked: &[LivingInvites]) -> Answered<LivingInvites> {
        let found = sqlx::query!(
            r#"select count(*) as "count!" from (
                 select 1 from invites
                 where community_id = $1 and revoked_at is null and (expires_at is null or expires_at > now())
                   and (max_uses is null or uses < max_uses)
                 limit $2
               ) living"#,
            self.community.0,
            limits::INVITES
        )
        .fetch_one(self.store.commands())
        .await?;
        Ok(complete(asked, [(LivingInvites, found.count)]))
    }
}

impl Answers<InvitesBy> for Lookup<'_> {
    async fn answer(&self, asked: &[InvitesBy]) -> Answered<InvitesBy> {
        let makers: Vec<Uuid> = asked.iter().map(|InvitesBy(maker)| maker.0).collect();
        let found = sqlx::query!(
            r#"select q.maker as "maker!", made.count as "count!"
               from unnest($2::uuid[]) as q(maker)
               cross join lateral (
                 select count(*) as count from (
                   select 1 from invites
                   where community_id = $1 and created_by = q.maker and revoked_at is null
                     and (expires_at is null or expires_at > now()) and (max_uses is null or uses < max_uses)
                   limit $3
                 ) theirs
               ) made"#,
            self.community.0,
            &makers,
            limits::INVITES_BY_ONE
        )
        .fetch_all(self.store.commands())
        .await?;
        Ok(complete(asked, found.into_iter().map(|row| (InvitesBy(UserId(row.maker)), row.count))))
    }
}

impl Answers<InviteOf> for Lookup<'_> {
    async fn answer(&self, asked: &[InviteOf]) -> Answered<InviteOf> {
        let codes: Vec<String> = asked.iter().map(|InviteOf(code)| code.0.clone()).collect();
        let found = sqlx::query!(
            "select i.id, i.code, i.addressee_id, i.max_uses, i.uses, i.expires_at, i.revoked_at, i.created_by
             from invites i join communities c on c.id = i.community_id and c.deleted_at is null
             where i.community_id = $1 and i.code = any($2)",
            self.community.0,
            &codes
        )
        .fetch_all(self.store.commands())
        .await?;
        let makers: Vec<Uuid> = found.iter().filter_map(|row| row.created_by).collect();
        let standings = self.store.makers_of(self.community, &makers).await?;
        let invites = found.into_iter().map(|row| {
            let maker = row.created_by.map(UserId).and_then(|user| {
                let standing = *standings.get(&user)?;
                Some(Maker { user, standing })
            });
            let facts = InviteFacts {
                id: InviteId(row.id),
                addressee: row.addressee_id.map(UserId),
                max_uses: row.max_uses,
                uses: row.uses,
                expires_at: row.expires_at.map(Timestamp::from),
                revoked: row.revoked_at.is_some(),
                maker,
            };
            (InviteOf(row.code.into()), Some(facts))
        });
        Ok(complete(asked, invites))
    }
}
