//! The settings of the system, for its owner.

mod providers;
mod routes;
mod settings;

pub use routes::routes;
