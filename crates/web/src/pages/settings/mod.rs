//! A person's own settings. Each page is one file with the addresses of its forms; without a script all of them work.

mod accounts;
mod appearance;
mod blocked;
mod data;
mod frame;
mod log;
mod notifications;
mod profile;
mod sessions;

pub use accounts::accounts;
pub use appearance::appearance;
pub use blocked::blocked;
pub use data::data;
pub use log::log;
pub(crate) use notifications::levels;
pub use notifications::notifications;
pub use profile::profile;
pub use sessions::sessions;
