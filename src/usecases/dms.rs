//! Direct messages: opened with some people, listed, hidden, and named.

use std::collections::HashSet;

use ajet_domain::asked::{Asked, Caller};
use ajet_domain::channel::{Direct, RenameGroup};
use ajet_domain::community::UpdateChannel;
use ajet_domain::person::HideDm;
use ajet_domain::verb::Made;
use ajet_protocol::{Channel, ChannelId, FieldError, Page, PageQuery, Topic, UserId};

use super::reading::{Reading, sees};
use super::{Context, Created, Failure, GivenKey, channels, former};
use crate::store::dms::Partner;

/// Finds the direct message of the caller and some other people, or founds it. One that the caller has hidden is shown again.
///
/// # Errors
/// [`Failure`]
pub async fn open(
    context: &Context,
    by: Caller,
    ids: &[UserId],
    key: GivenKey,
) -> Result<Created<Channel>, Failure> {
    let is_given = matches!(key, GivenKey::Given { .. });
    // Release 0.1.0 had none: this is how they are digested from the first one on.
    let key = key.key(|| former(&("dms", ids)));
    let partners = partners_of(context, by.id(), ids).await?;
    let is_blocked = partners.iter().any(|one| one.blocked);
    let mut people: Vec<_> = partners.into_iter().map(|one| one.user).chain([by.user.clone()]).collect();
    people.sort_unstable_by_key(|person| person.id);
    let (reader, direct) = (by.id(), Direct { people, is_blocked });
    let asked = Asked { by: by.clone(), key: is_given.then(|| key.clone()), verb: direct };
    let found = context.node.found_dm(asked, key).await;
    let made = found.map_err(|error| Failure::asked(error, "user_ids"))?;
    if let Made::Before(id) = &made {
        show_again(context, by, ChannelId(*id)).await?;
    }
    Created::of(made, Ok, async |id| channels::get(context, reader, ChannelId(id)).await).await
}

/// Puts a direct message back into the list of a person who asks for it.
async fn show_again(context: &Context, by: Caller, channel_id: ChannelId) -> Result<(), Failure> {
    let person = by.id();
    // Looked up first: mostly it is not hidden, and then the person's entity need not wake.
    if !context.store.hides_dm(person, channel_id).await? {
        return Ok(());
    }
    context.ask(person, by, HideDm { channel_id, hidden: false }).await
}

/// The other people, each once; or the ids that name none who could take part.
async fn partners_of(context: &Context, person: UserId, ids: &[UserId]) -> Result<Vec<Partner>, Failure> {
    let mut seen = HashSet::from([person]);
    let others: Vec<(usize, UserId)> =
        ids.iter().copied().enumerate().filter(|(_, id)| seen.insert(*id)).collect();
    let asked: Vec<UserId> = others.iter().map(|(_, id)| *id).collect();
    let mut found = context.store.partners(person, &asked).await?;
    let wrong = |place: usize, code: &str, message: &str| FieldError {
        field: format!("user_ids[{place}]"),
        code: code.into(),
        message: message.into(),
    };
    let (mut partners, mut errors) = (Vec::with_capacity(others.len()), Vec::new());
    for (place, id) in others {
        match found.remove(&id) {
            None => errors.push(wrong(place, "not_found", "names no person")),
            Some(one) if one.deactivated => {
                errors.push(wrong(place, "deactivated", "names a person whose account is deactivated"));
            }
            Some(one) => partners.push(one),
        }
    }
    if errors.is_empty() { Ok(partners) } else { Err(Failure::invalid(errors)) }
}

/// A person's direct messages, without those that they have hidden.
///
/// # Errors
/// [`Failure`]
pub async fn list(context: &Context, reader: UserId, query: &PageQuery) -> Result<Page<Channel>, Failure> {
    Ok(context.store.dms_of(reader, query).await?)
}

/// Leaves a direct message out of a person's list until there is something new in it, or shows it again.
///
/// # Errors
/// [`Failure`]
pub async fn hide(context: &Context, by: Caller, hide: HideDm) -> Result<(), Failure> {
    let person = by.id();
    if !matches!(context.rights.home_of(hide.channel_id).await?, Some(Topic::Dm(_))) {
        return Err(Failure::not_found());
    }
    Reading::within(context, person, hide.channel_id).await?.let_in(sees).await?;
    context.ask(person, by, hide).await
}

/// Changes a direct message: a name is all that it can be given.
///
/// # Errors
/// [`Failure`]
pub async fn update(context: &Context, by: Caller, update: UpdateChannel) -> Result<Channel, Failure> {
    let (id, reader) = (update.channel_id, by.id());
    Reading::within(context, reader, id).await?.let_in(sees).await?;
    let given = [
        ("topic", update.topic.is_some()),
        ("visibility", update.visibility.is_some()),
        ("category_id", update.category_id.is_some()),
        ("position", update.position.is_some()),
    ];
    let errors: Vec<FieldError> = given
        .into_iter()
        .filter_map(|(field, is_given)| is_given.then_some(field))
        .map(|field| FieldError {
            field: field.into(),
            code: "not_here".into(),
            message: "can't be set for a direct message".into(),
        })
        .collect();
    if !errors.is_empty() {
        return Err(Failure::invalid(errors));
    }
    if let Some(name) = update.name {
        context.ask(id, by, RenameGroup { name }).await?;
    }
    channels::get(context, reader, id).await
}
