//! How entities live: activation, mailbox, supervision, passivation. What they decide is the domain's matter.
//!
//! What ractor leaves to us is here: a bounded gate before the unbounded mailbox, deadlines on every ask, a restart
//! policy with back-off, intensity and quarantine for poison, and handles that hide where an entity lives.

mod activation;
mod entity;
mod host;
mod keyed;
mod record;
mod supervisor;
#[cfg(test)]
mod tests;

pub use activation::{Message, Reply};
pub use entity::{Entity, Services, Tell};
pub use host::{EntityInfo, Host, HostSettings};
pub use keyed::KeyedLocks;
pub use supervisor::{End, supervise};
