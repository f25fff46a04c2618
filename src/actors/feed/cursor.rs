//! The cursor: how far a reader is, as text that clients send back.
//!
//! It says two things: a snapshot of the log of which the reader has been handed everything, which any node can go on from; and
//! the number of the last frame, which the node that made it goes on from exactly, out of its window. It is encrypted with
//! a key from the database: a reader can neither make one up that is dear to serve, nor count by its numbers what happens elsewhere.

use std::sync::Arc;

use ajet_protocol::CommunityId;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hkdf::Hkdf;
use hmac::{Hmac, KeyInit, Mac};
use parking_lot::RwLock;
use sha2::Sha256;
use uuid::Uuid;

use crate::store::replay::LogIdentity;

/// A cursor travels in a header: a snapshot that lists more transactions in progress is replaced by a coarser one.
const SNAPSHOT_CHARS: usize = 400;
/// The form of these cursors.
const FORM: &str = "2.";

/// What makes and reads the cursors of a node, and the snapshot that new frames carry; cheap to clone.
#[derive(Clone)]
pub struct Cursors(Arc<Inner>);

struct Inner {
    boot: Uuid,
    current: RwLock<Arc<str>>,
    log: RwLock<Option<(LogIdentity, Cipher)>>,
}

impl std::fmt::Debug for Cursors {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Cursors").field("boot", &self.0.boot).finish_non_exhaustive()
    }
}

/// What a cursor says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Position<S> {
    /// Everything that it sees is behind the reader.
    pub snapshot: S,
    /// The last frame out of this node's window; 0 where that is not known.
    pub number: u64,
    /// Where the stream it comes from was narrowed to one community: of the others it says nothing.
    pub scope: Option<CommunityId>,
}

impl Cursors {
    /// The cursors of one life of a node; there are none until the log is known.
    #[must_use]
    pub fn new(boot: Uuid) -> Self {
        Self(Arc::new(Inner { boot, current: RwLock::default(), log: RwLock::default() }))
    }

    /// Takes the log that snapshots are of, and its key.
    pub fn set_log(&self, log: LogIdentity, key: &[u8; 32]) {
        *self.0.log.write() = Cipher::of(key).map(|cipher| (log, cipher));
    }

    /// The snapshot that new frames carry. Empty until the log was first read.
    #[must_use]
    pub fn snapshot(&self) -> Arc<str> {
        Arc::clone(&self.0.current.read())
    }

    /// Moves it on; the empty text means that there is none.
    pub fn set(&self, snapshot: &str) {
        *self.0.current.write() = coarse(snapshot).into();
    }

    /// The cursor of a position, as clients get it; empty before the log is known.
    #[must_use]
    pub fn encode(&self, position: &Position<&str>) -> String {
        let log = self.0.log.read();
        let Some((log, cipher)) = log.as_ref().filter(|_| !position.snapshot.is_empty()) else {
            return String::new();
        };
        let scope = position.scope.map(|community| community.0.simple().to_string()).unwrap_or_default();
        let text = format!(
            "{}.{}.{}.{:x}.{scope}",
            prefix(*log),
            coarse(position.snapshot),
            &self.0.boot.simple().to_string()[..12],
            position.number
        );
        format!("{FORM}{}", URL_SAFE_NO_PAD.encode(cipher.encrypt(text.as_bytes())))
    }

    /// What a cursor of this log says; `None` for anything else.
    #[must_use]
    pub fn decode(&self, cursor: &str) -> Option<Position<String>> {
        let known = self.0.log.read();
        let (log, cipher) = known.as_ref()?;
        let bytes = URL_SAFE_NO_PAD.decode(cursor.strip_prefix(FORM)?).ok()?;
        let text = String::from_utf8(cipher.decrypt(&bytes)?).ok()?;
        let mut parts = text.split('.');
        let (of, snapshot, boot, number, scope) =
            (parts.next()?, parts.next()?, parts.next()?, parts.next()?, parts.next()?);
        if of != prefix(*log) {
            return None;
        }
        let ours = self.0.boot.simple().to_string().starts_with(boot);
        let number = if ours { u64::from_str_radix(number, 16).ok()? } else { 0 };
        let scope = if scope.is_empty() { None } else { Some(scope.parse().ok()?) };
        Some(Position { snapshot: snapshot.to_owned(), number, scope })
    }
}

/// Encryption with a synthetic nonce (as RFC 5297 has it), out of HMAC (RFC 2104) alone: the nonce is a keyed hash of the text, which
/// also proves that the text is ours; what is added to the text is a keyed hash of the nonce and a count.
#[derive(Clone)]
struct Cipher {
    nonce: Hmac<Sha256>,
    stream: Hmac<Sha256>,
}

/// Bytes of a nonce, and of each part of the text that is hidden at a time.
const NONCE_BYTES: usize = 16;
const PART_BYTES: usize = 32;

impl Cipher {
    fn of(key: &[u8; 32]) -> Option<Self> {
        let derive = Hkdf::<Sha256>::new(None, key);
        let derived = |label: &[u8]| {
            let mut key = [0; 32];
            derive.expand(label, &mut key).ok()?;
            Hmac::new_from_slice(&key).ok()
        };
        let (nonce, stream) = (derived(b"ajet-chat cursor nonce")?, derived(b"ajet-chat cursor stream")?);
        Some(Self { nonce, stream })
    }

