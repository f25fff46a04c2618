//! Channels: created, changed, listed, joined, left.

use ajet_domain::asked::Caller;
use ajet_domain::community::{CreateChannel, JoinChannel, LeaveChannel, UpdateChannel};
use ajet_domain::person::{MuteChannel, PersonCore};
use ajet_domain::verb::Listed;
use ajet_protocol::{
    CategoryId, Channel, ChannelId, ChannelType, Code, CommunityId, Page, PageQuery, Topic, Trimmed, UserId,
    Visibility,
};
use serde::Serialize;

use super::reading::{Reading, belongs, of_seen, sees};
use super::{Context, Created, Failure, Found, GivenKey, dms, former};

/// Creates a channel; its maker joins it.
///
/// # Errors
/// [`Failure`]
pub async fn create(
    context: &Context,
    by: Caller,
    community: CommunityId,
    channel: CreateChannel,
    key: GivenKey,
) -> Result<Created<Channel>, Failure> {
    if !matches!(channel.kind, ChannelType::Text | ChannelType::Voice) {
        let rule = "must be text or voice; direct messages are made under /api/dms";
        return Err(Failure::field("type", "not_here", rule));
    }
    let (key, reader) = (key.key(|| former_of(community, &channel)), by.id());
    let made = context.make(community, by, key, channel).await?;
    Created::of(made, |channel| Ok(*channel), async |id| get(context, reader, ChannelId(id)).await).await
}

/// A new channel as release 0.1.0 digested it: these fields in this order, whatever the verb has now.
#[derive(Serialize)]
struct FormerChannel<'a> {
    name: &'a Trimmed,
    kind: ChannelType,
    visibility: Visibility,
    topic: &'a Option<Trimmed>,
    category_id: Option<CategoryId>,
}

fn former_of(community: CommunityId, channel: &CreateChannel) -> i64 {
    let CreateChannel { name, kind, visibility, topic, category_id } = channel;
    let (kind, visibility, category_id) = (*kind, *visibility, *category_id);
    former(&(community, FormerChannel { name, kind, visibility, topic, category_id }))
}

/// The channels of a community that a person may see.
///
/// # Errors
/// [`Failure`]
pub async fn list(
    context: &Context,
    reader: UserId,
    community: CommunityId,
    query: &PageQuery,
) -> Result<Page<Channel>, Failure> {
    let reading = Reading::channels_of_community(context, reader, community);
    let read = reading.answer(belongs, |fence| {
        of_seen(context, fence, move |fence, seen| async move {
            context.store.channels_of(fence, &seen, query).await
        })
    });
    read.await
}

/// One channel, as a person sees it.
///
/// # Errors
/// [`Failure`]
pub async fn get(context: &Context, reader: UserId, id: ChannelId) -> Result<Channel, Failure> {
    Ok(seen(context, reader, id).await?.0)
}

/// One channel, as a person sees it, and whether they joined it.
///
/// # Errors
/// [`Failure`]
pub async fn seen(context: &Context, reader: UserId, id: ChannelId) -> Result<(Channel, bool), Failure> {
    let reading = Reading::within(context, reader, id).await?;
    let (mut channel, joined) =
        reading.answer(sees, |fence| context.store.channel_for(fence)).await?.or_not_found()?;
    if channel.community_id.is_none() {
        // Who takes part never changes: the reader may know of all of them.
        channel.members = context.store.people_in_dm(id).await?;
    }
    Ok((channel, joined))
}

/// Changes a channel.
///
/// # Errors
/// [`Failure`]
pub async fn update(context: &Context, by: Caller, update: UpdateChannel) -> Result<Channel, Failure> {
    let (id, reader) = (update.channel_id, by.id());
    if let Some(Topic::Dm(_)) = context.rights.home_of(id).await? {
        return dms::update(context, by, update).await;
    }
    let community = context.community_of(id).await?;
    context.ask(community, by, update).await?;
    get(context, reader, id).await
}

/// Joins a channel; again changes nothing.
///
/// # Errors
/// [`Failure`]
pub async fn join(context: &Context, by: Caller, channel_id: ChannelId) -> Result<Channel, Failure> {
    let community = context.community_of(channel_id).await?;
    let reader = by.id();
    context.ask(community, by, JoinChannel { channel_id }).await?;
    get(context, reader, channel_id).await
}

/// Leaves a channel; again changes nothing.
///
/// # Errors
/// [`Failure`]
pub async fn leave(context: &Context, by: Caller, channel_id: ChannelId) -> Result<(), Failure> {
    let community = context.community_of(channel_id).await?;
    context.ask(community, by, LeaveChannel { channel_id }).await
}

/// Silences a channel for a person, or lets it sound again.
///
/// # Errors
/// [`Failure`]
pub async fn mute(context: &Context, by: Caller, mute: MuteChannel) -> Result<(), Failure> {
    set_for_oneself(context, by, mute.channel_id, mute).await
}

/// Sets something for a channel, for the person alone. Whether they may know of it is judged here, and by their entity whether they have
/// joined it: its append rests on the rights of that moment.
pub(super) async fn set_for_oneself<V>(
    context: &Context,
    by: Caller,
    channel: ChannelId,
    verb: V,
) -> Result<(), Failure>
where
    V: Listed<Entity = PersonCore, Answer = ()>,
{
    let person = by.id();
    let reading = Reading::within(context, person, channel).await?;
    reading.let_in(sees).await?;
    match context.ask(person, by, verb).await {
        Err(refused) if refused.code == Code::Forbidden => {
            // They may have been let in by rights that they have lost since: then the channel is not there for them.
            reading.let_in_now(sees).await?;
            Err(refused)
        }
        answered => answered,
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    /// Taken from release 0.1.0: a repetition of what one of its nodes made is told by this number.
    #[test]
    fn the_former_digest_of_a_new_channel_never_changes() {
        let channel = CreateChannel {
            name: "plans".into(),
            kind: ChannelType::Text,
            visibility: Visibility::Private,
            topic: None,
            category_id: None,
        };
        let json = r#"["00000000-0000-0000-0000-000000000005",{"name":"plans","kind":"text","visibility":"private","topic":null,"category_id":null}]"#;
        let parsed: serde_json::Value = serde_json::from_str(json).expect("JSON");
        assert_eq!(parsed.to_string().len(), json.len(), "the same fields");
        let digest = super::super::idempotency::digest_of(json.as_bytes());
        assert_eq!(former_of(CommunityId(Uuid::from_u128(5)), &channel), digest);
    }
}
