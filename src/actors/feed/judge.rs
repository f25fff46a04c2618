//! Who gets an event: read by rights that are no older than the event, before its frame goes into the window.
//!
//! It is asked again for as long as the store is away. Where the rights can't be read otherwise, that is our fault: it is logged and
//! counted, and the feed goes on. It decides nothing for good: sessions judge each frame again when they send it.

use std::time::Duration;

use ajet_protocol::{Audience, EventType, Topic, UserId};

use super::frame::Reach;
use crate::bus::EncodedEvent;
use crate::rights::Rights;
use crate::store::StoreError;

/// Between two tries to read the rights.
const RETRY: Duration = Duration::from_millis(250);

/// Who gets an event, and who of them has a session here.
pub type Judged = Option<(Reach, Vec<UserId>)>;

/// Who gets an event; `None` where no one here does.
pub async fn judge(rights: &Rights, event: &EncodedEvent) -> Judged {
    // A type that this version does not know, for an audience that it does not know: no one's.
    let to = event.to?;
    let (reach, people) = match to.topic {
        topic @ (Topic::Community(_) | Topic::Dm(_)) => {
            // By older rights it might reach those who have none any more.
            read(|| rights.at_least(topic, event.acl_version)).await?;
            let scope = rights.audience(topic)?;
            let mut people = Vec::new();
            scope.reach(to.audience, |person| people.push(person));
            let takes_away = event.kind.is_some_and(EventType::takes_away);
            let lost = if takes_away { scope.lost_by(event.acl_version, to.audience) } else { Vec::new() };
            people.extend_from_slice(&lost);
            (Reach::Within { topic, audience: to.audience, also: lost.into() }, people)
        }
        Topic::Person(person) => (reach_of_person(rights, person, event).await?, vec![person]),
    };
    (!people.is_empty()).then_some((reach, people))
}

/// Who gets an event of a person's own stream, which sessions judge by the rights of the moment. Where those do not show the person
/// the channel that it is about, they are read up to now first: they may be older than the event.
async fn reach_of_person(rights: &Rights, person: UserId, event: &EncodedEvent) -> Option<Reach> {
    let reach = read(|| Reach::of_person(rights, person, &event.about)).await?;
    if let Reach::Seer { channel, topic, .. } = reach
        && let Some(live) = rights.audience(topic)
        && !live.hears(person, Audience::Seers(channel))
    {
        // Where it fails, sessions judge by what is known.
        let _ = read(|| rights.refresh(topic)).await;
    }
    Some(reach)
}

/// What a read brings, tried for as long as the store is away; `None` where it fails otherwise.
async fn read<T, F>(mut ask: impl FnMut() -> F) -> Option<T>
where
    F: Future<Output = Result<T, StoreError>>,
{
    loop {
        match ask().await {
            Ok(found) => return Some(found),
            Err(StoreError::Away(error)) => tracing::debug!(%error, "can't read what rights changed"),
            Err(error) => {
                tracing::error!(%error, "can't read who gets an event");
                metrics::counter!("ajet_feed_unjudged_total").increment(1);
                return None;
            }
        }
        tokio::time::sleep(RETRY).await;
    }
}
