//! What channels allow and deny everybody, roles and people.

use std::collections::HashMap;

use ajet_domain::Scope;
use ajet_domain::need::{Allowance, AllowedTo, OverwriteCount, OverwriteOf, StandingOf};
use ajet_protocol::{ChannelId, Overwrite, Page, PageQuery};
use uuid::Uuid;

use super::communities::page_of;
use super::fence::{Fence, Fenced, fenced, fenced_row};
use super::lookup::{Answered, Answers, Lookup, complete};
use super::{Inconsistent, Store, StoreError, rows};

fenced_row! {
    struct OverwriteRow / FencedOverwriteRow {
        channel_id: Uuid,
        target_id: Uuid,
        target_type: String,
        allow: i64,
        deny: i64,
    }
}

impl TryFrom<OverwriteRow> for Overwrite {
    type Error = Inconsistent;
    fn try_from(row: OverwriteRow) -> Result<Self, Inconsistent> {
        let target_type =
            row.target_type.parse().map_err(|_| Inconsistent("channel_overwrites.target_type"))?;
        Ok(Self {
            channel_id: ChannelId(row.channel_id),
            target_id: row.target_id,
            target_type,
            allow: rows::permissions(row.allow).names(),
            deny: rows::permissions(row.deny).names(),
        })
    }
}

impl Store {
    /// What a channel allows and denies, by the id of the target.
    pub async fn overwrites_of(
        &self,
        fence: Fence,
        query: &PageQuery,
    ) -> Result<Fenced<Page<Overwrite>>, StoreError> {
        let rows = fenced!(
            FencedOverwriteRow,
            fence,
            r#"select f.holds as "holds!", o.channel_id as "channel_id?", o.target_id as "target_id?",
                      o.target_type as "target_type?", o.allow as "allow?", o.deny as "deny?"
               from fence f
               left join (
                 select * from channel_overwrites
                 where channel_id = $3 and ($5::uuid is null or target_id > $5) and ($6::uuid is null or target_id < $6)
                 order by case when $6::uuid is null then target_id end, target_id desc limit $7::int8 + 1
               ) o on f.holds
               order by case when $6::uuid is null then o.target_id end, o.target_id desc"#,
            query.after,
            query.before,
            query.size()
        )
        .fetch_all(self.reads())
        .await?;
        let items = Fenced::all(rows)
            .try_map(|rows| rows.into_iter().map(Overwrite::try_from).collect::<Result<Vec<_>, _>>())?;
        Ok(items.map(|items| page_of(items, query)))
    }
}

impl Answers<OverwriteOf> for Lookup<'_> {
    async fn answer(&self, asked: &[OverwriteOf]) -> Answered<OverwriteOf> {
        let (channels, targets): (Vec<Uuid>, Vec<Uuid>) =
            asked.iter().map(|one| (one.channel.0, one.target)).unzip();
        let found = sqlx::query_as!(
            OverwriteRow,
            r#"select o.channel_id as "channel_id!", o.target_id as "target_id!", o.target_type as "target_type!",
                      o.allow as "allow!", o.deny as "deny!"
               from unnest($2::uuid[], $3::uuid[]) as k(channel_id, target_id)
               join channel_overwrites o on o.channel_id = k.channel_id and o.target_id = k.target_id
               join channels ch on ch.id = o.channel_id and ch.community_id = $1"#,
            self.community.0,
            &channels,
            &targets
        )
        .fetch_all(self.store.commands())
        .await?;
        let found: Result<Vec<Overwrite>, Inconsistent> = found.into_iter().map(TryInto::try_into).collect();
        let found = found?.into_iter().map(|overwrite| {
            let question = OverwriteOf { channel: overwrite.channel_id, target: overwrite.target_id };
            (question, Some(overwrite))
        });
        Ok(complete(asked, found))
    }
}

impl Answers<AllowedTo> for Lookup<'_> {
    async fn answer(&self, asked: &[AllowedTo]) -> Answered<AllowedTo> {
        let roles: Vec<Uuid> = asked.iter().map(|one| one.role.0).collect();
        let found = sqlx::query!(
            "select o.target_id, o.channel_id, o.allow
             from channel_overwrites o join channels ch on ch.id = o.channel_id
             where ch.community_id = $1 and o.target_id = any($2) and o.allow <> 0",
            self.community.0,
            &roles
        )
        .fetch_all(self.store.commands())
        .await?;
        let mut there = Vec::new();
        for one in asked {
            for row in found.iter().filter(|row| row.target_id == one.role.0) {
                let place = StandingOf { user: one.user, channel: Some(ChannelId(row.channel_id)) };
                there.push((*one, place, rows::permissions(row.allow)));
            }
        }
        if there.is_empty() {
            return Ok(complete(asked, []));
        }
        let judged: Vec<StandingOf> = there.iter().map(|(_, place, _)| *place).collect();
        let standings = self.store.standings(Scope::from(self.community), &judged).await?;
        let mut allowances: HashMap<AllowedTo, Vec<Allowance>> = HashMap::new();
        for (one, place, allow) in there {
            let standing = standings.get(&place).copied().unwrap_or_default();
            allowances.entry(one).or_default().push(Allowance { allow, standing });
        }
        Ok(complete(asked, allowances))
    }
}

impl Answers<OverwriteCount> for Lookup<'_> {
    async fn answer(&self, asked: &[OverwriteCount]) -> Answered<OverwriteCount> {
        let channels: Vec<Uuid> = asked.iter().map(|OverwriteCount(channel)| channel.0).collect();
        let found = sqlx::query!(
            r#"select channel_id, count(*) as "count!" from channel_overwrites where channel_id = any($1) group by channel_id"#,
            &channels
        )
        .fetch_all(self.store.commands())
        .await?;
        let found = found.into_iter().map(|row| (OverwriteCount(ChannelId(row.channel_id)), row.count));
        Ok(complete(asked, found))
    }
}
