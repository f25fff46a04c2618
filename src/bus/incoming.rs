//! Events that come over NATS: each has a good seal, and is about what its subject is for.
//!
//! A subscription stays through reconnects; what was sent meanwhile is lost, and is read from the log by those who miss it.

use ajet_protocol::subjects::{ALL_NOTIFICATIONS, ALL_TYPING_IN_DMS, Subject, person_of, typing_in};
use ajet_protocol::{CommunityId, EventType, Topic, UserId};
use async_nats::{Message, Subscriber};
use futures::StreamExt;
use futures::stream::{BoxStream, select};

use super::seal::{Seals, Use};
use super::{Bus, BusError, EncodedEvent};

impl Bus {
    /// Listens to the events of a subject; ends when it is dropped.
    ///
    /// # Errors
    /// [`BusError::Away`], when the connection is closed.
    pub async fn events(&self, subject: Subject) -> Result<Events, BusError> {
        let subscriber = self.subscribe(&subject.to_string()).await?;
        Ok(Events { subscriber, subject, seals: self.seals().clone() })
    }

    /// Listens to what concerns people alone, by one subscription for all people; ends when it is dropped.
    ///
    /// # Errors
    /// [`BusError::Away`], when the connection is closed.
    pub async fn notices(&self) -> Result<Notices, BusError> {
        let subscriber = self.subscribe(ALL_NOTIFICATIONS).await?;
        Ok(Notices { subscriber, seals: self.seals().clone() })
    }

    /// Listens to what is never stored of a community, typing and presence; ends when it is dropped.
    ///
    /// # Errors
    /// [`BusError::Away`], when the connection is closed.
    pub async fn passing(&self, community: CommunityId) -> Result<Passing, BusError> {
        let typing = self.subscribe(&typing_in(community)).await?;
        let presence = self.subscribe(&Subject::Presence(community).to_string()).await?;
        Ok(Passing { messages: Box::pin(select(typing, presence)), seals: self.seals().clone() })
    }

    /// Listens to typing in direct messages, by one subscription for all of them; ends when it is dropped.
    ///
    /// # Errors
    /// [`BusError::Away`], when the connection is closed.
    pub async fn passing_in_dms(&self) -> Result<Passing, BusError> {
        let typing = self.subscribe(ALL_TYPING_IN_DMS).await?;
        Ok(Passing { messages: Box::pin(typing), seals: self.seals().clone() })
    }
}

/// The events of one subject, as they come.
pub struct Events {
    subscriber: Subscriber,
    subject: Subject,
    seals: Seals,
}

impl Events {
    /// The next one; `None` when the subscription has ended.
    pub async fn next(&mut self) -> Option<EncodedEvent> {
        loop {
            let message = self.subscriber.next().await?;
            let Some(event) = opened(&self.seals, &message) else { continue };
            if belongs(&self.subject, &event) {
                return Some(event);
            }
            misplaced();
        }
    }
}

/// The events of all people's subjects, as they come.
pub struct Notices {
    subscriber: Subscriber,
    seals: Seals,
}

impl Notices {
    /// The next one, with the person whose subject it came on; `None` when the subscription has ended.
    pub async fn next(&mut self) -> Option<(UserId, EncodedEvent)> {
        loop {
            let message = self.subscriber.next().await?;
            let Some(event) = opened(&self.seals, &message) else { continue };
            match person_of(message.subject.as_str()) {
                Some(person) if belongs(&Subject::Notifications(person), &event) => {
                    return Some((person, event));
                }
                _ => misplaced(),
            }
        }
    }
}

/// Typing and presence in a community, or typing in direct messages, as they come. These events have no number: `seq` is 0.
pub struct Passing {
    messages: BoxStream<'static, Message>,
    seals: Seals,
}

impl Passing {
    /// The next one; `None` when the subscriptions have ended.
    pub async fn next(&mut self) -> Option<EncodedEvent> {
        loop {
            let message = self.messages.next().await?;
            let Some(event) = opened(&self.seals, &message) else { continue };
            if passes_on(&event).is_some_and(|subject| subject.to_string() == message.subject.as_str()) {
                return Some(event);
            }
            misplaced();
        }
    }
}

/// The event in a message, if its seal is good.
fn opened(seals: &Seals, message: &Message) -> Option<EncodedEvent> {
    seals.sender(Use::Event, message)?;
    let event = EncodedEvent::parse(message.payload.clone(), None).and_then(|event| match event.kind {
        Some(_) => Ok(event),
        // Of a type that this version does not know its publisher says who gets it.
        None => EncodedEvent::parse(message.payload.clone(), seals.audience(message, event.id)),
    });
    event.inspect_err(|error| tracing::warn!(%error, "ignoring what is no event")).ok()
}

fn misplaced() {
    tracing::warn!("ignoring an event on a subject that is not its own");
}

/// Whether an event may come on a subject. A person's subject brings what concerns that person: events of their own, of
/// their direct messages, and that they belong to one more community.
fn belongs(subject: &Subject, event: &EncodedEvent) -> bool {
    match subject {
        Subject::Events(community) => event.community_id == Some(*community),
        Subject::Dm(channel) => event.channel_id == Some(*channel) && event.community_id.is_none(),
        Subject::Typing(community, channel) => {
            event.community_id == Some(*community) && event.channel_id == Some(*channel)
        }
        Subject::TypingDm(channel) => event.channel_id == Some(*channel),
        Subject::Presence(community) => event.community_id == Some(*community),
        Subject::Notifications(person) => match event.topic() {
            Topic::Person(own) => own == *person,
            Topic::Dm(_) => true,
            Topic::Community(_) => event.kind == Some(EventType::MemberJoined) && event.channel_id.is_none(),
        },
    }
}

/// The only subject on which an event that is never stored may come; `None` for any other event.
fn passes_on(event: &EncodedEvent) -> Option<Subject> {
    if event.seq > 0 {
        return None;
    }
    match (event.kind?, event.topic()) {
        (EventType::TypingStart | EventType::TypingStop, Topic::Community(community)) => {
            Some(Subject::Typing(community, event.channel_id?))
        }
        (EventType::TypingStart | EventType::TypingStop, Topic::Dm(channel)) => {
            Some(Subject::TypingDm(channel))
        }
        (EventType::PresenceOnline | EventType::PresenceOffline, Topic::Community(community)) => {
            Some(Subject::Presence(community))
        }
        _ => None,
    }
}
