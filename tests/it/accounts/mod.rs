//! Accounts: signing in and out, and the sessions between.

mod me;
mod sessions;
mod sign_in;
mod sign_out;
