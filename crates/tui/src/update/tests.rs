//! What messages lead to.

mod attaching;
mod editing;
mod going;
mod properties;
mod reading;
mod sending;
mod streaming;
