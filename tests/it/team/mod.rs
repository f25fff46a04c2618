//! A small team of five on two nodes that does anything at once: whatever it does, what each of them was told makes what the server says.
//!
//! A run founds a community, and goes through rounds: in each, several things are done at the same time, by the SDK. A bot of the team and
//! webhooks take part, people type commands as well, and have things said or told later. Every few rounds it waits until nothing is under
//! way, and holds each person's mirror (`ajet_client::Mirror`) against a fresh `GET /api/sync` of each node, and against the lists of what
//! is unread. What people do is made by proptest from a number, the seed. A run that fails is made again with less and less, and the test
//! prints the seed and the shortest run that still fails. All runs together have to do each act once: what is always refused tests nothing.
//!
//! Left out is what no event tells: of people whom one blocks the names and what they do are not compared, since one may share no place with
//! them any more.

mod acts;
mod counts;
mod later;
mod people;
mod places;
mod programs;
mod run;
mod shortest;
mod steps;
mod talk;
