//! What operators ask of the cluster: reports, where an entity lives, what is parked, jobs, drains, and with chaos on, kills.
//!
//! Any node answers for all: what it does not know itself it asks the others, who serve it through `serve`. Everything loops
//! over the node's hosts ([`Kin`](crate::actors::hosts::Kin)), so a new kind of entity needs no change here. Nothing here
//! decides who is an operator (`src/http/ops.rs` does), and no text or name of a person is in any answer.

mod drain;
mod inspect;
mod jobs;
mod kill;
mod notices;
mod parked;
mod report;
mod serve;
mod state;
mod throughput;

pub use inspect::EntityRef;
pub use kill::KillMode;
pub use notices::Notices;
pub use state::{Ops, OpsError, Parts};
