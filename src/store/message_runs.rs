//! Runs of messages in one direction, as pages of a history are made of them.
//!
//! Each kind of list and each direction has a statement of its own. A parameter that switched a condition off would keep its index out of the
//! plan (of the channel's top level alone there is `messages_top_level_idx`), and one that chose the direction would have both planned and
//! begun for every page.

use ajet_protocol::{Message, MessageId, Page, PageQuery, limits};
use uuid::Uuid;

use super::fence::{Fence, Fenced};
use super::message_rows::fenced_messages;
use super::{Store, StoreError};

/// Which messages of a channel a list has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Listed {
    All,
    /// Replies only where they also stand in the channel.
    TopLevel,
    /// Replies to one message.
    Replies(MessageId),
}

/// A run of messages in one direction.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stretch {
    pub page: PageQuery,
    pub of: Listed,
    /// How much text it may hold.
    pub bytes: i64,
}

impl Stretch {
    pub fn new(page: PageQuery, of: Listed) -> Self {
        Self { page, of, bytes: limits::PAGE_BYTES }
    }
}

/// Reads a run: from which cursor on, on which side of it, and in what order its messages come from there on.
macro_rules! run {
    ($store:expr, $fence:expr, $stretch:expr, $side:tt, $order:tt, $cursor:expr) => {{
        let (fence, stretch, cursor, pool) = ($fence, $stretch, $cursor, $store.reads());
        match stretch.of {
            Listed::All => of!(fence, stretch, $side, "true", $order, cursor).fetch_all(pool).await,
            Listed::TopLevel => {
                of!(fence, stretch, $side, "(parent_id is null or also_to_channel)", $order, cursor)
                    .fetch_all(pool)
                    .await
            }
            Listed::Replies(parent) => {
                of!(fence, stretch, $side, "parent_id = $8", $order, cursor, parent.0).fetch_all(pool).await
            }
        }
    }};
}

/// The statement of a run of the messages that a condition tells.
///
/// `nearer` is how many bytes of HTML stand between the cursor and a message: past the limit of a page it is left out, but never the nearest
/// one. Lengths are known without reading the texts; the Markdown of a message has a limit of its own.
macro_rules! of {
    ($fence:expr, $stretch:expr, $side:tt, $of:tt, $order:tt, $cursor:expr $(, $argument:expr)?) => {
        fenced_messages!(
            $fence,
            "left join (
                 select a.*, sum(octet_length(a.body_html)) over (order by a.id" + $order + " rows unbounded preceding)
                               - octet_length(a.body_html) as nearer
                 from (select * from messages where channel_id = $3 and id " + $side + " $5 and " + $of + " order by id" + $order + " limit $6) a
               ) m on f.holds and m.nearer <= $7"; "order by m.id",
            $cursor,
            $stretch.page.size() + 1,
            $stretch.bytes
            $(, $argument)?
        )
    };
}

impl Store {
    /// Messages from a cursor on, without what stands beside them.
    pub(super) async fn stretch(
        &self,
        fence: Fence,
        stretch: Stretch,
    ) -> Result<Fenced<Page<Message>>, StoreError> {
        let Fenced::Holds(mut items) = self.nearest(fence, stretch).await? else { return Ok(Fenced::Stale) };
        let size = usize::try_from(stretch.page.size()).unwrap_or(1);
        let too_many = items.len() > size;
        if too_many && stretch.page.after.is_some() {
            items.truncate(size);
        } else if too_many {
            items.remove(0);
        }
        let has_more = too_many || (is_full(&items, stretch.bytes) && self.goes_on(stretch, &items).await?);
        Ok(Fenced::Holds(Page { items, has_more }))
    }

    /// A stretch's messages and one more if there is one.
    async fn nearest(&self, fence: Fence, stretch: Stretch) -> Result<Fenced<Vec<Message>>, StoreError> {
        let rows = match stretch.page.after {
            Some(after) => run!(self, fence, stretch, ">", "", after)?,
            None => run!(self, fence, stretch, "<", " desc", stretch.page.before.unwrap_or(Uuid::max()))?,
        };
        Ok(Fenced::all(rows).map(|rows| rows.into_iter().map(Message::from).collect()))
    }

    /// Whether there are more messages beyond a stretch, in its direction.
    async fn goes_on(&self, stretch: Stretch, items: &[Message]) -> Result<bool, StoreError> {
        let onward = stretch.page.after.is_some();
        let edge = if onward { items.last() } else { items.first() };
        let Some(edge) = edge else { return Ok(false) };
        match stretch.of {
            Listed::Replies(parent) => return self.replies_go_on(parent, edge.id, onward).await,
            Listed::TopLevel => return self.top_level_goes_on(edge, onward).await,
            Listed::All => {}
        }
        let row = sqlx::query!(
            r#"select case when $3 then exists (select 1 from messages where channel_id = $1 and id > $2)
                           else exists (select 1 from messages where channel_id = $1 and id < $2) end as "more!""#,
            edge.channel_id.0,
            edge.id.0,
            onward
        )
        .fetch_one(self.reads())
        .await?;
        Ok(row.more)
    }

    /// Whether there are more of them beyond one of a channel's messages.
    async fn top_level_goes_on(&self, edge: &Message, onward: bool) -> Result<bool, StoreError> {
        let row = sqlx::query!(
            r#"select case when $3 then exists (select 1 from messages where channel_id = $1 and id > $2
                                                  and (parent_id is null or also_to_channel))
                           else exists (select 1 from messages where channel_id = $1 and id < $2
                                          and (parent_id is null or also_to_channel)) end as "more!""#,
            edge.channel_id.0,
            edge.id.0,
            onward
        )
        .fetch_one(self.reads())
        .await?;
        Ok(row.more)
    }

    /// Whether a message has more replies beyond one of them.
    async fn replies_go_on(
        &self,
        parent: MessageId,
        edge: MessageId,
        onward: bool,
    ) -> Result<bool, StoreError> {
        let row = sqlx::query!(
            r#"select case when $3 then exists (select 1 from messages where parent_id = $1 and id > $2)
                           else exists (select 1 from messages where parent_id = $1 and id < $2) end as "more!""#,
            parent.0,
            edge.0,
            onward
        )
        .fetch_one(self.reads())
        .await?;
        Ok(row.more)
    }
}

/// Whether messages hold as much text as they may.
fn is_full(items: &[Message], most: i64) -> bool {
    let bytes: usize = items.iter().map(|message| message.body_md.len() + message.body_html.len()).sum();
    i64::try_from(bytes).unwrap_or(i64::MAX) > most
}
