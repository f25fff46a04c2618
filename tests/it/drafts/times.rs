//! Times from now.

use std::time::Duration;

use ajet_protocol::Timestamp;
use time::OffsetDateTime;

/// So long from now.
pub fn in_time(from_now: Duration) -> Timestamp {
    (OffsetDateTime::now_utc() + from_now).into()
}

/// Not within a test.
pub const LATER: Duration = Duration::from_secs(86_400);
/// Within a test, and after the request that names it.
pub const SOON: Duration = Duration::from_secs(2);
