//! A small team of five on two nodes that does anything at once: whatever it does, what each of them was told makes what the server says.
//!
//! A run founds a community, and goes through rounds: in each, everybody does one thing, all at the same time, by the SDK. Every few rounds
//! it waits until nothing is under way, and holds each person's mirror (`ajet_client::Mirror`) against a fresh `GET /api/sync` of each
//! node. What people do follows from a number, the seed. A run that fails is made again with less and less, and the test prints the seed
//! and the shortest run that still fails.
//!
//! What is not done here, since no event tells all of it ([`Aside`](crate::laws::Aside)): editing a message that mentions people, and beginning
//! or ceasing to follow a thread.

mod acts;
mod people;
mod places;
mod run;
mod shortest;
mod steps;
mod talk;
