//! What is printed, and how: tables on a terminal, plain lines in a pipe, JSON or a template where that is asked for.
//!
//! All of it goes through [`Screen`], and all text of others through [`safe`]: no name and no message moves the cursor, recolours the
//! screen or types for the person. Nothing else in this crate prints.

mod json;
mod look;
mod message;
mod names;
pub mod safe;
mod screen;
mod table;
mod template;
mod time;

pub use look::{Colour, Format, Look};
pub use message::line_of_event;
pub use names::KnownNames;
pub use screen::Screen;
pub use table::Column;
pub use template::Template;
pub use time::local as local_time;
