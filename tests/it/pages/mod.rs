//! The pages of settings, as a browser with and without scripts uses them.

mod browsing;
mod community;
mod looks;
mod own;
mod system;
