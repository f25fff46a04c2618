//! What HTTP asks of every route.

mod abuse;
mod bodies;
mod canaries;
mod compression;
mod connections;
mod csp_reports;
mod edge;
mod every_route;
mod idempotency;
mod local;
mod origins;
mod pages;
mod rates;
mod refusals;
