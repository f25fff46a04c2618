//! What outgoing webhooks are sent: chosen from the log, and sent.
//!
//! A webhook is sent what the person sees for whom it acts, while that person may manage webhooks there. That is asked by the rights of now,
//! when an event is chosen and again when it is sent: behind the text, so that none is sent which was written after the person had lost sight
//! of it. What is sent is read from the log each time, and so is as on the stream: an event of a message that was deleted meanwhile has no
//! text.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use ajet_domain::asked::{Caller, Via};
use ajet_domain::community::{Switch, UpdateOutgoingWebhook};
use ajet_domain::need::StandingOf;
use ajet_protocol::{ChannelId, Code, CommunityId, EventType, Permission, UserId, for_readers, limits};
use bytes::Bytes;
use secrecy::ExposeSecret;
use url::Url;

use super::{Context, Failure, Found};
use crate::outgoing::{OutgoingError, signature};
use crate::store::deliveries::{Candidate, DueDelivery, EventPlace, Lane};

/// Events that are looked at in one step.
const EVENTS: i64 = 1000;
/// How long one try may take.
const WITHIN: Duration = Duration::from_secs(10);
/// How long a delivery rests after each try that came to nothing; after the last one it is dead. A day together.
const RESTS: [u64; 7] = [5, 5 * 60, 30 * 60, 2 * 3600, 5 * 3600, 8 * 3600, 9 * 3600];
/// The longest that an address has a delivery wait for.
const LONGEST_REST: Duration = Duration::from_secs(9 * 3600);
/// How long a webhook's lane rests at least after a try that came to nothing, and at most.
const LANE_RESTS: [Duration; 2] = [Duration::from_secs(5), Duration::from_secs(10 * 60)];
/// After so long without a success a webhook is switched off.
const FAILING: Duration = Duration::from_secs(limits::WEBHOOK_FAILING_DAYS.unsigned_abs() as u64 * 86_400);
/// Deliveries that are given up in one statement.
const GIVEN_UP: i64 = 10_000;
/// What a client reads of deliveries that were too many.
const TOO_MANY: &str = "too many deliveries waited";
/// What a client reads who may not have the event any more.
const WITHHELD: &str = "who the webhook acts for may not see this, or may not manage webhooks there";
/// What they read of an event that is past its time.
const FORGOTTEN: &str = "the event is kept no more";

/// What they read of an event that this node could not sign. An operator reads why in its log.
const UNSEALABLE: &str = "it could not be signed";
/// What a client reads of deliveries that failed, beside the statuses of answers and the texts of [`OutgoingError`].
pub const FAILURES: [&str; 4] = [TOO_MANY, WITHHELD, FORGOTTEN, UNSEALABLE];

/// What a step through the log came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spread {
    /// How many deliveries were made.
    pub made: u64,
    /// Whether there is more to look at.
    pub goes_on: bool,
}

/// Goes a step through the log, and makes deliveries of what webhooks are to be sent of it. It may be cut off at any point, and carried out
/// by several nodes at once.
///
/// # Errors
/// [`Failure`], if the store is away; then the next step is the same
pub async fn spread(context: &Context) -> Result<Spread, Failure> {
    let step = context.store.step(EVENTS).await?;
    let mut asked: HashMap<(CommunityId, UserId), HashSet<Option<ChannelId>>> = HashMap::new();
    for one in &step.candidates {
        asked.entry((one.community, one.acts_for)).or_default().insert(place_of(one));
    }
    let mut seen = HashSet::new();
    for ((community, person), places) in asked {
        let places: Vec<_> = places.into_iter().collect();
        let may_have = may_have(context, community, person, &places).await?;
        seen.extend(may_have.into_iter().map(|place| (community, person, place)));
    }
    let is_seen = |one: &Candidate| seen.contains(&(one.community, one.acts_for, place_of(one)));
    let placed = |one: &Candidate| {
        let event = EventPlace { channel: place_of(one), ..one.event.clone() };
        Candidate { event, ..one.clone() }
    };
    let chosen: Vec<Candidate> = step.candidates.iter().filter(|one| is_seen(one)).map(placed).collect();
    let made = context.store.spread(&step, &chosen).await?;
    Ok(Spread { made, goes_on: step.goes_on })
}

fn place_of(one: &Candidate) -> Option<ChannelId> {
    place(&one.event.kind, one.event.channel, one.is_named)
}

