//! Jobs: slow work that a commit or the schedule asks for, and that the nodes with the role `jobs` carry out.
//!
//! ```text
//!   append ─ Change::RequestJob ─┐                         ┌▶ done: its row goes
//!                                ├▶ jobs ── worker ── run ─┼▶ failed: again after a rest, as the policy says
//!   schedule ────────────────────┘  (a row each)           └▶ never, or too often: dead, until an operator decides
//! ```
//!
//! What was decided and the job that follows from it are one commit, so neither is without the other. A job is carried out at least
//! once: by one node at a time, which renews its claim while it works, and by another one if the node dies. So each handler comes to the
//! same when it is run again, from any point at which it may have been cut off.
//!
//! A job is a file, `<noun>_<action>.rs`, with a function `run` that gets what use cases work with and the ids of the payload; a name in
//! `ajet_domain::JobRequest`; a line in the table of [`policy`]; an arm in [`run`]. Jobs call use cases and the store, as handlers of
//! routes do. No payload, name or text is in a log line, a metric or a reason.

mod bucket;
mod channel_delete;
mod community_delete;
pub mod policy;
mod run;
mod system_tidy;
pub mod user_announce;
mod worker;

pub use worker::{Running, Work};
