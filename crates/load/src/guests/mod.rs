//! People whose rights are taken away and given back all the time, under load, each step at another node: they join and leave
//! rooms, are kicked, banned and let in again, and a channel is hidden from them and shown again.
//!
//! Each listens at two nodes, on sockets that count their bytes (`ear`). After a removal was answered they try what they may no
//! longer do. Nothing is decided here: the history has what was answered and what arrived, and the checker decides (I6, I14).

mod asked;
mod guest;
mod round;

pub use asked::{Asked, By};
pub use guest::{Arrived, Extent, Guest, arrive, introduce};
