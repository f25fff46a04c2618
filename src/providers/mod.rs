//! Sign-in providers: what each is asked, and what of its answers is believed.
//!
//! ```text
//!   flow: what a browser is sent with ──▶ forge (GitHub, Gitea): code ─▶ token ─▶ user ─▶ organisations ──▶ Identity
//!                                    └──▶ oidc: code ─▶ ID token ─▶ signature and claims ─▶ userinfo     ──▶ Identity
//!   logout: a provider says that a session of its is over (OpenID Connect Back-Channel Logout 1.0)
//! ```
//!
//! What always holds: somebody is who the provider is and its id there ([`Identity`]); an e-mail address tells nothing. No answer is believed that a token
//! or a signature does not vouch for. All requests go through [`Outgoing`](crate::outgoing::Outgoing), follow no redirect, and end in time and bytes.
//!
//! Nothing here knows accounts, sessions or the database.

mod call;
mod directory;
mod error;
mod flow;
mod forge;
mod identity;
mod logout;
mod oidc;
mod provider;
#[cfg(test)]
mod tests;

pub use directory::Providers;
pub use error::ProviderError;
pub use flow::{Flow, Grant};
pub use identity::Identity;
pub use logout::Logout;
pub use provider::{Provider, secret_purpose};
