//! What is left of channels and communities that are deleted: rows go in chunks, by short statements, so that no request waits for them.
//!
//! Each function may be called again, and after a crash at any point: it removes what is still there. Events stay until their retention
//! ends, as do the rows of `streams`, `outbox` and `acl` for good: these hold ids and numbers alone, and readers of the log need them. Audit
//! rows go with their community.

use ajet_protocol::{ChannelId, CommunityId};
use uuid::Uuid;

use super::streams::count;
use super::{Store, StoreError};

/// Rows of a table that one statement removes at most.
const CHUNK: i64 = 1000;
/// Channels of a community that are dealt with at a time.
const CHANNELS: i64 = 100;

/// How much of something was removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Removed {
    /// All that there was.
    All,
    /// There may be more.
    Some,
}

impl Removed {
    pub(super) fn rows(rows: u64) -> Self {
        if rows < CHUNK.unsigned_abs() { Self::All } else { Self::Some }
    }
}

/// What people have of a channel, and of a community, by the tables that may hold many rows of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OfChannels {
    Notifications,
    ReadMarkers,
    Preferences,
    Members,
    Drafts,
    Saved,
    Scheduled,
}

impl OfChannels {
    pub const ALL: [Self; 7] = [
        Self::Notifications,
        Self::ReadMarkers,
        Self::Preferences,
        Self::Members,
        Self::Drafts,
        Self::Saved,
        Self::Scheduled,
    ];
}

/// What a community has besides its channels, by the tables that may hold many rows of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OfCommunity {
    /// Who holds which roles.
    MemberRoles,
    Members,
    Bans,
    Invites,
    AuditLog,
    /// What people want to be told of it.
    Levels,
    /// Behind who holds them: a role's row takes with it what is left of these.
    Roles,
    /// Behind the channels, of which each is looked at that stands in one.
    Categories,
}

impl OfCommunity {
    /// All of them, in the order in which they go.
    pub const ALL: [Self; 8] = [
        Self::MemberRoles,
        Self::Members,
        Self::Bans,
        Self::Invites,
        Self::AuditLog,
        Self::Levels,
        Self::Roles,
        Self::Categories,
    ];
}

impl Store {
    /// Whether there is such a channel: then nothing of it may be removed.
    pub async fn has_channel(&self, channel: ChannelId) -> Result<bool, StoreError> {
        let row =
            sqlx::query!(r#"select exists (select 1 from channels where id = $1) as "there!""#, channel.0)
                .fetch_one(self.background())
                .await?;
        Ok(row.there)
    }

    /// Whether there is such a community that is not deleted: then nothing of it may be removed.
    pub async fn has_community(&self, community: CommunityId) -> Result<bool, StoreError> {
        let row = sqlx::query!(
            r#"select exists (select 1 from communities where id = $1 and deleted_at is null) as "there!""#,
            community.0
        )
        .fetch_one(self.background())
        .await?;
        Ok(row.there)
    }

    /// Some channels of a community, by their ids.
    pub async fn channels_to_remove(&self, community: CommunityId) -> Result<Vec<ChannelId>, StoreError> {
        let rows = sqlx::query!(
            "select id from channels where community_id = $1 order by id limit $2",
            community.0,
            CHANNELS
        )
        .fetch_all(self.background())
        .await?;
        Ok(rows.into_iter().map(|row| ChannelId(row.id)).collect())
    }

    /// Removes messages of a channel, with what hangs on them and the rows of those who are still to be told of them.
    pub async fn remove_messages(&self, channel: ChannelId) -> Result<Removed, StoreError> {
        let row = sqlx::query!(
            r#"with gone as (
                 delete from messages m where m.id = any(array(
                   select id from messages where channel_id = $1 order by id limit $2
                 ))
                 returning m.id
               ), no_reactions as (
                 delete from reactions where message_id = any(array(select id from gone))
               ), no_followers as (
                 delete from thread_followers where message_id = any(array(select id from gone))
               ), no_votes as (
                 delete from poll_votes where message_id = any(array(select id from gone))
               ), no_tallies as (
                 delete from poll_tallies where message_id = any(array(select id from gone))
               ), no_pins as (
                 delete from pins where message_id = any(array(select id from gone))
               ), no_notices as (
                 delete from due_notices where message_id = any(array(select id from gone))
               ), no_mentions as (
                 delete from message_mentions where message_id = any(array(select id from gone))
               ), no_previews as (
                 delete from message_previews where message_id = any(array(select id from gone))
               ), no_words as (
                 delete from message_search where message_id = any(array(select id from gone))
               )
               select count(*) as "count!" from gone"#,
            channel.0,
            CHUNK
        )
        .fetch_one(self.background())
        .await?;
        Ok(Removed::rows(count(row.count)))
    }

