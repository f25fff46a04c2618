//! The audit log of a community, as those read it who may. Lines are written by the journal alone, with what they tell of.
//!
//! Who may read the log need not see all channels: what was done to one that the reader does not see is shown without saying to which, and
//! the filter by target does not find it.

use std::collections::{BTreeMap, HashMap};

use ajet_protocol::{AuditEntry, AuditId, AuditedThing, ChannelId, Page, PageQuery, User, UserId};
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
    /// The line for a reader who sees these channels, sorted.
    fn shown(self, people: &HashMap<UserId, User>, seen: &[ChannelId]) -> AuditEntry {
        let is_hidden = self.is_of_unseen(seen);
        // A newer node may note what is no text.
        let text = |(name, value)| if let Value::String(text) = value { Some((name, text)) } else { None };
        let details = self.details.0.into_iter().filter_map(text);
        let shown = |(name, text): &(String, String)| name != "default_channel_id" || sees(seen, text);
        AuditEntry {
            id: AuditId(self.id),
            actor: self.actor_id.and_then(|actor| people.get(&UserId(actor)).cloned()),
            action: self.action,
            target: AuditedThing { kind: self.target_type, id: self.target_id.filter(|_| !is_hidden) },
            details: details.filter(|detail| !is_hidden && shown(detail)).collect(),
            created_at: self.created_at.into(),
        }
    }

    /// Whether it tells of a channel that is not one of these, or of one that is gone. The filter by target says the same in SQL.
    fn is_of_unseen(&self, seen: &[ChannelId]) -> bool {
        let is_seen = |id: Uuid| seen.binary_search(&ChannelId(id)).is_ok();
        let is_target = self.target_type == "channel" && !self.target_id.is_some_and(is_seen);
        let named = self.details.0.get("channel_id").and_then(Value::as_str);
        is_target || named.is_some_and(|id| !sees(seen, id))
    }
}

/// Whether a detail names one of these channels, which are sorted.
fn sees(seen: &[ChannelId], id: &str) -> bool {
    id.parse::<Uuid>().is_ok_and(|id| seen.binary_search(&ChannelId(id)).is_ok())
}

impl Store {
    /// A page of a community's audit log, newest first, for a reader who sees these channels; `before` and `after` are told by the lines'
    /// ids, which sort by time.
    ///
    /// Lines of release 0.1.0 have no target of their own: a person whom they name is it.
    pub async fn audit_of(
        &self,
        fence: Fence,
        seen: &[ChannelId],
        filter: &AuditFilter,
        query: &PageQuery,
    ) -> Result<Fenced<Page<AuditEntry>>, StoreError> {
        let visible: Vec<Uuid> = seen.iter().map(|channel| channel.0).collect();
        let Fenced::Holds(rows) = self.audit_lines(fence, filter, query, &visible).await? else {
            return Ok(Fenced::Stale);
        };
        let actors: Vec<UserId> = rows.iter().filter_map(|row| row.actor_id).map(UserId).collect();
        let people = self.people(&actors).await?;
        let items = rows.into_iter().map(|row| row.shown(&people, seen)).collect();
        Ok(Fenced::Holds(newest_first(items, query)))
    }

