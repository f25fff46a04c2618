//! Integration tests: real PostgreSQL, real NATS, a real S3 endpoint, and the server as its clients see it.

mod api;
mod blobs;
mod bus;
mod cluster;
mod events;
mod faults;
mod journal;
mod live;
mod proxy;
mod store;
mod world;
