//! Communities' own slash commands, and their uses.
//!
//! A command goes with the bot that carries it out.

use ajet_domain::need::{
    CommandBot, CommandCount, CommandNamed, CommandOf, InvocationFacts, InvocationOf, Posting,
};
use ajet_protocol::{
    BotId, ChannelId, CommandId, CommunityId, CustomCommand, InvocationId, Page, PageQuery, UserId,
};
use time::OffsetDateTime;
use uuid::Uuid;

use super::communities::page_of;
use super::fence::{Fence, Fenced, fenced, fenced_row};
use super::lookup::{Answered, Answers, Lookup, complete};
use super::{Pool, Store, StoreError};

fenced_row! {
    struct CommandRow / FencedCommandRow {
        id: Uuid,
        community_id: Uuid,
        name: String,
        description: String,
        bot_id: Uuid,
        created_by: Uuid,
        created_at: OffsetDateTime,
    }
}

impl From<CommandRow> for CustomCommand {
    fn from(row: CommandRow) -> Self {
        Self {
            id: CommandId(row.id),
            community_id: CommunityId(row.community_id),
            name: row.name,
            description: row.description,
            bot_id: BotId(row.bot_id),
            created_by: UserId(row.created_by),
            created_at: row.created_at.into(),
        }
    }
}

/// A community's own command, as it is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UsedCommand {
    pub id: CommandId,
    /// The account of the bot that carries it out.
    pub bot: UserId,
}

impl Store {
    /// A community's own commands, by their ids.
    pub async fn commands_of(
        &self,
        fence: Fence,
        query: &PageQuery,
    ) -> Result<Fenced<Page<CustomCommand>>, StoreError> {
        let rows = fenced!(
            FencedCommandRow,
            fence,
            r#"select f.holds as "holds!", c.id as "id?", c.community_id as "community_id?", c.name as "name?",
                      c.description as "description?", c.bot_id as "bot_id?", c.created_by as "created_by?",
                      c.created_at as "created_at?"
               from fence f
               left join (
                 select o.* from commands o join bots b on b.id = o.bot_id
                 where o.community_id = $1 and ($5::uuid is null or o.id > $5) and ($6::uuid is null or o.id < $6)
                 order by case when $6::uuid is null then o.id end, o.id desc limit $7::int8 + 1
               ) c on f.holds
               order by case when $6::uuid is null then c.id end, c.id desc"#,
            query.after,
            query.before,
            query.size()
        )
        .fetch_all(self.reads())
        .await?;
        Ok(Fenced::all(rows).map(|rows| page_of(rows.into_iter().map(CustomCommand::from).collect(), query)))
    }

    /// One of a community's own commands.
    pub async fn command_for(
        &self,
        fence: Fence,
        id: CommandId,
    ) -> Result<Fenced<Option<CustomCommand>>, StoreError> {
        let row = fenced!(
            FencedCommandRow,
            fence,
            r#"select f.holds as "holds!", c.id as "id?", c.community_id as "community_id?", c.name as "name?",
                      c.description as "description?", c.bot_id as "bot_id?", c.created_by as "created_by?",
                      c.created_at as "created_at?"
               from fence f left join commands c on f.holds and c.community_id = $1 and c.id = $5"#,
            id.0
        )
        .fetch_one(self.reads())
        .await?;
        Ok(Fenced::one(row).map(|row| row.map(CustomCommand::from)))
    }

    /// The community that has a command.
    pub async fn community_of_command(&self, id: CommandId) -> Result<Option<CommunityId>, StoreError> {
        let row = sqlx::query!("select community_id from commands where id = $1", id.0)
            .fetch_optional(self.reads())
            .await?;
        Ok(row.map(|row| CommunityId(row.community_id)))
    }

    /// The command of a community that has a name. Rights are judged by who asks: all members know all commands.
    pub async fn command_named(
        &self,
        community: CommunityId,
        name: &str,
    ) -> Result<Option<UsedCommand>, StoreError> {
        let row = sqlx::query!(
            "select c.id, b.user_id from commands c join bots b on b.id = c.bot_id
             where c.community_id = $1 and c.name = $2",
            community.0,
            name
        )
        .fetch_optional(self.reads())
        .await?;
        Ok(row.map(|row| UsedCommand { id: CommandId(row.id), bot: UserId(row.user_id) }))
    }

    /// A use of a command.
    pub async fn invocation(&self, id: InvocationId) -> Result<Option<InvocationFacts>, StoreError> {
        let found = invocations(self.reads(), &[id.0]).await?;
        Ok(found.first().map(InvocationFacts::from))
    }