    /// The lines of a page and one more, where there is one, in the direction in which they are read.
    async fn audit_lines(
        &self,
        fence: Fence,
        filter: &AuditFilter,
        query: &PageQuery,
        visible: &[Uuid],
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
                    and (target_type is distinct from 'channel' or target_id = any($11::uuid[]))
                    and (details ->> 'channel_id' is null or details ->> 'channel_id' = any($11::uuid[]::text[]))
                    and ($9::uuid is null or actor_id = $9) and ($10::text is null or action = $10)
                    and id < coalesce($6::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff') order by id desc limit $7::int8 + 1)
                 union all
                 (select * from audit_log
                  where $8::uuid is not null and $5::uuid is not null and community_id = $1 and coalesce(target_id, person_id) = $8
                    and (target_type is distinct from 'channel' or target_id = any($11::uuid[]))
                    and (details ->> 'channel_id' is null or details ->> 'channel_id' = any($11::uuid[]::text[]))
                    and ($9::uuid is null or actor_id = $9) and ($10::text is null or action = $10) and id > $5 order by id limit $7::int8 + 1)
                 union all
                 (select * from audit_log
                  where $8::uuid is null and $9::uuid is not null and $5::uuid is null and community_id = $1 and actor_id = $9
                    and ($10::text is null or action = $10) and id < coalesce($6::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff')
                  order by id desc limit $7::int8 + 1)
                 union all
                 (select * from audit_log
                  where $8::uuid is null and $9::uuid is not null and $5::uuid is not null and community_id = $1 and actor_id = $9
                    and ($10::text is null or action = $10) and id > $5 order by id limit $7::int8 + 1)
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
                    and id < coalesce($6::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff') order by id desc limit $7::int8 + 1)
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
            filter.action.as_deref(),
            visible
        )
        .fetch_all(self.searches())
        .await?;
        Ok(Fenced::all(rows))
    }
}

/// Cuts the one line too many that tells whether there is more; a page after a cursor comes oldest first and is turned.
pub(super) fn newest_first(mut items: Vec<AuditEntry>, query: &PageQuery) -> Page<AuditEntry> {
    let size = usize::try_from(query.size()).unwrap_or(1);
    let has_more = items.len() > size;
    items.truncate(size);
    if query.after.is_some() {
        items.reverse();
    }
    Page { items, has_more }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: ChannelId = ChannelId(Uuid::from_u128(1));
    const SECRET: ChannelId = ChannelId(Uuid::from_u128(2));

    fn shown(target_type: &str, target_id: Uuid, details: Value) -> AuditEntry {
        let row = AuditRow {
            id: Uuid::nil(),
            actor_id: None,
            action: "noun.verb".into(),
            target_type: target_type.into(),
            target_id: Some(target_id),
            details: Json(serde_json::from_value(details).expect("an object")),
            created_at: OffsetDateTime::UNIX_EPOCH,
        };
        row.shown(&HashMap::new(), &[HERE])
    }

    /// I6.
    #[test]
    fn what_was_done_to_a_channel_is_told_to_those_who_see_it() {
        let named = |channel: ChannelId| serde_json::json!({ "channel_id": channel, "name": "plans" });
        let person = Uuid::from_u128(3);
        for (kind, target, details, is_told) in [
            ("channel", HERE.0, serde_json::json!({ "name": "plans" }), true),
            ("channel", SECRET.0, serde_json::json!({ "name": "plans" }), false),
            ("user", person, named(HERE), true),
            ("user", person, named(SECRET), false),
            ("webhook", person, named(SECRET), false),
            ("webhook", person, serde_json::json!({ "channel_id": "x", "name": "plans" }), false),
            ("user", person, serde_json::json!({ "name": "plans" }), true),
        ] {
            let line = shown(kind, target, details);
            assert_eq!(line.target, AuditedThing { kind: kind.into(), id: is_told.then_some(target) });
            assert_eq!(line.details.contains_key("name"), is_told, "{line:?}");
            assert!(is_told || line.details.is_empty(), "{line:?}");
        }
    }

    #[test]
    fn a_changed_community_is_told_without_a_channel_that_is_not_seen() {
        let community = Uuid::from_u128(4);
        for (channel, is_told) in [(HERE, true), (SECRET, false)] {
            let details = serde_json::json!({ "default_channel_id": channel, "name": "Crabs" });
            let line = shown("community", community, details);
            assert_eq!(line.target.id, Some(community));
            assert_eq!(line.details.contains_key("default_channel_id"), is_told);
            assert_eq!(line.details.get("name").map(String::as_str), Some("Crabs"));
        }
    }
}
