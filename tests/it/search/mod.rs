//! Search: messages, channels and people, and only those that the reader may see.

mod backfill;
mod best;
mod changes;
mod channels;
mod find;
mod many;
mod moved;
mod operators;
mod people;
mod queries;
mod rights;
mod turns;

use queries::{asked, asked_for, bodies, found, message, page, said};
