//! Accounts: signing in and out, and the sessions between.

mod audit;
mod blocks;
mod deactivate;
mod me;
mod own_sessions;
mod profile;
mod sessions;
mod sign_in;
mod sign_out;
