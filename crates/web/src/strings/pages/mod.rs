//! The texts of the pages, by areas: each key with its text in every language.

mod access;
mod all;
mod catalogue;
mod channels;
mod community;
mod frame;
mod members;
mod programs;
mod roles;
mod settings;
mod shared;
mod system;

pub use all::Strings;
pub(super) use all::{ENGLISH, GERMAN};
