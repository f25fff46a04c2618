//! Profiles: which server, as whom, and where its token is kept.
//!
//! `config.toml` in the configuration folder names the profiles and holds no secret. Tokens are in the system's keyring, or else in a file
//! that its owner alone can read. `AJET_CHAT_SERVER` and `AJET_CHAT_TOKEN` come before both, for scripts.

mod chosen;
mod config;
mod keyring;
mod secrets;

pub use chosen::{Asked, Chosen};
pub use config::{Kept, Profile, Profiles, files_are_private, write_private};
pub use secrets::{Secrets, forget, forget_before};
