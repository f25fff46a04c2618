//! The real clock and entropy.

use std::time::{SystemTime, UNIX_EPOCH};

use ajet_domain::Universe;
use ajet_protocol::Timestamp;

/// The machine's clock and random numbers.
#[derive(Debug, Clone, Copy, Default)]
pub struct Real;

impl Universe for Real {
    fn now(&self) -> Timestamp {
        now()
    }

    fn entropy(&mut self) -> u64 {
        rand::random()
    }
}

/// The machine's clock.
#[must_use]
pub fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp::from_unix_millis(u64::try_from(since.as_millis()).unwrap_or(u64::MAX))
}
