//! What touches the world: the terminal, the server, the disk, the clock. It has no opinion; it brings messages to [`crate::update`] and
//! carries out its effects.

pub mod calls;
pub mod disk;
pub mod feed;
pub mod files;
pub mod input;
pub mod osc;
pub mod outside;
pub mod paint;
pub mod run;
pub mod screen;
pub mod turns;

#[cfg(test)]
mod paint_tests;
