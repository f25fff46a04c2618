//! What messages lead to.

mod attaching;
mod editing;
mod properties;
mod reading;
mod sending;
mod streaming;
