//! What the tests stand on: one stack for all of them, a world for each, and the ways in which they wait.

pub mod activation;
pub mod bots;
pub mod browser;
mod categories;
mod chat;
pub mod cluster;
mod database;
pub mod forge;
pub mod forms;
pub mod hook;
pub mod issuer;
pub mod keys;
mod law;
mod leaks;
mod load;
mod markup;
pub mod pictures;
pub mod proxy;
mod raw;
pub mod requests;
mod site;
mod stack;
pub mod stand_in;
mod target;
mod wait;
mod world;

pub use categories::category;
pub use chat::{assert_one_order, code, history, id_of, keyed, metrics, post_in_the_end, text};
pub use database::{
    OTHER_SEALING_KEY, audit, connect, db, empty_config, fresh_config, in_production, joins_unannounced,
    put_out_unannounced, sessions_of, sql, tidied,
};
pub use leaks::{CANARY, CLIENTS, assert_private};
pub use load::Load;
pub use markup::seen;
pub use raw::Raw;
pub use requests::NONE;
pub use site::Site;
pub use stack::{stack, start_stack};
pub use target::{Heard, Target};
pub use wait::{
    DEADLINE, POLL, covers, created, cursors_cover_everything, eventually, everything_before_now,
    everything_is_published, frames_past, next, next_event, read_past, read_to, read_until, snapshot_of,
};
pub use world::{OPS, Unfounded, World, serve};
