//! Scheduled messages: written now, and posted once when their time has come, by a job.

use ajet_domain::asked::{Caller, Via};
use ajet_domain::person::{CancelScheduled, Schedule, SendStep, SettleScheduled, UpdateScheduled};
use ajet_domain::{Denied, Draft, Refusal, Standing};
use ajet_protocol::{
    ChannelId, Code, MessageId, Page, PageQuery, Scheduled, ScheduledId, Timestamp, Trimmed, UserId,
};

use super::deletion::again_as_before;
use super::drafts::takes_reply;
use super::messages::{self, Posting};
use super::reading::{Reading, sees};
use super::{Context, Created, Failure, Found, GivenKey};

/// Takes a message that is to be sent later.
///
/// # Errors
/// [`Failure`]
pub async fn create(
    context: &Context,
    by: Caller,
    schedule: Schedule,
    key: GivenKey,
) -> Result<Created<Scheduled>, Failure> {
    let reader = by.id();
    let reading = Reading::within(context, reader, schedule.channel_id).await?;
    reading.let_in_now(has_joined).await?;
    shows_something(&schedule.body_md)?;
    takes_reply(context, reading, schedule.parent_id).await?;
    let made = context.make(reader, by, key.without_former(), schedule).await?;
    Created::of(
        made,
        |scheduled| Ok(*scheduled),
        async |id| context.store.scheduled_by(reader, ScheduledId(id)).await?.or_not_found(),
    )
    .await
}

/// Lets in who has joined the channel. It is not there for those who may not know of it.
fn has_joined(standing: Standing) -> Result<(), Failure> {
    sees(standing)?;
    if standing.in_channel { Ok(()) } else { Err(Denied::Forbidden.said().into()) }
}

/// Refuses a text of which nothing would be seen: it could not be posted later either.
fn shows_something(body: &Trimmed) -> Result<(), Failure> {
    if Draft::compose(body).is_some() {
        return Ok(());
    }
    Err(Failure::field("body_md", "blank", "shows nothing"))
}

/// What a person scheduled in a channel.
///
/// # Errors
/// [`Failure`]
pub async fn list(
    context: &Context,
    reader: UserId,
    channel: ChannelId,
    query: &PageQuery,
) -> Result<Page<Scheduled>, Failure> {
    let reading = Reading::within(context, reader, channel).await?;
    reading.answer(sees, |fence| context.store.scheduled_in(fence, query)).await
}

/// Changes what waits to be sent; it as it is afterwards.
///
/// # Errors
/// [`Failure`]
pub async fn update(context: &Context, by: Caller, update: UpdateScheduled) -> Result<Scheduled, Failure> {
    update.body_md.as_ref().map_or(Ok(()), shows_something)?;
    Ok(*context.ask(by.id(), by, update).await?)
}

/// Drops what a person scheduled; again changes nothing.
///
/// # Errors
/// [`Failure`]
pub async fn cancel(context: &Context, by: Caller, scheduled_id: ScheduledId) -> Result<(), Failure> {
    let person = by.id();
    let dropped = context.ask(person, by, CancelScheduled { scheduled_id }).await;
    again_as_before(context, person, scheduled_id.0, dropped).await
}

/// Sends what is due, once: again, and after it was cut off at any point, it goes on from there. What the channel refuses for now waits again.
///
/// # Errors
/// [`Failure`], where it may go well another time. What the author may not do any more is no failure: it is told to them.
pub async fn send(
    context: &Context,
    person: UserId,
    scheduled_id: ScheduledId,
    at: Timestamp,
) -> Result<(), Failure> {
    let Some(user) = context.store.account(person).await? else { return Ok(()) };
    let server = Caller { user, via: Via::System, scopes: None };
    let settle = |step| SettleScheduled { scheduled_id, at, step };
    let Some(due) = context.ask(person, server.clone(), settle(SendStep::Take)).await? else { return Ok(()) };
    let step = match posted(context, person, &due).await {
        Ok(message) => SendStep::Sent(message),
        Err(failure) if is_refused_for_now(failure.code) => {
            context.ask(person, server, settle(SendStep::GiveBack)).await?;
            return Err(failure);
        }
        Err(failure) if may_pass(failure.code) => return Err(failure),
        Err(failure) => SendStep::Failed(failure.code.as_str().to_owned()),
    };
    context.ask(person, server, settle(step)).await?;
    Ok(())
}

/// Says that a message is not sent any more, after the last attempt failed: unless that one has posted it all the same.
///
/// # Errors
/// [`Failure`]
pub async fn give_up(
    context: &Context,
    person: UserId,
    scheduled_id: ScheduledId,
    at: Timestamp,
    failure: Failure,
) -> Result<(), Failure> {
    let Some(user) = context.store.account(person).await? else { return Ok(()) };
    let step = match context.store.posted_under(person, &scheduled_id.to_string()).await? {
        Some(message) => SendStep::Sent(message),
        None => SendStep::Failed(failure.code.as_str().to_owned()),
    };
    let server = Caller { user, via: Via::System, scopes: None };
    context.ask(person, server, SettleScheduled { scheduled_id, at, step }).await?;
    Ok(())
}

/// Whether the channel has certainly not posted it, and may do so later. Until then its author can change it or drop it. Of all else that may
/// pass it is not known whether the channel posts it after all: it stays as it is.
fn is_refused_for_now(code: Code) -> bool {
    code.status() == 429
}

/// Whether what was refused may be taken later: slow mode ends, and what is away comes back.
fn may_pass(code: Code) -> bool {
    matches!(code.status(), 408 | 429 | 500..)
}

/// Posts a message under the id of what was scheduled, unless that was done before.
async fn posted(context: &Context, person: UserId, due: &Scheduled) -> Result<MessageId, Failure> {
    let key = due.id.to_string();
    if let Some(before) = context.store.posted_under(person, &key).await? {
        return Ok(before);
    }
    let author = context.store.account_in_use(person).await?;
    let author = author.ok_or_else(|| Failure::new(Code::Forbidden, "This account is out of use."))?;
    let posting = Posting {
        body: Trimmed::from(due.body_md.as_str()),
        parent_id: due.parent_id,
        also_to_channel: false,
        attachments: Vec::new(),
        poll: None,
    };
    let key = GivenKey::given(key, &[b"scheduled".as_slice(), due.body_md.as_bytes()]);
    let created = messages::post(context, Caller::session(author), due.channel_id, posting, key).await?;
    Ok(created.into_inner().id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_author_may_not_do_is_told_and_all_else_is_tried_again() {
        for code in Code::ALL {
            let is_theirs = (400..500).contains(&code.status()) && ![408, 429].contains(&code.status());
            assert_eq!(may_pass(*code), !is_theirs, "{code:?}");
        }
        assert!(may_pass(Code::RateLimited) && may_pass(Code::Unavailable) && !may_pass(Code::Archived));
        assert!(is_refused_for_now(Code::SlowMode) && !is_refused_for_now(Code::Unavailable));
    }

    #[test]
    fn a_text_of_which_nothing_is_seen_is_not_scheduled() {
        assert!(shows_something(&"hi".into()).is_ok());
        let failure = shows_something(&"&nbsp;".into()).expect_err("shows nothing");
        assert_eq!((failure.code, failure.errors[0].field.as_str()), (Code::Invalid, "body_md"));
    }
}
