//! Communities.

use ajet_domain::journal::DuplicateKey;
use ajet_protocol::events::{ChannelPayload, ENVELOPE_VERSION, MemberPayload};
use ajet_protocol::{
    Channel, ChannelId, ChannelType, Code, Community, CommunityId, CreateCommunity, Envelope, Event, EventId,
    Member, Page, Role, Timestamp, Unread, User, Visibility, mint::Mint,
};
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};

use super::{Route, fingerprint, route_key};
use crate::http::body::{Id, Valid};
use crate::http::caller::Caller;
use crate::http::error::{ApiError, key_reused};
use crate::http::paging::Paging;
use crate::http::state::App;
use crate::store::founding::{Founded, Founding};

/// The channel that every community comes with.
const GENERAL: &str = "general";

/// Founds a community.
///
/// Anybody may found the first one and becomes the system owner by it; further ones are founded by the system owner. A community
/// comes with a channel `general`, which every member joins on arrival.
#[utoipa::path(post, path = "/api/communities", operation_id = "communities.create", tag = "communities",
    request_body(content = CreateCommunity, description = "The community to be founded."),
    responses(
        (status = 201, description = "The new community, which the caller owns.", body = Community),
        (status = 403, description = "Only the system owner founds further communities (`forbidden`)."),
        (status = 404, description = "The key made a community that the caller is no longer in (`not_found`)."),
        (status = 409, description = "This slug is taken (`conflict`).")),
    security(("bearer" = [])))]
pub async fn create(
    State(app): State<App>,
    caller: Caller,
    headers: HeaderMap,
    Valid(request): Valid<CreateCommunity>,
) -> Result<(StatusCode, Json<Community>), ApiError> {
    let key = route_key(Route::Communities, request.client_mutation_id.clone(), &headers)?;
    let founding = founding(&caller.session.user, request, key, app.now());
    match app.store.found(&founding).await? {
        Founded::Done => {
            app.node.announce(&founding.events);
            Ok((StatusCode::CREATED, Json(founding.community)))
        }
        Founded::Replayed { fingerprint, .. } if fingerprint != founding.fingerprint => Err(key_reused()),
        Founded::Replayed { community, .. } => {
            let found = app.store.community_for(CommunityId(community), caller.id()).await?;
            Ok((StatusCode::OK, Json(found.ok_or_else(ApiError::not_found)?)))
        }
        Founded::NotTheOwner => {
            Err(ApiError::new(Code::Forbidden, "Only the system owner founds further communities."))
        }
        Founded::SlugTaken => Err(ApiError::new(Code::Conflict, "This slug is taken.")),
    }
}

fn founding(founder: &User, request: CreateCommunity, key: String, now: Timestamp) -> Founding {
    let fingerprint = fingerprint(&(&request.name, &request.slug));
    let mut mint = Mint::above(0, None);
    let mut id = || mint.next(now, rand::random());
    let community = Community {
        id: CommunityId(id()),
        name: request.name.into(),
        slug: request.slug,
        role: Role::Owner,
        created_at: now,
    };
    let general = general(ChannelId(id()), community.id, now);
    let member = Member {
        user: founder.clone(),
        role: Role::Owner,
        roles: vec![],
        nickname: None,
        avatar_url: None,
        muted_until: None,
        joined_at: now,
    };
    let facts = [
        (Event::MemberJoined(MemberPayload { member }), None),
        (Event::ChannelCreated(ChannelPayload { channel: general.clone() }), Some(general.id)),
    ];
    let events = facts.into_iter().zip(1..).map(|((event, channel_id), seq)| Envelope {
        v: ENVELOPE_VERSION,
        id: EventId(id()),
        kind: event.kind().as_str().into(),
        ts: now,
        stream: community.id.into(),
        seq: Some(seq),
        community_id: Some(community.id),
        channel_id,
        actor_id: Some(founder.id),
        acl_version: Some(1),
        payload: event.payload(),
    });
    let events = events.collect();
    Founding {
        founder: founder.id,
        key: DuplicateKey { author: founder.id, key },
        fingerprint,
        events,
        community,
        general,
    }
}

fn general(id: ChannelId, community: CommunityId, now: Timestamp) -> Channel {
    Channel {
        id,
        community_id: Some(community),
        name: GENERAL.into(),
        kind: ChannelType::Text,
        visibility: Visibility::Public,
        topic: None,
        category_id: None,
        position: 0,
        members: vec![],
        last_message_id: None,
        unread: Unread::default(),
        muted: false,
        created_at: now,
    }
}

/// The caller's communities.
#[utoipa::path(get, path = "/api/communities", operation_id = "communities.list", tag = "communities",
    params(ajet_protocol::PageQuery),
    responses((status = 200, description = "One page of communities.", body = Page<Community>)),
    security(("bearer" = [])))]
pub async fn list(
    State(app): State<App>,
    caller: Caller,
    Paging(query): Paging,
) -> Result<Json<Page<Community>>, ApiError> {
    Ok(Json(app.store.communities_of(caller.id(), &query).await?))
}

/// One of the caller's communities.
#[utoipa::path(get, path = "/api/communities/{id}", operation_id = "communities.get", tag = "communities",
    params(("id" = uuid::Uuid, Path, description = "The community's id.")),
    responses((status = 200, description = "The community, as the caller sees it.", body = Community)),
    security(("bearer" = [])))]
pub async fn get(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id<CommunityId>,
) -> Result<Json<Community>, ApiError> {
    let found = app.store.community_for(id, caller.id()).await?;
    found.map(Json).ok_or_else(ApiError::not_found)
}

/// The people of a community; the cursor is a user's id.
#[utoipa::path(get, path = "/api/communities/{id}/members", operation_id = "members.list", tag = "communities",
    params(("id" = uuid::Uuid, Path, description = "The community's id."), ajet_protocol::PageQuery),
    responses((status = 200, description = "One page of members.", body = Page<Member>)),
    security(("bearer" = [])))]
pub async fn members(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id<CommunityId>,
    Paging(query): Paging,
) -> Result<Json<Page<Member>>, ApiError> {
    let found = app.store.members_of(id, caller.id(), &query).await?;
    found.map(Json).ok_or_else(ApiError::not_found)
}
