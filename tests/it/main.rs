//! Integration tests: real PostgreSQL, real NATS, a real S3 endpoint, and the server as its clients see it.
//!
//! A test of a route is in the file of its noun and verb, `messages/edit.rs`. What concerns more than one route is in `http`
//! and `events`; what breaks, in `faults`; several nodes, in `cluster`; what the SDK adds to calls, in `sdk`; classes of faults that
//! concern every route, in `security`; people who do anything at once, in `team`. `support` is what all of them stand on.

mod accounts;
mod attachments;
mod blobs;
mod bots;
mod bus;
mod categories;
mod channels;
mod cluster;
mod commands;
mod communities;
mod devices;
mod dms;
mod docs;
mod drafts;
mod emoji;
mod encrypted;
mod events;
mod exports;
mod faults;
mod first_start;
mod health;
mod hook;
mod http;
mod invites;
mod jobs;
mod laws;
mod members;
mod messages;
mod notifications;
mod outgoing;
mod pages;
mod pictures;
mod polls;
mod presence;
mod push;
mod rights;
mod roles;
mod sdk;
mod search;
mod security;
mod services;
mod settings;
mod sign_in;
mod store;
mod support;
mod sync;
mod team;
mod terminal;
mod tokens;
mod users;
mod webhooks;
