//! What is said on the bus is sealed by the cluster's key: who reaches NATS and does not know the key can neither command a
//! node, nor forge an event, nor pass for a node.
//!
//! A seal is an HMAC (RFC 2104) over what the message is, its subject, its sender and its bytes, under a key of its own for
//! each use, derived from the cluster's key by HKDF (RFC 5869). It keeps nothing secret. Against repetitions: frames carry a
//! deadline and the id of their attempt inside the sealed bytes, events their place in a stream, and a reply belongs to the
//! inbox of one request. What nodes tell of who is online is numbered. An entry of the list of nodes can be repeated, and removed: a node that is listed and does not
//! answer is suspected, and one that was removed is back when it renews its entry.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use ajet_cluster::NodeId;
use ajet_protocol::{Audience, EventId};
use async_nats::{HeaderMap, HeaderName, HeaderValue, Message};
use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use hkdf::Hkdf;
use hmac::{Hmac, KeyInit, Mac};
use parking_lot::Mutex;
use secrecy::{ExposeSecret, SecretString};
use sha2::Sha256;

/// The header that holds the seal, and the one that names the sender.
const SEAL: &str = "Ajet-Seal";
const SENDER: &str = "Ajet-Sender";
/// The headers that say who gets an event, and seal that: the seal of the message covers its bytes only.
const AUDIENCE: &str = "Ajet-Audience";
const AUDIENCE_SEAL: &str = "Ajet-Audience-Seal";
/// Between two lines of the log about missing seals: who reaches NATS must not fill the disk.
const TELL_EVERY: Duration = Duration::from_secs(60);

/// What a message is. A seal for one use is none for another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Use {
    /// An event on its subject.
    Event,
    /// A request to a node.
    Ask,
    /// A node's answer.
    Reply,
    /// A node's entry in the list of nodes.
    Entry,
    /// Who gets an event, beside the event.
    Audience,
    /// What nodes tell each other of who is online.
    Presence,
}

const USES: [Use; 6] = [Use::Event, Use::Ask, Use::Reply, Use::Entry, Use::Audience, Use::Presence];

impl Use {
    fn label(self) -> &'static [u8] {
        match self {
            Use::Event => b"ajet-chat event v1",
            Use::Ask => b"ajet-chat ask v1",
            Use::Reply => b"ajet-chat reply v1",
            Use::Entry => b"ajet-chat entry v1",
            Use::Audience => b"ajet-chat audience v1",
            Use::Presence => b"ajet-chat presence v1",
        }
    }
}

/// What came with a seal.
#[derive(Debug, Clone, Copy)]
pub struct Sealed<'a> {
    pub subject: &'a str,
    pub sender: NodeId,
    pub seal: &'a str,
    pub bytes: &'a [u8],
}

/// The keys of a cluster, and who speaks; cheap to clone. Prints neither.
#[derive(Clone)]
pub struct Seals(Arc<Inner>);

struct Inner {
    me: NodeId,
    /// One for each use and secret; those of the first secret seal, all of them open.
    keys: Vec<[Hmac<Sha256>; USES.len()]>,
    /// When the log last told of something without a good seal.
    told: Mutex<Option<Instant>>,
}

impl fmt::Debug for Seals {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Seals").field("me", &self.0.me).finish_non_exhaustive()
    }
}

impl Seals {
    /// The seals of a node: it seals by the first secret, and opens what was sealed by any of them.
    #[must_use]
    pub fn new(me: NodeId, secrets: &[SecretString]) -> Self {
        let keys = secrets.iter().map(|secret| {
            let derive = Hkdf::<Sha256>::new(None, secret.expose_secret().as_bytes());
            USES.map(|one| {
                let mut key = [0; 32];
                derive.expand(one.label(), &mut key).expect("32 bytes are fewer than HKDF can make");
                Hmac::new_from_slice(&key).expect("HMAC takes keys of any length")
            })
        });
        Self(Arc::new(Inner { me, keys: keys.collect(), told: Mutex::default() }))
    }

    /// Who speaks.
    #[must_use]
    pub fn me(&self) -> NodeId {
        self.0.me
    }

    /// The seal of some bytes, as text.
    #[must_use]
    pub fn seal(&self, what: Use, subject: &str, bytes: &[u8]) -> String {
        let sealed = self.0.keys.first().map(|keys| mac(&keys[what as usize], subject, self.0.me, bytes));
        STANDARD_NO_PAD.encode(sealed.map(|mac| mac.finalize().into_bytes()).unwrap_or_default())
    }

