//! Carries one job out, whatever it is, and says what came of it.

use ajet_domain::JobRequest;
use ajet_protocol::Code;
use serde_json::Value;

use super::{
    attachment_process, channel_delete, community_delete, export_make, invocation_expire, message_preview,
    notification_push, picture_remove, poll_close, reminder_ring, saved_remind, scheduled_send, system_tidy,
    user_announce,
};
use crate::usecases::{Context, Failure};

/// Why an attempt came to nothing. The reason is a text of the server's: operators read it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failed {
    /// It may go well another time.
    Now(String),
    /// It will not be better next time.
    ForGood(String),
}

/// Whether a job is tried again if this attempt fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Attempt {
    /// Another one follows.
    Followed,
    /// None: the job is dead then.
    Last,
}

/// What handlers work with.
#[derive(Clone)]
pub struct Tools {
    pub context: Context,
    /// For how long events are kept.
    pub retention_hours: u64,
}

/// Carries a job out.
///
/// # Errors
/// [`Failed`]
pub async fn run(tools: &Tools, name: &str, payload: &Value, attempt: Attempt) -> Result<(), Failed> {
    let context = &tools.context;
    if name == system_tidy::NAME {
        return system_tidy::run(context, tools.retention_hours).await.map_err(failed);
    }
    let request = JobRequest::read(name, payload.clone());
    let done = match request.map_err(|unreadable| Failed::ForGood(unreadable.to_string()))? {
        JobRequest::DeleteChannel { channel_id } => channel_delete::run(context, channel_id).await,
        JobRequest::DeleteCommunity { community_id } => community_delete::run(context, community_id).await,
        JobRequest::AnnounceUser { user_id } => user_announce::run(context, user_id).await,
        JobRequest::ClosePoll { message_id, .. } => poll_close::run(context, message_id).await,
        JobRequest::PreviewMessage { message_id } => message_preview::run(context, message_id).await,
        JobRequest::SendScheduled { user_id, scheduled_id, at } => {
            scheduled_send::run(context, (user_id, scheduled_id), at, attempt).await
        }
        JobRequest::Remind { user_id, message_id, at } => {
            saved_remind::run(context, user_id, message_id, at).await
        }
        JobRequest::ProcessAttachment { attachment_id } => {
            attachment_process::run(context, attachment_id).await
        }
        JobRequest::RingReminder { user_id, reminder_id, at } => {
            reminder_ring::run(context, user_id, reminder_id, at).await
        }
        JobRequest::ExpireInvocation { user_id, invocation_id, .. } => {
            invocation_expire::run(context, user_id, invocation_id).await
        }
        JobRequest::RemovePicture { picture_id } => picture_remove::run(context, picture_id).await,
        JobRequest::PushNotification { user_id, notification_id } => {
            notification_push::run(context, user_id, notification_id, attempt).await
        }
        JobRequest::MakeExport { user_id, export_id } => {
            export_make::run(context, user_id, export_id, attempt).await
        }
    };
    done.map_err(failed)
}

/// What a failure means. Our faults are tried again: what they come from may pass, and a person looks at the dead ones.
fn failed(failure: Failure) -> Failed {
    let Failure { code, detail, .. } = failure;
    let passes =
        matches!(code.status(), 429 | 500..) || matches!(code, Code::Conflict | Code::RequestTimeout);
    let reason = format!("{}: {detail}", code.as_str());
    if passes { Failed::Now(reason) } else { Failed::ForGood(reason) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_pass_is_tried_again() {
        for (code, again) in [
            (Code::Unavailable, true),
            (Code::Overloaded, true),
            (Code::Internal, true),
            (Code::Conflict, true),
            (Code::NotFound, false),
            (Code::Forbidden, false),
            (Code::Invalid, false),
        ] {
            let reason = format!("{}: why", code.as_str());
            let expected = if again { Failed::Now(reason) } else { Failed::ForGood(reason) };
            assert_eq!(failed(Failure::new(code, "why")), expected);
        }
    }
}
