//! People as others see and find them.

mod get;
mod list;
