//! Signed-in sessions and API tokens of bots: the secrets that show them, and what ends for them on every node at once.
//!
//! When a sign-out has been answered, the token is worth nothing on any node and no event reaches the session's streams. Three
//! things make that true, whatever NATS knows at the moment:
//!
//! - A node emits events only while it holds a *lease* in PostgreSQL, and has *scanned* for ended sessions recently.
//! - A sign-out *tells* every other node that holds a lease, and waits for its answer.
//! - It waits for a silent node until that one has scanned, or has stopped emitting.
//!
//! A ban or kick is answered in the same way: first every node that holds a lease *purges* what is under way of the community to
//! the person.
//!
//! A revoked API token ends as a session does: its id is that of its session, and the commit that revokes it notes it among the ended ones.
//!
//! Here are also the keys by which the server says to services beside it who somebody is ([`SigningKeys`]).
//!
//! The streams of a session are not here but in `src/actors/session`; who may do what is not decided here either.

mod credential;
pub mod device;
mod lease;
mod revocation;
pub mod signing_keys;
pub mod tokens;
pub mod user_code;

pub use credential::Credential;
pub use lease::Lease;
pub use revocation::{Revocation, RevocationScan};
pub use signing_keys::SigningKeys;
pub use tokens::Tokens;
