//! The pages of settings, as a browser with and without scripts uses them; and the panes of the chat.

mod browsing;
mod community;
mod looks;
mod own;
mod panes;
mod start;
mod system;
