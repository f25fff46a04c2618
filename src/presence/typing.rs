//! Typing: told to those who joined the channel, on all nodes, and to no one later.
//!
//! An event of it carries the ACL version of the moment, read from the database: by older rights no node delivers it. It is told
//! again at the end, by the person or after `presence.typing_s`, by the rights of then.

use std::borrow::Cow;
use std::time::Instant;

use ajet_protocol::events::ENVELOPE_VERSION;
use ajet_protocol::mint::Mint;
use ajet_protocol::subjects::Subject;
use ajet_protocol::{Addressed, ChannelId, Envelope, Event, EventId, Topic, TypingPayload, UserId};
use futures::future::join_all;

use super::frame::Frame;
use super::gossip::Out;
use super::hub::Presence;
use super::typists::Key;
use crate::bus::EncodedEvent;

/// A person who types in a channel, and by which rights.
#[derive(Debug, Clone, Copy)]
pub struct TypingIn {
    pub person: UserId,
    pub channel: ChannelId,
    /// What the channel belongs to.
    pub topic: Topic,
    /// As of which the person was found to be allowed to.
    pub acl_version: u64,
}

impl TypingIn {
    fn key(self) -> Key {
        (self.person, self.channel)
    }

    /// The event that tells of it; `None` where its type has no audience, which those of typing have.
    fn event(self, event: &Event, node: u16) -> Option<EncodedEvent> {
        let now = crate::clock::now();
        let envelope = Envelope {
            v: ENVELOPE_VERSION,
            id: EventId(Mint::above(node, None).next(now, rand::random())),
            kind: Cow::Borrowed(event.kind().as_str()),
            ts: now,
            stream: self.channel.into(),
            seq: None,
            community_id: self.topic.community(),
            channel_id: Some(self.channel),
            actor_id: Some(self.person),
            acl_version: Some(self.acl_version),
            payload: event.payload(),
        };
        Addressed::of(envelope).map(|addressed| EncodedEvent::of(&addressed))
    }

    /// The subject of what is told of it.
    fn subject(self) -> Subject {
        match self.topic {
            Topic::Community(community) => Subject::Typing(community, self.channel),
            Topic::Dm(_) | Topic::Person(_) => Subject::TypingDm(self.channel),
        }
    }
}

impl Presence {
    /// Whether a person has just said that they type in a channel: then saying so again does nothing.
    #[must_use]
    pub fn types_already(&self, person: UserId, channel: ChannelId) -> bool {
        self.0.typists.lock().is_recent((person, channel), Instant::now())
    }

    /// A person types in a channel, as they may. It ends by itself.
    pub fn types(&self, typing: TypingIn) {
        if !self.0.typists.lock().start(typing.key(), typing.topic, Instant::now()) {
            return super::hub::left_out();
        }
        self.0.typing_began.notify_one();
        metrics::counter!("ajet_typing_total").increment(1);
        self.follow(typing.key());
        self.tell(typing, &Event::TypingStart(TypingPayload { user_id: typing.person }));
    }

    /// A person types no more in a channel, as they say.
    pub fn types_no_more(&self, typing: TypingIn) {
        self.0.typists.lock().forget(typing.key());
        self.follow(typing.key());
        self.tell(typing, &Event::TypingStop(TypingPayload { user_id: typing.person }));
    }

    /// A person has posted into a channel: if they were typing there, as this node knows, they are not any more.
    pub fn posted(&self, person: UserId, channel: ChannelId) {
        let followed = self.0.typists.lock().forget((person, channel));
        if let Some(topic) = followed {
            let presence = self.clone();
            tokio::spawn(async move { presence.end((person, channel), topic).await });
        }
    }

    /// The other nodes follow this typing no more.
    fn follow(&self, (person, channel): Key) {
        self.0.out.put(Out::Frame(Frame::Types { person, channel }));
    }

    fn tell(&self, typing: TypingIn, event: &Event) {
        let Some(event) = typing.event(event, self.0.node) else { return };
        self.0.feeds.pass(&event);
        self.0.out.put(Out::Event(typing.subject(), Box::new(event)));
    }

    /// Ends what was not said again, for as long as the node lives.
    pub(super) async fn keep_ending(self) {
        loop {
            let next = self.0.typists.lock().next_end();
            match next {
                Some(at) => tokio::time::sleep_until(at.into()).await,
                None => self.0.typing_began.notified().await,
            }
            let ended = self.0.typists.lock().take_ended(Instant::now());
            join_all(ended.into_iter().map(|(key, topic)| self.end(key, topic))).await;
        }
    }

    /// Tells that somebody types no more, by the rights of now. Where these can't be read it is left out: clients end it as well.
    async fn end(&self, (person, channel): Key, topic: Topic) {
        let read = async {
            self.0.rights.refresh(topic).await?;
            self.0.rights.standing(topic, person, Some(channel)).await
        };
        match read.await {
            Ok(Some(standing)) => {
                let typing = TypingIn { person, channel, topic, acl_version: standing.acl_version };
                self.tell(typing, &Event::TypingStop(TypingPayload { user_id: person }));
            }
            // The channel went with what it belonged to.
            Ok(None) => {}
            Err(error) => tracing::debug!(%error, "can't read by which rights typing ends"),
        }
    }
}
