//! What people were told of, as they read it.
//!
//! A notification keeps no text: its preview is made of the message as it is now (I19), or of the names and words of the moment
//! (`notice_words`). A person reads those of channels that they have joined and see, and no others, so that a list tells nothing of a
//! channel that was left (I6); and those that are about no channel, which are the person's own. It is read in two steps, since the
//! notifications of one person are of several communities and direct messages, and a fence is of one. The first finds which ones make a
//! page, and tells nothing but their ids. The second reads those of one of these scopes, fenced by the rights there.
//!
//! A notification counts as read once it was read, or if its message is from before the person joined the channel
//! (`channel_members.last_read_id`): who joins again finds nothing unread from before, as in `markers.rs`.

use std::collections::HashSet;

use ajet_domain::Scope;
use ajet_domain::need::Joined;
use ajet_protocol::{
    ChannelId, CommunityId, Mention, Notification, NotificationId, NotificationReason, PageQuery, UserId,
    limits,
};
use sqlx::types::Json;
use time::OffsetDateTime;
use uuid::Uuid;

use super::fence::{Fence, Fenced, fenced, fenced_row};
use super::invites::of_open_invites;
use super::names::{NameBook, books};
use super::notice_words::{Worded, Words, line};
use super::rows::{Known, UserRow};
use super::standings::Membership;
use super::streams::count;
use super::{Store, StoreError};

/// Characters of a preview.
pub const PREVIEW_CHARS: usize = 200;

/// Which of their notifications a person asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Listed {
    All,
    Unread,
}

/// A notification of a page, before it is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotificationPlace {
    pub id: NotificationId,
    /// Whose rights decide on its channel; `None` where it is about no channel.
    pub scope: Option<Scope>,
}

/// What one step through a list has found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Looked {
    /// Those of channels that the person has joined, in the direction of the query.
    pub places: Vec<NotificationPlace>,
    /// The last one that was looked at, if the list may go on beyond it.
    pub last: Option<NotificationId>,
}

