//! `export:make`: makes the file of an export.
//!
//! One that can't be made within the attempts has failed, which its person sees; the job is done then. Where the last attempt ends with its node, or
//! takes too long, `system:tidy` finds the export that no job makes any more.

use ajet_protocol::{ExportId, UserId};

use super::run::Attempt;
use crate::usecases::{Context, Failure, exports};

/// Does the job; again does nothing.
///
/// # Errors
/// [`Failure`], where it may go well another time
pub async fn run(
    context: &Context,
    user_id: UserId,
    export_id: ExportId,
    attempt: Attempt,
) -> Result<(), Failure> {
    match exports::make(context, user_id, export_id).await {
        Err(failure) if attempt == Attempt::Last => {
            tracing::error!(%export_id, code = failure.code.as_str(), "an export can't be made");
            exports::fail(context, export_id).await
        }
        made => made,
    }
}
