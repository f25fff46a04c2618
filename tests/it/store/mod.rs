//! The store against a real PostgreSQL.

mod append_fence;
mod database;
mod due;
mod dying;
mod fence;
mod founding;
mod journal;
mod log;
mod notices;
mod one_journal;
mod outbox;
mod parked;
mod replay;
mod tls;
