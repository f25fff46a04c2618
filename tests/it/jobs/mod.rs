//! Slow work: what deletions leave, what fails and is tried again, and what operators decide.

mod operators;
mod removal;
mod retries;
mod rights;
mod rows;
