//! Slow work that a decision asks for: in the commit of the decision, and carried out later, by any node.
//!
//! A job names things by their ids and holds nothing else. It is stored as its name (`domain:action`) and a payload of JSON, so both
//! are as fixed as a verb's number: a name is never used for something else, and a payload only gains fields that may be missing.

use ajet_protocol::{
    AttachmentId, ChannelId, CommunityId, ExportId, InvocationId, MessageId, NotificationId, PictureId,
    ReminderId, ScheduledId, Timestamp, UserId,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{Denied, refusals};

/// Seconds by which the clock of the node that decides may be behind that of the queue.
const CLOCKS_DIFFER_BY: u64 = 5;

refusals! {
    /// Why what is to be done at a time is not done now.
    pub enum NotDue: Denied {
        /// Its time has not come, by the clock of the node that decides.
        NotYet => Conflict: "Its time has not come yet.",
    }
}

/// Refuses what is to be done at a later time. A job that comes too early rests and comes again.
///
/// # Errors
/// [`NotDue::NotYet`]
pub fn not_too_early(at: Timestamp, now: Timestamp) -> Result<(), NotDue> {
    if at <= now.plus_seconds(CLOCKS_DIFFER_BY) { Ok(()) } else { Err(NotDue::NotYet) }
}

/// What is to be done. Done twice it must come to the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "name", content = "payload")]
pub enum JobRequest {
    /// All that a channel had, which is gone already.
    #[serde(rename = "channel:delete")]
    DeleteChannel { channel_id: ChannelId },
    /// A community that is deleted already, with all that it had.
    #[serde(rename = "community:delete")]
    DeleteCommunity { community_id: CommunityId },
    /// Everybody who knows a person is told what the person's account says now.
    #[serde(rename = "user:announce")]
    AnnounceUser { user_id: UserId },
    /// Those who read a poll are told that it has closed.
    #[serde(rename = "poll:close")]
    ClosePoll { message_id: MessageId, closes_at: Timestamp },
    /// What the links of a message show, as its text is now.
    #[serde(rename = "message:preview")]
    PreviewMessage { message_id: MessageId },
    /// A person's message is sent that was to be sent at this time.
    #[serde(rename = "scheduled:send")]
    SendScheduled { user_id: UserId, scheduled_id: ScheduledId, at: Timestamp },
    /// A person is reminded at this time of a message that they saved.
    #[serde(rename = "saved:remind")]
    Remind { user_id: UserId, message_id: MessageId, at: Timestamp },
    /// A file that was uploaded to the object store is looked at.
    #[serde(rename = "attachment:process")]
    ProcessAttachment { attachment_id: AttachmentId },
    /// A person is reminded at this time of what they said.
    #[serde(rename = "reminder:ring")]
    RingReminder { user_id: UserId, reminder_id: ReminderId, at: Timestamp },
    /// Who used a command of a bot is told that it did not answer in time, or that the message of its answer did not come.
    #[serde(rename = "invocation:expire")]
    ExpireInvocation { user_id: UserId, invocation_id: InvocationId, at: Timestamp },
    /// The bytes of a picture in whose place something else is shown.
    #[serde(rename = "picture:remove")]
    RemovePicture { picture_id: PictureId },
    /// A person's browsers are pushed what the person was told of.
    #[serde(rename = "notification:push")]
    PushNotification { user_id: UserId, notification_id: NotificationId },
    /// The file of a person's export is made.
    #[serde(rename = "export:make")]
    MakeExport { user_id: UserId, export_id: ExportId },
}

/// A payload that is none of its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("its payload can't be read")]
pub struct Unreadable;

impl JobRequest {
    /// The names of all.
    pub const NAMES: [&str; 13] = [
        "channel:delete",
        "community:delete",
        "user:announce",
        "poll:close",
        "message:preview",
        "scheduled:send",
        "saved:remind",
        "attachment:process",
        "reminder:ring",
        "invocation:expire",
        "picture:remove",
        "notification:push",
        "export:make",
    ];

    /// What is done to what: `domain:action`.
    #[must_use]
    pub fn name(&self) -> &'static str {
        let [
            channel,
            community,
            announce,
            close_poll,
            preview,
            send,
            remind,
            process,
            ring,
            expire,
            picture,
            push,
            export,
        ] = Self::NAMES;
        match self {
            Self::DeleteChannel { .. } => channel,
            Self::DeleteCommunity { .. } => community,
            Self::AnnounceUser { .. } => announce,
            Self::ClosePoll { .. } => close_poll,
            Self::PreviewMessage { .. } => preview,
            Self::SendScheduled { .. } => send,
            Self::Remind { .. } => remind,
            Self::ProcessAttachment { .. } => process,
            Self::RingReminder { .. } => ring,
            Self::ExpireInvocation { .. } => expire,
            Self::RemovePicture { .. } => picture,
            Self::PushNotification { .. } => push,
            Self::MakeExport { .. } => export,
        }
    }

    /// What tells it from other jobs: of those with one key, one at most waits to be begun.
    #[must_use]
    pub fn key(&self) -> String {
        let name = self.name();
        match self {
            Self::DeleteChannel { channel_id } => format!("{name}:{channel_id}"),
            Self::DeleteCommunity { community_id } => format!("{name}:{community_id}"),
            Self::AnnounceUser { user_id } => format!("{name}:{user_id}"),
            Self::ProcessAttachment { attachment_id } => format!("{name}:{attachment_id}"),
            Self::RemovePicture { picture_id } => format!("{name}:{picture_id}"),
            Self::PushNotification { notification_id, .. } => format!("{name}:{notification_id}"),
            Self::MakeExport { export_id, .. } => format!("{name}:{export_id}"),
            Self::ClosePoll { message_id, .. } | Self::PreviewMessage { message_id } => {
                format!("{name}:{message_id}")
            }
            Self::SendScheduled { scheduled_id, .. } => format!("{name}:{scheduled_id}"),
            Self::Remind { user_id, message_id, .. } => format!("{name}:{user_id}:{message_id}"),
            Self::RingReminder { reminder_id, .. } => format!("{name}:{reminder_id}"),
            Self::ExpireInvocation { invocation_id, .. } => format!("{name}:{invocation_id}"),
        }
    }

    /// From when on it may be begun; `None`: at once. A job with a time holds it in its payload, and has none in its key: asked for with
    /// another time it is the same job, which waits for that time from then on. One that is begun already finds that its time counts no more.
    #[must_use]
    pub fn at(&self) -> Option<Timestamp> {
        match self {
            Self::DeleteChannel { .. } | Self::DeleteCommunity { .. } | Self::AnnounceUser { .. } => None,
            Self::ClosePoll { closes_at: at, .. }
            | Self::SendScheduled { at, .. }
            | Self::RingReminder { at, .. }
            | Self::ExpireInvocation { at, .. }
            | Self::Remind { at, .. } => Some(*at),
            Self::PreviewMessage { .. }
            | Self::ProcessAttachment { .. }
            | Self::RemovePicture { .. }
            | Self::PushNotification { .. }
            | Self::MakeExport { .. } => None,
        }
    }

    /// What is stored beside the name.
    #[must_use]
    pub fn payload(&self) -> Value {
        match self {
            Self::DeleteChannel { channel_id } => json!({ "channel_id": channel_id }),
            Self::DeleteCommunity { community_id } => json!({ "community_id": community_id }),
            Self::AnnounceUser { user_id } => json!({ "user_id": user_id }),
            Self::ClosePoll { message_id, closes_at } => {
                json!({ "message_id": message_id, "closes_at": closes_at })
            }
            Self::PreviewMessage { message_id } => json!({ "message_id": message_id }),
            Self::SendScheduled { user_id, scheduled_id, at } => {
                json!({ "user_id": user_id, "scheduled_id": scheduled_id, "at": at })
            }
            Self::Remind { user_id, message_id, at } => {
                json!({ "user_id": user_id, "message_id": message_id, "at": at })
            }
            Self::ProcessAttachment { attachment_id } => json!({ "attachment_id": attachment_id }),
            Self::RingReminder { user_id, reminder_id, at } => {
                json!({ "user_id": user_id, "reminder_id": reminder_id, "at": at })
            }
            Self::ExpireInvocation { user_id, invocation_id, at } => {
                json!({ "user_id": user_id, "invocation_id": invocation_id, "at": at })
            }
            Self::RemovePicture { picture_id } => json!({ "picture_id": picture_id }),
            Self::PushNotification { user_id, notification_id } => {
                json!({ "user_id": user_id, "notification_id": notification_id })
            }
            Self::MakeExport { user_id, export_id } => {
                json!({ "user_id": user_id, "export_id": export_id })
            }
        }
    }

    /// The job of a stored name and payload.
    ///
    /// # Errors
    /// [`Unreadable`], also for a name that is none of [`Self::NAMES`].
    pub fn read(name: &str, payload: Value) -> Result<Self, Unreadable> {
        serde_json::from_value(json!({ "name": name, "payload": payload })).map_err(|_| Unreadable)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use uuid::Uuid;

    use super::*;

    const ID: Uuid = Uuid::from_u128(7);

    const AT: Timestamp = Timestamp::FAR;

    fn every() -> [JobRequest; 13] {
        let (user_id, scheduled_id, message_id) = (UserId(ID), ScheduledId(ID), MessageId(ID));
        [
            JobRequest::DeleteChannel { channel_id: ChannelId(ID) },
            JobRequest::DeleteCommunity { community_id: CommunityId(ID) },
            JobRequest::AnnounceUser { user_id },
            JobRequest::ClosePoll { message_id, closes_at: AT },
            JobRequest::PreviewMessage { message_id },
            JobRequest::SendScheduled { user_id, scheduled_id, at: AT },
            JobRequest::Remind { user_id, message_id, at: AT },
            JobRequest::ProcessAttachment { attachment_id: AttachmentId(ID) },
            JobRequest::RingReminder { user_id, reminder_id: ReminderId(ID), at: AT },
            JobRequest::ExpireInvocation { user_id, invocation_id: InvocationId(ID), at: AT },
            JobRequest::RemovePicture { picture_id: PictureId(ID) },
            JobRequest::PushNotification { user_id, notification_id: NotificationId(ID) },
            JobRequest::MakeExport { user_id, export_id: ExportId(ID) },
        ]
    }

    #[test]
    fn what_is_stored_is_read_again() {
        for (job, name) in every().into_iter().zip(JobRequest::NAMES) {
            assert_eq!(job.name(), name);
            assert_eq!(JobRequest::read(job.name(), job.payload()), Ok(job.clone()));
            let whole = json!({ "name": job.name(), "payload": job.payload() });
            assert_eq!(
                serde_json::to_value(&job).expect("JSON"),
                whole,
                "names and fields are those of the type"
            );
        }
    }

    #[test]
    fn keys_tell_jobs_apart() {
        let mut keys: Vec<_> = every().iter().map(JobRequest::key).collect();
        keys.push(JobRequest::DeleteChannel { channel_id: ChannelId(Uuid::from_u128(8)) }.key());
        keys.sort();
        keys.dedup();
        assert_eq!(keys.len(), every().len() + 1, "{keys:?}");
    }

    /// Each time that somebody sets would leave a job that waits, else.
    #[test]
    fn of_a_job_with_another_time_there_is_one() {
        let (user_id, scheduled_id, message_id) = (UserId(ID), ScheduledId(ID), MessageId(ID));
        let send = |at| JobRequest::SendScheduled { user_id, scheduled_id, at }.key();
        let remind = |at| JobRequest::Remind { user_id, message_id, at }.key();
        let other = Timestamp::from_unix_millis(1);
        assert_eq!((send(AT), remind(AT)), (send(other), remind(other)));
    }

    #[test]
    fn what_comes_too_early_is_not_due_but_for_what_clocks_differ_by() {
        let at = Timestamp::from_unix_millis(60_000);
        for (now, due) in [(1, false), (54_999, false), (55_000, true), (60_000, true), (90_000, true)] {
            assert_eq!(not_too_early(at, Timestamp::from_unix_millis(now)).is_ok(), due, "{now}");
        }
    }

    #[test]
    fn a_job_with_a_time_waits_for_it() {
        let at = every().map(|job| job.at());
        let (no, at_last) = (None, Some(AT));
        let timed = [no, no, no, at_last, no, at_last, at_last, no, at_last, at_last, no, no, no];
        assert_eq!(at, timed);
    }

    #[test]
    fn what_is_no_payload_of_its_name_is_refused() {
        for (name, payload) in [
            ("channel:delete", json!({})),
            ("channel:delete", json!(null)),
            ("channel:delete", json!({ "channel_id": 5 })),
            ("channel:delete", json!({ "user_id": ID })),
            ("channel:paint", json!({ "channel_id": ID })),
        ] {
            assert_eq!(JobRequest::read(name, payload.clone()), Err(Unreadable), "{name} {payload}");
        }
        let more = json!({ "channel_id": ID, "of_a_later_release": true });
        assert!(JobRequest::read("channel:delete", more).is_ok());
    }
}
