//! How people come in by accounts at providers, and what hostile providers and browsers get. The stand-ins of providers are in `support`: `issuer`
//! (OpenID Connect), `forge` (GitHub and Gitea) and `browser`.

mod accounts;
mod audited;
mod browsers;
mod forges;
mod hostile;
mod logout;
mod newcomers;
mod oidc;
mod origins;
mod providers;
pub mod set_up;
