//! What a person's live streams bring: their communities, their direct messages, and what concerns them alone.

use std::collections::HashMap;

use ajet_domain::Scope;
use ajet_protocol::{ChannelId, CommunityId, Topic, UserId};

use super::streams::count;
use super::{Store, StoreError};

/// The topics of a person.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Topics {
    /// Each with its ACL version.
    pub communities: Vec<(CommunityId, u64)>,
    pub dms: Vec<DirectMessage>,
    /// Where the person's own stream stands; 0 before its first event.
    pub own_head: u64,
}

impl Topics {
    /// The communities and the direct messages, each with its ACL version, and where the stream of a direct message stands; 0 for a
    /// community, which has many.
    pub fn all(&self) -> impl Iterator<Item = (Topic, u64, u64)> {
        let communities = self.communities.iter().map(|(id, version)| (Topic::Community(*id), *version, 0));
        communities.chain(self.dms.iter().map(|dm| (Topic::Dm(dm.id), dm.acl_version, dm.head)))
    }
}

/// A direct message that a person takes part in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DirectMessage {
    pub id: ChannelId,
    /// Its ACL version.
    pub acl_version: u64,
    /// Where its stream stands.
    pub head: u64,
}

impl Store {
    /// What a person's streams bring, as of now.
    pub async fn topics_of(&self, user: UserId) -> Result<Topics, StoreError> {
        let rows = sqlx::query!(
            r#"select m.community_id as "community?", null::uuid as "dm?", coalesce(a.version, 0) as "version!", 0::int8 as "head!"
               from community_members m join communities c on c.id = m.community_id and c.deleted_at is null
               left join acl a on a.scope = m.community_id where m.user_id = $1
               union all
               select null::uuid, ch.id, coalesce(a.version, 0), s.head from channel_members cm
               join channels ch on ch.id = cm.channel_id and ch.community_id is null
               join streams s on s.id = ch.id
               left join acl a on a.scope = ch.id where cm.user_id = $1
               union all
               select null::uuid, null::uuid, 0::int8, s.head from streams s where s.id = $1"#,
            user.0
        )
        .fetch_all(self.live())
        .await?;
        let mut topics = Topics::default();
        for row in rows {
            match (row.community, row.dm) {
                (Some(community), _) => topics.communities.push((CommunityId(community), count(row.version))),
                (None, Some(dm)) => topics.dms.push(DirectMessage {
                    id: ChannelId(dm),
                    acl_version: count(row.version),
                    head: count(row.head),
                }),
                (None, None) => topics.own_head = count(row.head),
            }
        }
        Ok(topics)
    }

    /// The present ACL versions of what events are delivered on.
    pub async fn acl_versions_of(&self, scopes: &[Scope]) -> Result<HashMap<Scope, u64>, StoreError> {
        self.acl_versions(scopes.iter().copied(), self.live()).await
    }

    /// The same for a node that may not emit before it knows: whatever its sessions ask for keeps it from that no longer.
    pub async fn acl_versions_to_emit(&self, scopes: &[Scope]) -> Result<HashMap<Scope, u64>, StoreError> {
        self.acl_versions(scopes.iter().copied(), self.pulse()).await
    }
}
