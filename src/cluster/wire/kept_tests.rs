//! Commands about what a person keeps for themselves: drafts, saved messages, messages to be sent later.

use ajet_domain::person::{
    CancelScheduled, Command, Remind, RemoveDraft, SaveMessage, Schedule, SendStep, SetDraft,
    SettleScheduled, UnsaveMessage, UpdateScheduled,
};
use ajet_domain::{Asked, Key};
use ajet_protocol::{ChannelId, MessageId, ScheduledId, Timestamp};

use super::{id, server, session};

/// One of each, and of each form that its fields have.
pub fn person_commands() -> Vec<Asked<Command>> {
    let (channel_id, message_id, scheduled_id) = (ChannelId(id(3)), MessageId(id(2)), ScheduledId(id(14)));
    let (parent_id, at) = (Some(message_id), Timestamp::from_unix_millis(9_000));
    let own: [Command; 8] = [
        SetDraft { channel_id, parent_id, body_md: "d".into() }.into(),
        RemoveDraft { channel_id, parent_id: None }.into(),
        SaveMessage { channel_id, message_id, note: Some("n".into()), remind_at: Some(at) }.into(),
        SaveMessage { channel_id, message_id, note: None, remind_at: None }.into(),
        UnsaveMessage { message_id }.into(),
        UpdateScheduled { scheduled_id, body_md: Some("s".into()), send_at: Some(at) }.into(),
        UpdateScheduled { scheduled_id, body_md: None, send_at: None }.into(),
        CancelScheduled { scheduled_id }.into(),
    ];
    let own = own.map(|verb| Asked { by: session(), key: None, verb });
    let key = Key { text: "k".into(), fingerprint: 7, former: None };
    let schedule = Schedule { channel_id, parent_id, body_md: "s".into(), send_at: at };
    let schedule = Asked { by: session(), key: Some(key), verb: schedule.into() };
    let step = |step| SettleScheduled { scheduled_id, at, step }.into();
    let steps: [Command; 5] = [
        step(SendStep::Take),
        step(SendStep::Sent(message_id)),
        step(SendStep::Failed("muted".into())),
        step(SendStep::GiveBack),
        Remind { message_id, at }.into(),
    ];
    let steps = steps.map(|verb| Asked { by: server(), key: None, verb });
    own.into_iter().chain([schedule]).chain(steps).collect()
}
