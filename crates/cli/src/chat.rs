//! The chat in the full screen, which starts without a command. It is a crate of its own, and this is where it is called from.

use crate::app::App;
use crate::failure::{Done, Failure};

/// Starts it. Until it is there, says what can be done instead.
pub fn start(_app: &App) -> Done {
    Err(Failure::Usage(
        "there is no full-screen chat yet; \"ajet-chat tail\" shows what is said, \"ajet-chat send\" says something, and \
         \"ajet-chat --help\" lists the rest"
            .into(),
    ))
}
