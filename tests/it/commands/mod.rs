//! Slash commands: run by people and bots, listed, made by communities, and carried out by their bots.

mod bots;
mod create;
mod delete;
mod invoked;
mod list;
mod members;
mod programs;
mod remind;
mod run;
mod typed;

use bots::{Bot, bot, made};
use typed::{misused, run, typed};
