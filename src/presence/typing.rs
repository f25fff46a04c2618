//! Typing: told to those who joined the channel, on all nodes, and to no one later.
//!
//! An event of it carries the ACL version of the moment, read from the database: by older rights no node delivers it. It is told
//! again at the end, by the person or after `presence.typing_s`, by the rights of then. A person makes the nodes tell of one channel
//! once in three seconds that they type there, and at most as often that they do so no more.

use std::borrow::Cow;
use std::time::Instant;

use ajet_domain::Standing;
use ajet_protocol::events::ENVELOPE_VERSION;
use ajet_protocol::mint::Mint;
use ajet_protocol::subjects::Subject;
use ajet_protocol::{Addressed, ChannelId, Envelope, Event, EventId, Topic, TypingPayload, UserId};
use futures::future::join_all;

use super::frame::Frame;
use super::gossip::Out;
use super::hub::Presence;
use super::typists::{Key, Started};
use crate::bus::EncodedEvent;
use crate::store::StoreError;

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
    /// Whether a person has just said that they type in a channel: then saying so again does nothing, also where they have stopped
    /// since.
    #[must_use]
    pub fn has_just_typed(&self, person: UserId, channel: ChannelId) -> bool {
        self.0.typists.lock().is_recent((person, channel), Instant::now())
    }

    /// A person types in a channel, as they may. It ends by itself.
    pub fn types(&self, typing: TypingIn) {
        let TypingIn { person, channel, .. } = typing;
        let started = self.0.typists.lock().start(typing.key(), Instant::now());
        match started {
            Started::Now => {}
            // Another request said so while the rights of this one were read.
            Started::Again => return,
            Started::NoRoom => return super::hub::left_out(),
        }
        self.0.typing_changed.notify_one();
        metrics::counter!("ajet_typing_total").increment(1);
        self.0.out.put(Out::Frame(Frame::Types { person, channel }));
        self.tell(typing, &Event::TypingStart(TypingPayload { user_id: person }));
    }

    /// A person says that they type no more in a channel. Where they did not, as this node knows, no one is told.
    pub async fn types_no_more(&self, person: UserId, channel: ChannelId) {
        if self.stop((person, channel)) {
            self.end((person, channel)).await;
        }
    }

    /// A person has posted into a channel: if they were typing there, as this node knows, they are not any more.
    pub fn posted(&self, person: UserId, channel: ChannelId) {
        if self.stop((person, channel)) {
            let presence = self.clone();
            tokio::spawn(async move { presence.end((person, channel)).await });
        }
    }

    /// No node follows this typing any more. Whether somebody typed.
    fn stop(&self, (person, channel): Key) -> bool {
        let typed = self.0.typists.lock().stop((person, channel));
        if typed {
            self.0.typing_changed.notify_one();
            self.0.out.put(Out::Frame(Frame::TypesNoMore { person, channel }));
        }
        typed
    }

    /// Another node follows a person's typing from now on.
    pub(super) fn types_elsewhere(&self, key: Key) {
        self.0.typists.lock().follow_elsewhere(key, Instant::now());
        self.0.typing_changed.notify_one();
    }

    /// Another node tells that a person types no more.
    pub(super) fn stopped_elsewhere(&self, key: Key) {
        if self.0.typists.lock().stop(key) {
            self.0.typing_changed.notify_one();
        }
    }

    fn tell(&self, typing: TypingIn, event: &Event) {
        let Some(event) = typing.event(event, self.0.node) else { return };
        self.0.feeds.pass(&event);
        self.0.out.put(Out::Event(typing.subject(), Box::new(event)));
    }

    /// Ends what was not said again, for as long as the node lives.
    pub(super) async fn keep_ending(self) {
        loop {
            let next = self.0.typists.lock().next_due();
            let changed = self.0.typing_changed.notified();
            match next {
                Some(at) => {
                    let _ = tokio::time::timeout_at(at.into(), changed).await;
                }
                None => changed.await,
            }
            let ended = self.0.typists.lock().take_ended(Instant::now());
            join_all(ended.into_iter().map(|key| self.end(key))).await;
        }
    }

    /// Tells that somebody types no more, by the rights of now. Where these can't be read it is left out: clients end it as well.
    async fn end(&self, (person, channel): Key) {
        match self.stands_now((person, channel)).await {
            Ok(Some((topic, standing))) => {
                let typing = TypingIn { person, channel, topic, acl_version: standing.acl_version };
                self.tell(typing, &Event::TypingStop(TypingPayload { user_id: person }));
            }
            // The channel is gone.
            Ok(None) => {}
            Err(error) => tracing::debug!(%error, "can't read by which rights typing ends"),
        }
    }

    /// What a channel belongs to, and the rights of a person there, which are read first; `None` where it is not there any more.
    async fn stands_now(&self, (person, channel): Key) -> Result<Option<(Topic, Standing)>, StoreError> {
        let rights = &self.0.rights;
        let Some(topic) = rights.home_of(channel).await? else { return Ok(None) };
        rights.refresh(topic).await?;
        let standing = rights.standing(topic, person, Some(channel)).await?;
        Ok(standing.map(|standing| (topic, standing)))
    }
}
