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

/// People who have joined channels of a community that the reader has joined, too.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sharing {
    /// The ACL version of the community in this snapshot.
    pub acl_version: u64,
    /// Each with a channel, in any order.
    pub people: Vec<(UserId, ChannelId)>,
}

fenced_row! {
    struct SharingRow / FencedSharingRow {
        acl_version: i64,
        id: Uuid,
        channel_id: Uuid,
    }
}

fenced_row! {
    struct PersonRow / FencedPersonRow {
        id: Uuid,
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

    /// The people of a community, but for the reader.
    pub async fn people_beside(&self, fence: Fence) -> Result<Fenced<Vec<UserId>>, StoreError> {
        let rows = fenced!(
            FencedPersonRow,
            fence,
            r#"select f.holds as "holds!", m.user_id as "id?"
               from fence f
               left join community_members m on f.holds and m.community_id = $1 and m.user_id <> $4"#
        )
        .fetch_all(self.reads())
        .await?;
        Ok(Fenced::all(rows).map(|rows| rows.into_iter().map(|row| UserId(row.id)).collect()))
    }

    /// Which of these people share channels of a community with the reader, of those channels (`seen`) that the reader may know of, with
    /// so many such channels of each at most. The reader is left out, and so are those who do not want to be seen.
    ///
    /// It looks each of these people up, so it costs what they are and what they have joined, however many others are in the channels.
    pub async fn sharing(
        &self,
        fence: Fence,
        seen: &[ChannelId],
        people: &[UserId],
        most_of_each: i64,
    ) -> Result<Fenced<Sharing>, StoreError> {
        let channels: Vec<Uuid> = seen.iter().map(|channel| channel.0).collect();
        let ids: Vec<Uuid> = people.iter().map(|person| person.0).collect();
        let rows = fenced!(
            FencedSharingRow,
            fence,
            r#"select f.holds as "holds!", a.version as "acl_version?", s.id as "id?", s.channel_id as "channel_id?"
               from fence f
               left join acl a on f.holds and a.scope = $1
               left join (
                 select u.id, theirs.channel_id
                 from users u
                 cross join lateral (
                   select cm.channel_id from channel_members cm
                   where cm.user_id = u.id and cm.channel_id = any(array(
                     select own.channel_id from channel_members own where own.user_id = $4 and own.channel_id = any($5)
                   ))
                   limit $7
                 ) theirs
                 where u.id = any($6) and u.id <> $4 and u.presence <> 'invisible'
               ) s on f.holds"#,
            &channels,
            &ids,
            most_of_each
        )
        .fetch_all(self.reads())
        .await?;
        let shared = Fenced::all(rows).map(|rows| {
            let acl_version = rows.first().map_or(0, |row| count(row.acl_version));
            let people = rows.into_iter().map(|row| (UserId(row.id), ChannelId(row.channel_id)));
            Sharing { acl_version, people: people.collect() }
        });
        Ok(shared)
    }
}
