//! Several nodes on one database and one NATS.

mod bans;
mod bans_cut_off;
mod crashes;
mod forged;
mod nodes;
mod operators;
mod people;
mod sessions;