    /// Whether something carries a seal of this cluster's.
    #[must_use]
    pub fn opens(&self, what: Use, sealed: &Sealed<'_>) -> bool {
        let Sealed { subject, sender, bytes, .. } = *sealed;
        let Ok(seal) = STANDARD_NO_PAD.decode(sealed.seal) else { return false };
        // Compared in constant time.
        self.0
            .keys
            .iter()
            .any(|keys| mac(&keys[what as usize], subject, sender, bytes).verify_slice(&seal).is_ok())
    }

    /// The headers of a sealed message.
    #[must_use]
    pub fn headers(&self, what: Use, subject: &str, bytes: &[u8]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(HeaderName::from_static(SENDER), HeaderValue::from(self.0.me.to_string()));
        headers.insert(HeaderName::from_static(SEAL), HeaderValue::from(self.seal(what, subject, bytes)));
        headers
    }

    /// Who sent a message, if its seal is good.
    #[must_use]
    pub fn sender(&self, what: Use, message: &Message) -> Option<NodeId> {
        let good = sender_of(message).zip(header(message, SEAL)).filter(|(sender, seal)| {
            let (subject, bytes) = (message.subject.as_str(), message.payload.as_ref());
            self.opens(what, &Sealed { subject, sender: *sender, seal, bytes })
        });
        if good.is_none() {
            self.broken(what);
        }
        good.map(|(sender, _)| sender)
    }

    /// Adds to an event's headers who gets it.
    pub fn address(&self, headers: &mut HeaderMap, subject: &str, event: EventId, audience: Audience) {
        let seal = self.seal(Use::Audience, subject, &audience_bytes(event, audience.as_str()));
        headers.insert(HeaderName::from_static(AUDIENCE), HeaderValue::from(audience.as_str()));
        headers.insert(HeaderName::from_static(AUDIENCE_SEAL), HeaderValue::from(seal));
    }

    /// The name of the audience that a message gives its event, if it names one and the seal of that is good.
    #[must_use]
    pub fn audience<'a>(&self, message: &'a Message, event: EventId) -> Option<&'a str> {
        let audience = header(message, AUDIENCE)?;
        let bytes = audience_bytes(event, audience);
        let good = sender_of(message).zip(header(message, AUDIENCE_SEAL)).is_some_and(|(sender, seal)| {
            let subject = message.subject.as_str();
            self.opens(Use::Audience, &Sealed { subject, sender, seal, bytes: &bytes })
        });
        if !good {
            self.broken(Use::Audience);
        }
        good.then_some(audience)
    }

    /// Counts what came without a good seal, and tells operators now and then.
    pub fn broken(&self, what: Use) {
        metrics::counter!("ajet_bus_unsealed_total").increment(1);
        let mut told = self.0.told.lock();
        if told.is_none_or(|at| at.elapsed() > TELL_EVERY) {
            *told = Some(Instant::now());
            tracing::warn!(?what, "dropping what has no good seal: is cluster.key the same on all nodes?");
        }
    }
}

fn header<'a>(message: &'a Message, name: &str) -> Option<&'a str> {
    message.headers.as_ref()?.get(name).map(HeaderValue::as_str)
}

/// Who a message says it is from.
fn sender_of(message: &Message) -> Option<NodeId> {
    NodeId::from_str(header(message, SENDER)?).ok()
}

/// What the seal of an audience covers.
fn audience_bytes(event: EventId, audience: &str) -> Vec<u8> {
    format!("{event} {audience}").into_bytes()
}

