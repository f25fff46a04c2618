//! Pictures in the object store: each is noted before its bytes are stored, and found again once its address stands nowhere.

use std::collections::HashMap;

use ajet_domain::need::PictureOf;
use ajet_protocol::{CommunityId, EmojiId, UserId, WebhookId};
use uuid::Uuid;

use super::lookup::{Answered, Answers, Lookup, complete};
use super::{Store, StoreError};

/// Pictures that are looked at together.
const CHUNK: i64 = 100;

/// A picture whose bytes are about to be stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewPicture {
    pub id: Uuid,
    /// The part of its address that says what it is of.
    pub kind: &'static str,
    pub url: String,
    pub made_by: UserId,
}

/// A picture, as it is looked for where it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OldPicture {
    pub id: Uuid,
    /// The part of its address that says what it is of.
    pub kind: String,
    /// Whether its address stands anywhere.
    pub is_used: bool,
}

impl Store {
    /// Notes a picture, which has a day to be used; false where its person uploaded so many in a day already. Two at the same time
    /// may both be the last.
    pub async fn note_picture(&self, new: &NewPicture, most: i64) -> Result<bool, StoreError> {
        let noted = sqlx::query!(
            "insert into pictures (id, kind, url, made_by)
             select $1::uuid, $2::text, $3::text, $4::uuid
             where (select count(*) from pictures p
                    where p.made_by = $4::uuid and p.made_at > now() - interval '1 day') < $5::int8",
            new.id,
            new.kind,
            &new.url,
            new.made_by.0,
            most
        );
        Ok(noted.execute(self.reads()).await?.rows_affected() > 0)
    }

    /// Looks at some pictures that were not looked at for a day. Those that are used are looked at again a day later, and those that are
    /// not and are still there, an hour later.
    pub async fn old_pictures(&self) -> Result<Vec<OldPicture>, StoreError> {
        let old = sqlx::query_as!(
            OldPicture,
            r#"update pictures p
               set looked_at = case when o.is_used then now() else now() - interval '23 hours' end
               from (
                 select x.id,
                        exists (select from users u where u.avatar_url = x.url)
                          or exists (select from community_members m where m.avatar_url = x.url)
                          or exists (select from communities c where c.avatar_url = x.url)
                          or exists (select from webhooks w where w.avatar_url = x.url)
                          or exists (select from emoji e where e.url = x.url) as is_used
                 from pictures x
                 where x.looked_at < now() - interval '1 day' order by x.looked_at limit $1
               ) o
               where p.id = o.id
               returning p.id, p.kind, o.is_used as "is_used!""#,
            CHUNK
        );
        Ok(old.fetch_all(self.background()).await?)
    }

    /// A picture, and whether its address stands anywhere.
    pub async fn picture(&self, id: Uuid) -> Result<Option<OldPicture>, StoreError> {
        let found = sqlx::query_as!(
            OldPicture,
            r#"select x.id, x.kind,
                      exists (select from users u where u.avatar_url = x.url)
                        or exists (select from community_members m where m.avatar_url = x.url)
                        or exists (select from communities c where c.avatar_url = x.url)
                        or exists (select from webhooks w where w.avatar_url = x.url)
                        or exists (select from emoji e where e.url = x.url) as "is_used!"
               from pictures x where x.id = $1"#,
            id
        );
        Ok(found.fetch_optional(self.background()).await?)
    }

    /// The addresses of the pictures that a person has in some of their communities; those where they have none of their own are left out.
    pub async fn pictures_in(
        &self,
        person: UserId,
        communities: &[CommunityId],
    ) -> Result<HashMap<CommunityId, String>, StoreError> {
        let communities: Vec<Uuid> = communities.iter().map(|id| id.0).collect();
        let found = sqlx::query!(
            r#"select community_id, avatar_url as "avatar_url!" from community_members
               where user_id = $1 and community_id = any($2) and avatar_url is not null"#,
            person.0,
            &communities
        )
        .fetch_all(self.reads())
        .await?;
        Ok(found.into_iter().map(|row| (CommunityId(row.community_id), row.avatar_url)).collect())
    }

    /// Forgets a picture whose bytes are gone.
    pub async fn forget_picture(&self, id: Uuid) -> Result<(), StoreError> {
        sqlx::query!("delete from pictures where id = $1", id).execute(self.background()).await?;
        Ok(())
    }
}

impl Answers<PictureOf> for Lookup<'_> {
    async fn answer(&self, asked: &[PictureOf]) -> Answered<PictureOf> {
        let webhooks: Vec<Uuid> = asked
            .iter()
            .filter_map(|one| match one {
                PictureOf::Webhook(webhook) => Some(webhook.0),
                PictureOf::Emoji(_) => None,
            })
            .collect();
        let emoji: Vec<Uuid> = asked
            .iter()
            .filter_map(|one| match one {
                PictureOf::Emoji(emoji) => Some(emoji.0),
                PictureOf::Webhook(_) => None,
            })
            .collect();
        let rows = sqlx::query!(
            r#"select w.id as "id!", true as "is_webhook!", w.avatar_url as "url?"
               from webhooks w join channels ch on ch.id = w.channel_id
               where w.id = any($2) and ch.community_id = $1
               union all
               select e.id, false, e.url from emoji e where e.id = any($3) and e.community_id = $1"#,
            self.community.0,
            &webhooks,
            &emoji
        )
        .fetch_all(self.store.commands())
        .await?;
        let found = rows.into_iter().map(|row| {
            let question = if row.is_webhook {
                PictureOf::Webhook(WebhookId(row.id))
            } else {
                PictureOf::Emoji(EmojiId(row.id))
            };
            (question, row.url)
        });
        Ok(complete(asked, found))
    }
}
