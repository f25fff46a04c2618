//! The cursor: a snapshot of the log of which a reader has been handed everything, as text that clients send back.
//!
//! Every frame carries the cursor that was current when the frame was encoded. The cursor of a node only says what the
//! watermark has found to be delivered; it does not move by itself.

use std::sync::Arc;

use ajet_protocol::CommunityId;
use parking_lot::RwLock;

use crate::store::replay::LogIdentity;

/// A cursor travels in a header: a snapshot that lists more transactions in progress is replaced by a coarser one.
const SNAPSHOT_CHARS: usize = 400;

/// The cursor that new frames carry; shared by all feeds of the node. Empty until the log was first read.
#[derive(Clone, Default)]
pub struct Cursor(Arc<RwLock<Arc<str>>>);

/// What a client's cursor says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position<'a> {
    pub snapshot: &'a str,
    /// Where the stream it comes from was narrowed to one community: of the others it says nothing.
    pub scope: Option<CommunityId>,
}

impl Cursor {
    /// The present cursor, as clients get it.
    #[must_use]
    pub fn current(&self) -> Arc<str> {
        Arc::clone(&self.0.read())
    }

    /// Moves it on; the empty text means that there is none.
    pub fn set(&self, text: &str) {
        *self.0.write() = text.into();
    }

    /// Writes a cursor: which log, and a snapshot of it.
    #[must_use]
    pub fn encode(log: LogIdentity, snapshot: &str) -> String {
        let snapshot = match snapshot.split_once(':') {
            // All before the oldest transaction in progress: the reader is sent some events again.
            Some((oldest, _)) if snapshot.len() > SNAPSHOT_CHARS => format!("{oldest}:{oldest}:"),
            _ => snapshot.to_owned(),
        };
        format!("{}.{snapshot}", prefix(log))
    }

    /// The cursor of a stream that was narrowed to one community.
    #[must_use]
    pub fn scoped(cursor: &str, scope: Option<CommunityId>) -> String {
        match scope {
            Some(community) if !cursor.is_empty() => format!("{cursor}~{}", community.0.simple()),
            _ => cursor.to_owned(),
        }
    }

    /// What a cursor of this log says; `None` for anything else.
    #[must_use]
    pub fn decode(log: LogIdentity, cursor: &str) -> Option<Position<'_>> {
        let (log_prefix, rest) = cursor.split_once('.')?;
        let (snapshot, scope) = match rest.split_once('~') {
            Some((snapshot, scope)) => (snapshot, Some(scope.parse().ok()?)),
            None => (rest, None),
        };
        let well_formed =
            !snapshot.is_empty() && snapshot.bytes().all(|b| b.is_ascii_digit() || b == b':' || b == b',');
        (log_prefix == prefix(log) && well_formed).then_some(Position { snapshot, scope })
    }
}

fn prefix(log: LogIdentity) -> String {
    format!("{}-{:x}", &log.database.simple().to_string()[..8], log.timeline)
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_cursor_says_where_in_which_log_and_of_what() {
        let log = LogIdentity { database: Uuid::from_u128(7 << 96), timeline: 1 };
        let community = CommunityId(Uuid::from_u128(9));
        let cursor = Cursor::encode(log, "10:20:12,13");
        assert_eq!(Cursor::decode(log, &cursor), Some(Position { snapshot: "10:20:12,13", scope: None }));
        let scoped = Cursor::scoped(&cursor, Some(community));
        assert_eq!(Cursor::decode(log, &scoped).and_then(|position| position.scope), Some(community));
        assert_eq!(Cursor::decode(LogIdentity { timeline: 2, ..log }, &cursor), None, "after a failover");
        assert_eq!(Cursor::decode(LogIdentity { database: Uuid::nil(), ..log }, &cursor), None);
        for bad in ["", "x", "00000007-1.", "00000007-1.1;2", "00000007-1.1:2:~nonsense"] {
            assert_eq!(Cursor::decode(log, bad), None, "{bad}");
        }
    }

    #[test]
    fn a_cursor_fits_into_a_header_however_much_is_in_progress() {
        let log = LogIdentity { database: Uuid::nil(), timeline: 1 };
        let busy: Vec<_> = (1000..2000).map(|xid| xid.to_string()).collect();
        let cursor = Cursor::encode(log, &format!("1000:2000:{}", busy.join(",")));
        assert_eq!(Cursor::decode(log, &cursor).map(|position| position.snapshot), Some("1000:1000:"));
    }
}
