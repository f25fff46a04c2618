//! Commands that say something: `/msg`, `/me`, `/shrug`, `/poll`, `/remind`, `/status`.

use ajet_domain::person::SetReminder;
use ajet_domain::slash::PersonRef;
use ajet_protocol::{ChannelId, CommandResult, EffectType, Poll, PollOption, Trimmed, UpdateMe};

use super::named::person;
use super::place::{Place, did, did_and_says};
use super::wording::Reply;
use crate::usecases::messages::{self, Posting};
use crate::usecases::{Failure, accounts, dms, reminders};

/// Posts a text where the command was typed.
pub(super) async fn post(place: &Place<'_>, text: Trimmed) -> Result<CommandResult, Failure> {
    posted(place, place.channel, Posting::text(text)).await
}

async fn posted(place: &Place<'_>, channel: ChannelId, posting: Posting) -> Result<CommandResult, Failure> {
    let made = messages::post(place.context, place.by.clone(), channel, posting, place.key.clone()).await?;
    let message = made.into_inner();
    Ok(CommandResult { message: Some(message.clone()), ..did(EffectType::Posted, message.id) })
}

/// Opens the direct message with a person, and posts there.
pub(super) async fn message(
    place: &Place<'_>,
    named: &PersonRef,
    text: Trimmed,
) -> Result<CommandResult, Failure> {
    let user = person(place, named).await?;
    let dm = dms::open(place.context, place.by.clone(), &[user.id], place.key.clone()).await?.into_inner();
    posted(place, dm.id, Posting::text(text)).await
}

pub(super) async fn poll(
    place: &Place<'_>,
    question: Trimmed,
    options: Vec<Trimmed>,
) -> Result<CommandResult, Failure> {
    let options = options.into_iter().map(|text| PollOption::unchosen(text.into())).collect();
    let poll = Poll { question: question.into(), options, multiple: false, closes_at: None, closed: false };
    posted(place, place.channel, Posting { poll: Some(poll), ..Posting::text("".into()) }).await
}

pub(super) async fn remind(place: &Place<'_>, seconds: u64, text: Trimmed) -> Result<CommandResult, Failure> {
    let reminder = SetReminder { channel_id: place.channel, text, seconds };
    let made = reminders::set(place.context, place.by.clone(), reminder, place.key.clone()).await?;
    let reply = place.worded(&Reply::RemindedIn(seconds));
    Ok(did_and_says(EffectType::Reminder, made.into_inner().id, reply))
}

pub(super) async fn status(place: &Place<'_>, text: Trimmed) -> Result<CommandResult, Failure> {
    let update = UpdateMe { status_text: Some(text), ..UpdateMe::default() };
    accounts::update_me(place.context, place.by.clone(), update).await?;
    Ok(did(EffectType::Status, place.by.id()))
}
