//! In which channel a message is: remembered where it was posted, or asked for.

use std::fmt::Debug;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use ajet_protocol::MessageId;
use sqlx::Connection;
use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};
use tracing_subscriber::registry;
use uuid::Uuid;

use crate::support::{World, connect, text};

/// Under this name sqlx tells of each statement.
const STATEMENTS: &str = "sqlx::query";
/// How the statement begins that looks up where a message is.
const LOOK_UP: &str = "select channel_id from messages";

/// Counts look-ups of this test's servers, all of which run on its thread.
#[derive(Clone, Default)]
struct LookUps(Arc<AtomicUsize>);

impl<S: Subscriber> Layer<S> for LookUps {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let mut statement = Statement { is_look_up: false };
        event.record(&mut statement);
        self.0.fetch_add(usize::from(statement.is_look_up), Ordering::Relaxed);
    }
}

/// What sqlx tells of a statement.
struct Statement {
    is_look_up: bool,
}

impl Visit for Statement {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.is_look_up |= field.name() == "summary" && format!("{value:?}").contains(LOOK_UP);
    }
}

/// A reaction, an edit or a vote asks no database for it.
#[tokio::test]
async fn where_a_recent_message_is_takes_no_query() {
    let world = World::new().await;
    let general = world.general.id;
    let first = world.ann.post(general, &text("first")).await.expect("posts").id;
    let world = world.restarted(|_| {}).await;
    let posted = world.ann.post(general, &text("posted")).await.expect("posts").id;
    let places = world.server.app().context.places.clone();
    assert_eq!(places.of(first).await.expect("looks"), Some(general));
    let nowhere = MessageId(Uuid::from_u128(1));
    assert_eq!(places.of(nowhere).await.expect("looks"), None);

    let mut db = connect(&world.config).await;
    let mut locked = db.begin().await.expect("begins");
    sqlx::query("lock table messages in access exclusive mode").execute(&mut *locked).await.expect("locks");
    for known in [first, posted] {
        assert_eq!(places.of(known).await.expect("knows"), Some(general));
    }
    assert!(places.of(nowhere).await.is_err(), "what is not there is not remembered");
    locked.rollback().await.expect("ends");
    world.end().await;
}

/// The same for who reacts and edits: what was posted before the node began is looked up once, which tells that look-ups are counted.
#[tokio::test]
async fn a_reaction_to_a_recent_message_looks_up_nothing() {
    let look_ups = LookUps::default();
    let only_statements = Targets::new().with_target(STATEMENTS, LevelFilter::TRACE);
    let log = registry().with(only_statements).with(look_ups.clone());
    let _here = tracing::subscriber::set_default(log);
    let world = World::new().await;
    let first = world.ann.post(world.general.id, &text("first")).await.expect("posts").id;
    let world = world.restarted(|_| {}).await;
    let posted = world.ann.post(world.general.id, &text("posted")).await.expect("posts").id;
    for (message, looked_up) in [(posted, 0), (first, 1), (first, 1), (posted, 1)] {
        world.bob.react(message, "🎉").await.expect("reacts");
        world.bob.unreact(message, "🎉").await.expect("takes it back");
        world.ann.edit(message, "edited").await.expect("edits");
        assert_eq!(look_ups.0.load(Ordering::Relaxed), looked_up, "{message}");
    }
    world.end().await;
}
