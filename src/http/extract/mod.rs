//! What handlers take as arguments: authority, bodies, paths, queries. Each is checked before the handler runs, and a request that
//! does not fit gets an error that names what is wrong.

pub mod body;
pub mod caller;
pub mod device;
pub mod form;
pub mod history;
mod keyed;
mod malformed;
mod nul;
pub mod origin;
pub mod owner;
pub mod paging;
pub mod path;
pub mod peer;
pub mod upload;
mod upload_key;
pub mod wrong;

pub use keyed::{KEY_PATTERN, Keyed, idempotency_key};
pub use malformed::refuse_malformed;
pub use upload_key::upload_key;
