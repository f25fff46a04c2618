//! Files of messages.

mod add;
mod delete;
mod describe;
mod get;
mod sweep;
mod uploads;
mod used;
