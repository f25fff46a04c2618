//! A listener on a socket of its own that counts every byte.
//!
//! What a client is sent before an answer may be read after it: it waits in the kernel meanwhile. Here the bytes that have
//! arrived are known at any moment, read or not, and each frame with the place where it began. So 'nothing after the answer'
//! (I14) is decided by bytes, not by when this program had time to read. On loopback the kernel puts what a node writes into
//! the reader's buffer at once, as long as there is room, and a listener that reads all the time leaves room.

mod decode;
mod listener;

pub use listener::{Ear, Post};
