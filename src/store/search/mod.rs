//! Search in PostgreSQL: what it looks for is decided here, whom it is for is not. What is found are ids, and the messages are read afterwards
//! behind the fence of their reader's rights.

mod messages;
mod named;
mod step;
mod texts;

pub use messages::{Ranked, Wanted};
pub use named::ChannelWords;
