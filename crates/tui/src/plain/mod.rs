//! `--plain`: the same client as lines of text, for screen readers and braille. It draws nothing, moves no cursor and uses no colour: what
//! is new is printed once, as it comes; what is typed is sent.

pub mod lines;
pub mod run;

#[cfg(test)]
mod tests;

pub use run::run;
