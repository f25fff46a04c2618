//! Exports that no job makes any more have failed, and the files of those that are past their time go.

use ajet_protocol::ExportId;
use uuid::Uuid;

use super::sweep_failures::Failures;
use crate::usecases::{Context, Failure, exports};

/// Exports that are dealt with at a time.
const CHUNK: i64 = 200;

/// Does so; part of `system:tidy`. One that can't be removed keeps no other one from going.
///
/// # Errors
/// The database is away, or the object store failed a request. What could be done is done.
pub async fn run(context: &Context) -> Result<(), Failure> {
    context.store.fail_lost_exports().await?;
    let (mut after, mut failures) = (ExportId(Uuid::nil()), Failures::default());
    loop {
        let past = context.store.past_exports(after, CHUNK).await?;
        let Some(last) = past.last() else { return failures.end() };
        after = last.id;
        for one in &past {
            failures.note(exports::remove(context, one).await);
            if failures.say_away() {
                return failures.end();
            }
        }
    }
}
