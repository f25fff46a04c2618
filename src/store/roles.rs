//! Custom roles, and who holds them.

use std::collections::HashMap;

use ajet_domain::need::{HeldRoles, RoleCount, RoleOf};
use ajet_protocol::{CommunityId, CustomRole, Page, PageQuery, RoleId, UserId};
use uuid::Uuid;

use super::communities::page_of;
use super::fence::{Fence, Fenced, fenced, fenced_row};
use super::lookup::{Answered, Answers, Lookup, complete};
use super::{Store, StoreError, rows};

fenced_row! {
    struct RoleRow / FencedRoleRow {
        id: Uuid,
        community_id: Uuid,
        name: String,
        permissions: i64,
        position: i32,
    }
}

impl From<RoleRow> for CustomRole {
    fn from(row: RoleRow) -> Self {
        Self {
            id: RoleId(row.id),
            community_id: CommunityId(row.community_id),
            name: row.name,
            permissions: rows::permissions(row.permissions).names(),
            position: row.position,
        }
    }
}

impl Store {
    /// The custom roles of a community, by id.
    pub async fn roles_of(
        &self,
        fence: Fence,
        query: &PageQuery,
    ) -> Result<Fenced<Page<CustomRole>>, StoreError> {
        let rows = fenced!(
            FencedRoleRow,
            fence,
            r#"select f.holds as "holds!", o.id as "id?", o.community_id as "community_id?", o.name as "name?",
                      o.permissions as "permissions?", o.position as "position?"
               from fence f
               left join (
                 select * from roles
                 where community_id = $1 and ($5::uuid is null or id > $5) and ($6::uuid is null or id < $6)
                 order by case when $6::uuid is null then id end, id desc limit $7::int8 + 1
               ) o on f.holds
               order by case when $6::uuid is null then o.id end, o.id desc"#,
            query.after,
            query.before,
            query.size()
        )
        .fetch_all(self.reads())
        .await?;
        Ok(Fenced::all(rows).map(|rows| page_of(rows.into_iter().map(CustomRole::from).collect(), query)))
    }

    /// A custom role of a community.
    pub async fn role_for(&self, fence: Fence, id: RoleId) -> Result<Fenced<Option<CustomRole>>, StoreError> {
        let row = fenced!(
            FencedRoleRow,
            fence,
            r#"select f.holds as "holds!", o.id as "id?", o.community_id as "community_id?", o.name as "name?",
                      o.permissions as "permissions?", o.position as "position?"
               from fence f left join roles o on f.holds and o.id = $5 and o.community_id = $1"#,
            id.0
        )
        .fetch_one(self.reads())
        .await?;
        Ok(Fenced::one(row).map(|row| row.map(CustomRole::from)))
    }

    /// The community of a custom role; whether the caller may know of it is still to be judged.
    pub async fn community_of_role(&self, id: RoleId) -> Result<Option<CommunityId>, StoreError> {
        let row = sqlx::query!("select community_id from roles where id = $1", id.0)
            .fetch_optional(self.reads())
            .await?;
        Ok(row.map(|row| CommunityId(row.community_id)))
    }
}

impl Answers<RoleOf> for Lookup<'_> {
    async fn answer(&self, asked: &[RoleOf]) -> Answered<RoleOf> {
        let ids: Vec<Uuid> = asked.iter().map(|RoleOf(role)| role.0).collect();
        let found = sqlx::query_as!(
            RoleRow,
            "select id, community_id, name, permissions, position from roles where community_id = $1 and id = any($2)",
            self.community.0,
            &ids
        )
        .fetch_all(self.store.commands())
        .await?;
        let found = found.into_iter().map(|row| (RoleOf(RoleId(row.id)), Some(CustomRole::from(row))));
        Ok(complete(asked, found))
    }
}

impl Answers<RoleCount> for Lookup<'_> {
    async fn answer(&self, asked: &[RoleCount]) -> Answered<RoleCount> {
        let count = sqlx::query_scalar!(
            r#"select count(*) as "count!" from roles where community_id = $1"#,
            self.community.0
        )
        .fetch_one(self.store.commands())
        .await?;
        Ok(complete(asked, [(RoleCount, count)]))
    }
}

impl Answers<HeldRoles> for Lookup<'_> {
    async fn answer(&self, asked: &[HeldRoles]) -> Answered<HeldRoles> {
        let users: Vec<Uuid> = asked.iter().map(|HeldRoles(user)| user.0).collect();
        let found = sqlx::query!(
            "select h.user_id, o.id, o.community_id, o.name, o.permissions, o.position
             from member_roles h join roles o on o.id = h.role_id
             where h.community_id = $1 and h.user_id = any($2)
             order by o.id",
            self.community.0,
            &users
        )
        .fetch_all(self.store.commands())
        .await?;
        let mut held: HashMap<HeldRoles, Vec<CustomRole>> = HashMap::new();
        for row in found {
            let role = CustomRole {
                id: RoleId(row.id),
                community_id: CommunityId(row.community_id),
                name: row.name,
                permissions: rows::permissions(row.permissions).names(),
                position: row.position,
            };
            held.entry(HeldRoles(UserId(row.user_id))).or_default().push(role);
        }
        Ok(complete(asked, held))
    }
}
