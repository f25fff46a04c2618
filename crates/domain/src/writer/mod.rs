//! One entity's writer, without IO: gathers commands while an append is out, decides them together, and never
//! acknowledges what is not durable.
//!
//! It does what all verbs share, so that a verb decides and nothing else: the idempotency key (look-up, answering a repetition,
//! spending it), numbering and addressing events, giving them the ACL version of their commit, and the row of the audit log.

mod batch;
mod core;
mod effect;
mod machine;
#[cfg(test)]
mod numbers;
#[cfg(test)]
mod tests;
mod turn;

pub use core::{AuditRow, Core, SpentKey};
pub use effect::{Effect, Found, Told};
pub use machine::Writer;
pub use turn::{Decision, Turn};