/// Every part has its length before it, so that no two messages have the same bytes to be sealed.
fn mac(key: &Hmac<Sha256>, subject: &str, sender: NodeId, bytes: &[u8]) -> Hmac<Sha256> {
    let mut mac = key.clone();
    mac.update(&(subject.len() as u64).to_be_bytes());
    mac.update(subject.as_bytes());
    mac.update(sender.0.as_bytes());
    mac.update(bytes);
    mac
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn seals(node: u128, secrets: &[&str]) -> Seals {
        let secrets: Vec<SecretString> = secrets.iter().map(|secret| (*secret).into()).collect();
        Seals::new(NodeId(Uuid::from_u128(node)), &secrets)
    }

    #[test]
    fn a_seal_opens_for_its_own_message_only() {
        let (one, other) = (seals(1, &["key"]), seals(2, &["key"]));
        let seal = one.seal(Use::Event, "chat.events.a", b"{}");
        let opens = |what, subject, sender, bytes: &[u8]| {
            other.opens(what, &Sealed { subject, sender, seal: &seal, bytes })
        };
        assert!(opens(Use::Event, "chat.events.a", one.me(), b"{}"));
        assert!(!opens(Use::Ask, "chat.events.a", one.me(), b"{}"), "for another use");
        assert!(!opens(Use::Event, "chat.events.b", one.me(), b"{}"), "on another subject");
        assert!(!opens(Use::Event, "chat.events.a", other.me(), b"{}"), "from another sender");
        assert!(!opens(Use::Event, "chat.events.a", one.me(), b"{ }"), "with other bytes");
        let bare = Sealed { subject: "chat.events.a", sender: one.me(), seal: "", bytes: b"{}" };
        assert!(!other.opens(Use::Event, &bare), "without any seal");
    }

    const SUBJECT: &str = "chat.events.a";

    fn event(n: u128) -> EventId {
        EventId(Uuid::from_u128(n))
    }

    /// What a node publishes of event 7, for all members.
    fn published(by: &Seals) -> Message {
        let payload = bytes::Bytes::from_static(b"{}");
        let mut headers = by.headers(Use::Event, SUBJECT, &payload);
        by.address(&mut headers, SUBJECT, event(7), Audience::Members);
        let length = payload.len();
        Message {
            subject: SUBJECT.to_owned().into(),
            reply: None,
            payload,
            headers: Some(headers),
            status: None,
            description: None,
            length,
        }
    }

    fn with_header(mut message: Message, name: &'static str, value: &str) -> Message {
        let headers = message.headers.get_or_insert_default();
        headers.insert(HeaderName::from_static(name), HeaderValue::from(value));
        message
    }

    #[test]
    fn an_audience_counts_for_its_own_event_only() {
        let (one, other) = (seals(1, &["key"]), seals(2, &["key"]));
        let message = published(&one);
        assert_eq!(other.sender(Use::Event, &message), Some(one.me()));
        assert_eq!(other.audience(&message, event(7)), Some("members"));
        assert_eq!(other.audience(&message, event(8)), None, "another event");
        let elsewhere = Message { subject: "chat.events.b".to_owned().into(), ..message.clone() };
        assert_eq!(other.audience(&elsewhere, event(7)), None, "on another subject");
        let passed_on = with_header(message.clone(), SENDER, &other.me().to_string());
        assert_eq!(other.audience(&passed_on, event(7)), None, "from another sender");
        assert_eq!(seals(3, &["other"]).audience(&message, event(7)), None, "of another cluster");
    }

    #[test]
    fn a_forged_audience_is_none() {
        let (one, other) = (seals(1, &["key"]), seals(2, &["key"]));
        for forged in ["seers", "joined", "person", "Members", "members ", ""] {
            let message = with_header(published(&one), AUDIENCE, forged);
            assert_eq!(other.audience(&message, event(7)), None, "{forged:?}");
        }
        let sealed_as_event = one.seal(Use::Event, SUBJECT, &audience_bytes(event(7), "members"));
        for seal in ["", "x", sealed_as_event.as_str()] {
            let message = with_header(published(&one), AUDIENCE_SEAL, seal);
            assert_eq!(other.audience(&message, event(7)), None, "{seal:?}");
        }
    }

    #[test]
    fn without_an_audience_an_event_is_sealed_all_the_same() {
        let (one, other) = (seals(1, &["key"]), seals(2, &["key"]));
        let of_before = Message { headers: Some(one.headers(Use::Event, SUBJECT, b"{}")), ..published(&one) };
        assert_eq!(other.sender(Use::Event, &of_before), Some(one.me()));
        assert_eq!(other.audience(&of_before, event(7)), None);
        let bare = Message { headers: None, ..published(&one) };
        assert_eq!(other.audience(&bare, event(7)), None);
    }

    #[test]
    fn keys_are_changed_one_node_after_another() {
        let (old, new) = (seals(1, &["old"]), seals(2, &["new"]));
        let (ready, done) = (seals(3, &["old", "new"]), seals(4, &["new", "old"]));
        let heard = |by: &Seals, from: &Seals| {
            let seal = from.seal(Use::Ask, "s", b"x");
            by.opens(Use::Ask, &Sealed { subject: "s", sender: from.me(), seal: &seal, bytes: b"x" })
        };
        assert!(
            heard(&old, &ready) && heard(&ready, &old),
            "who also knows the new key still seals by the old one"
        );
        assert!(heard(&ready, &done) && heard(&done, &ready));
        assert!(heard(&done, &new) && heard(&new, &done));
        assert!(!heard(&old, &new) && !heard(&new, &old), "strangers");
    }
}
