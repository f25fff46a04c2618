//! Decisions of a channel.
