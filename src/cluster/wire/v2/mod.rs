//! Version 2 of the wire: what nodes of release 0.1.0 say and take, while a cluster moves on from that release.
//!
//! Its frames hold commands and API records as they were then. They are kept here as private copies, whose bytes never change;
//! this version's frames are turned into them and back. May go once no node of release 0.1.0 can be met.

mod answers;
mod bytes;
mod records;
mod requests;
#[cfg(test)]
mod tests;

pub use bytes::{decode, decode_reply, encode, encode_reply};
