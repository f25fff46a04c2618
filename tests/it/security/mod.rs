//! Classes of faults that concern every route, stream or table, whatever noun it belongs to. `docs/security.md` lists all classes with
//! their tests; most of those stand beside what they test.

mod blanks;
mod bodies;
mod closed;
mod cost;
mod flood;
mod left;
mod limits;
mod names;
mod outsiders;
mod reads;
mod revoked;
mod slow;
mod stored;
mod streams;
