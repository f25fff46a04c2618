//! What people keep for themselves: drafts, saved messages, and messages to be sent later.

mod keep;
mod saved;
mod scheduled;
mod times;

use times::{LATER, SOON, in_time};
