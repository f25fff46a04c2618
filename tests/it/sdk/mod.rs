//! What the SDK adds to calls: that they do what their names say (AC-T6 to AC-T13, AC-T16), streams that stay, and mirrors. What needs no
//! server is tested in `crates/client`; that each route has a function, in `docs/functions.rs`.

mod calls;
mod mirror;
mod stream;
