//! Pictures in the object store: each is noted before its bytes are stored, and found again once its address stands nowhere.

use uuid::Uuid;

use super::{Store, StoreError};

/// Pictures that are looked at together.
const CHUNK: i64 = 500;

/// A picture whose address stands nowhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnusedPicture {
    pub id: Uuid,
    /// The part of its address that says what it is of.
    pub kind: String,
}

impl Store {
    /// Notes a picture whose bytes are about to be stored. It has a day to be used.
    pub async fn note_picture(&self, id: Uuid, kind: &str, url: &str) -> Result<(), StoreError> {
        sqlx::query!("insert into pictures (id, kind, url) values ($1, $2, $3)", id, kind, url)
            .execute(self.reads())
            .await?;
        Ok(())
    }

    /// Looks at some pictures that were not looked at for a day, and gives those of them that are used nowhere. Pictures that are used are
    /// looked at again a day later, and so are those that are not removed now.
    pub async fn unused_pictures(&self) -> Result<Vec<UnusedPicture>, StoreError> {
        let looked_at = sqlx::query!(
            "update pictures set looked_at = now()
             where id = any(array(
               select id from pictures where looked_at < now() - interval '1 day' order by looked_at limit $1
             ))
             returning id",
            CHUNK
        )
        .fetch_all(self.background())
        .await?;
        let ids: Vec<Uuid> = looked_at.into_iter().map(|row| row.id).collect();
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let unused = sqlx::query_as!(
            UnusedPicture,
            "select p.id, p.kind from pictures p
             where p.id = any($1)
               and not exists (select from users u where u.avatar_url = p.url)
               and not exists (select from community_members m where m.avatar_url = p.url)
               and not exists (select from communities c where c.avatar_url = p.url)
               and not exists (select from webhooks w where w.avatar_url = p.url)
               and not exists (select from emoji e where e.url = p.url)",
            &ids
        );
        Ok(unused.fetch_all(self.background()).await?)
    }

    /// Forgets a picture whose bytes are gone.
    pub async fn forget_picture(&self, id: Uuid) -> Result<(), StoreError> {
        sqlx::query!("delete from pictures where id = $1", id).execute(self.background()).await?;
        Ok(())
    }
}
