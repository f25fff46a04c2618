//! The ajet-chat server: team messaging as an actor-based stateful cluster.

pub mod config;
pub mod store;
