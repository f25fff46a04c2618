//! The settings of the system, for its owner.

mod audit;
mod frame;
mod people;
mod providers;
mod settings;

pub use audit::audit;
pub use people::{Account, people};
pub use providers::{provider, providers};
pub use settings::settings;
