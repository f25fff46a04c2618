//! The settings of the system, for its owner.

mod people;
mod providers;
mod routes;
mod settings;

pub use routes::routes;
