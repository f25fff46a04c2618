//! The ajet-chat server: team messaging as an actor-based stateful cluster.

pub mod actors;
pub mod app;
pub mod blobs;
pub mod bus;
pub mod clock;
pub mod cluster;
pub mod config;
pub mod followers;
pub mod http;
pub mod images;
pub mod jobs;
pub mod ops;
pub mod outgoing;
pub mod presence;
pub mod previews;
pub mod rights;
pub mod sealing;
pub mod sessions;
pub mod store;
pub mod telemetry;
pub mod usecases;
