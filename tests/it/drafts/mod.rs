//! What people keep for themselves: drafts, saved messages, and messages to be sent later.

mod keep;
mod saved;
mod scheduled;

use std::time::Duration;

use ajet_protocol::Timestamp;
use time::OffsetDateTime;

/// So long from now.
fn in_time(from_now: Duration) -> Timestamp {
    (OffsetDateTime::now_utc() + from_now).into()
}

/// Not within a test.
const LATER: Duration = Duration::from_secs(86_400);
/// Within a test, and after the request that names it.
const SOON: Duration = Duration::from_secs(2);
