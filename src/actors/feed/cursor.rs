//! The cursor: how far a reader is, as text that clients send back.
//!
//! It says two things: a snapshot of the log of which the reader has been handed everything, which any node can go on from; and
//! the number of the last frame, which the node that made it goes on from exactly, out of its window. It is sealed (HMAC,
//! RFC 2104) with a key from the database: a reader can't make one up that is dear to serve.

use std::sync::Arc;

use ajet_protocol::CommunityId;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use parking_lot::RwLock;
use sha2::Sha256;
use uuid::Uuid;

use crate::store::replay::LogIdentity;

/// A cursor travels in a header: a snapshot that lists more transactions in progress is replaced by a coarser one.
const SNAPSHOT_CHARS: usize = 400;
/// Bytes of the seal that stand in a cursor.
const SEAL_BYTES: usize = 16;
/// The form of these cursors.
const FORM: &str = "2";

/// What makes and reads the cursors of a node, and the snapshot that new frames carry; cheap to clone.
#[derive(Clone)]
pub struct Cursors(Arc<Inner>);

struct Inner {
    boot: Uuid,
    current: RwLock<Arc<str>>,
    log: RwLock<Option<(LogIdentity, Hmac<Sha256>)>>,
}

impl std::fmt::Debug for Cursors {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Cursors").field("boot", &self.0.boot).finish_non_exhaustive()
    }
}

/// What a cursor says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position<'a> {
    /// Everything that it sees is behind the reader.
    pub snapshot: &'a str,
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
        // HMAC takes keys of any length.
        let seal = Hmac::new_from_slice(key).ok();
        *self.0.log.write() = seal.map(|seal| (log, seal));
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
    pub fn encode(&self, position: &Position<'_>) -> String {
        let log = self.0.log.read();
        let Some((log, seal)) = log.as_ref().filter(|_| !position.snapshot.is_empty()) else {
            return String::new();
        };
        let scope = position.scope.map(|community| community.0.simple().to_string()).unwrap_or_default();
        let text = format!(
            "{FORM}.{}.{}.{}.{:x}.{scope}",
            prefix(*log),
            coarse(position.snapshot),
            &self.0.boot.simple().to_string()[..12],
            position.number
        );
        let sealed = URL_SAFE_NO_PAD.encode(&sealed(seal, &text)[..SEAL_BYTES]);
        format!("{text}.{sealed}")
    }

    /// What a cursor of this log says; `None` for anything else.
    #[must_use]
    pub fn decode<'a>(&self, cursor: &'a str) -> Option<Position<'a>> {
        let known = self.0.log.read();
        let (log, seal) = known.as_ref()?;
        let (text, given) = cursor.rsplit_once('.')?;
        let given = URL_SAFE_NO_PAD.decode(given).ok().filter(|given| given.len() == SEAL_BYTES)?;
        let mut mac = seal.clone();
        mac.update(text.as_bytes());
        // Compared in constant time.
        mac.verify_truncated_left(&given).ok()?;
        let mut parts = text.split('.');
        let (form, of, snapshot, boot, number, scope) =
            (parts.next()?, parts.next()?, parts.next()?, parts.next()?, parts.next()?, parts.next()?);
        if form != FORM || of != prefix(*log) {
            return None;
        }
        let ours = self.0.boot.simple().to_string().starts_with(boot);
        let number = if ours { u64::from_str_radix(number, 16).ok()? } else { 0 };
        let scope = if scope.is_empty() { None } else { Some(scope.parse().ok()?) };
        Some(Position { snapshot, number, scope })
    }
}

fn sealed(seal: &Hmac<Sha256>, text: &str) -> [u8; 32] {
    let mut mac = seal.clone();
    mac.update(text.as_bytes());
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
            let position = Position { snapshot: "10:20:12,13", number: 255, scope };
            let cursor = one.encode(&position);
            assert!(cursor.is_ascii() && cursor.len() < 200, "{cursor}");
            assert_eq!(one.decode(&cursor), Some(position));
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
        let (text, seal) = cursor.rsplit_once('.').expect("a seal");
        let made_up = [
            String::new(),
            "x".into(),
            "2.x".into(),
            text.into(),
            format!("{text}."),
            format!("{}.{seal}", text.replace("10:20:", "1:20:")),
            format!("{text}.{}", &seal[..seal.len() - 2]),
            "00000007-1.10:20:".into(),
        ];
        for bad in made_up {
            assert_eq!(one.decode(&bad), None, "{bad}");
        }
    }

    #[test]
    fn a_cursor_fits_into_a_header_however_much_is_in_progress() {
        let one = cursors(1, log(), 5);
        let busy: Vec<_> = (1000..2000).map(|xid| xid.to_string()).collect();
        let snapshot = format!("1000:2000:{}", busy.join(","));
        let cursor = one.encode(&Position { snapshot: &snapshot, number: 1, scope: None });
        assert_eq!(one.decode(&cursor).map(|position| position.snapshot), Some("1000:1000:"));
    }
}
