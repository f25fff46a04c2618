//! The settings of the system, for its owner.

mod audit;
mod frame;
mod providers;
mod settings;

pub use audit::audit;
pub use providers::{provider, providers};
pub use settings::settings;
