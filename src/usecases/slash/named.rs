//! People and channels that commands name, as far as the caller may know of them.

use ajet_domain::slash::{ChannelRef, PersonRef};
use ajet_protocol::{ChannelId, User};

use super::blame::unknown;
use super::place::Place;
use crate::store::named::{Meaning, Typed};
use crate::usecases::Failure;
use crate::usecases::reading::Reading;

/// The person of a reference: of this id, with this user name, or who alone calls themselves so here.
///
/// # Errors
/// 422 that names the argument; others of [`Failure`]
pub(super) async fn person(place: &Place<'_>, named: &PersonRef) -> Result<User, Failure> {
    let store = &place.context.store;
    let found = match named {
        PersonRef::Id(id) => store.account(*id).await?,
        PersonRef::Named(name) => match store.account_named(name).await? {
            Some(user) => Some(user),
            None => {
                let called = store.people_called(place.channel, &[name.to_lowercase()]).await?;
                match called.first() {
                    Some((_, id)) => store.account(*id).await?,
                    None => None,
                }
            }
        },
    };
    found.ok_or_else(|| unknown("person", "names no person, or several"))
}

/// The channel of a reference. One that is named by its id is looked at by what is done with it.
///
/// # Errors
/// 422 that names the argument; others of [`Failure`]
pub(super) async fn channel(place: &Place<'_>, named: &ChannelRef) -> Result<ChannelId, Failure> {
    let name = match named {
        ChannelRef::Id(id) => return Ok(*id),
        ChannelRef::Named(name) => name.clone(),
    };
    let typed = Typed { people: Vec::new(), channels: vec![name] };
    let found = place.context.store.meanings_of(place.channel, &typed).await?;
    let hidden = found.iter().filter_map(|(_, meaning)| match meaning {
        Meaning::HiddenChannel(id) => Some(*id),
        _ => None,
    });
    let hidden: Vec<ChannelId> = hidden.collect();
    // Also where no channel has it: how long it takes does not tell whether a channel has such a name.
    let reading = Reading::within(place.context, place.by.id(), place.channel).await?;
    let seen = reading.seen_now(&hidden).await?;
    let found = found.into_iter().find_map(|(_, meaning)| match meaning {
        Meaning::Channel(id) => Some(id),
        Meaning::HiddenChannel(id) => seen.contains(&id).then_some(id),
        Meaning::Person(_) | Meaning::Role(_) => None,
    });
    found.ok_or_else(|| unknown("channel", "names no channel that you see here"))
}
