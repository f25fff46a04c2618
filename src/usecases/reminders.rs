//! Reminders: set by a person for themselves, and told when their time has come.

use ajet_domain::asked::{Caller, Via};
use ajet_domain::person::{RingReminder, SetReminder};
use ajet_domain::verb::Made;
use ajet_protocol::{ReminderId, Timestamp, UserId};

use super::reading::{Reading, sees};
use super::{Context, Created, Failure, Found, GivenKey};

/// A reminder that was set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reminded {
    pub id: ReminderId,
    /// When the person is told.
    pub at: Timestamp,
}

/// Sets a reminder, in a channel that the person sees.
///
/// # Errors
/// [`Failure`]
pub async fn set(
    context: &Context,
    by: Caller,
    reminder: SetReminder,
    key: GivenKey,
) -> Result<Created<Reminded>, Failure> {
    let person = by.id();
    Reading::within(context, person, reminder.channel_id).await?.let_in(sees).await?;
    match context.make(person, by, key.without_former(), reminder).await? {
        Made::New((id, at)) => Ok(Created::New(Reminded { id, at })),
        Made::Before(id) => {
            let id = ReminderId(id);
            let at = context.store.reminded_at(person, id).await?.or_not_found()?;
            Ok(Created::Before(Reminded { id, at }))
        }
    }
}

/// Has a person told of what they wanted to be reminded of; again does nothing.
///
/// # Errors
/// [`Failure`]
pub async fn ring(
    context: &Context,
    person: UserId,
    reminder_id: ReminderId,
    at: Timestamp,
) -> Result<(), Failure> {
    let Some(user) = context.store.account(person).await? else { return Ok(()) };
    let server = Caller { user, via: Via::System, scopes: None };
    context.ask(person, server, RingReminder { reminder_id, at }).await
}
