//! Keys: how they are written, what they do in the three presets, and what the user's file makes of that.

pub mod action;
pub mod keymap;
pub mod presets;
pub mod press;

#[cfg(test)]
mod tests;
