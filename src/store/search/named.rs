//! Channels and people: by the names that somebody typed, and as the lists that a search looks through.

use ajet_protocol::{ChannelId, PageQuery, User, UserId, names};
use uuid::Uuid;

use crate::store::fence::{Fence, Fenced, fenced, fenced_row};
use crate::store::rows::UserRow;
use crate::store::{Store, StoreError};

fenced_row! {
    pub struct ChannelWords / FencedChannelWords {
        id: Uuid,
        name: String,
        topic: Option<String>,
    }
}

impl Store {
    /// Those of some channels that have one of these names, whatever marks and capitals it is written with.
    pub async fn channels_named(
        &self,
        channels: &[Uuid],
        typed: &[String],
    ) -> Result<Vec<ChannelId>, StoreError> {
        let keys: Vec<String> = typed.iter().map(|name| names::key(name)).collect();
        let rows = sqlx::query!(
            r#"select id from channels where id = any($1) and coalesce(name_key, lower(name collate "C")) = any($2)"#,
            channels,
            &keys
        )
        .fetch_all(self.searches())
        .await?;
        Ok(rows.into_iter().map(|row| ChannelId(row.id)).collect())
    }

    /// The accounts of these user names.
    pub async fn accounts_named(&self, typed: &[String]) -> Result<Vec<UserId>, StoreError> {
        let rows = sqlx::query!(
            r#"select u.id as "id!" from unnest($1::text[]) as w(word)
               cross join lateral (
                 select a.id from users a where lower(a.username collate "C") = lower(w.word collate "C") offset 0
               ) u"#,
            typed
        )
        .fetch_all(self.searches())
        .await?;
        Ok(rows.into_iter().map(|row| UserId(row.id)).collect())
    }

    /// What channels of a community are called, and what they are for: those of them that the person of the fence sees.
    pub async fn channel_words(
        &self,
        fence: Fence,
        seen: &[ChannelId],
    ) -> Result<Fenced<Vec<ChannelWords>>, StoreError> {
        let ids: Vec<Uuid> = seen.iter().map(|id| id.0).collect();
        let rows = fenced!(
            FencedChannelWords,
            fence,
            r#"select f.holds as "holds!", ch.id as "id?", ch.name as "name?", ch.topic
               from fence f left join channels ch on f.holds and ch.id = any($5) and ch.community_id = $1
               order by ch.id"#,
            &ids
        )
        .fetch_all(self.searches())
        .await?;
        Ok(Fenced::all(rows))
    }

    /// The people whom a person may find, in the direction of the query; in one community where one is named, of which the person is a member.
    /// All of them at once: to tell who they are takes as long as it takes to tell the next few.
    pub async fn people_known_to(
        &self,
        reader: UserId,
        community: Option<Uuid>,
        query: &PageQuery,
    ) -> Result<Vec<Uuid>, StoreError> {
        let ids = sqlx::query_scalar!(
            r#"select k.id as "id!" from people_known_to($1) k
               where ($3::uuid is null or k.id > $3) and ($4::uuid is null or k.id < $4)
                 and ($2::uuid is null or exists (
                   select from community_members m join community_members own on own.community_id = m.community_id
                   where m.community_id = $2 and m.user_id = k.id and own.user_id = $1))
               order by case when $4::uuid is null then k.id end, k.id desc"#,
            reader.0,
            community,
            query.after,
            query.before
        )
        .fetch_all(self.searches())
        .await?;
        Ok(ids)
    }

    /// Those of some people whom a person may find now, as [`Self::people_known_to`]. Accounts that are out of use are left out.
    ///
    /// Whom the person may know is read in the same statement: it needs no fence.
    pub async fn people_to_search(
        &self,
        reader: UserId,
        community: Option<Uuid>,
        query: &PageQuery,
        among: &[Uuid],
    ) -> Result<Vec<User>, StoreError> {
        let rows = sqlx::query_as!(
            UserRow,
            r#"select u.id, u.username, u.display_name, u.avatar_url, u.status_text, u.bot, u.created_at
               from people_known_to($1) k join users u on u.id = k.id
               where k.id = any($3) and u.deactivated_at is null
                 and ($2::uuid is null or exists (
                   select from community_members m join community_members own on own.community_id = m.community_id
                   where m.community_id = $2 and m.user_id = u.id and own.user_id = $1))
               order by case when $4::uuid is null then u.id end, u.id desc"#,
            reader.0,
            community,
            among,
            query.before
        )
        .fetch_all(self.searches())
        .await?;
        Ok(rows.into_iter().map(User::from).collect())
    }
}
