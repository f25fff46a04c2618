//! What is seen: the state as cells. Views are pure; they read the state and write a buffer, and nothing else.

pub mod composer;
pub mod draw;
pub mod entry;
pub mod guard;
pub mod layout;
pub mod messages;
pub mod overlay;
pub mod screen;
pub mod side;
pub mod sidebar;
pub mod theme;

#[cfg(test)]
mod tests;

pub use screen::draw;
