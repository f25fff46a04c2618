//! What must be known of people to tell who of them is online: whether they want to be seen, and what they have joined.
//!
//! Who is online is nowhere in the database (I10). Nothing here decides who may know of whom: the channels that people have joined
//! together only say where to look.

use ajet_protocol::{ChannelId, CommunityId, Topic, UserId};
use uuid::Uuid;

use super::fence::{Fence, Fenced, fenced, fenced_row};
use super::streams::count;
use super::{Store, StoreError};

/// A person who came online or went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    pub person: UserId,
    /// They do not want to be seen, or there is no such person any more.
    pub hidden: bool,
    pub joined: Vec<Joined>,
}

/// A channel that a person has joined.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Joined {
    /// What it belongs to.
    pub topic: Topic,
    pub channel: ChannelId,
    /// The ACL version of that in this snapshot.
    pub acl_version: u64,
}

/// People who are in a community and have joined channels that the reader has joined, too.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sharing {
    /// The ACL version of the community in this snapshot.
    pub acl_version: u64,
    pub people: Vec<(UserId, Vec<ChannelId>)>,
}

fenced_row! {
    struct SharingRow / FencedSharingRow {
        acl_version: i64,
        id: Uuid,
        channels: Vec<Uuid>,
    }
}

impl Store {
    /// Some people as they are now, each of them.
    pub async fn presence_of(&self, people: &[UserId]) -> Result<Vec<Seen>, StoreError> {
        let ids: Vec<Uuid> = people.iter().map(|person| person.0).collect();
        let rows = sqlx::query!(
            r#"select k.id as "id!", coalesce(u.presence = 'invisible', true) as "hidden!", cm.channel_id as "channel?",
                      ch.community_id as "community?", coalesce(a.version, 0) as "version!"
               from unnest($1::uuid[]) as k(id)
               left join users u on u.id = k.id
               left join channel_members cm on cm.user_id = u.id
               left join channels ch on ch.id = cm.channel_id
               left join acl a on a.scope = coalesce(ch.community_id, ch.id)
               order by k.id"#,
            &ids
        )
        .fetch_all(self.background())
        .await?;
        let mut seen: Vec<Seen> = Vec::with_capacity(people.len());
        for row in rows {
            let person = UserId(row.id);
            if seen.last().is_none_or(|one| one.person != person) {
                seen.push(Seen { person, hidden: row.hidden, joined: Vec::new() });
            }
            if let (Some(channel), Some(one)) = (row.channel.map(ChannelId), seen.last_mut()) {
                let topic = row.community.map_or(Topic::Dm(channel), |id| Topic::Community(CommunityId(id)));
                one.joined.push(Joined { topic, channel, acl_version: count(row.version) });
            }
        }
        Ok(seen)
    }

    /// The people who share channels of a community with the reader, of those channels (`seen`) that the reader may know of; those who
    /// do not want to be seen are left out. With `among` only these people.
    pub async fn sharing(
        &self,
        fence: Fence,
        seen: &[ChannelId],
        among: Option<&[UserId]>,
    ) -> Result<Fenced<Sharing>, StoreError> {
        let channels: Vec<Uuid> = seen.iter().map(|channel| channel.0).collect();
        let ids: Vec<Uuid> = among.unwrap_or_default().iter().map(|person| person.0).collect();
        let rows = fenced!(
            FencedSharingRow,
            fence,
            r#"select f.holds as "holds!", a.version as "acl_version?", s.id as "id?", s.channels as "channels?"
               from fence f
               left join acl a on f.holds and a.scope = $1
               left join (
                 select theirs.user_id as id, array_agg(theirs.channel_id) as channels
                 from channel_members own
                 join channel_members theirs on theirs.channel_id = own.channel_id and theirs.user_id <> own.user_id
                 join users u on u.id = theirs.user_id and u.presence <> 'invisible'
                 where own.user_id = $4 and own.channel_id = any($5) and ($6 or theirs.user_id = any($7))
                 group by theirs.user_id
               ) s on f.holds"#,
            &channels,
            among.is_none(),
            &ids
        )
        .fetch_all(self.reads())
        .await?;
        let shared = Fenced::all(rows).map(|rows| {
            let acl_version = rows.first().map_or(0, |row| count(row.acl_version));
            let people = rows
                .into_iter()
                .map(|row| (UserId(row.id), row.channels.into_iter().map(ChannelId).collect()));
            Sharing { acl_version, people: people.collect() }
        });
        Ok(shared)
    }
}
