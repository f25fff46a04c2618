//! Scheduled messages for which no job is left: they have failed, and their authors are told.
//!
//! A job whose last attempt ended with its node can't say so itself. It is dead then, and would leave its message as one that is being sent.

use ajet_protocol::{Code, ScheduledId};
use uuid::Uuid;

use crate::usecases::{Context, Failure, scheduled};

/// Messages that are looked at together.
const CHUNK: i64 = 100;

/// Says of each that it failed, unless it was posted before its job ended; part of `system:tidy`. One that can't be settled now holds up
/// no other one, and is found again the next time.
///
/// # Errors
/// The store is away, or one could not be settled. What could be done is done.
pub async fn run(context: &Context) -> Result<(), Failure> {
    let (mut after, mut done) = (ScheduledId(Uuid::nil()), Ok(()));
    loop {
        let forsaken = context.store.forsaken_scheduled(after, CHUNK).await?;
        let Some((_, last, _)) = forsaken.last() else { return done };
        after = *last;
        for (person, id, at) in forsaken {
            let why = Failure::new(Code::Unavailable, "The server ended while it was sending this message.");
            done = done.and(scheduled::give_up(context, person, id, at, why).await);
        }
    }
}
