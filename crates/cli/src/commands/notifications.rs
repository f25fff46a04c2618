//! `ajet-chat notifications`.

use ajet_client::News;
use ajet_protocol::{Event, Notification, PageQuery, ReadNotifications};

use crate::app::App;
use crate::args::Paging;
use crate::failure::{Done, Failure};
use crate::print::Column;
use crate::target::named_id;

const NOTIFICATION: [Column; 6] = [
    ("id", "id"),
    ("at", "created_at"),
    ("type", "type"),
    ("from", "actor.username"),
    ("read", "read"),
    ("text", "preview"),
];

#[derive(Debug, clap::Args)]
pub struct Notifications {
    #[command(subcommand)]
    command: Option<Command>,
    /// Those that you have not read alone.
    #[arg(long)]
    unread: bool,
    /// Show what comes, as it comes; first those that you have not read.
    #[arg(short, long)]
    watch: bool,
    #[command(flatten)]
    paging: Paging,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Mark notifications as read.
    Read {
        #[arg(required_unless_present = "all")]
        id: Vec<String>,
        /// All of them.
        #[arg(long)]
        all: bool,
    },
}

/// Carries it out.
pub async fn run(app: &App, args: Notifications) -> Done {
    if let Some(Command::Read { id, all }) = args.command {
        return read(app, &id, all).await;
    }
    if args.watch {
        return watch(app).await;
    }
    let page = app.client()?.notifications(args.unread, &args.paging.query()).await?;
    app.screen.list(&page, &NOTIFICATION)
}

async fn read(app: &App, ids: &[String], all: bool) -> Done {
    let ids: Result<Vec<_>, Failure> = ids.iter().map(|id| named_id("ID", id)).collect();
    let ids = ids?;
    let request = if all {
        ReadNotifications { all: Some(true), ids: None }
    } else {
        ReadNotifications { ids: Some(ids), all: None }
    };
    let unread = app.client()?.read_notifications(&request).await?;
    app.screen.show(&unread, &[("unread", "unread")])
}

/// What is unread as of a moment, and what comes after it.
async fn watch(app: &App) -> Done {
    let cursor = app.snapshot().await?.cursor.clone();
    show_unread(app).await?;
    let mut events = app.client()?.events(Some(&cursor));
    while let Some(news) = events.next().await {
        match news? {
            News::Event(envelope) => {
                if let Ok(Some(Event::NotificationNew(new))) = envelope.event() {
                    show(app, &new.notification)?;
                }
            }
            News::Resync(_) => {
                app.screen.note("something may have been missed: these are unread");
                show_unread(app).await?;
            }
            News::Ready(_) | News::Rights(_) | News::Presence(_) => {}
        }
    }
    Ok(())
}

async fn show_unread(app: &App) -> Done {
    let page = app.client()?.notifications(true, &PageQuery::default()).await?;
    page.items.iter().rev().try_for_each(|one| show(app, one))
}

fn show(app: &App, one: &Notification) -> Done {
    if app.screen.streamed(one, &NOTIFICATION)? {
        return Ok(());
    }
    let when = crate::print::local_time(&one.created_at.to_string());
    let preview = one.preview.as_deref().unwrap_or_default();
    app.screen.text(format!("{when}  {}  {}  {preview}", one.kind.as_str(), one.actor.display_name))
}
