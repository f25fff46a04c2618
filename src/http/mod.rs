//! HTTP to handles: authenticate, parse, ask an entity or read, shape the answer. No business rule lives here.

pub mod api;
mod body;
mod caller;
mod drain;
mod error;
mod events;
mod failures;
mod form;
mod head;
mod hook;
mod limits;
mod live;
mod media;
mod ops;
mod origin;
mod paced;
mod paging;
mod path;
mod peer;
mod refusal;
mod router;
mod serve;
mod settings;
mod state;
mod trace;
mod unread;
mod web;

pub use api::health::Probe;
pub use router::router;
pub use serve::{Timeouts, serve};
pub use settings::Settings;
pub use state::{App, Parts};
