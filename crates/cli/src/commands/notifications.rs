//! `ajet-chat notifications`.

use std::collections::HashSet;

use ajet_client::{Error, News};
use ajet_protocol::{Event, Notification, NotificationId, Page, PageQuery, ReadNotifications};
use serde_json::json;

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

/// A page of what is unread.
const PAGE: i64 = 200;

#[derive(Debug, clap::Args)]
pub struct Notifications {
    #[command(subcommand)]
    command: Option<Command>,
    /// Those that you have not read alone.
    #[arg(long)]
    unread: bool,
    /// Show what comes, as it comes; first those that you have not read.
    #[arg(short, long, conflicts_with_all = ["limit", "before", "after"])]
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

/// What is unread as of a moment, and what comes after it; each once.
async fn watch(app: &App) -> Done {
    let cursor = app.snapshot().await?.cursor.clone();
    let mut shown = HashSet::new();
    show_unread(app, &mut shown).await?;
    let mut events = app.client()?.events(Some(&cursor));
    while let Some(news) = events.next().await {
        match news? {
            News::Event(envelope) => {
                if let Ok(Some(Event::NotificationNew(new))) = envelope.event() {
                    show(app, &new.notification, &mut shown)?;
                }
            }
            News::Resync(resync) => {
                app.screen.note("something may have been missed: these are unread");
                app.screen.streamed_note(&json!({ "type": "resync", "reason": resync.reason }))?;
                show_unread(app, &mut shown).await?;
            }
            News::Ready(_) | News::Rights(_) | News::Presence(_) => {}
        }
    }
    Ok(())
}

/// Shows what is unread and was not shown, the oldest first.
async fn show_unread(app: &App, shown: &mut HashSet<NotificationId>) -> Done {
    let client = app.client()?;
    let unread = newest_last(async |query| client.notifications(true, &query).await).await?;
    unread.iter().try_for_each(|one| show(app, one, shown))
}

/// All of a list that begins with its newest page.
async fn newest_last(
    page: impl AsyncFn(PageQuery) -> Result<Page<Notification>, Error>,
) -> Result<Vec<Notification>, Failure> {
    let mut all: Vec<Notification> = Vec::new();
    loop {
        let oldest = all.iter().map(|one| one.id).min();
        let query = PageQuery { before: oldest.map(|id| id.0), after: None, limit: Some(PAGE) };
        let next = page(query).await?;
        let goes_on = next.has_more && !next.items.is_empty();
        all.extend(next.items);
        if !goes_on {
            all.sort_by_key(|one| one.id);
            return Ok(all);
        }
    }
}

fn show(app: &App, one: &Notification, shown: &mut HashSet<NotificationId>) -> Done {
    if !shown.insert(one.id) || app.screen.streamed(one, &NOTIFICATION)? {
        return Ok(());
    }
    let when = crate::print::local_time(&one.created_at.to_string());
    let preview = one.preview.as_deref().unwrap_or_default();
    app.screen.text(format!("{when}  {}  {}  {preview}", one.kind.as_str(), one.actor.display_name))
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::sync::{Arc, Mutex};

    use clap::Parser;
    use uuid::Uuid;

    use super::*;
    use crate::app::tests::app;
    use crate::args::Cli;
    use crate::print::Screen;

    /// What was printed, for the test to look at.
    #[derive(Clone, Default)]
    struct Written(Arc<Mutex<Vec<u8>>>);

    impl Write for Written {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().expect("no panic").extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    fn notification(n: u128) -> Notification {
        let at = "2026-11-26T10:00:00.000Z";
        let actor = json!({ "id": Uuid::from_u128(1), "username": "ann", "display_name": "Ann", "avatar_url": null,
            "status_text": null, "bot": false, "created_at": at });
        let told = json!({ "id": Uuid::from_u128(n), "type": "mention", "reason": "user",
            "source_id": Uuid::from_u128(n), "community_id": null, "channel_id": null, "actor": actor, "preview": "hi",
            "read": false, "silent": false, "created_at": at });
        serde_json::from_value(told).expect("a notification")
    }

    #[tokio::test]
    async fn a_list_is_read_from_its_newest_page_to_its_oldest() {
        let page = async |query: PageQuery| {
            let end = query.before.map_or(450, |before| before.as_u128());
            let first = end.saturating_sub(200);
            let items: Vec<Notification> = (first..end).map(notification).collect();
            Ok::<_, Error>(Page { items, has_more: first > 0 })
        };
        let all = newest_last(page).await.expect("is read");
        let ids: Vec<u128> = all.iter().map(|one| one.id.0.as_u128()).collect();
        assert_eq!(ids, (0..450).collect::<Vec<_>>());
    }

    #[test]
    fn what_comes_twice_is_shown_once() {
        let (mut app, mut shown, written) = (app(std::io::empty()), HashSet::new(), Written::default());
        let look = app.screen.look().clone();
        app.screen = Screen::new(look, Box::new(written.clone()), Box::new(std::io::sink()));
        for (n, lines) in [(1, 1), (1, 1), (2, 2)] {
            show(&app, &notification(n), &mut shown).expect("is shown");
            let text = written.0.lock().expect("no panic").clone();
            assert_eq!(text.iter().filter(|byte| **byte == b'\n').count(), lines);
        }
    }

    #[test]
    fn who_watches_asks_for_no_part_of_the_list() {
        for paging in ["--limit", "--before", "--after"] {
            let value = if paging == "--limit" { "5" } else { "0199f000-0000-7000-8000-000000000001" };
            let line = ["ajet-chat", "notifications", "--watch", paging, value];
            assert!(Cli::try_parse_from(line).is_err(), "{paging}");
        }
        assert!(Cli::try_parse_from(["ajet-chat", "notifications", "--watch", "--unread"]).is_ok());
    }
}
