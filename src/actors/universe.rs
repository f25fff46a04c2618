//! The real clock and entropy, as the cores take them.

use ajet_domain::Universe;
use ajet_protocol::Timestamp;

use crate::clock;

/// The machine's clock and random numbers.
#[derive(Debug, Clone, Copy, Default)]
pub struct Real;

impl Universe for Real {
    fn now(&self) -> Timestamp {
        clock::now()
    }

    fn entropy(&mut self) -> u64 {
        rand::random()
    }
}
