//! `ajet-chat`: the chat from a command line, and what operators ask of a running cluster.
//!
//! [`run`] is the whole program, in [`Surroundings`] that are given to it: the process's own, or those of a test. One thing is in one place:
//! what a word names in `target`, what is printed in `print`, what a failure exits with in `failure`, and each noun's commands in a file of
//! `commands`. It talks to a server by the SDK alone.

mod app;
mod args;
mod chat;
mod commands;
mod complete;
mod failure;
mod print;
mod profile;
mod reach;
mod run;
mod server;
mod surroundings;
mod target;
mod when;

pub use args::Cli;
pub use failure::EXIT_CODES;
pub use reach::REACHED;
pub use run::run;
pub use surroundings::{Surroundings, Variables};