impl Store {
    /// Looks at up to `at_most` notifications in the direction of a query: which of them are to be listed. Without a cursor it begins
    /// with the newest.
    ///
    /// How many are looked at is bounded, not how many are found: those of channels that were left are passed over one by one.
    pub async fn look_at_notifications(
        &self,
        user: UserId,
        listed: Listed,
        query: &PageQuery,
        at_most: i64,
    ) -> Result<Looked, StoreError> {
        // A branch for each list and direction: each reads its part of one index, in order.
        let mut rows = sqlx::query!(
            r#"with looked_at as (
                 (select id, channel_id, source_id, type from notifications
                  where $2 and $3 and user_id = $1 and read_at is null and id > $4
                  order by id limit $6)
                 union all
                 (select id, channel_id, source_id, type from notifications
                  where $2 and not $3 and user_id = $1 and read_at is null and id < $5
                  order by id desc limit $6)
                 union all
                 (select id, channel_id, source_id, type from notifications
                  where not $2 and $3 and user_id = $1 and id > $4
                  order by id limit $6)
                 union all
                 (select id, channel_id, source_id, type from notifications
                  where not $2 and not $3 and user_id = $1 and id < $5
                  order by id desc limit $6)
               )
               select l.id as "id!", coalesce(ch.community_id, ch.id) as "scope?", l.channel_id is null as "is_own!"
               from looked_at l
               left join channel_members cm on cm.channel_id = l.channel_id and cm.user_id = $1
                                           and not ($2 and l.type not in ('invite', 'system')
                                                    and coalesce(l.source_id <= cm.last_read_id, false))
               left join channels ch on ch.id = cm.channel_id
               order by l.id"#,
            user.0,
            listed == Listed::Unread,
            query.after.is_some(),
            query.after.unwrap_or_default(),
            query.before.unwrap_or(Uuid::max()),
            at_most
        )
        .fetch_all(self.reads())
        .await?;
        if query.after.is_none() {
            rows.reverse();
        }
        let is_full = i64::try_from(rows.len()).is_ok_and(|looked_at| looked_at >= at_most);
        let last = rows.last().filter(|_| is_full).map(|row| NotificationId(row.id));
        let places = rows.into_iter().filter_map(|row| {
            let scope = row.scope.map(Scope);
            (scope.is_some() || row.is_own).then_some(NotificationPlace { id: NotificationId(row.id), scope })
        });
        Ok(Looked { places: places.collect(), last })
    }

    /// Those of some notifications that are of channels that the person sees and has joined, each with its message as it is now.
    pub async fn notifications_among(
        &self,
        fence: Fence,
        seen: &[ChannelId],
        ids: &[NotificationId],
        worded: Worded,
    ) -> Result<Fenced<Vec<Notification>>, StoreError> {
        let ids: Vec<Uuid> = ids.iter().map(|id| id.0).collect();
        let channels: Vec<Uuid> = seen.iter().map(|id| id.0).collect();
        let rows = fenced!(
            FencedNotificationRow,
            fence,
            r#"select f.holds as "holds!", n.id as "id?", n.reason as "reason?", n.source_id as "source_id?",
                      n.community_id, n.channel_id, n.created_at as "created_at?", n.silent as "silent?",
                      (n.read_at is not null or n.type not in ('invite', 'system')
                                                and coalesce(n.source_id <= cm.last_read_id, false)) as "read?",
                      c.name as "community_name?", ch.name as "channel_name?",
                      (select r.text from reminders r
                       where n.reason = 'reminder' and r.id = n.source_id and r.user_id = n.user_id) as said,
                      null::text as provider,
                      coalesce(m.body_md, '') as "body_md?", coalesce(m.mentions, '[]') as "mentions?: _",
                      u.id as "actor_id?", u.username as "actor_username?",
                      coalesce(m.author_name, u.display_name) as "actor_display_name?",
                      coalesce(m.author_avatar_url, u.avatar_url) as actor_avatar_url,
                      u.status_text as actor_status_text, u.bot as "actor_bot?", u.created_at as "actor_created_at?"
               from fence f
               left join (
                 notifications n join channel_members cm on cm.channel_id = n.channel_id and cm.user_id = n.user_id
               ) on f.holds and n.user_id = $4 and n.id = any($5) and n.channel_id = any($6)
               left join messages m on m.id = n.source_id and m.channel_id = n.channel_id and m.deleted_at is null
               left join channels ch on ch.id = n.channel_id
               left join communities c on c.id = n.community_id
               left join users u on u.id = n.actor_id
               order by n.id"#,
            &ids,
            &channels
        )
        .fetch_all(self.reads())
        .await?;
        let Fenced::Holds(rows) = Fenced::all(rows) else { return Ok(Fenced::Stale) };
        let told: Vec<(Notification, Source)> = rows.into_iter().filter_map(NotificationRow::told).collect();
        let wanted: HashSet<(ChannelId, Uuid)> = told
            .iter()
            .flat_map(|(one, source)| {
                source.mentions.iter().map(|mention| (one.channel_id, mention.target_id))
            })
            .filter_map(|(channel, target)| Some((channel?, target?)))
            .collect();
        let books = books(self.reads(), &wanted).await?;
        let nameless = NameBook::default();
        let shown = told.into_iter().map(|(one, source)| {
            let names = one.channel_id.and_then(|channel| books.get(&channel)).unwrap_or(&nameless);
            let preview = if one.reason.is_of_message() {
                ajet_markup::preview(&source.body_md, names, PREVIEW_CHARS)
            } else {
                line(worded, one.reason, source.words, PREVIEW_CHARS)
            };
            Notification { preview: Some(preview), ..one }
        });
        Ok(Fenced::Holds(shown.collect()))
    }

    /// Those of some notifications of a person that are about no channel. One of a saved message has no preview where the person noted nothing
    /// of the message: that tells itself, to who sees it.
    ///
    /// Why something was done to the person is read from the audit log of the community, by whom it was done to, and when.
    ///
    /// The name of a community is the one of now, so only its members read it, and those who can still accept the invite: a name that it was
    /// given after somebody was removed is none of theirs (I6).
    pub async fn notifications_about_no_channel(
        &self,
        user: UserId,
        ids: &[NotificationId],
        worded: Worded,
    ) -> Result<Vec<Notification>, StoreError> {
        let ids: Vec<Uuid> = ids.iter().map(|id| id.0).collect();
        let rows = of_open_invites!(
            NotificationRow,
            r#"select n.id, n.reason, n.source_id, n.community_id, n.channel_id, n.created_at, n.silent,
                      (n.read_at is not null) as "read!", c.name as "community_name?", null::text as channel_name,
                      case
                        when n.reason = 'reminder' then
                          (select r.text from reminders r where r.id = n.source_id and r.user_id = n.user_id)
                        when n.reason = 'saved_reminder' then
                          (select s.note from saved_messages s where s.user_id = n.user_id and s.message_id = n.source_id)
                        when n.reason = 'signed_in' then
                          (select k.device from known_devices k where k.user_id = n.user_id and k.session_id = n.source_id)
                        when n.reason = 'account_linked' then
                          (select a.username from oauth_accounts a where a.user_id = n.user_id and a.id = n.source_id)
                        when n.type = 'system' then
                          (select l.reason from audit_log l
                           where l.person_id = n.user_id and l.created_at = n.caused_at and l.community_id = n.community_id
                             and l.actor_id = n.actor_id limit 1)
                      end as said,
                      (select a.provider from oauth_accounts a
                       where n.reason = 'account_linked' and a.user_id = n.user_id and a.id = n.source_id) as provider,
                      '' as "body_md!", '[]'::jsonb as "mentions!: _",
                      u.id as actor_id, u.username as actor_username, u.display_name as actor_display_name,
                      u.avatar_url as actor_avatar_url, u.status_text as actor_status_text, u.bot as actor_bot,
                      u.created_at as actor_created_at
               from notifications n
               join users u on u.id = n.actor_id
               left join communities c on c.id = n.community_id and c.deleted_at is null and (
                 exists (select 1 from community_members cm where cm.community_id = c.id and cm.user_id = n.user_id)
                 or n.reason = 'community_invite'
                   and exists (select 1 from invites i
                               where i.id = n.source_id and i.community_id = c.id and i.addressee_id = n.user_id and "#,
            r#")
               )
               where n.user_id = $1 and n.id = any($2) and n.channel_id is null
               order by n.id"#,
            user.0,
            &ids
        )
        .fetch_all(self.reads())
        .await?;
        let told = rows.into_iter().filter_map(NotificationRow::told).map(move |(one, source)| {
            let says = one.reason != NotificationReason::SavedReminder || source.words.said.is_some();
            let preview = says.then(|| line(worded, one.reason, source.words, PREVIEW_CHARS));
            Notification { preview, ..one }
        });
        Ok(told.collect())
    }

    /// How many notifications a person has not read: those about no channel, and those of channels that they have joined and see, none of
    /// them of a community that is deleted; counted up to [`limits::UNREAD_COUNTED`], among the newest four times as many.
    pub async fn unread_notifications(&self, user: UserId) -> Result<i64, StoreError> {
        let rows = sqlx::query!(
            r#"with looked_at as materialized (
                 select channel_id, source_id, type from notifications where user_id = $1 and read_at is null
                 order by id desc limit 4 * $2::int8
               )
               select ch.id as "channel_id?", count(*) as "count!", a.scope as "scope?", a.version as "acl_version?",
                      exists (select 1 from channel_overwrites o where o.channel_id = ch.id) as "overwritten!"
               from looked_at
               join channel_members cm on cm.channel_id = looked_at.channel_id and cm.user_id = $1
                                      and not (looked_at.type not in ('invite', 'system')
                                               and coalesce(looked_at.source_id <= cm.last_read_id, false))
               join channels ch on ch.id = cm.channel_id
               left join communities c on c.id = ch.community_id
               join acl a on a.scope = coalesce(ch.community_id, ch.id)
               where c.deleted_at is null
               group by ch.id, a.scope
               union all
               select null, count(*), null, null, false from looked_at where channel_id is null"#,
            user.0,
            limits::UNREAD_COUNTED
        )
        .fetch_all(self.reads())
        .await?;
        let memberships = rows.iter().filter_map(|row| {
            Some(Membership {
                user,
                channel: ChannelId(row.channel_id?),
                joined: Joined { scope: Scope(row.scope?), acl_version: count(row.acl_version?) },
                overwritten: row.overwritten,
            })
        });
        let confirmed = self.confirmed(memberships.collect()).await?;
        let is_seen =
            |channel: Option<Uuid>| channel.is_none_or(|id| confirmed.contains_key(&(user, ChannelId(id))));
        let seen = rows.iter().filter(|row| is_seen(row.channel_id));
        Ok(seen.map(|row| row.count).sum::<i64>().min(limits::UNREAD_COUNTED))
    }
}

