//! What becomes of channels: where they stand, whether they are read-only, when they end; and what a person wants to be told of them.

use ajet_domain::asked::Caller;
use ajet_domain::community::{ArchiveChannel, DeleteChannel, OrderChannels, Placed};
use ajet_domain::person::SetNotifyLevel;
use ajet_protocol::{Category, ChannelId, Code, CommunityId, FieldError, UserId};

use super::categories::ALL;
use super::channels::set_for_oneself;
use super::reading::{Reading, belongs, of_seen};
use super::{Context, Failure};

/// Puts channels in order, and into categories. Those that are not named stay where they are.
///
/// # Errors
/// [`Failure`]; of channels and categories that are none, or not for the caller to know of, each is named.
pub async fn order(
    context: &Context,
    by: Caller,
    community: CommunityId,
    places: Vec<Placed>,
) -> Result<(), Failure> {
    let reader = by.id();
    match context.ask(community, by, OrderChannels { places: places.clone() }).await {
        Err(refused) if refused.code == Code::Invalid => {
            let (seen, categories) = known(context, reader, community).await?;
            let errors = misplaced(&places, &seen, &categories);
            // They may have changed since the refusal.
            Err(if errors.is_empty() { refused } else { Failure::invalid(errors) })
        }
        answered => answered,
    }
}

/// The channels that a person sees, sorted, and the categories of the community.
async fn known(
    context: &Context,
    reader: UserId,
    community: CommunityId,
) -> Result<(Vec<ChannelId>, Vec<Category>), Failure> {
    let reading = Reading::channels_of_community(context, reader, community);
    let read = reading.answer(belongs, |fence| {
        of_seen(context, fence, move |fence, seen| async move {
            let page = context.store.categories_of(fence, &ALL).await;
            page.map(|found| found.map(|page| (seen, page.items)))
        })
    });
    read.await
}

/// What is wrong with these places.
fn misplaced(places: &[Placed], seen: &[ChannelId], categories: &[Category]) -> Vec<FieldError> {
    let error = |place: usize, field: &str, message: &str| FieldError {
        field: format!("channels[{place}].{field}"),
        code: "not_found".into(),
        message: message.into(),
    };
    let mut errors = Vec::new();
    for (at, place) in places.iter().enumerate() {
        if seen.binary_search(&place.channel_id).is_err() {
            errors.push(error(at, "id", "names no channel of this community"));
        }
        if let Some(Some(category)) = place.category_id
            && categories.iter().all(|one| one.id != category)
        {
            errors.push(error(at, "category_id", "names no category of this community"));
        }
    }
    errors
}

/// Makes a channel read-only, or opens it again; again changes nothing.
///
/// # Errors
/// [`Failure`]
pub async fn archive(context: &Context, by: Caller, archive: ArchiveChannel) -> Result<(), Failure> {
    let community = context.community_of(archive.channel_id).await?;
    context.ask(community, by, archive).await
}

/// Deletes a channel. When it returns the channel is there for no one; its messages go later.
///
/// # Errors
/// [`Failure`]
pub async fn delete(context: &Context, by: Caller, channel_id: ChannelId) -> Result<(), Failure> {
    let community = context.community_of(channel_id).await?;
    context.ask(community, by, DeleteChannel { channel_id }).await
}

/// Sets what of a channel a person wants to be told of.
///
/// # Errors
/// [`Failure`]
pub async fn notify(context: &Context, by: Caller, set: SetNotifyLevel) -> Result<(), Failure> {
    set_for_oneself(context, by, set.channel_id, set).await
}

#[cfg(test)]
mod tests {
    use ajet_protocol::CategoryId;
    use uuid::Uuid;

    use super::*;

    #[test]
    fn what_is_wrong_with_a_place_is_named() {
        let (channel, category) = (|n| ChannelId(Uuid::from_u128(n)), |n| CategoryId(Uuid::from_u128(n)));
        let community_id = CommunityId(Uuid::from_u128(9));
        let all = [Category { id: category(7), community_id, name: "c".into(), position: 0 }];
        let place = |id, category_id| Placed { channel_id: channel(id), category_id, position: 0 };
        let places = [
            place(1, None),
            place(2, Some(None)),
            place(3, Some(Some(category(7)))),
            place(4, Some(Some(category(8)))),
        ];
        let errors = misplaced(&places, &[channel(1), channel(2), channel(4)], &all);
        let fields: Vec<_> = errors.iter().map(|one| one.field.as_str()).collect();
        assert_eq!(fields, ["channels[2].id", "channels[3].category_id"]);
    }
}
