//! Custom emoji, as the members of a community list them.

use ajet_domain::need::{EmojiCount, EmojiNamed, EmojiOf};
use ajet_protocol::{CommunityId, Emoji, EmojiId, Page, PageQuery};
use uuid::Uuid;

use super::communities::page_of;
use super::fence::{Fence, Fenced, fenced, fenced_row};
use super::lookup::{Answered, Answers, Lookup, complete};
use super::{Store, StoreError};

fenced_row! {
    struct EmojiRow / FencedEmojiRow {
        id: Uuid,
        name: String,
        url: String,
    }
}

impl From<EmojiRow> for Emoji {
    fn from(row: EmojiRow) -> Self {
        Self { id: EmojiId(row.id), name: row.name, url: row.url }
    }
}

impl Store {
    /// The custom emoji of a community, by their ids.
    pub async fn emoji_of(&self, fence: Fence, query: &PageQuery) -> Result<Fenced<Page<Emoji>>, StoreError> {
        let rows = fenced!(
            FencedEmojiRow,
            fence,
            r#"select f.holds as "holds!", e.id as "id?", e.name as "name?", e.url as "url?"
               from fence f
               left join (
                 select * from emoji
                 where community_id = $1 and ($5::uuid is null or id > $5) and ($6::uuid is null or id < $6)
                 order by case when $6::uuid is null then id end, id desc limit $7::int8 + 1
               ) e on f.holds
               order by case when $6::uuid is null then e.id end, e.id desc"#,
            query.after,
            query.before,
            query.size()
        )
        .fetch_all(self.reads())
        .await?;
        Ok(Fenced::all(rows).map(|rows| page_of(rows.into_iter().map(Emoji::from).collect(), query)))
    }

    /// A custom emoji of a community.
    pub async fn emoji_for(&self, fence: Fence, id: EmojiId) -> Result<Fenced<Option<Emoji>>, StoreError> {
        let row = fenced!(
            FencedEmojiRow,
            fence,
            r#"select f.holds as "holds!", e.id as "id?", e.name as "name?", e.url as "url?"
               from fence f left join emoji e on f.holds and e.community_id = $1 and e.id = $5"#,
            id.0
        )
        .fetch_one(self.reads())
        .await?;
        Ok(Fenced::one(row).map(|row| row.map(Emoji::from)))
    }

    /// The community that a custom emoji belongs to.
    pub async fn community_of_emoji(&self, id: EmojiId) -> Result<Option<CommunityId>, StoreError> {
        let row = sqlx::query!("select community_id from emoji where id = $1", id.0)
            .fetch_optional(self.reads())
            .await?;
        Ok(row.map(|row| CommunityId(row.community_id)))
    }
}

impl Answers<EmojiOf> for Lookup<'_> {
    async fn answer(&self, asked: &[EmojiOf]) -> Answered<EmojiOf> {
        let ids: Vec<Uuid> = asked.iter().map(|EmojiOf(emoji)| emoji.0).collect();
        let found = sqlx::query!(
            "select id from emoji where community_id = $1 and id = any($2)",
            self.community.0,
            &ids
        )
        .fetch_all(self.store.commands())
        .await?;
        Ok(complete(asked, found.into_iter().map(|row| (EmojiOf(EmojiId(row.id)), true))))
    }
}

impl Answers<EmojiNamed> for Lookup<'_> {
    async fn answer(&self, asked: &[EmojiNamed]) -> Answered<EmojiNamed> {
        let names: Vec<String> = asked.iter().map(|EmojiNamed(name)| name.clone()).collect();
        let found = sqlx::query!(
            "select name from emoji where community_id = $1 and name = any($2)",
            self.community.0,
            &names
        )
        .fetch_all(self.store.commands())
        .await?;
        Ok(complete(asked, found.into_iter().map(|row| (EmojiNamed(row.name), true))))
    }
}

impl Answers<EmojiCount> for Lookup<'_> {
    async fn answer(&self, asked: &[EmojiCount]) -> Answered<EmojiCount> {
        let found = sqlx::query!(
            r#"select count(*) as "count!" from emoji where community_id = $1"#,
            self.community.0
        )
        .fetch_one(self.store.commands())
        .await?;
        Ok(complete(asked, [(EmojiCount, found.count)]))
    }
}
