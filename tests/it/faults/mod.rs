//! What breaks, and must not be noticed: actors, NATS, PostgreSQL, and a process that freezes.

mod actors;
mod frozen;
mod nats;
mod postgres;
mod silence;
