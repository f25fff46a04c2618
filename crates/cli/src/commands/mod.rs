//! What the terminal client can be told to do: a file for each command.

pub mod cluster;
