//! Categories, as the members of a community list them.

use ajet_domain::need::{AllCategories, CategoryOf};
use ajet_protocol::{Category, CategoryId, CommunityId, Page, PageQuery};
use uuid::Uuid;

use super::communities::page_of;
use super::fence::{Fence, Fenced, fenced, fenced_row};
use super::lookup::{Answered, Answers, Lookup, complete};
use super::{Store, StoreError};

fenced_row! {
    struct CategoryRow / FencedCategoryRow {
        id: Uuid,
        community_id: Uuid,
        name: String,
        position: i32,
    }
}

impl From<CategoryRow> for Category {
    fn from(row: CategoryRow) -> Self {
        Self {
            id: CategoryId(row.id),
            community_id: CommunityId(row.community_id),
            name: row.name,
            position: row.position,
        }
    }
}

impl Store {
    /// The categories of a community, by their ids.
    pub async fn categories_of(
        &self,
        fence: Fence,
        query: &PageQuery,
    ) -> Result<Fenced<Page<Category>>, StoreError> {
        let rows = fenced!(
            FencedCategoryRow,
            fence,
            r#"select f.holds as "holds!", c.id as "id?", c.community_id as "community_id?", c.name as "name?",
                      c.position as "position?"
               from fence f
               left join (
                 select * from channel_categories
                 where community_id = $1 and ($5::uuid is null or id > $5) and ($6::uuid is null or id < $6)
                 order by case when $6::uuid is null then id end, id desc limit $7::int8 + 1
               ) c on f.holds
               order by case when $6::uuid is null then c.id end, c.id desc"#,
            query.after,
            query.before,
            query.size()
        )
        .fetch_all(self.reads())
        .await?;
        Ok(Fenced::all(rows).map(|rows| page_of(rows.into_iter().map(Category::from).collect(), query)))
    }

    /// A category of a community.
    pub async fn category_for(
        &self,
        fence: Fence,
        id: CategoryId,
    ) -> Result<Fenced<Option<Category>>, StoreError> {
        let row = fenced!(
            FencedCategoryRow,
            fence,
            r#"select f.holds as "holds!", c.id as "id?", c.community_id as "community_id?", c.name as "name?",
                      c.position as "position?"
               from fence f
               left join channel_categories c on f.holds and c.community_id = $1 and c.id = $5"#,
            id.0
        )
        .fetch_one(self.reads())
        .await?;
        Ok(Fenced::one(row).map(|row| row.map(Category::from)))
    }

    /// The community that a category belongs to.
    pub async fn community_of_category(&self, id: CategoryId) -> Result<Option<CommunityId>, StoreError> {
        let row = sqlx::query!("select community_id from channel_categories where id = $1", id.0)
            .fetch_optional(self.reads())
            .await?;
        Ok(row.map(|row| CommunityId(row.community_id)))
    }
}

impl Answers<CategoryOf> for Lookup<'_> {
    async fn answer(&self, asked: &[CategoryOf]) -> Answered<CategoryOf> {
        let ids: Vec<Uuid> = asked.iter().map(|CategoryOf(category)| category.0).collect();
        let found = sqlx::query!(
            "select id from channel_categories where community_id = $1 and id = any($2)",
            self.community.0,
            &ids
        )
        .fetch_all(self.store.commands())
        .await?;
        Ok(complete(asked, found.into_iter().map(|row| (CategoryOf(CategoryId(row.id)), true))))
    }
}

impl Answers<AllCategories> for Lookup<'_> {
    /// There are few: a community has a limit.
    async fn answer(&self, asked: &[AllCategories]) -> Answered<AllCategories> {
        let found = sqlx::query_as!(
            CategoryRow,
            "select id, community_id, name, position from channel_categories where community_id = $1 order by id",
            self.community.0
        )
        .fetch_all(self.store.commands())
        .await?;
        let all = found.into_iter().map(Category::from).collect();
        Ok(complete(asked, [(AllCategories, all)]))
    }
}
