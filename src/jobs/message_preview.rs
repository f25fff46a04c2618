//! `message:preview`: looks what the links of a message lead to, and has its channel say so.
//!
//! It goes by the message as it is now. One that was deleted meanwhile, or edited while the job looked, is left alone: an edit asks for a look
//! of its own. A page that can't be fetched shows nothing, and is no failure of the job.

use ajet_protocol::{Code, MessageId};

use crate::usecases::{Context, Failure, previews};

/// Does the job; again changes nothing, as long as the pages say the same.
///
/// # Errors
/// [`Failure`], where the store is away or the channel can't be asked
pub async fn run(context: &Context, message: MessageId) -> Result<(), Failure> {
    match previews::look(context, message).await {
        // Its channel is gone meanwhile.
        Err(failure) if failure.code == Code::NotFound => Ok(()),
        looked => looked,
    }
}
