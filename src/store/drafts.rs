//! What people have begun to write, each for themselves; and how much of all that they keep for later there is.

use ajet_domain::need::{DraftOf, Kept, KeptOf};
use ajet_protocol::{ChannelDraft, ChannelId, MessageId, UserId, limits};
use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

use super::fence::{Fence, Fenced, fenced, fenced_row};
use super::lookup::{Answered, Answers, Lookup, complete};
use super::{Pool, Store, StoreError};

/// A draft as a client starts with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DraftStart {
    pub draft: ChannelDraft,
    /// Whether it is for a direct message, in which the person takes part.
    pub is_direct: bool,
}

fenced_row! {
    struct DraftRow / FencedDraftRow {
        channel_id: Uuid,
        // The nil id for none.
        parent_id: Uuid,
        body_md: String,
        updated_at: OffsetDateTime,
    }
}

impl From<DraftRow> for ChannelDraft {
    fn from(row: DraftRow) -> Self {
        Self {
            channel_id: ChannelId(row.channel_id),
            body_md: row.body_md,
            parent_id: Some(row.parent_id).filter(|id| !id.is_nil()).map(MessageId),
            updated_at: row.updated_at.into(),
        }
    }
}

/// The id of the message that a draft is to reply to, as it is stored.
fn stored_parent(parent: Option<MessageId>) -> Uuid {
    parent.map_or(Uuid::nil(), |parent| parent.0)
}

impl Store {
    /// The reader's draft in a channel that they see.
    pub async fn draft_for(
        &self,
        fence: Fence,
        parent: Option<MessageId>,
    ) -> Result<Fenced<Option<ChannelDraft>>, StoreError> {
        let row = fenced!(
            FencedDraftRow,
            fence,
            r#"select f.holds as "holds!", d.channel_id as "channel_id?", d.parent_id as "parent_id?", d.body_md as "body_md?",
                      d.updated_at as "updated_at?"
               from fence f
               left join drafts d on f.holds and d.user_id = $4 and d.channel_id = $3 and d.parent_id = $5"#,
            stored_parent(parent)
        )
        .fetch_one(self.reads())
        .await?;
        Ok(Fenced::one(row).map(|row| row.map(ChannelDraft::from)))
    }

    /// Some drafts, as they are now.
    pub(super) async fn drafts_among(
        &self,
        asked: &[DraftOf],
        pool: &Pool,
    ) -> Result<Vec<(DraftOf, ChannelDraft)>, StoreError> {
        let (users, channels): (Vec<Uuid>, Vec<Uuid>) =
            asked.iter().map(|one| (one.user.0, one.channel.0)).unzip();
        let parents: Vec<Uuid> = asked.iter().map(|one| stored_parent(one.parent)).collect();
        let rows = sqlx::query!(
            r#"select d.user_id as "user_id!", d.channel_id as "channel_id!", d.parent_id as "parent_id!", d.body_md as "body_md!",
                      d.updated_at as "updated_at!"
               from unnest($1::uuid[], $2::uuid[], $3::uuid[]) as q(person, channel, parent)
               join drafts d on d.user_id = q.person and d.channel_id = q.channel and d.parent_id = q.parent"#,
            &users,
            &channels,
            &parents
        )
        .fetch_all(pool)
        .await?;
        let found = rows.into_iter().map(|row| {
            let user = UserId(row.user_id);
            let draft = ChannelDraft::from(DraftRow {
                channel_id: row.channel_id,
                parent_id: row.parent_id,
                body_md: row.body_md,
                updated_at: row.updated_at,
            });
            (DraftOf { user, channel: draft.channel_id, parent: draft.parent_id }, draft)
        });
        Ok(found.collect())
    }
}

/// The newest drafts of a person, in the snapshot that a client starts with. Those of direct messages that they left are not among them;
/// which channels of communities they see is for the caller to judge.
pub(super) async fn at_start(
    connection: &mut PgConnection,
    person: UserId,
) -> Result<Vec<DraftStart>, StoreError> {
    let rows = sqlx::query!(
        r#"select d.channel_id, d.parent_id, d.body_md, d.updated_at, (ch.community_id is null) as "is_direct!"
           from drafts d
           join channels ch on ch.id = d.channel_id
           left join channel_members cm on cm.channel_id = d.channel_id and cm.user_id = d.user_id
           where d.user_id = $1 and (ch.community_id is not null or cm.user_id is not null)
           order by d.updated_at desc limit $2"#,
        person.0,
        limits::DRAFTS
    )
    .fetch_all(connection)
    .await?;
    let drafts = rows.into_iter().map(|row| DraftStart {
        is_direct: row.is_direct,
        draft: ChannelDraft::from(DraftRow {
            channel_id: row.channel_id,
            parent_id: row.parent_id,
            body_md: row.body_md,
            updated_at: row.updated_at,
        }),
    });
    Ok(drafts.collect())
}

impl Answers<DraftOf> for Lookup<'_> {
    async fn answer(&self, asked: &[DraftOf]) -> Answered<DraftOf> {
        let found = self.store.drafts_among(asked, self.store.commands()).await?;
        Ok(complete(asked, found.into_iter().map(|(asked, draft)| (asked, Some(draft)))))
    }
}

/// What is counted, as the statement takes it.
fn number(what: Kept) -> i16 {
    match what {
        Kept::Drafts => 0,
        Kept::Saved => 1,
        Kept::Scheduled => 2,
    }
}

impl Answers<KeptOf> for Lookup<'_> {
    /// No more is counted than anybody may have.
    async fn answer(&self, asked: &[KeptOf]) -> Answered<KeptOf> {
        let users: Vec<Uuid> = asked.iter().map(|one| one.user.0).collect();
        let kinds: Vec<i16> = asked.iter().map(|one| number(one.what)).collect();
        let rows = sqlx::query!(
            r#"select q.person as "person!", q.what as "what!", c.kept as "kept!"
               from unnest($1::uuid[], $2::int2[]) as q(person, what)
               cross join lateral (
                 select count(*) as kept from (
                   (select 1 from drafts d where q.what = 0 and d.user_id = q.person limit $3)
                   union all
                   (select 1 from saved_messages s where q.what = 1 and s.user_id = q.person limit $4)
                   union all
                   (select 1 from scheduled_messages m
                    where q.what = 2 and m.user_id = q.person and m.state in ('pending', 'taken') limit $5)
                 ) one
               ) c"#,
            &users,
            &kinds,
            limits::DRAFTS,
            limits::SAVED,
            limits::SCHEDULED
        )
        .fetch_all(self.store.commands())
        .await?;
        let counted = |one: &KeptOf| {
            let row = rows.iter().find(|row| row.person == one.user.0 && row.what == number(one.what));
            (*one, row.map_or(0, |row| row.kept))
        };
        Ok(complete(asked, asked.iter().map(counted)))
    }
}