    fn encrypt(&self, text: &[u8]) -> Vec<u8> {
        let nonce = &hashed(&self.nonce, &[text])[..NONCE_BYTES];
        let mut bytes = nonce.to_vec();
        bytes.extend(self.hidden(nonce, text));
        bytes
    }

    /// `None` for what was not encrypted with this key.
    fn decrypt(&self, bytes: &[u8]) -> Option<Vec<u8>> {
        let (nonce, hidden) = bytes.split_at_checked(NONCE_BYTES)?;
        let text = self.hidden(nonce, hidden);
        let mut mac = self.nonce.clone();
        mac.update(&text);
        // Compared in constant time.
        mac.verify_truncated_left(nonce).ok()?;
        Some(text)
    }

    /// Hides a text; done twice, it shows it.
    fn hidden(&self, nonce: &[u8], text: &[u8]) -> Vec<u8> {
        let parts = text.chunks(PART_BYTES).zip(0_u64..);
        let hide = |(part, count): (&[u8], u64)| {
            let mask = hashed(&self.stream, &[nonce, &count.to_be_bytes()]);
            part.iter().zip(mask).map(|(byte, mask)| byte ^ mask).collect::<Vec<u8>>()
        };
        parts.flat_map(hide).collect()
    }
}

fn hashed(key: &Hmac<Sha256>, parts: &[&[u8]]) -> [u8; 32] {
    let mut mac = key.clone();
    parts.iter().for_each(|part| mac.update(part));
    mac.finalize().into_bytes().into()
}

/// A snapshot that fits into a cursor.
fn coarse(snapshot: &str) -> String {
    match snapshot.split_once(':') {
        // All before the oldest transaction in progress: the reader is sent some events again.
        Some((oldest, _)) if snapshot.len() > SNAPSHOT_CHARS => format!("{oldest}:{oldest}:"),
        _ => snapshot.to_owned(),
    }
}

fn prefix(log: LogIdentity) -> String {
    format!("{}-{:x}", &log.database.simple().to_string()[..8], log.timeline)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn log() -> LogIdentity {
        LogIdentity { database: Uuid::from_u128(7 << 96), timeline: 1 }
    }

    fn cursors(boot: u128, log: LogIdentity, key: u8) -> Cursors {
        let cursors = Cursors::new(Uuid::from_u128(boot << 100));
        cursors.set_log(log, &[key; 32]);
        cursors
    }

    #[test]
    fn a_cursor_says_where_in_which_log_and_of_what() {
        let (one, other) = (cursors(1, log(), 5), cursors(2, log(), 5));
        let scope = Some(CommunityId(Uuid::from_u128(9)));
        for scope in [None, scope] {
            let cursor = one.encode(&Position { snapshot: "10:20:12,13", number: 255, scope });
            assert!(cursor.is_ascii() && cursor.len() < 256 && !cursor.contains("10:20"), "{cursor}");
            let position = Position { snapshot: "10:20:12,13".to_owned(), number: 255, scope };
            assert_eq!(one.decode(&cursor), Some(position.clone()));
            assert_eq!(other.decode(&cursor), Some(Position { number: 0, ..position }), "another node");
        }
        let position = Position { snapshot: "10:20:", number: 1, scope: None };
        let cursor = one.encode(&position);
        assert_eq!(cursors(1, LogIdentity { timeline: 2, ..log() }, 5).decode(&cursor), None, "failover");
        let another = LogIdentity { database: Uuid::nil(), ..log() };
        assert_eq!(cursors(1, another, 5).decode(&cursor), None, "another database");
        assert_eq!(Cursors::new(Uuid::nil()).encode(&position), "", "no log is known yet");
    }

    /// C-H1: no one makes a cursor up, whose replay would read the whole log.
    #[test]
    fn a_cursor_that_was_changed_or_made_up_is_none() {
        let one = cursors(1, log(), 5);
        let cursor = one.encode(&Position { snapshot: "10:20:", number: 1, scope: None });
        assert_eq!(cursors(1, log(), 6).decode(&cursor), None, "sealed with another key");
        let bytes = URL_SAFE_NO_PAD.decode(&cursor[FORM.len()..]).expect("base64");
        let written = |bytes: &[u8]| format!("{FORM}{}", URL_SAFE_NO_PAD.encode(bytes));
        let mut made_up: Vec<String> = ["", "x", "2.", "2.x", "00000007-1.10:20:"].map(Into::into).into();
        made_up.push(cursor[FORM.len()..].to_owned());
        made_up.push(format!("{cursor}AAAA"));
        // Each bit counts, wherever it stands.
        made_up.extend((0..bytes.len()).map(|at| {
            let mut changed = bytes.clone();
            changed[at] ^= 1;
            written(&changed)
        }));
        made_up.extend((0..bytes.len()).map(|end| written(&bytes[..end])));
        for bad in made_up {
            assert_eq!(one.decode(&bad), None, "{bad}");
        }
    }

    #[test]
    fn a_cursor_fits_into_a_header_however_much_is_in_progress() {
        let one = cursors(1, log(), 5);
        let busy: Vec<_> = (1000..2000).map(|xid| xid.to_string()).collect();
        let snapshot = format!("1000:2000:{}", busy.join(","));
        let cursor = one.encode(&Position { snapshot: &*snapshot, number: 1, scope: None });
        assert_eq!(one.decode(&cursor).map(|position| position.snapshot), Some("1000:1000:".to_owned()));
    }
}
