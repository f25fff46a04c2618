//! Live streams: what they bring, how they are resumed, and how they end.

mod cursor;
mod limits;
mod live;
mod notices;
mod replay;
mod resume;
mod topics;
mod wire;
