//! Laws that hold for every verb of the domain, whatever it does, and what each actor is answered.
//!
//! The tables of verbs (`of_community`, `of_channel`, `of_person`) have a line for each verb that `Command::LIST` of its entity names: what
//! it takes, what it tells, and how the stage is set for it. A verb without a line fails `every_verb_has_its_line`. The laws (`walk`,
//! `unpublished`) and the matrix (`matrix`) go through the lines.
//!
//! A bot is answered as a member is, within the scopes of its token (`unscoped`).
//! What a client knows by events is the model of the SDK (`ajet_client::Model`); of messages it is what `talk` makes of them.
//!
//! Two laws have tables of their own: each list pages completely while it changes (`paged`, `of_list`), and what belongs to another
//! community is not there (`foreign`).

mod call;
mod foreign;
mod judged;
mod line;
mod log;
mod matrix;
mod of_channel;
mod of_community;
mod of_list;
mod of_person;
mod paged;
mod scene;
mod stage_bots;
mod stage_commands;
mod stage_drafts;
mod stage_files;
mod stage_looks;
mod stage_outgoing;
mod stage_people;
mod stage_previews;
mod stage_rooms;
mod talk;
mod unpublished;
mod unscoped;
mod walk;
mod watch;

pub use judged::{Aside, differences};