fenced_row! {
    struct NotificationRow / FencedNotificationRow {
        id: Uuid,
        reason: String,
        source_id: Uuid,
        community_id: Option<Uuid>,
        channel_id: Option<Uuid>,
        community_name: Option<String>,
        channel_name: Option<String>,
        said: Option<String>,
        provider: Option<String>,
        read: bool,
        silent: bool,
        created_at: OffsetDateTime,
        // Empty where the message was deleted.
        body_md: String,
        mentions: Json<Known<Mention>>,
        actor_id: Uuid,
        actor_username: String,
        actor_display_name: String,
        actor_avatar_url: Option<String>,
        actor_status_text: Option<String>,
        actor_bot: bool,
        actor_created_at: OffsetDateTime,
    }
}

/// What a preview is made of.
struct Source {
    body_md: String,
    mentions: Vec<Mention>,
    words: Words,
}

impl NotificationRow {
    /// The notification, before it has a preview. One of a reason that only a newer node knows is left out.
    fn told(self) -> Option<(Notification, Source)> {
        let actor = UserRow {
            id: self.actor_id,
            username: self.actor_username,
            display_name: self.actor_display_name,
            avatar_url: self.actor_avatar_url,
            status_text: self.actor_status_text,
            bot: self.actor_bot,
            created_at: self.actor_created_at,
        };
        let reason = NotificationReason::named(&self.reason)?;
        let notification = Notification {
            id: NotificationId(self.id),
            kind: reason.kind(),
            reason,
            source_id: self.source_id,
            community_id: self.community_id.map(CommunityId),
            channel_id: self.channel_id.map(ChannelId),
            actor: actor.into(),
            preview: None,
            read: self.read,
            silent: self.silent,
            created_at: self.created_at.into(),
        };
        let words = Words {
            community: self.community_name,
            channel: self.channel_name,
            said: self.said,
            provider: self.provider,
        };
        Some((notification, Source { body_md: self.body_md, mentions: self.mentions.0.into(), words }))
    }
}
