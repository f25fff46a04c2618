//! What one member does costs what those who are to hear of it cost, not what everybody who is connected does.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use ajet_client::{Client, Live};
use ajet_protocol::{ChannelId, Visibility};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tracing::{Event, Subscriber};
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};
use tracing_subscriber::registry;

use crate::support::{World, next, read_until, text};

/// Under this name sqlx tells of each statement.
const STATEMENTS: &str = "sqlx::query";
/// How often somebody comes and goes.
const ROUNDS: usize = 20;
/// How many more people listen the second time, each by so many streams.
const PEOPLE: usize = 20;
const STREAMS: usize = 50;

/// Counts statements of this test's servers, all of which run on its thread.
#[derive(Clone, Default)]
struct Counter(Arc<AtomicUsize>);

impl<S: Subscriber> Layer<S> for Counter {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        if event.metadata().target() == STATEMENTS {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }
}

async fn listening(client: &Client) -> Live {
    let mut live = client.live(None).await.expect("opens");
    assert_eq!(next(&mut live).await.name, "ready");
    live
}

/// The statements while somebody comes and goes, and everybody who listens hears of it.
async fn statements(
    world: &World,
    carol: &Client,
    room: ChannelId,
    streams: &mut [Live],
    counter: &Counter,
) -> usize {
    let before = counter.0.load(Ordering::Relaxed);
    for _ in 0..ROUNDS {
        carol.join(room).await.expect("joins");
        carol.leave(room).await.expect("leaves");
    }
    let done = format!("done with {} streams", streams.len());
    world.ann.post(world.general.id, &text(&done)).await.expect("posts");
    for live in streams {
        read_until(live, &done).await;
    }
    counter.0.load(Ordering::Relaxed) - before
}

/// I18.
#[tokio::test]
async fn who_comes_and_goes_costs_no_statement_for_each_who_listens() {
    let counter = Counter::default();
    let only_statements = Targets::new().with_target(STATEMENTS, LevelFilter::TRACE);
    let log = registry().with(only_statements).with(counter.clone());
    let _here = tracing::subscriber::set_default(log);
    // Each stream is two sockets of this process.
    let limit = getrlimit(Resource::Nofile);
    setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, maximum: limit.maximum }).expect("raises");
    let world = World::with(|config| config.events.streams_per_session = STREAMS).await;
    let room = world.channel("room", Visibility::Public).await.id;
    let carol = world.join("carol").await;
    let mut streams = vec![listening(&world.ann).await, listening(&world.bob).await];
    let few = statements(&world, &carol, room, &mut streams, &counter).await;
    assert!(few >= 2 * ROUNDS, "statements are counted: {few}");
    let mut people = Vec::new();
    for n in 0..PEOPLE {
        people.push(world.join(&format!("p{n}")).await);
    }
    // One stream of each is read; the others take what comes as far as their sockets hold it.
    let mut held = Vec::new();
    for person in &people {
        streams.push(listening(person).await);
        for _ in 1..STREAMS {
            held.push(listening(person).await);
        }
    }
    let many = statements(&world, &carol, room, &mut streams, &counter).await;
    // In each round two things change. A statement for each session and change would be 800 more, for each stream 40,000; what a node
    // does by the clock meanwhile is a few each second.
    let most = few + PEOPLE * ROUNDS;
    assert!(many < most, "{few} statements with two who listen, {many} with {} more", PEOPLE * STREAMS);
    drop(held);
    world.end().await;
}
