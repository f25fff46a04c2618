//! What breaks: by name (`kinds`), how it is done (`breaking`), and the people it takes (`crowd`).

mod breaking;
mod crowd;
mod kinds;

pub use breaking::{Breaker, an_owner};
pub use crowd::Crowd;
pub use kinds::Fault;
