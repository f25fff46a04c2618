//! What the names mean that somebody typed in a channel: people, roles and channels of its community, or those who take part in a
//! direct message.
//!
//! Names are looked up by their indexes, each by itself. What people call themselves is looked up only for what means nothing else. Many
//! may call themselves the same, so it is looked up among a limited number of accounts.

use ajet_protocol::{ChannelId, RoleId, UserId, names};

use super::names::is_known_to_all;
use super::{Store, StoreError};

/// Accounts of one display name that are looked at.
const LOOKED_AT: i64 = 100;

/// Names that somebody typed, without their signs.
#[derive(Debug, Default)]
pub struct Typed {
    /// Behind `@`: user names, or those of roles.
    pub people: Vec<String>,
    /// Behind `#`.
    pub channels: Vec<String>,
}

/// What a name means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meaning {
    Person(UserId),
    Role(RoleId),
    /// A channel that everybody may know of.
    Channel(ChannelId),
    /// A channel that not everybody may know of. Who names it need not see it.
    HiddenChannel(ChannelId),
}

impl Store {
    /// The names that mean something in a channel, as they were typed. A user name comes before a role of the same name.
    pub async fn meanings_of(
        &self,
        channel: ChannelId,
        typed: &Typed,
    ) -> Result<Vec<(String, Meaning)>, StoreError> {
        let (roles, rooms) = (keys(&typed.people), keys(&typed.channels));
        let found = sqlx::query!(
            r#"select 'user'::text as "kind!", w.word as "word!", u.id as "id!", null::text as "visibility?", null::int8 as "denied?"
               from channels home
               cross join unnest($2::text[]) as w(word)
               -- Each by the index: a plan from when the table was empty would read all of it.
               cross join lateral (
                 select a.id from users a where lower(a.username collate "C") = lower(w.word collate "C") offset 0
               ) u
               where home.id = $1 and (
                 exists (select 1 from community_members m where m.community_id = home.community_id and m.user_id = u.id)
                 or home.community_id is null
                    and exists (select 1 from channel_members dm where dm.channel_id = home.id and dm.user_id = u.id)
               )
               union all
               select 'role', w.word, ro.id, null, null
               from channels home
               cross join unnest($2::text[], $3::text[]) as w(word, key)
               join roles ro on ro.community_id = home.community_id and ro.name_key = w.key
               where home.id = $1
               union all
               select 'channel', w.word, ch.id, ch.visibility,
                      (select bit_or(o.deny) from channel_overwrites o where o.channel_id = ch.id)
               from channels home
               cross join unnest($4::text[], $5::text[]) as w(word, key)
               join channels ch on ch.community_id = home.community_id
                               and coalesce(ch.name_key, lower(ch.name collate "C")) = w.key
               where home.id = $1"#,
            channel.0,
            &typed.people,
            &roles,
            &typed.channels,
            &rooms
        )
        .fetch_all(self.reads())
        .await?;
        let mut meanings = Vec::with_capacity(found.len());
        for row in found {
            let meaning = match (row.kind.as_str(), row.visibility) {
                ("user", _) => Meaning::Person(UserId(row.id)),
                ("role", _) => Meaning::Role(RoleId(row.id)),
                (_, Some(visibility)) if is_known_to_all(&visibility, row.denied)? => {
                    Meaning::Channel(ChannelId(row.id))
                }
                _ => Meaning::HiddenChannel(ChannelId(row.id)),
            };
            meanings.push((row.word, meaning));
        }
        meanings.sort_by_key(|(_, meaning)| !matches!(meaning, Meaning::Person(_)));
        Ok(meanings)
    }

    /// Who calls themselves by one of these names in a channel's community, or in a direct message: by their display name or their
    /// nickname, in small letters. A name that several have means none of them, and so does a display name of more accounts than are looked at.
    pub async fn people_called(
        &self,
        channel: ChannelId,
        lowercase: &[String],
    ) -> Result<Vec<(String, UserId)>, StoreError> {
        let found = sqlx::query!(
            r#"select w.word as "word!", (array_agg(distinct p.user_id))[1] as "id!"
               from channels home
               cross join unnest($2::text[]) as w(word)
               cross join lateral (
                 select m.user_id, named.looked_at
                 from (
                   select one.id, count(*) over () as looked_at
                   from (select u.id from users u where lower(u.display_name) collate "C" = w.word limit $3::int8) one
                 ) named
                 join community_members m on m.community_id = home.community_id and m.user_id = named.id
                 union all
                 select nick.user_id, 0::int8
                 from (
                   select m.user_id from community_members m
                   where m.community_id = home.community_id and m.nickname is not null
                     and lower(m.nickname) collate "C" = w.word
                   limit 2
                 ) nick
                 union all
                 select dm.user_id, 0::int8
                 from channel_members dm join users u on u.id = dm.user_id
                 where home.community_id is null and dm.channel_id = home.id and lower(u.display_name) = w.word
               ) p
               where home.id = $1
               group by w.word having count(distinct p.user_id) = 1 and max(p.looked_at) < $3::int8"#,
            channel.0,
            lowercase,
            LOOKED_AT
        )
        .fetch_all(self.searches())
        .await?;
        Ok(found.into_iter().map(|row| (row.word, UserId(row.id))).collect())
    }
}

/// The keys under which names are unique.
fn keys(typed: &[String]) -> Vec<String> {
    typed.iter().map(|name| names::key(name)).collect()
}
