//! What a client starts with.

mod start;