/// The channel by which it is judged who may have an event; `None`: the community. Of a channel that is gone no one knows any more who saw
/// it, so its end is told to webhooks alone that name it: who set them up saw it then.
fn place(kind: &str, channel: Option<ChannelId>, is_named: bool) -> Option<ChannelId> {
    let is_told_of_the_end = is_named && EventType::named(kind) == Some(EventType::ChannelDeleted);
    channel.filter(|_| !is_told_of_the_end)
}

/// Those of some places whose events a person may have sent anywhere, by the rights of now.
pub(super) async fn may_have(
    context: &Context,
    community: CommunityId,
    person: UserId,
    places: &[Option<ChannelId>],
) -> Result<HashSet<Option<ChannelId>>, Failure> {
    context.rights.refresh(community).await?;
    let of = |channel: Option<ChannelId>| StandingOf { user: person, channel };
    let asked: Vec<StandingOf> = places.iter().copied().map(of).collect();
    let standings = context.rights.standings(community, &asked).await?.unwrap_or_default();
    let may = |place: &Option<ChannelId>| {
        standings.get(&of(*place)).is_some_and(|standing| {
            (place.is_none() || standing.sees()) && standing.may(Permission::ManageWebhooks)
        })
    };
    Ok(places.iter().copied().filter(may).collect())
}

/// What a try came to.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Tried {
    Taken,
    /// The address wants nothing any more.
    Gone,
    /// Another time it may be taken, and not before the address said.
    Refused(String, Option<Duration>),
    /// It is never sent.
    Never(String),
    /// It is not sent now, which is nothing that the address did.
    Withheld(&'static str),
}

/// Tries a delivery, and notes what came of it. Returns how long the address is left alone, if it may not be asked for more at once.
///
/// # Errors
/// [`Failure`], if the store or the community can't be asked; then the delivery is as it was, and may have been sent
pub async fn deliver(context: &Context, due: &DueDelivery) -> Result<Option<Duration>, Failure> {
    let tried = attempt(context, due).await?;
    let store = &context.store;
    let word = match &tried {
        Tried::Taken => "taken",
        Tried::Withheld(_) => "withheld",
        _ => "refused",
    };
    metrics::counter!("ajet_webhook_deliveries_total", "outcome" => word).increment(1);
    let failing = match tried {
        Tried::Taken => {
            store.delivered(due).await?;
            return Ok(None);
        }
        Tried::Withheld(why) => {
            store.withheld(due, why).await?;
            return Ok(None);
        }
        Tried::Gone => {
            let failing = store.not_delivered(due, "answered 410", None).await?;
            switch_off(context, due, Switch::Gone).await?;
            return Ok(Some(lane_rest(failing)));
        }
        Tried::Never(why) => store.not_delivered(due, &why, None).await?,
        Tried::Refused(why, not_before) => {
            let rest = rest_after(due.attempts + 1, rand::random());
            let rest = rest.map(|rest| rest.max(not_before.unwrap_or_default().min(LONGEST_REST)));
            store.not_delivered(due, &why, rest).await?
        }
    };
    if failing > FAILING {
        switch_off(context, due, Switch::Failing).await?;
    }
    Ok(Some(lane_rest(failing)))
}

/// How long a lane rests in which nothing has been taken that long. Each try may take 10 s of a place that others wait for, so the rest
/// grows: addresses that are away for good must not fill all places of a node.
fn lane_rest(failing: Duration) -> Duration {
    (failing / 10).clamp(LANE_RESTS[0], LANE_RESTS[1])
}

/// How long a delivery rests after this many tries, with `dice` from 0 to 1: what failed together does not come again together.
fn rest_after(attempts: u32, dice: f64) -> Option<Duration> {
    let rest = RESTS.get(usize::try_from(attempts).ok()?.checked_sub(1)?)?;
    Some(Duration::from_secs(*rest).mul_f64(0.9 + dice.clamp(0.0, 1.0) / 5.0))
}

