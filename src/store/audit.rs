//! The audit log of a community, as those read it who may. Lines are written by the journal alone, with what they tell of.

use std::collections::{BTreeMap, HashMap};

use ajet_protocol::{AuditEntry, AuditId, AuditedThing, Page, PageQuery, User, UserId};
use serde_json::Value;
use sqlx::types::Json;
use time::OffsetDateTime;
use uuid::Uuid;

use super::fence::{Fence, Fenced, fenced, fenced_row};
use super::{Store, StoreError};

/// Which lines are asked for; `None` for all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AuditFilter {
    /// Who did it.
    pub actor: Option<UserId>,
    /// What it was done to: the id of a person, a channel or another thing.
    pub target: Option<Uuid>,
    /// What was done, such as `member.ban`.
    pub action: Option<String>,
}

fenced_row! {
    struct AuditRow / FencedAuditRow {
        id: Uuid,
        actor_id: Option<Uuid>,
        action: String,
        target_type: String,
        target_id: Option<Uuid>,
        details: Json<BTreeMap<String, Value>>,
        created_at: OffsetDateTime,
    }
}

impl AuditRow {
    fn shown(self, people: &HashMap<UserId, User>) -> AuditEntry {
        let text = |(name, value)| if let Value::String(text) = value { Some((name, text)) } else { None };
        AuditEntry {
            id: AuditId(self.id),
            actor: self.actor_id.and_then(|actor| people.get(&UserId(actor)).cloned()),
            action: self.action,
            target: AuditedThing { kind: self.target_type, id: self.target_id },
            // A newer node may note what is no text.
            details: self.details.0.into_iter().filter_map(text).collect(),
            created_at: self.created_at.into(),
        }
    }
}

impl Store {
    /// A page of a community's audit log, newest first; `before` and `after` are told by the lines' ids, which sort by time.
    ///
    /// Lines of release 0.1.0 have no target of their own: a person whom they name is it.
    pub async fn audit_of(
        &self,
        fence: Fence,
        filter: &AuditFilter,
        query: &PageQuery,
    ) -> Result<Fenced<Page<AuditEntry>>, StoreError> {
        let Fenced::Holds(rows) = self.audit_lines(fence, filter, query).await? else {
            return Ok(Fenced::Stale);
        };
        let actors: Vec<UserId> = rows.iter().filter_map(|row| row.actor_id).map(UserId).collect();
        let people = self.people(&actors).await?;
        let items = rows.into_iter().map(|row| row.shown(&people)).collect();
        Ok(Fenced::Holds(newest_first(items, query)))
    }

    /// The lines of a page and one more, where there is one, in the direction in which they are read.
    async fn audit_lines(
        &self,
        fence: Fence,
        filter: &AuditFilter,
        query: &PageQuery,
    ) -> Result<Fenced<Vec<AuditRow>>, StoreError> {
        // A branch for each filter and direction: each reads its part of one index, in order.
        let rows = fenced!(
            FencedAuditRow,
            fence,
            r#"select f.holds as "holds!", l.id as "id?", l.actor_id, l.action as "action?",
                      coalesce(l.target_type, case when l.person_id is null then 'community' else 'user' end) as "target_type?",
                      coalesce(l.target_id, l.person_id) as target_id,
                      coalesce(l.details, jsonb_strip_nulls(jsonb_build_object('reason', l.reason))) as "details?: _",
                      l.created_at as "created_at?"
               from fence f
               left join lateral (
                 (select * from audit_log
                  where $8::uuid is not null and $5::uuid is null and community_id = $1 and coalesce(target_id, person_id) = $8
                    and ($9::uuid is null or actor_id = $9) and ($10::text is null or action = $10)
                    and id < coalesce($6::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff')
                  order by id desc limit $7::int8 + 1)
                 union all
                 (select * from audit_log
                  where $8::uuid is not null and $5::uuid is not null and community_id = $1 and coalesce(target_id, person_id) = $8
                    and ($9::uuid is null or actor_id = $9) and ($10::text is null or action = $10) and id > $5
                  order by id limit $7::int8 + 1)
                 union all
                 (select * from audit_log
                  where $8::uuid is null and $9::uuid is not null and $5::uuid is null and community_id = $1 and actor_id = $9
                    and ($10::text is null or action = $10)
                    and id < coalesce($6::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff')
                  order by id desc limit $7::int8 + 1)
                 union all
                 (select * from audit_log
                  where $8::uuid is null and $9::uuid is not null and $5::uuid is not null and community_id = $1 and actor_id = $9
                    and ($10::text is null or action = $10) and id > $5
                  order by id limit $7::int8 + 1)
                 union all
                 (select * from audit_log
                  where $8::uuid is null and $9::uuid is null and $10::text is not null and $5::uuid is null and community_id = $1
                    and action = $10 and id < coalesce($6::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff')
                  order by id desc limit $7::int8 + 1)
                 union all
                 (select * from audit_log
                  where $8::uuid is null and $9::uuid is null and $10::text is not null and $5::uuid is not null and community_id = $1
                    and action = $10 and id > $5 order by id limit $7::int8 + 1)
                 union all
                 (select * from audit_log
                  where $8::uuid is null and $9::uuid is null and $10::text is null and $5::uuid is null and community_id = $1
                    and id < coalesce($6::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff')
                  order by id desc limit $7::int8 + 1)
                 union all
                 (select * from audit_log
                  where $8::uuid is null and $9::uuid is null and $10::text is null and $5::uuid is not null and community_id = $1
                    and id > $5 order by id limit $7::int8 + 1)
               ) l on f.holds
               order by case when $5::uuid is not null then l.id end, l.id desc"#,
            query.after,
            query.before,
            query.size(),
            filter.target,
            filter.actor.map(|actor| actor.0),
            filter.action.as_deref()
        )
        .fetch_all(self.searches())
        .await?;
        Ok(Fenced::all(rows))
    }
}

/// Cuts the one line too many that tells whether there is more; a page after a cursor comes oldest first and is turned.
fn newest_first(mut items: Vec<AuditEntry>, query: &PageQuery) -> Page<AuditEntry> {
    let size = usize::try_from(query.size()).unwrap_or(1);
    let has_more = items.len() > size;
    items.truncate(size);
    if query.after.is_some() {
        items.reverse();
    }
    Page { items, has_more }
}
