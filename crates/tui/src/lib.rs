//! The full-screen client of ajet-chat, and its `--plain` form for screen readers.
//!
//! ```text
//!  keys, mouse ─┐                          ┌─> view::screen ─> cells ─> guard ─> terminal
//!  live stream ─┼─> Message ─> update(state)┤
//!  answers ─────┤                          └─> Effect ─> runtime ─> server, disk, terminal
//!  time ────────┘
//! ```
//!
//! - [`state`] is data, [`update`] changes it and says what is to be done, [`view`] draws it. None of them does IO or reads a clock, so
//!   that all of the behaviour is tested without a terminal and without a server.
//! - [`runtime`] is the rest: the terminal, the SDK's stream with its exact resume, calls, the disk.
//!
//! What others write is text and never more: [`text::clean`] says which characters pass, and everything that reaches the terminal has
//! gone through it. Memory is bounded; each bound is a constant beside what it bounds. The crate reads no environment:
//! [`Options`] are for the command line to fill.

pub mod complete;
pub mod effect;
pub mod fuzzy;
pub mod keys;
pub mod links;
pub mod markdown;
pub mod message;
pub mod options;
pub mod pictures;
pub mod plain;
pub mod runtime;
pub mod settings;
pub mod state;
#[cfg(test)]
pub mod testing;
pub mod text;
pub mod update;
pub mod view;
pub mod when;

use std::io;
use std::path::PathBuf;

pub use options::{Options, TerminalKind};
pub use runtime::run::run;

/// Why the client could not begin, or had to end.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The terminal, or the disk.
    #[error("{0}")]
    Io(#[from] io::Error),
    /// The user's file is not understood.
    #[error("{}: {}", .0.display(), .1)]
    Settings(PathBuf, settings::BadSettings),
    /// The session is over, where there is no screen that says so.
    #[error("signed out: {0}")]
    SignedOut(String),
    /// A part of it has panicked, and has told why.
    #[error("a part of the client has failed")]
    Failed,
}
