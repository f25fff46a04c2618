//! The longer commands of the executable.

pub mod cluster;
pub mod dev;
