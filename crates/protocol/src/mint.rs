//! Makes UUIDv7 ids (RFC 9562) that rise strictly within one mint, whatever the clock says.
//!
//! Layout: 48 bits of milliseconds, 12 bits of counter, 16 bits of node number, 46 bits of entropy. The mint
//! is pure: time and entropy are arguments, and an entity's activation starts it above the last id it loaded.

use uuid::Uuid;

use crate::Timestamp;

/// A source of rising ids, owned by one writer.
#[derive(Debug, Clone)]
pub struct Mint {
    node: u16,
    last_ms: u64,
    counter: u16,
}

/// The counter's last value before the millisecond is moved on by hand.
const COUNTER_MAX: u16 = 0x0fff;

impl Mint {
    /// A mint whose ids carry `node` and sort after `floor`.
    #[must_use]
    pub fn above(node: u16, floor: Option<Uuid>) -> Self {
        let (last_ms, counter) = floor.map_or((0, 0), split);
        Self { node, last_ms, counter }
    }

    /// The next id: later than every one before, and at `now` where the clock allows it.
    pub fn next(&mut self, now: Timestamp, entropy: u64) -> Uuid {
        let now_ms = now.unix_millis();
        if now_ms > self.last_ms {
            (self.last_ms, self.counter) = (now_ms, 0);
        } else if self.counter == COUNTER_MAX {
            (self.last_ms, self.counter) = (self.last_ms + 1, 0);
        } else {
            self.counter += 1;
        }
        self.compose(entropy)
    }

    fn compose(&self, entropy: u64) -> Uuid {
        let high = (self.last_ms << 16) | 0x7000 | u64::from(self.counter);
        let low = (0b10 << 62) | (u64::from(self.node) << 46) | (entropy & ((1 << 46) - 1));
        Uuid::from_u64_pair(high, low)
    }
}

fn split(id: Uuid) -> (u64, u16) {
    let (high, _) = id.as_u64_pair();
    (high >> 16, (high & u64::from(COUNTER_MAX)) as u16)
}
