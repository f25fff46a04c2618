//! Founding a community: no request can name it before this commit, so no actor need serialize it; constraints decide races.

use ajet_domain::community::Founding;
use ajet_domain::journal::DuplicateKey;
use ajet_protocol::{CommunityId, UserId, names};
use serde_json::json;
use sqlx::{Connection, PgConnection};
use time::OffsetDateTime;

use super::journal::write_events;
use super::keys::objects_made;
use super::streams::stored;
use super::{Store, StoreError};

/// The setting that names the system owner.
const SYSTEM_OWNER: &str = "system_owner";

/// What became of a founding.
#[derive(Debug, PartialEq, Eq)]
pub enum Founded {
    Done,
    /// The key made this community before; its fingerprint tells whether from the same request.
    Replayed {
        community: CommunityId,
        fingerprint: i64,
    },
    /// Only the system owner founds further communities.
    NotTheOwner,
    SlugTaken,
}

impl Store {
    /// Writes a community, its first channel, its founder's membership and its first events, all or nothing.
    pub async fn found(&self, founding: &Founding) -> Result<Founded, StoreError> {
        let (key, _) = &founding.key;
        if let Some(before) = self.founded_before(key).await? {
            return Ok(before);
        }
        let mut lease = self.commands().lease().await?;
        let written = lease.run(|connection| write(connection, founding)).await;
        // What follows takes a connection of its own: who holds one and waits for another makes all wait.
        drop(lease);
        match written {
            // A retry may have overtaken us: then this is its doing.
            Err(StoreError::Constraint(_)) => {
                Ok(self.founded_before(key).await?.unwrap_or(Founded::SlugTaken))
            }
            written => written,
        }
    }

    async fn founded_before(&self, key: &DuplicateKey) -> Result<Option<Founded>, StoreError> {
        let mut made = objects_made(self.commands(), std::slice::from_ref(key)).await?;
        Ok(made.remove(key).map(|prior| Founded::Replayed {
            community: CommunityId(prior.object),
            fingerprint: prior.fingerprint,
        }))
    }

    /// Who owns the system, if anybody does yet.
    pub async fn system_owner(&self) -> Result<Option<UserId>, StoreError> {
        let row = sqlx::query!("select value from system_settings where key = $1", SYSTEM_OWNER)
            .fetch_optional(self.live())
            .await?;
        Ok(row.and_then(|row| row.value.as_str().and_then(|text| text.parse().ok())))
    }
}

/// Writes everything, or nothing: a connection that goes back to its pool has no open transaction.
async fn write(connection: &mut PgConnection, founding: &Founding) -> Result<Founded, StoreError> {
    let mut tx = connection.begin().await?;
    let written = match claim_ownership(&mut tx, founding).await {
        Ok(true) => insert_all(&mut tx, founding).await.map(|()| Founded::Done),
        Ok(false) => Ok(Founded::NotTheOwner),
        Err(error) => Err(error),
    };
    match &written {
        Ok(Founded::Done) => tx.commit().await?,
        _ => tx.rollback().await?,
    }
    written
}

/// The first founder becomes the system owner; whether the founder is it now.
async fn claim_ownership(tx: &mut sqlx::PgConnection, founding: &Founding) -> Result<bool, StoreError> {
    let founder = json!(founding.founder);
    sqlx::query!(
        "insert into system_settings (key, value, updated_at) values ($1, $2, $3) on conflict (key) do nothing",
        SYSTEM_OWNER,
        founder,
        OffsetDateTime::from(founding.community.created_at)
    )
    .execute(&mut *tx)
    .await?;
    let row =
        sqlx::query!("select value from system_settings where key = $1", SYSTEM_OWNER).fetch_one(tx).await?;
    Ok(row.value == founder)
}

/// The first ACL version, and whose rights it changes: by that the watermark finds the founder's sessions, which are to be told.
async fn begin_rights(tx: &mut sqlx::PgConnection, founding: &Founding) -> Result<(), StoreError> {
    let scope = founding.community.id.0;
    // The row of `communities` has the same version, which nodes of the release before read: both begin with 1.
    sqlx::query!("insert into acl (scope, version) values ($1, 1)", scope).execute(&mut *tx).await?;
    sqlx::query!(
        "insert into acl_changes (scope, version, affects, id) values ($1, 1, 3, $2)",
        scope,
        founding.founder.0
    )
    .execute(tx)
    .await?;
    Ok(())
}

async fn insert_all(tx: &mut sqlx::PgConnection, founding: &Founding) -> Result<(), StoreError> {
    let (community, general) = (&founding.community, &founding.general);
    let at = OffsetDateTime::from(community.created_at);
    let head = stored(founding.events.len() as u64);
    let (key, given) = &founding.key;
    begin_rights(tx, founding).await?;
    sqlx::query!(
        "insert into communities (id, name, slug, created_at) values ($1, $2, $3, $4)",
        community.id.0,
        community.name,
        community.slug,
        at
    )
    .execute(&mut *tx)
    .await?;
    sqlx::query!(
        "insert into streams (id, head) values ($1, $2), ($3, 0)",
        community.id.0,
        head,
        general.id.0
    )
    .execute(&mut *tx)
    .await?;
    sqlx::query!(
        "insert into community_members (community_id, user_id, role, joined_at) values ($1, $2, 'owner', $3)",
        community.id.0,
        founding.founder.0,
        at
    )
    .execute(&mut *tx)
    .await?;
    sqlx::query!(
        "insert into channels (id, community_id, name, name_key, type, visibility, created_by, created_at)
         values ($1, $2, $3, $4, 'text', 'public', $5, $6)",
        general.id.0,
        community.id.0,
        general.name,
        names::key(&general.name),
        founding.founder.0,
        at
    )
    .execute(&mut *tx)
    .await?;
    sqlx::query!(
        "insert into channel_members (channel_id, user_id, joined_at) values ($1, $2, $3)",
        general.id.0,
        founding.founder.0,
        at
    )
    .execute(&mut *tx)
    .await?;
    sqlx::query!(
        "insert into mutations (author_id, key, object_id, fingerprint, created_at) values ($1, $2, $3, $4, $5)",
        key.author.0,
        key.key,
        community.id.0,
        given.kept(),
        at
    )
    .execute(&mut *tx)
    .await?;
    write_events(tx, &founding.events).await
}
