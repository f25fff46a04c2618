//! Several nodes on one database and one NATS.

mod crashes;
mod forged;
mod nodes;
mod operators;
mod sessions;
