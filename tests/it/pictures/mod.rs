//! Pictures of people, communities and webhooks.

mod set;
mod shown;
mod stalled;
mod sweep;
