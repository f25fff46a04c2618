//! What a person may see of a community, for live streams.

use std::collections::HashSet;

use ajet_protocol::{ChannelId, CommunityId, UserId};

use super::streams::count;
use super::{Store, StoreError};

/// One person's view of one community, as of one ACL version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct View {
    pub acl_version: u64,
    pub member: bool,
    /// Every channel the person may know of, sorted, and whether they joined it.
    channels: Vec<(ChannelId, bool)>,
}

impl View {
    /// Whether the person joined the channel.
    #[must_use]
    pub fn joined(&self, channel: ChannelId) -> bool {
        self.find(channel) == Some(true)
    }

    /// Whether the person may know of the channel.
    #[must_use]
    pub fn sees(&self, channel: ChannelId) -> bool {
        self.find(channel).is_some()
    }

    fn find(&self, channel: ChannelId) -> Option<bool> {
        let at = self.channels.binary_search_by_key(&channel, |(id, _)| *id).ok()?;
        Some(self.channels[at].1)
    }
}

impl Store {
    /// Reads a person's view of a community; of one that is not there they see nothing.
    pub async fn view(&self, community: CommunityId, user: UserId) -> Result<View, StoreError> {
        let row = sqlx::query!(
            r#"select c.acl_version, (me.user_id is not null) as "member!",
                      array(select ch.id from channels ch left join channel_members cm
                              on cm.channel_id = ch.id and cm.user_id = $2
                            where ch.community_id = c.id and me.user_id is not null
                              and (ch.visibility = 'public' or cm.user_id is not null)) as "visible!",
                      array(select cm.channel_id from channel_members cm join channels ch on ch.id = cm.channel_id
                            where cm.user_id = $2 and ch.community_id = c.id and me.user_id is not null) as "joined!"
               from communities c left join community_members me on me.community_id = c.id and me.user_id = $2
               where c.id = $1"#,
            community.0,
            user.0
        )
        .fetch_optional(self.live())
        .await?;
        let Some(row) = row else { return Ok(View { acl_version: 0, member: false, channels: Vec::new() }) };
        let joined: HashSet<_> = row.joined.into_iter().collect();
        let mut channels: Vec<_> =
            row.visible.into_iter().map(|id| (ChannelId(id), joined.contains(&id))).collect();
        channels.sort_unstable();
        Ok(View { acl_version: count(row.acl_version), member: row.member, channels })
    }

    /// Which communities each of these people belongs to.
    pub async fn communities_of_all(
        &self,
        users: &[UserId],
    ) -> Result<Vec<(UserId, CommunityId)>, StoreError> {
        let ids: Vec<_> = users.iter().map(|user| user.0).collect();
        let rows =
            sqlx::query!("select user_id, community_id from community_members where user_id = any($1)", &ids)
                .fetch_all(self.background())
                .await?;
        Ok(rows.into_iter().map(|row| (UserId(row.user_id), CommunityId(row.community_id))).collect())
    }

    /// The ids of a person's communities.
    pub async fn community_ids_of(&self, user: UserId) -> Result<Vec<CommunityId>, StoreError> {
        let rows = sqlx::query!("select community_id from community_members where user_id = $1", user.0)
            .fetch_all(self.live())
            .await?;
        Ok(rows.into_iter().map(|row| CommunityId(row.community_id)).collect())
    }
}