async fn attempt(context: &Context, due: &DueDelivery) -> Result<Tried, Failure> {
    let (stream, seq) = (due.event.stream, due.event.seq);
    let found = context.store.events_between(stream, seq, seq).await?;
    let Some(event) = found.into_iter().map(|told| told.event).find(|event| event.id == due.event.id) else {
        return Ok(Tried::Withheld(FORGOTTEN));
    };
    let Ok(json) = serde_json::to_vec(&event) else { return Ok(Tried::Withheld(FORGOTTEN)) };
    let body = Bytes::from(for_readers(&json, event.is_of_community()).into_owned());
    let place = place(&event.kind, event.channel_id, due.is_named);
    let acts = context.store.acts(due.acts_for).await?;
    if !acts || may_have(context, due.community, due.acts_for, &[place]).await?.is_empty() {
        return Ok(Tried::Withheld(WITHHELD));
    }
    let Ok(url) = Url::parse(&due.url.0) else {
        return Ok(Tried::Never(OutgoingError::Address.to_string()));
    };
    let Ok(secret) = context.sealer.open(&signature::secret_purpose(due.community), &due.secret.0) else {
        tracing::error!(webhook = %due.webhook, "the secret of an outgoing webhook can't be unsealed: nothing is sent");
        return Ok(Tried::Refused(UNSEALABLE.to_owned(), None));
    };
    // Without a dot, which ends it in what is signed.
    let id = format!("{}_{}", due.event.id.0.simple(), due.webhook.0.simple());
    let seconds = context.now().unix_millis() / 1000;
    let headers = signature::headers(secret.expose_secret(), &id, seconds, &body);
    Ok(match context.outgoing.post(&url, &headers, body, WITHIN).await {
        Ok(told) if told.status.is_success() => Tried::Taken,
        Ok(told) if told.status.as_u16() == 410 => Tried::Gone,
        Ok(told) => Tried::Refused(format!("answered {}", told.status.as_u16()), told.retry_after),
        Err(error @ (OutgoingError::Address | OutgoingError::Private)) => Tried::Never(error.to_string()),
        Err(error) => Tried::Refused(error.to_string(), None),
    })
}

/// Switches the webhook of a lane off if too much waits to be sent, and gives up what does; whether it did.
///
/// # Errors
/// [`Failure`], if the store or the community can't be asked; then it is done in another turn
pub async fn end_overfull(context: &Context, lane: Lane) -> Result<bool, Failure> {
    let Some(acts_for) = context.store.overfull(lane, limits::WEBHOOK_PENDING).await? else {
        return Ok(false);
    };
    let verb = UpdateOutgoingWebhook::switched(lane.webhook, Switch::Failing);
    switch(context, lane.community, acts_for, verb).await?;
    while context.store.give_up(lane.webhook, TOO_MANY, GIVEN_UP).await? > 0 {}
    Ok(true)
}

/// Has the community switch a webhook off, and note it. One that was given another address while this one was asked stays on.
async fn switch_off(context: &Context, due: &DueDelivery, why: Switch) -> Result<(), Failure> {
    let url = Some(due.url.clone());
    let verb = UpdateOutgoingWebhook { url, ..UpdateOutgoingWebhook::switched(due.webhook, why) };
    switch(context, due.community, due.acts_for, verb).await
}

async fn switch(
    context: &Context,
    community: CommunityId,
    acts_for: UserId,
    verb: UpdateOutgoingWebhook,
) -> Result<(), Failure> {
    let user = context.store.account(acts_for).await?.or_not_found()?;
    let by = Caller { user, via: Via::System, scopes: None };
    match context.ask(community, by, verb).await {
        // It was deleted meanwhile.
        Err(failure) if failure.code == Code::NotFound => Ok(()),
        switched => switched,
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn eight_tries_are_spread_over_a_day() {
        let rests: Vec<_> = (1..=8).map(|attempts| rest_after(attempts, 0.5)).collect();
        assert_eq!(rests[0], Some(Duration::from_secs(5)));
        assert_eq!((rests[7], rest_after(0, 0.5)), (None, None));
        let all: Duration = rests.into_iter().flatten().sum();
        assert!((Duration::from_secs(23 * 3600)..=Duration::from_secs(26 * 3600)).contains(&all), "{all:?}");
        for (dice, seconds) in [(0.0, 4.5), (1.0, 5.5), (9.0, 5.5)] {
            assert_eq!(rest_after(1, dice), Some(Duration::from_secs_f64(seconds)));
        }
    }

    #[test]
    fn the_longer_an_address_is_away_the_longer_it_is_left_alone() {
        for (failing, rest) in [(0, 5), (49, 5), (600, 60), (6000, 600), (5 * 86_400, 600)] {
            assert_eq!(lane_rest(Duration::from_secs(failing)), Duration::from_secs(rest), "{failing}");
        }
    }

    #[test]
    fn the_end_of_a_channel_is_told_to_those_who_named_it() {
        let channel = Some(ChannelId(Uuid::from_u128(7)));
        assert_eq!(place("channel.deleted", channel, true), None);
        assert_eq!(place("channel.deleted", channel, false), channel);
        assert_eq!(place("message.created", channel, true), channel);
        assert_eq!(place("role.created", None, false), None);
    }
}
