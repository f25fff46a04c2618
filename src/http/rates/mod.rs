//! How many requests a caller may make in a minute, by what they ask for and by who they are.
//!
//! ```text
//!   around.rs ┬─ class.rs: what a request counts as
//!             ├─ meter.rs: what one request was counted for, and how that count stands
//!             └─ counts.rs: Rates ── buckets.rs: a bounded number of counts, each by GCRA
//! ```
//!
//! - A request with a good credential counts for its session or token, for its person, and where it changes a community that the caller
//!   belongs to for that community. Every other request counts for the address that it comes from: an office behind one address is not
//!   limited by how many people work there.
//! - Nothing is counted for a name that a client can invent: credentials count once they have turned out good, and addresses by networks.
//!   How many counts are remembered is fixed; the one used longest ago is forgotten, which allows its owner a minute's worth again.
//! - Each node counts for itself. Wrong tokens and codes have a count of their own (`failures.rs`).

mod around;
mod buckets;
mod class;
mod counts;
mod meter;

pub use around::around;
pub use counts::Rates;
pub use meter::{count_caller, count_change, count_webhook};
