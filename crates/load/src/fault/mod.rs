//! What breaks: by name (`kinds`) and by what means (`means`); how that is begun and ended (`breaking`, `deeds`), whom it
//! meets (`victim`), and the people it takes (`crowd`). Faults that have a state of their own while they last have a file
//! each: `starving`, `flood`, `pages`; and so have the steps of a rolling upgrade: `versions`.

mod breaking;
mod crowd;
mod deeds;
mod findings;
mod flood;
mod growth;
mod kinds;
mod means;
mod pages;
mod starving;
mod unread;
mod versions;
mod victim;

pub use breaking::Breaker;
pub use crowd::Crowd;
pub use findings::Findings;
pub use growth::metrics;
pub use kinds::{Fault, Goal};
pub use means::SKEW_S;
pub use starving::can_give_priority_back;
pub use victim::an_owner;
