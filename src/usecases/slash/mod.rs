//! Slash commands: what a person typed is carried out by the use cases that the routes call, with the same rights.
//!
//! The grammar is the domain's (`ajet_domain::slash`). Here names are looked up, as far as the person may know of them; the command is carried
//! out by the file of its noun; and what a use case refuses is told by the name of the argument that is to blame, with how the command is written.

mod blame;
mod channels;
mod listed;
mod members;
mod named;
mod place;
mod programs;
mod run;
mod texts;
mod wording;

pub use listed::list;
pub use place::Speaker;
pub use run::run;
pub use wording::{Reply, Wording, called};
