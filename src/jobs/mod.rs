//! Jobs: slow work that a commit or the schedule asks for, and that the nodes with the role `jobs` carry out.
//!
//! ```text
//!   append ─ Change::RequestJob ─▶ job_requests ─ handover ─┐                  ┌▶ done: it is gone
//!                                                           ├▶ the queue ─ run ─┼▶ failed: again after a rest, as the policy says
//!   schedule ───────────────────────────────────────────────┘                  └▶ never, or too often: dead, until an operator decides
//! ```
//!
//! What was decided and the request that follows from it are one commit, so neither is without the other. The queue and its workers are those of
//! the crate graphile_worker; here is what they are to do. A job is carried out at least once: by one worker at a time, whose locks others
//! take over when its heart has stopped. So each handler comes to the same when it is run again, from any point at which it may have been
//! cut off.
//!
//! A job is a file, `<noun>_<action>.rs`, with a function `run` that gets what use cases work with and the ids of the payload; a name in
//! `ajet_domain::JobRequest`; a line in the table of [`policy`] and in [`tasks`]; an arm in [`run`]. Jobs call use cases and the store, as
//! handlers of routes do. A job may have a time (`JobRequest::at`), from when on the queue lets it begin. No payload, name or text is in a log line of ours, a metric or a reason; payloads, which the queue logs, hold ids alone.
//!
//! Outgoing webhooks are worked on by the same nodes, beside the queue: [`webhook_spread`] follows the log, and [`webhook_deliver`] sends.

mod attachment_process;
mod attachment_sweep;
mod bucket;
mod channel_delete;
mod community_delete;
mod export_make;
mod export_sweep;
mod handover;
mod invocation_expire;
mod message_preview;
mod notification_push;
mod picture_remove;
pub mod policy;
mod poll_close;
mod reminder_ring;
mod run;
mod saved_remind;
mod scheduled_send;
mod scheduled_sweep;
mod search_index;
mod sweep_failures;
mod system_tidy;
mod tasks;
pub mod user_announce;
mod webhook_deliver;
mod webhook_spread;
mod worker;

pub use worker::{Running, Work};
