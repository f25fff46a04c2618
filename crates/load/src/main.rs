//! `ajet-load`: load, chaos, and the checker of what must hold.

mod check;
mod history;

fn main() {}
