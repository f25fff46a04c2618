//! Communities.

mod audit;
mod create;
mod delete;
mod update;
