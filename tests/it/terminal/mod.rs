//! The terminal client against a real server, in this process and in surroundings of a test's own. What needs a process or no server is
//! tested in `crates/cli`.

mod failing;
mod listing;
mod options;
mod ran;
mod rare;
mod schemas;
mod signing_in;
mod tailing;
mod talk;
mod targets;
