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

/// Reads a page of a section: by which column its lines are in order (`$2` is the last that is known), what a line says, and of what rows.
/// These end in the condition that they are the person's (`$1`), to which `and …` is added: one with `or` needs brackets.
macro_rules! page {
    ($($of:ident)+, uuid $($sql:literal),+) => {
        page!($($of)+, "coalesce(nullif($2, '')::uuid, '00000000-0000-0000-0000-000000000000')", $($sql),+)
    };
    ($($of:ident)+, text $($sql:literal),+) => { page!($($of)+, "$2", $($sql),+) };
    ($store:ident $person:ident $after:ident, $known:literal, $key:literal, $columns:literal, $rows:literal) => {
        sqlx::query_as!(
            Line,
            "select " + $key + r#"::text as "key!", "#
                + "(select row_to_json(r) from (select " + $columns + r#") r)::text as "json!" "#
                + "from " + $rows + " and " + $key + " > " + $known
                + " order by " + $key + " fetch first ($3::int8) rows with ties",
            $person,
            $after,
            PAGE
        )
        .fetch_all($store.background())
    };
}

macro_rules! sections {
    ($($(#[$doc:meta])* $section:ident = $name:literal, $form:ident $key:literal: $columns:literal of $rows:literal;)+) => {
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
                            Box::pin(page!(store person after, $form $key, $columns, $rows))
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
    Account = "account", uuid "id":
        "id, username, display_name, email, avatar_url, status_text, presence, quiet_hours, created_at, deactivated_at"
        of "users where id = $1";
    /// Where the person is signed in, without what signs them in.
    Sessions = "session", uuid "id":
        "id, device, created_at, last_used_at, expires_at" of "sessions where user_id = $1";
    /// The kinds of devices that they have signed in from.
    Devices = "device", text "device":
        "device, first_at" of "known_devices where user_id = $1";
    /// The accounts at sign-in providers by which they sign in.
    Accounts = "linked_account", uuid "id":
        "id, provider, issuer, subject, username, created_at, last_used_at" of "oauth_accounts where user_id = $1";
    /// What was noted of how they came in, and of their account.
    Access = "access_log", uuid "id":
        "id, actor_id, action, target_type, target_id, details, created_at" of "system_audit where person_id = $1";
    /// What they did as the owner of the system.
    SystemActs = "system_act", uuid "id":
        "id, action, target_type, target_id, details, created_at"
        of "system_audit where actor_id = $1 and actor_id is distinct from person_id";
    /// The communities that they belong to.
    Communities = "community", uuid "community_id":
        "m.community_id, m.role, m.nickname, m.avatar_url, m.muted_until, m.joined_at,
         array(select r.role_id from member_roles r
               where r.community_id = m.community_id and r.user_id = m.user_id order by r.role_id) as roles"
        of "community_members m where user_id = $1";
    /// What they set for communities.
    CommunityPreferences = "community_preference", uuid "community_id":
        "community_id, notify" of "community_preferences where user_id = $1";
    /// Bans of theirs, and mutes that wait for them to come back.
    Bans = "ban", uuid "c.id":
        "c.id as community_id, b.reason, b.created_at as banned_at, k.muted_until"
        of "(select community_id as id from bans where user_id = $1 union select community_id from kept_mutes where user_id = $1) c
            left join bans b on b.community_id = c.id and b.user_id = $1
            left join kept_mutes k on k.community_id = c.id and k.user_id = $1
            where true";
    /// What moderators did to them.
    Moderation = "moderation", uuid "id":
        "id, community_id, actor_id, action, target_type, target_id, reason, created_at" of "audit_log where person_id = $1";
    /// What they did themselves in the communities that they belong to.
    Acts = "act", uuid "a.id":
        "a.id, a.community_id, a.action, a.target_type, a.target_id, a.person_id, a.reason, a.details, a.created_at"
        of "community_members m
            cross join lateral (
              select * from audit_log l
              where l.community_id = m.community_id and l.actor_id = m.user_id
                and l.id > coalesce(nullif($2, '')::uuid, '00000000-0000-0000-0000-000000000000')
              order by l.id limit $3
            ) a
            where m.user_id = $1";
    /// The invites that they made there, without the code that lets others in.
    Invites = "invite", uuid "i.id":
        "i.id, i.community_id, i.max_uses, i.uses, i.expires_at, i.revoked_at, i.created_at"
        of "community_members m
            cross join lateral (
              select * from invites v
              where v.community_id = m.community_id and v.created_by = m.user_id
                and v.id > coalesce(nullif($2, '')::uuid, '00000000-0000-0000-0000-000000000000')
              order by v.id limit $3
            ) i
            where m.user_id = $1";
    /// The commands of bots that they made there.
    Commands = "command", uuid "c.id":
        "c.id, c.community_id, c.name, c.description, c.created_at"
        of "community_members m join commands c on c.community_id = m.community_id and c.created_by = m.user_id where m.user_id = $1";
    /// The tokens of bots that they made: when, and never the token.
    Tokens = "token", uuid "id":
        "id, bot_id, created_at, last_used_at, expires_at, revoked_at" of "api_tokens where created_by = $1";
    /// The channels that they are in.
    Channels = "channel", uuid "channel_id":
        "channel_id, joined_at" of "channel_members where user_id = $1";
    /// How far they have read channels.
    ReadMarkers = "read_marker", uuid "channel_id":
        "channel_id, message_id" of "read_markers where user_id = $1";
    /// What they set for channels.
    ChannelPreferences = "channel_preference", uuid "channel_id":
        "channel_id, muted, notify, hidden, hidden_after" of "channel_preferences where user_id = $1";
    /// What channels allow and deny to them by name.
    Overwrites = "overwrite", uuid "channel_id":
        "channel_id, allow, deny" of "channel_overwrites where target_id = $1";
    /// All that they wrote, wherever, with its files and polls. Read by the keys under which it was sent, which is an index of theirs.
    Messages = "message", text "client_mutation_id":
        "m.id, m.channel_id, m.parent_id, m.also_to_channel, m.body_md, m.poll, m.created_at, m.edited_at, m.deleted_at,
         array(select json_build_object('id', a.id, 'filename', a.filename, 'content_type', a.content_type,
                                        'size_bytes', a.size_bytes, 'alt', a.alt, 'created_at', a.created_at)
               from attachments a where a.message_id = m.id and a.deleted_at is null order by a.place) as attachments"
        of "messages m where author_id = $1";
    /// Their reactions.
    Reactions = "reaction", uuid "message_id":
        "message_id, emoji, created_at" of "reactions where user_id = $1";
    /// What they pinned, in the channels that they are in.
    Pins = "pin", uuid "p.message_id":
        "p.message_id, p.channel_id, p.pinned_at"
        of "channel_members m join pins p on p.channel_id = m.channel_id and p.user_id = m.user_id where m.user_id = $1";
    /// What they chose in polls.
    Votes = "vote", uuid "message_id":
        "message_id, options, voted_at" of "poll_votes where user_id = $1";
    /// The threads that they follow, or want to hear no more of.
    Threads = "thread", uuid "message_id":
        "message_id, following" of "thread_followers where user_id = $1";
    /// What they have begun to write.
    Drafts = "draft", uuid "channel_id":
        "channel_id, nullif(parent_id, '00000000-0000-0000-0000-000000000000') as parent_id, body_md, updated_at"
        of "drafts where user_id = $1";
    /// The messages that they keep, with what they noted: of what others wrote, the id alone.
    Saved = "saved_message", uuid "message_id":
        "message_id, channel_id, note, remind_at, saved_at" of "saved_messages where user_id = $1";
    /// What they want to be sent later.
    Scheduled = "scheduled_message", uuid "id":
        "id, channel_id, parent_id, body_md, send_at, state, reason, message_id, created_at"
        of "scheduled_messages where user_id = $1";
    /// What they want to be reminded of.
    Reminders = "reminder", uuid "id":
        "id, channel_id, text, remind_at, told_at, created_at" of "reminders where user_id = $1";
    /// What they were told of, by ids.
    Notifications = "notification", uuid "id":
        "id, type, reason, source_id, community_id, channel_id, actor_id, created_at, read_at"
        of "notifications where user_id = $1";
    /// Whom they have blocked.
    Blocks = "block", uuid "blocked_id":
        "blocked_id, created_at" of "blocks where user_id = $1";
}
