//! What a person's live streams bring: their communities, their direct messages, and what concerns them alone.

use ajet_protocol::{ChannelId, CommunityId, UserId};

use super::streams::count;
use super::{Store, StoreError};

/// The topics of a person.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Topics {
    /// Each with its ACL version.
    pub communities: Vec<(CommunityId, u64)>,
    /// Each with where its stream stands.
    pub dms: Vec<(ChannelId, u64)>,
    /// Where the person's own stream stands; 0 before its first event.
    pub own_head: u64,
}

impl Store {
    /// What a person's streams bring, as of now.
    pub async fn topics_of(&self, user: UserId) -> Result<Topics, StoreError> {
        let rows = sqlx::query!(
            r#"select m.community_id as "community?", null::uuid as "dm?", coalesce(a.version, 0) as "head!"
               from community_members m left join acl a on a.scope = m.community_id where m.user_id = $1
               union all
               select null::uuid, ch.id, s.head from channel_members cm
               join channels ch on ch.id = cm.channel_id and ch.community_id is null
               join streams s on s.id = ch.id where cm.user_id = $1
               union all
               select null::uuid, null::uuid, s.head from streams s where s.id = $1"#,
            user.0
        )
        .fetch_all(self.live())
        .await?;
        let mut topics = Topics::default();
        for row in rows {
            match (row.community, row.dm) {
                (Some(community), _) => topics.communities.push((CommunityId(community), count(row.head))),
                (None, Some(dm)) => topics.dms.push((ChannelId(dm), count(row.head))),
                (None, None) => topics.own_head = count(row.head),
            }
        }
        Ok(topics)
    }

    /// The present ACL versions of communities.
    pub async fn acl_versions_of(
        &self,
        communities: &[CommunityId],
    ) -> Result<Vec<(CommunityId, u64)>, StoreError> {
        let ids: Vec<_> = communities.iter().map(|id| id.0).collect();
        let rows = sqlx::query!("select scope, version from acl where scope = any($1)", &ids)
            .fetch_all(self.live())
            .await?;
        Ok(rows.into_iter().map(|row| (CommunityId(row.scope), count(row.version))).collect())
    }
}
