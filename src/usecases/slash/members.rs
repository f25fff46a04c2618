//! Commands about people: `/nick`, `/invite`, `/mute`, `/unmute`, `/kick`, `/ban`, `/unban`, `/role`.

use ajet_domain::community::{AddToChannel, Ban, Kick, Mute, UpdateMember};
use ajet_domain::slash::PersonRef;
use ajet_protocol::{Code, CommandResult, EffectType, Role, Trimmed};

use super::blame::or_unknown;
use super::named::person;
use super::place::{Place, did, did_and_says};
use super::wording::Reply;
use crate::usecases::invites::{self, Terms};
use crate::usecases::{Failure, bans, channel_members, members, mutes};

/// What is told of a person who is in the system and not where they would have to be.
const ELSEWHERE: &str = "names nobody in this community";

pub(super) async fn nick(place: &Place<'_>, name: Trimmed) -> Result<CommandResult, Failure> {
    let user_id = place.by.id();
    let update = UpdateMember { user_id, own: true, role: None, nickname: Some(name), roles: None };
    members::update(place.context, place.by.clone(), place.community()?, update).await?;
    Ok(did(EffectType::Nickname, user_id))
}

/// Lets a member into the channel; anybody else gets an invite into the community that is good for them alone.
pub(super) async fn invite(place: &Place<'_>, named: &PersonRef) -> Result<CommandResult, Failure> {
    let (user, community) = (person(place, named).await?, place.community()?);
    match members::get(place.context, place.by.id(), community, user.id).await {
        Ok(_) => {
            let add = AddToChannel { channel_id: place.channel, user_id: user.id };
            channel_members::add(place.context, place.by.clone(), add).await?;
            Ok(did(EffectType::Added, user.id))
        }
        Err(failure) if failure.code == Code::NotFound => {
            let terms = Terms { max_uses: Some(1), expires_at: None, addressee: Some(user.id) };
            let made =
                invites::create(place.context, place.by.clone(), community, terms, place.key.clone()).await?;
            let invite = made.into_inner();
            let reply = place.worded(&Reply::MayComeIn { username: &user.username, url: &invite.url });
            Ok(did_and_says(EffectType::Invited, invite.code, reply))
        }
        Err(failure) => Err(failure),
    }
}

pub(super) async fn mute(
    place: &Place<'_>,
    named: &PersonRef,
    seconds: Option<u64>,
) -> Result<CommandResult, Failure> {
    let user_id = person(place, named).await?.id;
    let mute = Mute { user_id, seconds, reason: None };
    let done = mutes::mute(place.context, place.by.clone(), place.community()?, mute).await;
    or_unknown(done, "person", ELSEWHERE)?;
    Ok(did(EffectType::Muted, user_id))
}

pub(super) async fn unmute(place: &Place<'_>, named: &PersonRef) -> Result<CommandResult, Failure> {
    let user_id = person(place, named).await?.id;
    let done = mutes::unmute(place.context, place.by.clone(), place.community()?, user_id, None).await;
    or_unknown(done, "person", ELSEWHERE)?;
    Ok(did(EffectType::Unmuted, user_id))
}

/// The route may be asked again and does nothing then. Who types a name of no member is told, else they would take somebody else for removed.
pub(super) async fn kick(
    place: &Place<'_>,
    named: &PersonRef,
    reason: Option<Trimmed>,
) -> Result<CommandResult, Failure> {
    let (user_id, community) = (person(place, named).await?.id, place.community()?);
    let before = members::get(place.context, place.by.id(), community, user_id).await;
    let kick = Kick { user_id, reason: reason.map(String::from) };
    // Also of no member: an earlier attempt may not have come to its end, and who may not kick is told that first.
    members::kick(place.context, place.by.clone(), community, kick).await?;
    or_unknown(before, "person", ELSEWHERE)?;
    Ok(did(EffectType::Kicked, user_id))
}

pub(super) async fn ban(
    place: &Place<'_>,
    named: &PersonRef,
    reason: Option<Trimmed>,
) -> Result<CommandResult, Failure> {
    let user_id = person(place, named).await?.id;
    let ban = Ban { user_id, reason: reason.map(String::from) };
    bans::ban(place.context, place.by.clone(), place.community()?, ban).await?;
    Ok(did(EffectType::Banned, user_id))
}

pub(super) async fn unban(place: &Place<'_>, named: &PersonRef) -> Result<CommandResult, Failure> {
    let user_id = person(place, named).await?.id;
    bans::unban(place.context, place.by.clone(), place.community()?, user_id, None).await?;
    Ok(did(EffectType::Unbanned, user_id))
}

pub(super) async fn role(place: &Place<'_>, named: &PersonRef, role: Role) -> Result<CommandResult, Failure> {
    let user_id = person(place, named).await?.id;
    let update = UpdateMember { user_id, own: false, role: Some(role), nickname: None, roles: None };
    let done = members::update(place.context, place.by.clone(), place.community()?, update).await;
    or_unknown(done, "person", ELSEWHERE)?;
    Ok(did(EffectType::Role, user_id))
}
