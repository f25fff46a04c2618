//! The pure cores: what a channel, a community and a person decide, and how one writer serializes an entity's changes.
//!
//! No IO and no clock of its own: time and entropy come through [`Universe`], stored facts are handed in, and what is to
//! be done comes out as effects. So the same code runs under the server's actors, under property tests, and under the
//! simulator that breaks it ten thousand ways.

pub mod acl;
pub mod ask;
pub mod asked;
pub mod change;
pub mod channel;
pub mod community;
pub mod draft;
pub mod event;
pub mod job;
pub mod journal;
pub mod need;
pub mod person;
pub mod picture;
mod refusal;
pub mod removed;
pub mod rights;
pub mod sign_up;
pub mod slash;
pub mod standing;
pub mod verb;
pub mod writer;

pub use acl::{Affected, Scope};
pub use asked::{Asked, Caller, Key, Via};
pub use change::Change;
pub use draft::{Called, Draft};
pub use event::{Emit, Numbered, Place, addressed};
pub use job::JobRequest;
pub use refusal::{Denied, Refusal, Said};
pub use rights::Rank;
pub use standing::Standing;

use ajet_protocol::Timestamp;

/// What a core may not make for itself.
pub trait Universe {
    /// The wall clock.
    fn now(&self) -> Timestamp;
    /// 64 unpredictable bits.
    fn entropy(&mut self) -> u64;
}
