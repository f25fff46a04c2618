//! HTTP to handles: authenticate, parse, ask an entity or read, shape the answer. No business rule lives here.

pub mod api;
mod body;
mod caller;
mod drain;
mod error;
mod events;
mod hook;
mod live;
mod ops;
mod paging;
mod router;
mod serve;
mod state;
mod trace;
mod web;

pub use router::router;
pub use serve::{Patience, serve};
pub use state::{App, Parts};
