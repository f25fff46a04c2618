//! The store against a real PostgreSQL.

mod activation;
mod append_fence;
mod database;
mod fence;
mod journal;
mod log;
mod outbox;
mod replay;
