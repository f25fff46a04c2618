//! Text on a terminal: what of it may be shown, how wide it is, how it is broken into lines, and how it is edited.

pub mod buffer;
pub mod clean;
pub mod flow;
pub mod width;

#[cfg(test)]
mod buffer_tests;
#[cfg(test)]
pub mod corpus_tests;
#[cfg(test)]
mod flow_tests;
