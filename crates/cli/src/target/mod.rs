//! What a word on the command line names. Ids, names, permalinks and beginnings that fit one thing only are understood alike, and here alone.

mod listed;
mod pages;
mod pick;
mod resolve;
mod whole;

pub use listed::named_node;
pub use pick::named;
pub use resolve::named_id;
pub use whole::whole;
