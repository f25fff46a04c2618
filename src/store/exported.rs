//! What an export holds of a person, a page of lines at a time: what the migrations say it has, but for what migration 62 leaves out.
//!
//! Each section reads by an index that begins with the person, or by those of the communities and channels that they are in, so that its cost
//! follows what is theirs. Reactions, votes and threads have no index in the order of their pages: each page sorts those of the person. Of others it holds ids alone, and the reasons that were given for what was done to the person: no name, and no text
//! of anybody else's.

use ajet_protocol::UserId;
use futures::future::BoxFuture;
use uuid::Uuid;

use super::{Store, StoreError};

/// Rows of a page, and those that have the last one's key.
const PAGE: i64 = 200;

/// A line: a JSON object, and where the next page goes on behind it.
#[derive(Debug)]
pub struct Line {
    pub key: String,
    pub json: String,
}

/// The lines that a query reads.
type Reading<'a> = BoxFuture<'a, sqlx::Result<Vec<Line>>>;

macro_rules! sections {
    ($($(#[$doc:meta])* $section:ident = $name:literal: $sql:literal;)+) => {
        /// A part of an export. Its lines have its name as `kind`.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Section { $($(#[$doc])* $section),+ }

        impl Section {
            /// All, in the order in which a file has them.
            pub const ALL: &[Self] = &[$(Self::$section),+];

            /// The name.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(Self::$section => $name),+ }
            }
        }

        impl Store {
            /// Some lines of a section, by their keys; `after` is the key of the last one that is known, empty at first. None: that was all.
            pub async fn exported(
                &self,
                person: UserId,
                section: Section,
                after: &str,
            ) -> Result<Vec<Line>, StoreError> {
                let lines = match section {
                    $(Section::$section => {
                        // A function of its own: without one the stack would have room for all queries at once.
                        fn read<'a>(store: &'a Store, person: Uuid, after: &'a str) -> Reading<'a> {
                            let query = sqlx::query_as!(Line, $sql, person, after, PAGE);
                            Box::pin(query.fetch_all(store.background()))
                        }
                        read(self, person.0, after)
                    })+
                };
                Ok(lines.await?)
            }
        }
    };
}

sections! {
    /// The person themselves.
    Account = "account": r#"
        select u.id::text as "key!", row_to_json(r)::text as "json!"
        from users u cross join lateral (
          select u.id, u.username, u.display_name, u.email, u.avatar_url, u.status_text, u.presence, u.quiet_hours, u.created_at, u.deactivated_at
        ) r
        where u.id = $1 and $2 = '' limit $3"#;
    /// Where the person is signed in, without what signs them in.
    Sessions = "session": r#"
        select s.id::text as "key!", row_to_json(r)::text as "json!"
        from sessions s cross join lateral (select s.id, s.device, s.created_at, s.last_used_at, s.expires_at) r
        where s.user_id = $1 and s.id > coalesce(nullif($2, '')::uuid, '00000000-0000-0000-0000-000000000000')
        order by s.id limit $3"#;
    /// The kinds of devices that they have signed in from.
    Devices = "device": r#"
        select d.device as "key!", row_to_json(r)::text as "json!"
        from known_devices d cross join lateral (select d.device, d.first_at) r
        where d.user_id = $1 and d.device > $2 order by d.device limit $3"#;
    /// The accounts at sign-in providers by which they sign in.
    Accounts = "linked_account": r#"
        select a.id::text as "key!", row_to_json(r)::text as "json!"
        from oauth_accounts a cross join lateral (
          select a.id, a.provider, a.issuer, a.subject, a.username, a.created_at, a.last_used_at
        ) r
        where a.user_id = $1 and a.id > coalesce(nullif($2, '')::uuid, '00000000-0000-0000-0000-000000000000')
        order by a.id limit $3"#;
    /// What was noted of how they came in, and of their account.
    Access = "access_log": r#"
        select l.id::text as "key!", row_to_json(r)::text as "json!"
        from system_audit l cross join lateral (
          select l.id, l.actor_id, l.action, l.target_type, l.target_id, l.details, l.created_at
        ) r
        where l.person_id = $1 and l.id > coalesce(nullif($2, '')::uuid, '00000000-0000-0000-0000-000000000000')
        order by l.id limit $3"#;
    /// What they did as the owner of the system.
    SystemActs = "system_act": r#"
        select l.id::text as "key!", row_to_json(r)::text as "json!"
        from system_audit l cross join lateral (
          select l.id, l.action, l.target_type, l.target_id, l.details, l.created_at
        ) r
        where l.actor_id = $1 and l.actor_id is distinct from l.person_id
          and l.id > coalesce(nullif($2, '')::uuid, '00000000-0000-0000-0000-000000000000')
        order by l.id limit $3"#;
    /// The communities that they belong to.
    Communities = "community": r#"
        select m.community_id::text as "key!", row_to_json(r)::text as "json!"
        from community_members m cross join lateral (
          select m.community_id, m.role, m.nickname, m.avatar_url, m.muted_until, m.joined_at,
                 array(select mr.role_id from member_roles mr
                       where mr.community_id = m.community_id and mr.user_id = m.user_id order by mr.role_id) as roles
        ) r
        where m.user_id = $1 and m.community_id > coalesce(nullif($2, '')::uuid, '00000000-0000-0000-0000-000000000000')
        order by m.community_id limit $3"#;
    /// What they set for communities.
    CommunityPreferences = "community_preference": r#"
        select p.community_id::text as "key!", row_to_json(r)::text as "json!"
        from community_preferences p cross join lateral (select p.community_id, p.notify) r
        where p.user_id = $1 and p.community_id > coalesce(nullif($2, '')::uuid, '00000000-0000-0000-0000-000000000000')
        order by p.community_id limit $3"#;
    /// Bans of theirs, and mutes that wait for them to come back.
    Bans = "ban": r#"
        select c.id::text as "key!", row_to_json(r)::text as "json!"
        from (
          select community_id as id from bans where user_id = $1 union select community_id from kept_mutes where user_id = $1
        ) c
        left join bans b on b.community_id = c.id and b.user_id = $1
        left join kept_mutes k on k.community_id = c.id and k.user_id = $1
        cross join lateral (
          select c.id as community_id, b.reason, b.created_at as banned_at, k.muted_until
        ) r
        where c.id > coalesce(nullif($2, '')::uuid, '00000000-0000-0000-0000-000000000000')
        order by c.id limit $3"#;
    /// What moderators did to them.
    Moderation = "moderation": r#"
        select l.id::text as "key!", row_to_json(r)::text as "json!"
        from audit_log l cross join lateral (
          select l.id, l.community_id, l.actor_id, l.action, l.target_type, l.target_id, l.reason, l.created_at
        ) r
        where l.person_id = $1 and l.id > coalesce(nullif($2, '')::uuid, '00000000-0000-0000-0000-000000000000')
        order by l.id limit $3"#;
    /// What they did themselves in the communities that they belong to.
    Acts = "act": r#"
        select l.id::text as "key!", row_to_json(r)::text as "json!"
        from community_members m
        cross join lateral (
          select * from audit_log a
          where a.community_id = m.community_id and a.actor_id = m.user_id
            and a.id > coalesce(nullif($2, '')::uuid, '00000000-0000-0000-0000-000000000000')
          order by a.id limit $3
        ) l
        cross join lateral (
          select l.id, l.community_id, l.action, l.target_type, l.target_id, l.person_id, l.reason, l.details, l.created_at
        ) r
        where m.user_id = $1 order by l.id limit $3"#;
    /// The invites that they made there, without the code that lets others in.
    Invites = "invite": r#"
        select i.id::text as "key!", row_to_json(r)::text as "json!"
        from community_members m
        cross join lateral (
          select * from invites v
          where v.community_id = m.community_id and v.created_by = m.user_id
            and v.id > coalesce(nullif($2, '')::uuid, '00000000-0000-0000-0000-000000000000')
          order by v.id limit $3
        ) i
        cross join lateral (
          select i.id, i.community_id, i.max_uses, i.uses, i.expires_at, i.revoked_at, i.created_at
        ) r
        where m.user_id = $1 order by i.id limit $3"#;
    /// The commands of bots that they made there.
    Commands = "command": r#"
        select c.id::text as "key!", row_to_json(r)::text as "json!"
        from community_members m
        join commands c on c.community_id = m.community_id and c.created_by = m.user_id
        cross join lateral (select c.id, c.community_id, c.name, c.description, c.created_at) r
        where m.user_id = $1 and c.id > coalesce(nullif($2, '')::uuid, '00000000-0000-0000-0000-000000000000')
        order by c.id limit $3"#;
    /// The tokens of bots that they made: when, and never the token.
    Tokens = "token": r#"
        select t.id::text as "key!", row_to_json(r)::text as "json!"
        from api_tokens t cross join lateral (
          select t.id, t.bot_id, t.created_at, t.last_used_at, t.expires_at, t.revoked_at
        ) r
        where t.created_by = $1 and t.id > coalesce(nullif($2, '')::uuid, '00000000-0000-0000-0000-000000000000')
        order by t.id limit $3"#;
    /// The channels that they are in.
    Channels = "channel": r#"
        select m.channel_id::text as "key!", row_to_json(r)::text as "json!"
        from channel_members m cross join lateral (select m.channel_id, m.joined_at) r
        where m.user_id = $1 and m.channel_id > coalesce(nullif($2, '')::uuid, '00000000-0000-0000-0000-000000000000')
        order by m.channel_id limit $3"#;
    /// How far they have read channels.
    ReadMarkers = "read_marker": r#"
        select k.channel_id::text as "key!", row_to_json(r)::text as "json!"
        from read_markers k cross join lateral (select k.channel_id, k.message_id) r
        where k.user_id = $1 and k.channel_id > coalesce(nullif($2, '')::uuid, '00000000-0000-0000-0000-000000000000')
        order by k.channel_id limit $3"#;
    /// What they set for channels.
    ChannelPreferences = "channel_preference": r#"
        select p.channel_id::text as "key!", row_to_json(r)::text as "json!"
        from channel_preferences p cross join lateral (
          select p.channel_id, p.muted, p.notify, p.hidden, p.hidden_after
        ) r
        where p.user_id = $1 and p.channel_id > coalesce(nullif($2, '')::uuid, '00000000-0000-0000-0000-000000000000')
        order by p.channel_id limit $3"#;
    /// What channels allow and deny to them by name.
    Overwrites = "overwrite": r#"
        select o.channel_id::text as "key!", row_to_json(r)::text as "json!"
        from channel_overwrites o cross join lateral (select o.channel_id, o.allow, o.deny) r
        where o.target_id = $1 and o.channel_id > coalesce(nullif($2, '')::uuid, '00000000-0000-0000-0000-000000000000')
        order by o.channel_id limit $3"#;
    /// All that they wrote, wherever, with its files and polls. Read by the keys under which it was sent, which is an index of theirs.
    Messages = "message": r#"
        select m.client_mutation_id as "key!", row_to_json(r)::text as "json!"
        from messages m cross join lateral (
          select m.id, m.channel_id, m.parent_id, m.also_to_channel, m.body_md, m.poll, m.created_at, m.edited_at, m.deleted_at,
                 array(select json_build_object('id', a.id, 'filename', a.filename, 'content_type', a.content_type,
                                                'size_bytes', a.size_bytes, 'alt', a.alt, 'created_at', a.created_at)
                       from attachments a where a.message_id = m.id and a.deleted_at is null order by a.place) as attachments
        ) r
        where m.author_id = $1 and m.client_mutation_id > $2
        order by m.client_mutation_id limit $3"#;
    /// Their reactions.
    Reactions = "reaction": r#"
        select x.message_id::text as "key!", row_to_json(r)::text as "json!"
        from reactions x cross join lateral (select x.message_id, x.emoji, x.created_at) r
        where x.user_id = $1 and x.message_id > coalesce(nullif($2, '')::uuid, '00000000-0000-0000-0000-000000000000')
        order by x.message_id fetch first ($3::int8) rows with ties"#;
    /// What they pinned, in the channels that they are in.
    Pins = "pin": r#"
        select p.message_id::text as "key!", row_to_json(r)::text as "json!"
        from channel_members m join pins p on p.channel_id = m.channel_id and p.user_id = m.user_id
        cross join lateral (select p.message_id, p.channel_id, p.pinned_at) r
        where m.user_id = $1 and p.message_id > coalesce(nullif($2, '')::uuid, '00000000-0000-0000-0000-000000000000')
        order by p.message_id limit $3"#;
    /// What they chose in polls.
    Votes = "vote": r#"
        select v.message_id::text as "key!", row_to_json(r)::text as "json!"
        from poll_votes v cross join lateral (select v.message_id, v.options, v.voted_at) r
        where v.user_id = $1 and v.message_id > coalesce(nullif($2, '')::uuid, '00000000-0000-0000-0000-000000000000')
        order by v.message_id limit $3"#;
    /// The threads that they follow, or want to hear no more of.
    Threads = "thread": r#"
        select f.message_id::text as "key!", row_to_json(r)::text as "json!"
        from thread_followers f cross join lateral (select f.message_id, f.following) r
        where f.user_id = $1 and f.message_id > coalesce(nullif($2, '')::uuid, '00000000-0000-0000-0000-000000000000')
        order by f.message_id limit $3"#;
    /// What they have begun to write.
    Drafts = "draft": r#"
        select d.channel_id::text as "key!", row_to_json(r)::text as "json!"
        from drafts d cross join lateral (
          select d.channel_id, nullif(d.parent_id, '00000000-0000-0000-0000-000000000000') as parent_id, d.body_md, d.updated_at
        ) r
        where d.user_id = $1 and d.channel_id > coalesce(nullif($2, '')::uuid, '00000000-0000-0000-0000-000000000000')
        order by d.channel_id fetch first ($3::int8) rows with ties"#;
    /// The messages that they keep, with what they noted: of what others wrote, the id alone.
    Saved = "saved_message": r#"
        select s.message_id::text as "key!", row_to_json(r)::text as "json!"
        from saved_messages s cross join lateral (select s.message_id, s.channel_id, s.note, s.remind_at, s.saved_at) r
        where s.user_id = $1 and s.message_id > coalesce(nullif($2, '')::uuid, '00000000-0000-0000-0000-000000000000')
        order by s.message_id limit $3"#;
    /// What they want to be sent later.
    Scheduled = "scheduled_message": r#"
        select s.id::text as "key!", row_to_json(r)::text as "json!"
        from scheduled_messages s cross join lateral (
          select s.id, s.channel_id, s.parent_id, s.body_md, s.send_at, s.state, s.reason, s.message_id, s.created_at
        ) r
        where s.user_id = $1 and s.id > coalesce(nullif($2, '')::uuid, '00000000-0000-0000-0000-000000000000')
        order by s.id limit $3"#;
    /// What they want to be reminded of.
    Reminders = "reminder": r#"
        select m.id::text as "key!", row_to_json(r)::text as "json!"
        from reminders m cross join lateral (select m.id, m.channel_id, m.text, m.remind_at, m.told_at, m.created_at) r
        where m.user_id = $1 and m.id > coalesce(nullif($2, '')::uuid, '00000000-0000-0000-0000-000000000000')
        order by m.id limit $3"#;
    /// What they were told of, by ids.
    Notifications = "notification": r#"
        select n.id::text as "key!", row_to_json(r)::text as "json!"
        from notifications n cross join lateral (
          select n.id, n.type, n.reason, n.source_id, n.community_id, n.channel_id, n.actor_id, n.created_at, n.read_at
        ) r
        where n.user_id = $1 and n.id > coalesce(nullif($2, '')::uuid, '00000000-0000-0000-0000-000000000000')
        order by n.id limit $3"#;
    /// Whom they have blocked.
    Blocks = "block": r#"
        select b.blocked_id::text as "key!", row_to_json(r)::text as "json!"
        from blocks b cross join lateral (select b.blocked_id, b.created_at) r
        where b.user_id = $1 and b.blocked_id > coalesce(nullif($2, '')::uuid, '00000000-0000-0000-0000-000000000000')
        order by b.blocked_id limit $3"#;
}
