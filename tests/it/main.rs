//! Integration tests: real PostgreSQL, real NATS, a real S3 endpoint, and the server as its clients see it.

mod abuse;
mod api;
mod blobs;
mod bus;
mod cluster;
mod core;
mod core_low;
mod edge;
mod events;
mod faults;
mod forged;
mod journal;
mod live;
mod local;
mod log;
mod names;
mod openapi;
mod outbox;
mod proxy;
mod raw;
mod real;
mod rights;
mod sessions;
mod silence;
mod store;
mod world;
