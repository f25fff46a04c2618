//! This node among the others: asks reach an entity wherever it lives, and others' asks are served here.
//!
//! ```text
//!   handler ─ ask ─▶ Router ─┬─ here ──▶ host ──▶ activation
//!                            └─ there ─▶ NATS ──▶ serve ─┬▶ that node's host
//!                                                        └▶ NodeRequests: what is asked of the node itself
//!   membership ─▶ View ─▶ Router        a change of who may own what ─▶ hand-off of what belongs elsewhere
//!   rounds, requests without an answer, hearsay ─▶ Prober ─▶ probes ─▶ View
//!   guard ─▶ stall: after a stop of this process nothing that it held is trusted
//! ```
//!
//! It knows neither operators nor sign-outs: `src/ops` and `src/sessions` use it, serve their share of the nodes' requests
//! ([`NodeRequests`]), and are called through [`Hooks`]. `src/app.rs` puts them together.

mod ask;
mod handoff;
mod membership;
mod requests;
mod serve;
mod stall;
mod state;
pub mod wire;

pub use ask::{IdOf, Lives};
pub use requests::NodeRequests;
pub use state::{Cluster, Hooks, Parts};
pub use wire::{Reply, Request};
