//! HTTP to handles: authenticate, parse, ask an entity or read, shape the answer. No business rule lives here.

pub mod api;
mod compressed;
mod cookie;
mod drain;
mod error;
mod events;
mod extract;
mod failures;
mod founded;
mod head;
mod hook;
mod invited;
mod jobs;
mod limits;
mod live;
mod media;
mod ops;
mod paced;
mod parked;
mod places;
mod rates;
mod refusal;
mod return_to;
mod router;
mod serve;
mod settings;
mod state;
mod trace;
mod unread;
mod web;

pub use api::health::Probe;
pub use places::Places;
pub use router::router;
pub use serve::{Timeouts, serve};
pub use settings::Settings;
pub use state::{App, Parts};
