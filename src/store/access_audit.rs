//! Who came in and what they did outside of communities, as those read it whom it concerns, and the owner of the system. Lines are written
//! with what they tell of; those of tokens stand in the log of their community (`audit.rs`).

use std::collections::BTreeMap;

use ajet_protocol::{AuditEntry, AuditId, AuditedThing, Page, PageQuery, UserId};
use serde_json::Value;
use sqlx::types::Json;
use time::OffsetDateTime;
use uuid::Uuid;

use super::audit::{AuditFilter, newest_first};
use super::{Store, StoreError};

struct LineRow {
    id: Uuid,
    actor_id: Option<Uuid>,
    action: String,
    target_type: String,
    target_id: Option<Uuid>,
    details: Json<BTreeMap<String, Value>>,
    created_at: OffsetDateTime,
}

impl Store {
    /// A page of what concerns a person: their sessions, and the tokens that they made or revoked, newest first.
    ///
    /// A branch for each table and direction: each reads its part of one index, in order.
    pub async fn audit_of_person(
        &self,
        person: UserId,
        filter: &AuditFilter,
        query: &PageQuery,
    ) -> Result<Page<AuditEntry>, StoreError> {
        let rows = sqlx::query_as!(
            LineRow,
            r#"select l.id as "id!", l.actor_id, l.action as "action!", l.target_type as "target_type!", l.target_id,
                      l.details as "details!: _", l.created_at as "created_at!"
               from (
                 (select id, actor_id, action, target_type, target_id, details, created_at from system_audit
                  where person_id = $1 and $2::uuid is null and id < coalesce($3::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff')
                    and ($5::uuid is null or actor_id = $5) and ($6::uuid is null or target_id = $6 or person_id = $6)
                    and ($7::text is null or action = $7) order by id desc limit $4::int8 + 1)
                 union all
                 (select id, actor_id, action, target_type, target_id, details, created_at from system_audit
                  where person_id = $1 and $2::uuid is not null and id > $2
                    and ($5::uuid is null or actor_id = $5) and ($6::uuid is null or target_id = $6 or person_id = $6)
                    and ($7::text is null or action = $7) order by id limit $4::int8 + 1)
                 union all
                 (select id, actor_id, action, coalesce(target_type, 'token'), target_id, coalesce(details, '{}'), created_at from audit_log
                  where actor_id = $1 and action in ('token.create', 'token.revoke')
                    and $2::uuid is null and id < coalesce($3::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff')
                    and ($5::uuid is null or actor_id = $5) and ($6::uuid is null or target_id = $6 or person_id = $6)
                    and ($7::text is null or action = $7) order by id desc limit $4::int8 + 1)
                 union all
                 (select id, actor_id, action, coalesce(target_type, 'token'), target_id, coalesce(details, '{}'), created_at from audit_log
                  where actor_id = $1 and action in ('token.create', 'token.revoke') and $2::uuid is not null and id > $2
                    and ($5::uuid is null or actor_id = $5) and ($6::uuid is null or target_id = $6 or person_id = $6)
                    and ($7::text is null or action = $7) order by id limit $4::int8 + 1)
               ) l
               order by case when $2::uuid is not null then l.id end, l.id desc limit $4::int8 + 1"#,
            person.0,
            query.after,
            query.before,
            query.size(),
            filter.actor.map(|actor| actor.0),
            filter.target,
            filter.action.as_deref()
        )
        .fetch_all(self.searches())
        .await?;
        self.audit_page(rows, query).await
    }

    /// A page of all that was done outside of communities, and of all tokens, newest first.
    ///
    /// A branch for each table and direction: each reads its part of one index, in order.
    pub async fn audit_of_system(
        &self,
        filter: &AuditFilter,
        query: &PageQuery,
    ) -> Result<Page<AuditEntry>, StoreError> {
        let rows = sqlx::query_as!(
            LineRow,
            r#"select l.id as "id!", l.actor_id, l.action as "action!", l.target_type as "target_type!", l.target_id,
                      l.details as "details!: _", l.created_at as "created_at!"
               from (
                 (select id, actor_id, action, target_type, target_id, details, created_at from system_audit
                  where $1::uuid is null and id < coalesce($2::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff')
                    and ($4::uuid is null or actor_id = $4) and ($5::uuid is null or target_id = $5 or person_id = $5)
                    and ($6::text is null or action = $6) order by id desc limit $3::int8 + 1)
                 union all
                 (select id, actor_id, action, target_type, target_id, details, created_at from system_audit
                  where $1::uuid is not null and id > $1
                    and ($4::uuid is null or actor_id = $4) and ($5::uuid is null or target_id = $5 or person_id = $5)
                    and ($6::text is null or action = $6) order by id limit $3::int8 + 1)
                 union all
                 (select id, actor_id, action, coalesce(target_type, 'token'), target_id, coalesce(details, '{}'), created_at from audit_log
                  where action in ('token.create', 'token.revoke')
                    and $1::uuid is null and id < coalesce($2::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff')
                    and ($4::uuid is null or actor_id = $4) and ($5::uuid is null or target_id = $5 or person_id = $5)
                    and ($6::text is null or action = $6) order by id desc limit $3::int8 + 1)
                 union all
                 (select id, actor_id, action, coalesce(target_type, 'token'), target_id, coalesce(details, '{}'), created_at from audit_log
                  where action in ('token.create', 'token.revoke') and $1::uuid is not null and id > $1
                    and ($4::uuid is null or actor_id = $4) and ($5::uuid is null or target_id = $5 or person_id = $5)
                    and ($6::text is null or action = $6) order by id limit $3::int8 + 1)
               ) l
               order by case when $1::uuid is not null then l.id end, l.id desc limit $3::int8 + 1"#,
            query.after,
            query.before,
            query.size(),
            filter.actor.map(|actor| actor.0),
            filter.target,
            filter.action.as_deref()
        )
        .fetch_all(self.searches())
        .await?;
        self.audit_page(rows, query).await
    }

    async fn audit_page(
        &self,
        rows: Vec<LineRow>,
        query: &PageQuery,
    ) -> Result<Page<AuditEntry>, StoreError> {
        let actors: Vec<UserId> = rows.iter().filter_map(|row| row.actor_id).map(UserId).collect();
        let people = self.people(&actors).await?;
        let items = rows.into_iter().map(|row| AuditEntry {
            id: AuditId(row.id),
            actor: row.actor_id.and_then(|actor| people.get(&UserId(actor)).cloned()),
            action: row.action,
            target: AuditedThing { kind: row.target_type, id: row.target_id },
            details: row.details.0.into_iter().map(|(name, value)| (name, as_text(value))).collect(),
            created_at: row.created_at.into(),
        });
        Ok(newest_first(items.collect(), query))
    }
}

/// A setting may be a number, a truth or null: it is told as JSON writes it.
fn as_text(value: Value) -> String {
    match value {
        Value::String(text) => text,
        other => other.to_string(),
    }
}
