//! The ajet-chat server: team messaging as an actor-based stateful cluster.

pub mod actors;
pub mod app;
pub mod auth;
pub mod blobs;
pub mod bus;
pub mod clock;
pub mod cluster;
pub mod config;
pub mod http;
pub mod store;
pub mod telemetry;
