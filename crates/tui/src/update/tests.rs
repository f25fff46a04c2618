//! What messages lead to.

mod editing;
mod properties;
mod reading;
mod sending;
mod streaming;
