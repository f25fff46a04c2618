//! Requests of the server's own, to addresses that people name: the one way by which it asks anything outside of its configuration.
//!
//! ```text
//!   address ─▶ target: scheme, port, no password ─▶ look up ─▶ every address public? ─▶ connect to that address ─▶ ask ─▶ read
//!      ▲                                                                                                             │
//!      └───────────────────────────────────── a redirect, checked like the first one ◀──────────────────────────────┘
//! ```
//!
//! What always holds: a connection goes to an address that was checked, by its numbers and never by its name, so a name that says
//! something else a moment later changes nothing. Each hop is checked. No proxy is used, no cookie and no password is sent. All of it takes
//! [`Limits::within`] at most, and no more than [`Limits::bytes`] of an answer are read, packed or unpacked.
//!
//! A redirect is followed where something is asked for; where something is told ([`Outgoing::post`]) it is an answer like others, and no body
//! is read. An API ([`Outgoing::call`]) is shown secrets: a redirect is an answer there too.
//!
//! It keeps no connection open: each request has its own. It knows HTTP/1.1 alone.

mod address;
mod answer;
mod client;
mod connection;
pub mod push;
pub mod signature;
mod target;
#[cfg(test)]
mod tests;

pub use client::{Call, Fetched, Limits, Outgoing, OutgoingError};
