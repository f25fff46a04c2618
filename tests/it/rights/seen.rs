//! What the tests of rights look at: a cache as another node has it, and how the database stands.

use ajet_chatd::rights::Rights;
use ajet_chatd::store::Store;
use ajet_protocol::ChannelId;

use crate::support::{World, db};

/// A cache that knows nothing yet.
pub fn cache(world: &World) -> Rights {
    Rights::new(Store::new(&world.config.db))
}

/// The community's ACL version.
pub async fn version(world: &World) -> u64 {
    let version: i64 = sqlx::query_scalar("select version from acl where scope = $1")
        .bind(world.community.id.0)
        .fetch_one(&mut db(world).await)
        .await
        .expect("reads");
    version.unsigned_abs()
}

/// Notes a change of a channel, as an append that makes one does. The new version.
pub async fn channel_changed(world: &World, channel: ChannelId) -> u64 {
    let version: i64 = sqlx::query_scalar(
        "with raised as (update acl set version = version + 1 where scope = $1 returning scope, version)
         insert into acl_changes (scope, version, affects, id) select scope, version, 2, $2 from raised returning version",
    )
    .bind(world.community.id.0)
    .bind(channel.0)
    .fetch_one(&mut db(world).await)
    .await
    .expect("raises");
    version.unsigned_abs()
}
