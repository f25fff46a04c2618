//! What a person's live streams bring: their communities, their direct messages, and what concerns them alone.

use ajet_protocol::{ChannelId, CommunityId, UserId};

use super::streams::count;
use super::{Store, StoreError};

/// The topics of a person.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Topics {
    pub communities: Vec<CommunityId>,
    /// Each with where its stream stands.
    pub dms: Vec<(ChannelId, u64)>,
    /// Where the person's own stream stands; 0 before its first event.
    pub own_head: u64,
}

impl Store {
    /// What a person's streams bring, as of now.
    pub async fn topics_of(&self, user: UserId) -> Result<Topics, StoreError> {
        let rows = sqlx::query!(
            r#"select community_id as "community?", null::uuid as "dm?", 0::int8 as "head!" from community_members where user_id = $1
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
                (Some(community), _) => topics.communities.push(CommunityId(community)),
                (None, Some(dm)) => topics.dms.push((ChannelId(dm), count(row.head))),
                (None, None) => topics.own_head = count(row.head),
            }
        }
        Ok(topics)
    }
}
