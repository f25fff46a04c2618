//! Names that people type: `@ann`, `@crew`, `@here` and `#general` become mentions before a text is stored.
//!
//! A name means what the writer may know of. For who does not see the channel nothing is looked up, so that no answer tells whether a
//! name is there. Webhooks call by what their dialects say, not by names: they quote what others wrote.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap, HashSet};

use ajet_domain::asked::{Caller, Via};
use ajet_markup::{Sign, TypedName, typed_names, with_mentions};
use ajet_protocol::{ChannelId, Mention, MentionType, Trimmed, shape};

use super::reading::{Reading, sees};
use super::{Context, Failure};
use crate::store::named::{Meaning, Typed};

/// A text as it is stored: with mentions in place of the names that mean something.
///
/// # Errors
/// 422 where the text is too long with them; others of [`Failure`] where names can't be looked up.
pub async fn stored<'a>(
    context: &Context,
    by: &Caller,
    channel: ChannelId,
    body: &'a Trimmed,
) -> Result<Cow<'a, Trimmed>, Failure> {
    if matches!(by.via, Via::Webhook { .. }) {
        return Ok(Cow::Borrowed(body));
    }
    let names = typed_names(body);
    if names.is_empty() {
        return Ok(Cow::Borrowed(body));
    }
    let reading = Reading::within(context, by.id(), channel).await?;
    if reading.let_in(sees).await.is_err() {
        return Ok(Cow::Borrowed(body));
    }
    let meanings = Meanings::of(context, reading, channel, &names).await?;
    let text = Trimmed::from(with_mentions(body, &names, |sign, name| meanings.get(sign, name)));
    if shape::body(&text).is_err() {
        return Err(Failure::field(
            "body_md",
            "too_long",
            "is too long with the ids of those whom it mentions",
        ));
    }
    Ok(Cow::Owned(text))
}

/// What the names of a text mean.
#[derive(Default)]
struct Meanings {
    people: HashMap<String, Mention>,
    channels: HashMap<String, Mention>,
}

impl Meanings {
    async fn of(
        context: &Context,
        reading: Reading<'_>,
        channel: ChannelId,
        names: &[TypedName<'_>],
    ) -> Result<Self, Failure> {
        let mut meanings = Self::default();
        let typed = Typed { people: readings(names, Sign::At), channels: readings(names, Sign::Hash) };
        if typed.people.is_empty() && typed.channels.is_empty() {
            return Ok(meanings);
        }
        let found = context.store.meanings_of(channel, &typed).await?;
        // Also where no channel has such a name: how long it takes does not tell whether one has.
        let seen = if typed.channels.is_empty() { HashSet::new() } else { seen_of(reading, &found).await };
        for (name, meaning) in found {
            if matches!(meaning, Meaning::HiddenChannel(hidden) if !seen.contains(&hidden)) {
                continue;
            }
            let (names, mention) = match meaning {
                Meaning::Person(id) => (&mut meanings.people, of_one(MentionType::User, id.0)),
                Meaning::Role(id) => (&mut meanings.people, of_one(MentionType::Role, id.0)),
                Meaning::Channel(id) | Meaning::HiddenChannel(id) => {
                    (&mut meanings.channels, of_one(MentionType::Channel, id.0))
                }
            };
            names.entry(name).or_insert(mention);
        }
        meanings.add_called(context, channel, names).await;
        Ok(meanings)
    }

    /// Adds what people call themselves, for names that mean nothing else. Where that can't be looked up, they mean no one: what people call
    /// themselves is no reason to refuse a text.
    async fn add_called(&mut self, context: &Context, channel: ChannelId, names: &[TypedName<'_>]) {
        let unknown = |name: &TypedName<'_>| {
            name.sign == Sign::At && !name.readings().any(|reading| self.get(Sign::At, reading).is_some())
        };
        let left: Vec<TypedName<'_>> = names.iter().copied().filter(unknown).collect();
        if left.is_empty() {
            return;
        }
        let readings = readings(&left, Sign::At);
        let lowercase: BTreeSet<String> = readings.iter().map(|reading| reading.to_lowercase()).collect();
        let called = match context.store.people_called(channel, &Vec::from_iter(lowercase)).await {
            Ok(called) => called,
            Err(error) => {
                tracing::warn!(%error, "what people call themselves can't be looked up");
                return;
            }
        };
        let called: HashMap<String, Mention> =
            called.into_iter().map(|(name, id)| (name, of_one(MentionType::User, id.0))).collect();
        for reading in readings {
            if let Some(mention) = called.get(&reading.to_lowercase()) {
                self.people.insert(reading, *mention);
            }
        }
    }

    fn get(&self, sign: Sign, name: &str) -> Option<Mention> {
        match sign {
            Sign::At => of_all(name).or_else(|| self.people.get(name).copied()),
            Sign::Hash => self.channels.get(name).copied(),
        }
    }
}

/// What may be the names behind a sign, each once, without those that mean everybody.
fn readings(names: &[TypedName<'_>], sign: Sign) -> Vec<String> {
    let behind = names.iter().filter(|name| name.sign == sign);
    let named = behind.flat_map(|name| name.readings()).filter(|name| of_all(name).is_none());
    named.map(str::to_owned).collect::<BTreeSet<String>>().into_iter().collect()
}

/// Those who are mentioned without a name of their own. No person and no role takes these words away.
fn of_all(name: &str) -> Option<Mention> {
    let kind = match name {
        "here" => MentionType::Here,
        "channel" | "everyone" => MentionType::Everyone,
        _ => return None,
    };
    Some(Mention { kind, target_id: None })
}

fn of_one(kind: MentionType, id: uuid::Uuid) -> Mention {
    Mention { kind, target_id: Some(id) }
}

/// The hidden channels that the writer sees now. Where their rights can't be read, none is named.
async fn seen_of(reading: Reading<'_>, found: &[(String, Meaning)]) -> HashSet<ChannelId> {
    let hidden = |(_, meaning): &(String, Meaning)| match meaning {
        Meaning::HiddenChannel(id) => Some(*id),
        _ => None,
    };
    let hidden: Vec<ChannelId> = found.iter().filter_map(hidden).collect();
    reading.seen_now(&hidden).await.unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_looked_up_once_and_words_for_everybody_never() {
        let names = typed_names("@ann @ann. @here #ann @channel @bob_");
        assert_eq!(readings(&names, Sign::At), ["ann", "ann.", "bob", "bob_"]);
        assert_eq!(readings(&names, Sign::Hash), ["ann"]);
    }

    #[test]
    fn a_person_may_not_take_the_words_for_everybody() {
        let mut meanings = Meanings::default();
        let ann = of_one(MentionType::User, uuid::Uuid::from_u128(1));
        meanings.people.extend(["ann", "here"].map(|name| (name.to_owned(), ann)));
        let kind = |name| meanings.get(Sign::At, name).map(|mention| mention.kind);
        assert_eq!((kind("ann"), kind("bob")), (Some(MentionType::User), None));
        assert_eq!((kind("here"), kind("everyone")), (Some(MentionType::Here), Some(MentionType::Everyone)));
        assert_eq!(meanings.get(Sign::Hash, "ann"), None);
    }
}
