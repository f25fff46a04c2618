//! The machine's clock: the one place where the time of day is read.

use std::time::{SystemTime, UNIX_EPOCH};

use ajet_protocol::Timestamp;

/// This moment.
#[must_use]
pub fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp::from_unix_millis(u64::try_from(since.as_millis()).unwrap_or(u64::MAX))
}
