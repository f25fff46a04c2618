//! Chance and time in a schedule: the same for the same seed.

use ajet_domain::Universe;
use ajet_protocol::Timestamp;

/// Seeded entropy, and a clock that moves a little and sometimes jumps back.
pub struct Dice {
    state: u64,
}

impl Dice {
    pub fn of(seed: u64) -> Self {
        Self { state: seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1 }
    }

    pub fn roll(&mut self, sides: u64) -> u64 {
        self.state ^= self.state << 13;
        self.state ^= self.state >> 7;
        self.state ^= self.state << 17;
        self.state % sides
    }

    /// One of so many places.
    pub fn place(&mut self, places: usize) -> usize {
        self.roll(places as u64) as usize
    }
}

impl Universe for Dice {
    fn now(&self) -> Timestamp {
        Timestamp::from_unix_millis(1_000_000 + self.state % 5_000)
    }
    fn entropy(&mut self) -> u64 {
        self.roll(u64::MAX)
    }
}
