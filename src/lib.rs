//! The ajet-chat server: team messaging as an actor-based stateful cluster.

pub mod actors;
pub mod blobs;
pub mod bus;
pub mod config;
pub mod store;
