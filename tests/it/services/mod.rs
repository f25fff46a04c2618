//! Service tokens: how services beside the server know who asks. The numbers (SEC-T1 to SEC-T9) are those of `docs/services.md`; what a service
//! checks by itself (SEC-T1 to SEC-T6) is tested in `crates/tokens`.

mod beside;
mod keys;
mod mint;
mod rotate;
