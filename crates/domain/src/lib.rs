//! The pure cores: what a channel and a community decide, and how one writer serializes an entity's changes.
//!
//! No IO and no clock of its own: time and entropy come through [`Universe`], stored facts are handed in, and what is to
//! be done comes out as effects. So the same code runs under the server's actors, under property tests, and under the
//! simulator that breaks it ten thousand ways.

pub mod ask;
pub mod channel;
pub mod community;
pub mod draft;
mod envelope;
pub mod journal;
pub mod standing;
pub mod writer;

pub use draft::Draft;
pub use standing::Standing;

use ajet_protocol::Timestamp;

/// What a core may not make for itself.
pub trait Universe {
    /// The wall clock.
    fn now(&self) -> Timestamp;
    /// 64 unpredictable bits.
    fn entropy(&mut self) -> u64;
}
