//! `ajet-chat read`, `unread` and `mark`: what was said, and what of it is new.

use ajet_protocol::{ChannelId, Message, MessageId, MessageQuery, Page, PageQuery, Timestamp};
use clap_complete::engine::ArgValueCompleter;
use uuid::Uuid;

use crate::app::App;
use crate::args::Paging;
use crate::complete;
use crate::failure::{Done, Failure};
use crate::print::Column;
use crate::when;

/// Messages that `--since` shows at most, a page after the other.
const MOST: usize = 10_000;
/// A page of the server's.
const PAGE: i64 = 200;
const UNREAD: [Column; 4] = [
    ("channel", "channel_id"),
    ("unread", "count"),
    ("mentions", "mentions"),
    ("read up to", "last_read_id"),
];

#[derive(Debug, clap::Args)]
pub struct Read {
    /// Where: general, @ann, an id or the address of a page.
    #[arg(value_name = "CHANNEL", add = ArgValueCompleter::new(complete::channels))]
    from: String,
    #[command(flatten)]
    paging: Paging,
    /// Everything since then: 2h, 09:00, 2026-11-28 09:00 or an RFC 3339 time.
    #[arg(long, value_name = "TIME", conflicts_with_all = ["limit", "before", "after", "around", "thread"])]
    since: Option<String>,
    /// A page with this message in its middle.
    #[arg(long, value_name = "MESSAGE", conflicts_with_all = ["before", "after"])]
    around: Option<String>,
    /// The replies to this message.
    #[arg(long, value_name = "MESSAGE", conflicts_with = "around")]
    thread: Option<String>,
    /// Without replies that stand in their threads alone.
    #[arg(long)]
    top_level: bool,
}

/// Which channel, and up to where.
#[derive(Debug, clap::Subcommand)]
pub enum Mark {
    /// Everything up to this message counts as read; up to the newest one if none is given.
    Read {
        #[arg(value_name = "CHANNEL", add = ArgValueCompleter::new(complete::channels))]
        which: String,
        message: Option<String>,
    },
    /// This message and everything after it counts as unread.
    Unread { message: String },
}

/// Shows what was said.
pub async fn run(app: &App, args: Read) -> Done {
    let since = args.since.as_deref().map(|since| when::earlier("--since", since)).transpose()?;
    let channel = app.channel("CHANNEL", &args.from).await?;
    let page = match (since, &args.thread) {
        (Some(since), _) => everything_since(app, channel, since, args.top_level).await?,
        (None, Some(thread)) => {
            let thread = app.message("--thread", thread).await?;
            app.client()?.replies(thread, &args.paging.query()).await?
        }
        (None, None) => history(app, channel, &args).await?,
    };
    let names = app.names_for(&page.items).await?;
    app.screen.messages(&page, &names)
}

async fn history(app: &App, channel: ChannelId, args: &Read) -> Result<Page<Message>, Failure> {
    let around = match &args.around {
        Some(message) => Some(app.message("--around", message).await?.0),
        None => None,
    };
    let page = args.paging.query();
    if around.is_none() && !args.top_level {
        return Ok(app.client()?.messages(channel, &page).await?);
    }
    let query = MessageQuery { page, around, top_level: args.top_level };
    Ok(app.client()?.history(channel, &query).await?)
}

/// Page by page, from the first message that is not before a moment: ids begin with the time at which they were made.
async fn everything_since(
    app: &App,
    channel: ChannelId,
    since: Timestamp,
    top_level: bool,
) -> Result<Page<Message>, Failure> {
    let mut all = Page { items: Vec::new(), has_more: true };
    let mut after = Some(first_id_at(since));
    while all.has_more && all.items.len() < MOST {
        let page = PageQuery { before: None, after, limit: Some(PAGE) };
        let next = app.client()?.history(channel, &MessageQuery { page, around: None, top_level }).await?;
        after = next.items.last().map(|message| message.id.0).or(after);
        all.has_more = next.has_more && !next.items.is_empty();
        all.items.extend(next.items.into_iter().filter(|message| message.created_at >= since));
    }
    Ok(all)
}

/// The least id (UUID of version 7) of a moment.
fn first_id_at(moment: Timestamp) -> Uuid {
    Uuid::from_u128((u128::from(moment.unix_millis()) << 80) | (7 << 76) | (0b10 << 62))
}

/// Lists the channels with something unread.
pub async fn unread(app: &App) -> Done {
    let unread = app.client()?.unread().await?;
    app.screen.list(&unread, &UNREAD)
}

/// Moves what counts as read.
pub async fn mark(app: &App, command: Mark) -> Done {
    match command {
        Mark::Read { which, message } => {
            let channel = app.channel("CHANNEL", &which).await?;
            let message = match message {
                Some(message) => app.message("MESSAGE", &message).await?,
                None => newest(app, channel).await?,
            };
            app.client()?.mark_read(channel, message).await?;
            app.screen.done("marked as read")
        }
        Mark::Unread { message } => {
            let id = app.message("MESSAGE", &message).await?;
            let channel = app.client()?.message(id).await?.channel_id;
            app.client()?.mark_unread(channel, id).await?;
            app.screen.done("marked as unread")
        }
    }
}

async fn newest(app: &App, channel: ChannelId) -> Result<MessageId, Failure> {
    let page = app.client()?.messages(channel, &PageQuery { limit: Some(1), ..PageQuery::default() }).await?;
    page.items
        .last()
        .map(|message| message.id)
        .ok_or_else(|| Failure::Missing("CHANNEL: there is no message in it".into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_id_of_a_moment_is_below_all_of_it() {
        let moment = Timestamp::from_unix_millis(1_700_000_000_000);
        let id = first_id_at(moment);
        assert_eq!(id.get_version_num(), 7);
        assert!(id < first_id_at(Timestamp::from_unix_millis(1_700_000_000_001)));
        assert_eq!(id.as_u128() >> 80, 1_700_000_000_000);
    }
}
