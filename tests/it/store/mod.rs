//! The store against a real PostgreSQL.

mod database;
mod journal;
mod log;
mod outbox;
