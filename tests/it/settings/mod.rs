//! Settings of the whole system.

mod live;
mod update;
