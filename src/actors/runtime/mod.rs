//! How entities live: activation, mailbox, supervision, passivation. What they decide is the domain's matter.
//!
//! ```text
//!   host.rs: ask ── entry.rs: gate, crashes ── activate.rs ─▶ activation.rs ─▶ the entity's writer
//!        └─ handoff.rs, inspect.rs                  └─ registry.rs: one start per key, one supervisor
//! ```
//!
//! What ractor leaves to us is here: a bounded gate before the unbounded mailbox, deadlines on every ask, a restart
//! policy with back-off, intensity and quarantine for poison. The registry serves the hubs of feeds and sessions, too.

mod activate;
mod activation;
mod crashes;
mod entity;
mod entries;
mod entry;
mod gate;
mod handoff;
mod host;
mod inspect;
mod keyed;
mod registry;
mod supervisor;
#[cfg(test)]
mod tests;

pub use activation::{Message, Reply};
pub use entity::{CommandOf, Entity, Services, Tell};
pub use host::{Host, HostSettings};
pub use inspect::EntityInfo;
pub use registry::{NotStarted, Registry};
pub use supervisor::End;