    /// Removes what people have of some channels.
    pub async fn remove_of_channels(
        &self,
        what: OfChannels,
        channels: &[ChannelId],
    ) -> Result<Removed, StoreError> {
        let ids: Vec<Uuid> = channels.iter().map(|id| id.0).collect();
        let removing = match what {
            OfChannels::Notifications => sqlx::query!(
                "delete from notifications n using (
                   select user_id, id from notifications where channel_id = any($1) limit $2
                 ) old
                 where n.user_id = old.user_id and n.id = old.id",
                &ids,
                CHUNK
            ),
            OfChannels::ReadMarkers => sqlx::query!(
                "delete from read_markers r using (
                   select user_id, channel_id from read_markers where channel_id = any($1) limit $2
                 ) old
                 where r.user_id = old.user_id and r.channel_id = old.channel_id",
                &ids,
                CHUNK
            ),
            OfChannels::Preferences => sqlx::query!(
                "delete from channel_preferences p using (
                   select user_id, channel_id from channel_preferences where channel_id = any($1) limit $2
                 ) old
                 where p.user_id = old.user_id and p.channel_id = old.channel_id",
                &ids,
                CHUNK
            ),
            OfChannels::Drafts => sqlx::query!(
                "delete from drafts d using (
                   select user_id, channel_id, parent_id from drafts where channel_id = any($1) limit $2
                 ) old
                 where d.user_id = old.user_id and d.channel_id = old.channel_id and d.parent_id = old.parent_id",
                &ids,
                CHUNK
            ),
            OfChannels::Saved => sqlx::query!(
                "delete from saved_messages s using (
                   select user_id, message_id from saved_messages where channel_id = any($1) limit $2
                 ) old
                 where s.user_id = old.user_id and s.message_id = old.message_id",
                &ids,
                CHUNK
            ),
            OfChannels::Scheduled => sqlx::query!(
                "delete from scheduled_messages s using (
                   select id from scheduled_messages where channel_id = any($1) limit $2
                 ) old
                 where s.id = old.id",
                &ids,
                CHUNK
            ),
            OfChannels::Members => sqlx::query!(
                "delete from channel_members m using (
                   select channel_id, user_id from channel_members where channel_id = any($1) limit $2
                 ) old
                 where m.channel_id = old.channel_id and m.user_id = old.user_id",
                &ids,
                CHUNK
            ),
        };
        Ok(Removed::rows(removing.execute(self.background()).await?.rows_affected()))
    }

    /// Removes the rows of channels of a deleted community, with the little that is left of each: webhooks and overwrites.
    pub async fn remove_channels(&self, channels: &[ChannelId]) -> Result<(), StoreError> {
        let ids: Vec<Uuid> = channels.iter().map(|id| id.0).collect();
        sqlx::query!("delete from channels where id = any($1)", &ids).execute(self.background()).await?;
        Ok(())
    }

    /// Removes what a community has besides its channels.
    pub async fn remove_of_community(
        &self,
        what: OfCommunity,
        community: CommunityId,
    ) -> Result<Removed, StoreError> {
        let removing = match what {
            OfCommunity::Levels => sqlx::query!(
                "delete from community_preferences p using (
                   select user_id, community_id from community_preferences where community_id = $1 limit $2
                 ) old
                 where p.user_id = old.user_id and p.community_id = old.community_id",
                community.0,
                CHUNK
            ),
            OfCommunity::MemberRoles => sqlx::query!(
                "delete from member_roles h using (
                   select community_id, user_id, role_id from member_roles where community_id = $1 limit $2
                 ) old
                 where h.community_id = old.community_id and h.user_id = old.user_id and h.role_id = old.role_id",
                community.0,
                CHUNK
            ),
            OfCommunity::Members => sqlx::query!(
                "delete from community_members m using (
                   select community_id, user_id from community_members where community_id = $1 limit $2
                 ) old
                 where m.community_id = old.community_id and m.user_id = old.user_id",
                community.0,
                CHUNK
            ),
            OfCommunity::Bans => sqlx::query!(
                "delete from bans b using (
                   select community_id, user_id from bans where community_id = $1 limit $2
                 ) old
                 where b.community_id = old.community_id and b.user_id = old.user_id",
                community.0,
                CHUNK
            ),
            OfCommunity::Invites => sqlx::query!(
                "delete from invites i using (select id from invites where community_id = $1 limit $2) old
                 where i.id = old.id",
                community.0,
                CHUNK
            ),
            OfCommunity::AuditLog => sqlx::query!(
                "delete from audit_log a using (select id from audit_log where community_id = $1 limit $2) old
                 where a.id = old.id",
                community.0,
                CHUNK
            ),
            OfCommunity::Roles => sqlx::query!(
                "delete from roles o using (select id from roles where community_id = $1 limit $2) old
                 where o.id = old.id",
                community.0,
                CHUNK
            ),
            OfCommunity::Categories => sqlx::query!(
                "delete from channel_categories c using (
                   select id from channel_categories where community_id = $1 limit $2
                 ) old
                 where c.id = old.id",
                community.0,
                CHUNK
            ),
        };
        Ok(Removed::rows(removing.execute(self.background()).await?.rows_affected()))
    }

    /// Removes the row of a deleted community, of which nothing else is left.
    pub async fn remove_community(&self, community: CommunityId) -> Result<(), StoreError> {
        sqlx::query!("delete from communities where id = $1 and deleted_at is not null", community.0)
            .execute(self.background())
            .await?;
        Ok(())
    }
}
