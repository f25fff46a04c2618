//! What a feed hears from NATS: passed on as it comes, and subscribed to again where a subscription ends.

use std::sync::Arc;
use std::time::Duration;

use ajet_protocol::CommunityId;
use ajet_protocol::subjects::Subject;
use ractor::ActorRef;

use super::actor::FeedMessage;
use super::source::{FeedKey, Source};
use crate::bus::{Bus, EncodedEvent, Events, Notices, Passing};

const RETRY: Duration = Duration::from_millis(250);

/// The subscriptions of a community's feed.
struct Subscribed {
    events: Events,
    passing: Passing,
}

impl Subscribed {
    async fn to(bus: &Bus, community: CommunityId) -> Option<Self> {
        let events = bus.events(Subject::Events(community)).await.ok()?;
        let passing = bus.passing(community).await.ok()?;
        Some(Self { events, passing })
    }

    /// What comes next; `None` when a subscription has ended.
    async fn next(&mut self) -> Option<FeedMessage> {
        tokio::select! {
            event = self.events.next() => Some(FeedMessage::Remote(Box::new(event?), None)),
            event = self.passing.next() => Some(FeedMessage::Passing(Box::new(event?))),
        }
    }
}

/// The subscriptions of the feed for people.
struct OfPeople {
    notices: Notices,
    typing: Passing,
}

impl OfPeople {
    async fn to(bus: &Bus) -> Option<Self> {
        let notices = bus.notices().await.ok()?;
        let typing = bus.passing_in_dms().await.ok()?;
        Some(Self { notices, typing })
    }

    /// What comes next that somebody here may hear of; `None` when a subscription has ended. Every node hears of everybody: what is
    /// for no one here goes no further.
    async fn next(&mut self, source: &Source) -> Option<FeedMessage> {
        loop {
            tokio::select! {
                notice = self.notices.next() => {
                    let (person, event) = notice?;
                    if source.listens(person) {
                        return Some(FeedMessage::Remote(Box::new(event), Some(person)));
                    }
                }
                event = self.typing.next() => {
                    let event = event?;
                    if source.concerns(event.topic()) {
                        return Some(FeedMessage::Passing(Box::new(event)));
                    }
                }
            }
        }
    }
}

/// Subscribes, and returns what passes everything on for as long as the feed lives. Where NATS is away, the log tells what comes
/// until it is back.
pub async fn listen(
    bus: Bus,
    source: Arc<Source>,
    feed: ActorRef<FeedMessage>,
) -> std::pin::Pin<Box<dyn Future<Output = ()> + Send>> {
    match source.key {
        FeedKey::Community(community) => {
            let begun = Subscribed::to(&bus, community).await;
            Box::pin(of_community(bus, community, begun, source, feed))
        }
        FeedKey::People => {
            let begun = OfPeople::to(&bus).await;
            Box::pin(of_people(bus, begun, source, feed))
        }
    }
}

async fn of_community(
    bus: Bus,
    community: CommunityId,
    mut begun: Option<Subscribed>,
    source: Arc<Source>,
    feed: ActorRef<FeedMessage>,
) {
    loop {
        if begun.is_none() {
            begun = Subscribed::to(&bus, community).await;
        }
        while let Some(message) = async { begun.as_mut()?.next().await }.await {
            if !pass_on(&source, &feed, message) {
                return;
            }
        }
        begun = None;
        tokio::time::sleep(RETRY).await;
    }
}

async fn of_people(bus: Bus, mut begun: Option<OfPeople>, source: Arc<Source>, feed: ActorRef<FeedMessage>) {
    loop {
        if begun.is_none() {
            begun = OfPeople::to(&bus).await;
        }
        while let Some(message) = async { begun.as_mut()?.next(&source).await }.await {
            if !pass_on(&source, &feed, message) {
                return;
            }
        }
        begun = None;
        tokio::time::sleep(RETRY).await;
    }
}

/// Whether the feed is still there. What there is no room for is dropped.
fn pass_on(source: &Source, feed: &ActorRef<FeedMessage>, message: FeedMessage) -> bool {
    let bytes = match &message {
        FeedMessage::Remote(event, _) | FeedMessage::Passing(event) => bytes_of(event),
        _ => 0,
    };
    if !source.admit(bytes) {
        return true;
    }
    let passed = feed.cast(message).is_ok();
    if !passed {
        source.handled(bytes);
    }
    passed
}

fn bytes_of(event: &EncodedEvent) -> usize {
    event.json.len()
}
