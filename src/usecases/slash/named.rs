//! People and channels that commands name, as far as the caller may know of them.

use ajet_domain::slash::{ChannelRef, PersonRef};
use ajet_protocol::{ChannelId, User, UserId};

use super::blame::unknown;
use super::place::Place;
use crate::store::named::{Meaning, Typed};
use crate::usecases::Failure;
use crate::usecases::reading::Reading;

/// The person of a reference: of this id, a member with this user name or who alone calls themselves so here, or an account with this user name.
///
/// # Errors
/// 422 that names the argument; others of [`Failure`]
pub(super) async fn person(place: &Place<'_>, named: &PersonRef) -> Result<User, Failure> {
    let store = &place.context.store;
    let found = match named {
        PersonRef::Id(id) => store.account(*id).await?,
        // Who is here goes first, as in mentions: else a stranger's user name would hide a member's name.
        PersonRef::Named(name) => match here(place, name).await? {
            Some(id) => store.account(id).await?,
            None => store.account_named(name).await?,
        },
    };
    found.ok_or_else(|| unknown("person", "names no person, or several"))
}

/// The member whose user name it is, or who alone calls themselves so here.
async fn here(place: &Place<'_>, name: &str) -> Result<Option<UserId>, Failure> {
    let store = &place.context.store;
    let typed = Typed { people: vec![name.to_owned()], channels: Vec::new() };
    let found = store
        .meanings_of(place.channel, &typed)
        .await?
        .into_iter()
        .find_map(|(_, meaning)| if let Meaning::Person(id) = meaning { Some(id) } else { None });
    if found.is_some() {
        return Ok(found);
    }
    let called = store.people_called(place.channel, &[name.to_lowercase()]).await?;
    Ok(called.first().map(|(_, id)| *id))
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
