//! What a node knows of people's rights: one cache for writers, for reads, and for live delivery.
//!
//! ```text
//!   cache.rs: Rights ─┬─ shelf.rs: the scopes that are remembered
//!                     │    └─ live.rs: LiveScope ── state.rs: version, channels, people held ── past.rs: what changed
//!                     ├─ people.rs: people who have no session here
//!                     └─ catch_up.rs ── delta.rs (what changed, and what was read of it) ── flight.rs (one query, many wait)
//! ```
//!
//! What may be done is decided by `ajet_domain::rights` alone. Here stands what that rule is given, read from the store and kept in
//! step with the log of changes:
//!
//! - A scope is a community or a direct message. A direct message is known as a community of one private channel, itself, whose
//!   people are members: so the rule, the versions and the look-ups are the same for both.
//! - All that is remembered of a scope holds as of the version of its state, or is newer; nothing is older. What is read is
//!   taken in only where no change that was applied meanwhile concerns it.
//! - A change is read once a node, however many sessions and writers wait for it.
//! - Without a query a standing may be out of date. A writer's fence finds that; live delivery first asks for the version of its
//!   event ([`Rights::at_least`]); what else needs the present asks for it ([`Rights::refresh`]).
//! - People with a session here are held: they are never forgotten. All else is bounded: scopes and people in bytes, and what
//!   channels belong to in number.

mod cache;
mod catch_up;
mod delta;
mod flight;
mod live;
mod past;
mod people;
mod shelf;
mod state;

pub use cache::{Rights, RightsVersion};
pub use live::LiveScope;
