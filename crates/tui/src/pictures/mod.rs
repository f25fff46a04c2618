//! Pictures in a terminal: decoded, and shown by half blocks, or by the sequences of kitty, iTerm2 or sixel.
//!
//! Half blocks are cells like all others. The sequences are written beside the frame by the runtime, and hold nothing but numbers and
//! encoded pixels of a picture that was decoded here: no byte of a file reaches the terminal as it is. That is also why no widget does
//! it that puts sequences into cells: [`crate::view::guard`] takes those out.

pub mod blocks;
pub mod decode;
pub mod sequences;

pub use decode::Picture;
