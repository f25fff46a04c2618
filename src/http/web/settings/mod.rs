//! A person's own settings: what their pages show, and what their forms ask for, by the use cases of the API.

mod appearance;
mod blocked;
mod data;
mod notifications;
mod profile;
mod routes;
mod sessions;

pub use routes::routes;
