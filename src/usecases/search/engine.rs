//! How messages are found: ids, of the channels that it is given. This engine is PostgreSQL.
//!
//! An engine holds what `store::indexed` makes of each message: its words and marks. Here that is written with the message, in one commit, so what is
//! answered is found at once, and what is deleted or replaced is found no more. An engine elsewhere would follow the log of events instead, and a
//! reader's own writes would have to wait for it.

use ajet_protocol::{ChannelId, MessageId};
use uuid::Uuid;

pub use crate::store::search::{Ranked, Wanted};
use crate::usecases::{Context, Failure};

/// At most so many that fit: the newest, newest first, or the oldest, oldest first.
///
/// # Errors
/// The engine is away
pub async fn by_time(
    context: &Context,
    wanted: &Wanted,
    oldest: bool,
    most: i64,
) -> Result<Vec<(MessageId, ChannelId)>, Failure> {
    Ok(context.store.messages_found(wanted, oldest, most).await?)
}

/// At most so many of the newest 10,000 that fit, those first that fit best, behind the one of this score and id.
///
/// # Errors
/// The engine is away; 422 where nothing says what fits best
pub async fn by_score(
    context: &Context,
    wanted: &Wanted,
    after: Option<(f32, Uuid)>,
    most: i64,
) -> Result<Vec<Ranked>, Failure> {
    if wanted.terms.is_empty() {
        return Err(Failure::field("sort", "no_words", "needs words that fit better or worse"));
    }
    Ok(context.store.messages_ranked(wanted, after, most).await?)
}
