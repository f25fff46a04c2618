//! Communities.

mod create;
