//! Bots of communities, as those who manage them list them.

use std::collections::HashMap;

use ajet_domain::need::{BotCount, BotFacts, BotOf, SeesBeyond, StandingOf};
use ajet_domain::{Scope, Standing};
use ajet_protocol::{Bot, BotId, ChannelId, CommunityId, Page, PageQuery, TokenScopes, UserId};
use uuid::Uuid;

use super::communities::page_of;
use super::fence::{Fence, Fenced, fenced, fenced_row};
use super::lookup::{Answered, Answers, Lookup, complete};
use super::{Store, StoreError};

fenced_row! {
    struct BotRow / FencedBotRow {
        id: Uuid,
        community_id: Uuid,
        user_id: Uuid,
        name: String,
        scopes: i32,
        avatar_url: Option<String>,
        created_at: time::OffsetDateTime,
    }
}

impl From<BotRow> for Bot {
    fn from(row: BotRow) -> Self {
        Self {
            id: BotId(row.id),
            community_id: CommunityId(row.community_id),
            name: row.name,
            user_id: UserId(row.user_id),
            scopes: scopes(row.scopes).list(),
            avatar_url: row.avatar_url,
            created_at: row.created_at.into(),
        }
    }
}

/// Stored scopes.
pub(super) fn scopes(bits: i32) -> TokenScopes {
    TokenScopes::from_bits(bits.cast_unsigned())
}

/// Where a bot is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BotHome {
    pub community: CommunityId,
    /// Its account.
    pub user: UserId,
}

impl Store {
    /// The bots of a community, by their ids.
    pub async fn bots_of(&self, fence: Fence, query: &PageQuery) -> Result<Fenced<Page<Bot>>, StoreError> {
        let rows = fenced!(
            FencedBotRow,
            fence,
            r#"select f.holds as "holds!", b.id as "id?", b.community_id as "community_id?", b.user_id as "user_id?",
                      b.name as "name?", b.scopes as "scopes?", u.avatar_url, b.created_at as "created_at?"
               from fence f
               left join (
                 select * from bots
                 where community_id = $1 and ($5::uuid is null or id > $5) and ($6::uuid is null or id < $6)
                 order by case when $6::uuid is null then id end, id desc limit $7::int8 + 1
               ) b on f.holds
               left join users u on u.id = b.user_id
               order by case when $6::uuid is null then b.id end, b.id desc"#,
            query.after,
            query.before,
            query.size()
        )
        .fetch_all(self.reads())
        .await?;
        Ok(Fenced::all(rows).map(|rows| page_of(rows.into_iter().map(Bot::from).collect(), query)))
    }

    /// A bot of a community.
    pub async fn bot_for(&self, fence: Fence, id: BotId) -> Result<Fenced<Option<Bot>>, StoreError> {
        let row = fenced!(
            FencedBotRow,
            fence,
            r#"select f.holds as "holds!", b.id as "id?", b.community_id as "community_id?", b.user_id as "user_id?",
                      b.name as "name?", b.scopes as "scopes?", u.avatar_url, b.created_at as "created_at?"
               from fence f
               left join bots b on f.holds and b.community_id = $1 and b.id = $5
               left join users u on u.id = b.user_id"#,
            id.0
        )
        .fetch_one(self.reads())
        .await?;
        Ok(Fenced::one(row).map(|row| row.map(Bot::from)))
    }

    /// Where a bot is; whether the caller may know of it is still to be judged.
    pub async fn home_of_bot(&self, id: BotId) -> Result<Option<BotHome>, StoreError> {
        let row = sqlx::query!("select community_id, user_id from bots where id = $1", id.0)
            .fetch_optional(self.reads())
            .await?;
        Ok(row.map(|row| BotHome { community: CommunityId(row.community_id), user: UserId(row.user_id) }))
    }
}

impl Answers<BotOf> for Lookup<'_> {
    async fn answer(&self, asked: &[BotOf]) -> Answered<BotOf> {
        let ids: Vec<Uuid> = asked.iter().map(|BotOf(bot)| bot.0).collect();
        let found = sqlx::query!(
            r#"select b.id, b.user_id, b.scopes, u.deactivated_at is not null as "is_deactivated!",
                      (select count(*) from api_tokens t
                       where t.bot_id = b.id and t.revoked_at is null
                         and (t.expires_at is null or t.expires_at > clock_timestamp())) as "tokens!"
               from bots b join users u on u.id = b.user_id
               where b.community_id = $1 and b.id = any($2)"#,
            self.community.0,
            &ids
        )
        .fetch_all(self.store.commands())
        .await?;
        if found.is_empty() {
            return Ok(complete(asked, []));
        }
        let of = |user: Uuid| StandingOf { user: UserId(user), channel: None };
        let judged: Vec<StandingOf> = found.iter().map(|row| of(row.user_id)).collect();
        let standings = self.store.standings(Scope::from(self.community), &judged).await?;
        let bots: HashMap<BotOf, Option<BotFacts>> = found
            .into_iter()
            .map(|row| {
                let facts = BotFacts {
                    user: UserId(row.user_id),
                    scopes: scopes(row.scopes),
                    tokens: row.tokens,
                    is_deactivated: row.is_deactivated,
                    standing: standings.get(&of(row.user_id)).copied().unwrap_or_default(),
                };
                (BotOf(BotId(row.id)), Some(facts))
            })
            .collect();
        Ok(complete(asked, bots))
    }
}

impl Answers<SeesBeyond> for Lookup<'_> {
    /// By the one rule, channel by channel: a token is made rarely.
    async fn answer(&self, asked: &[SeesBeyond]) -> Answered<SeesBeyond> {
        let mut found = Vec::with_capacity(asked.len());
        for one in asked {
            let row = sqlx::query!(
                r#"select b.user_id,
                          exists (
                            select 1 from channel_members cm join channels dm on dm.id = cm.channel_id
                            where cm.user_id = b.user_id and dm.community_id is null
                          ) as "direct!",
                          array(select ch.id from channels ch where ch.community_id = b.community_id) as "channels!"
                   from bots b where b.community_id = $1 and b.id = $2"#,
                self.community.0,
                one.bot.0
            )
            .fetch_optional(self.store.commands())
            .await?;
            let Some(row) = row else { continue };
            let of = |user, channel: &Uuid| StandingOf { user, channel: Some(ChannelId(*channel)) };
            let bot = UserId(row.user_id);
            let judged: Vec<StandingOf> =
                row.channels.iter().flat_map(|channel| [of(bot, channel), of(one.person, channel)]).collect();
            let standings = self.store.standings(Scope::from(self.community), &judged).await?;
            let sees = |user, channel| standings.get(&of(user, channel)).is_some_and(Standing::sees);
            let beyond = row.channels.iter().any(|channel| sees(bot, channel) && !sees(one.person, channel));
            found.push((*one, row.direct || beyond));
        }
        Ok(complete(asked, found))
    }
}

impl Answers<BotCount> for Lookup<'_> {
    async fn answer(&self, asked: &[BotCount]) -> Answered<BotCount> {
        let found = sqlx::query!(
            r#"select count(*) as "count!" from bots where community_id = $1"#,
            self.community.0
        )
        .fetch_one(self.store.commands())
        .await?;
        Ok(complete(asked, [(BotCount, found.count)]))
    }
}