    /// Removes some uses of commands that ended a day ago; how many.
    pub async fn remove_past_invocations(&self, limit: i64) -> Result<u64, StoreError> {
        let done = sqlx::query!(
            "delete from invocations i using (
               select id from invocations where expires_at < now() - interval '1 day' limit $1
             ) old
             where i.id = old.id",
            limit
        )
        .execute(self.background())
        .await?;
        Ok(done.rows_affected())
    }
}

/// Uses of commands, as they stand now.
async fn invocations(pool: &Pool, ids: &[Uuid]) -> Result<Vec<InvocationRow>, StoreError> {
    let found = sqlx::query_as!(
        InvocationRow,
        r#"select i.id, i.bot_user_id, i.channel_id, i.user_id, i.settled_at, i.answer,
                  clock_timestamp() >= i.expires_at as "is_over!",
                  clock_timestamp() >= i.expires_at + interval '10 seconds' as "is_long_over!",
                  (i.awaits_post and not exists (
                    select 1 from messages m where m.author_id = i.bot_user_id and m.client_mutation_id = i.id::text
                  )) as "lacks_post!"
           from invocations i where i.id = any($1)"#,
        ids
    )
    .fetch_all(pool)
    .await?;
    Ok(found)
}

struct InvocationRow {
    id: Uuid,
    bot_user_id: Uuid,
    channel_id: Uuid,
    user_id: Uuid,
    settled_at: Option<OffsetDateTime>,
    answer: Option<i64>,
    is_over: bool,
    /// Whether a message that was taken in time had so much more of it to be posted.
    is_long_over: bool,
    /// Whether a message is awaited and is not there. It is known by its idempotency key.
    lacks_post: bool,
}

impl From<&InvocationRow> for InvocationFacts {
    fn from(row: &InvocationRow) -> Self {
        let posting = match (row.lacks_post, row.is_long_over) {
            (false, _) => Posting::Settled,
            (true, false) => Posting::Awaited,
            (true, true) => Posting::Missing,
        };
        Self {
            bot: UserId(row.bot_user_id),
            channel_id: ChannelId(row.channel_id),
            user_id: UserId(row.user_id),
            is_over: row.is_over,
            is_settled: row.settled_at.is_some(),
            answer: row.answer,
            posting,
        }
    }
}

impl Answers<CommandBot> for Lookup<'_> {
    async fn answer(&self, asked: &[CommandBot]) -> Answered<CommandBot> {
        let ids: Vec<Uuid> = asked.iter().map(|CommandBot(bot)| bot.0).collect();
        let found = sqlx::query!(
            "select id, user_id from bots where community_id = $1 and id = any($2)",
            self.community.0,
            &ids
        )
        .fetch_all(self.store.commands())
        .await?;
        let found = found.into_iter().map(|row| (CommandBot(BotId(row.id)), Some(UserId(row.user_id))));
        Ok(complete(asked, found))
    }
}

impl Answers<CommandOf> for Lookup<'_> {
    async fn answer(&self, asked: &[CommandOf]) -> Answered<CommandOf> {
        let ids: Vec<Uuid> = asked.iter().map(|CommandOf(command)| command.0).collect();
        let found = sqlx::query!(
            "select id from commands where community_id = $1 and id = any($2)",
            self.community.0,
            &ids
        )
        .fetch_all(self.store.commands())
        .await?;
        Ok(complete(asked, found.into_iter().map(|row| (CommandOf(CommandId(row.id)), true))))
    }
}

impl Answers<CommandNamed> for Lookup<'_> {
    async fn answer(&self, asked: &[CommandNamed]) -> Answered<CommandNamed> {
        let names: Vec<String> = asked.iter().map(|CommandNamed(name)| name.clone()).collect();
        let found = sqlx::query!(
            "select name from commands where community_id = $1 and name = any($2)",
            self.community.0,
            &names
        )
        .fetch_all(self.store.commands())
        .await?;
        Ok(complete(asked, found.into_iter().map(|row| (CommandNamed(row.name), true))))
    }
}

impl Answers<CommandCount> for Lookup<'_> {
    async fn answer(&self, asked: &[CommandCount]) -> Answered<CommandCount> {
        let found = sqlx::query!(
            r#"select count(*) as "count!" from commands where community_id = $1"#,
            self.community.0
        )
        .fetch_one(self.store.commands())
        .await?;
        Ok(complete(asked, [(CommandCount, found.count)]))
    }
}

impl Answers<InvocationOf> for Lookup<'_> {
    async fn answer(&self, asked: &[InvocationOf]) -> Answered<InvocationOf> {
        let ids: Vec<Uuid> = asked.iter().map(|InvocationOf(id)| id.0).collect();
        let found = invocations(self.store.commands(), &ids).await?;
        let found =
            found.iter().map(|row| (InvocationOf(InvocationId(row.id)), Some(InvocationFacts::from(row))));
        Ok(complete(asked, found))
    }
}
