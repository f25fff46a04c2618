//! Custom roles, and what channels allow and deny everybody, roles and people.

mod create;
mod delete;
mod overwrites;
mod support;
mod update;
