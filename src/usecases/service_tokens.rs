//! Service tokens: what the server says of a caller to a service beside it.
//!
//! No route gives one out yet. What has a caller talk to such a service calls [`mint`].

use ajet_protocol::{Code, CommunityId, Jwks, Permission, Permissions};
use ajet_tokens::{Claims, Grant, Service};
use uuid::Uuid;

use super::reading::{Reading, belongs};
use super::{Context, Failure};
use crate::sessions::Credential;

/// Seconds for which a token holds. Somebody who has lost a right, or was signed out, may go on with it at a service until then.
const HOLDS_SECONDS: u64 = 300;

/// What a muted person may do: look on.
const MUTED: &[Permission] = &[Permission::ViewChannel];

/// A token that says to one service who the caller is and what they may do in a community, by the rights of this moment. It ends with
/// the session at the latest, and says no more than an API token's scopes allow.
///
/// # Errors
/// 401 where the session is over, 404 where the caller does not belong to the community; 503 where no key can sign
pub async fn mint(
    context: &Context,
    by: &Credential,
    tenant: CommunityId,
    service: Service,
) -> Result<String, Failure> {
    let standing = Reading::of(context, by.user.id, tenant).stands_now(belongs).await?;
    let now = context.now();
    if by.expires_at <= now || context.tokens.has_ended(by).await {
        return Err(Failure::unauthenticated());
    }
    let scopes = by.caller().scopes;
    let held = scopes.map_or(standing.permissions, |scopes| standing.permissions.and(scopes));
    let permissions = if standing.muted_at(now) { held.and(Permissions::of(MUTED)) } else { held };
    let grant = Grant { subject: by.user.id, bot: by.user.bot, tenant, permissions, service };
    let until = now.plus_seconds(HOLDS_SECONDS).min(by.expires_at);
    let claims = Claims::new(&context.public_url, &grant, Uuid::new_v4(), now, until);
    let Some(token) = context.signing_keys.sign(&claims).await? else {
        return Err(Failure::new(
            Code::Unavailable,
            "No token can be signed just now; try again in a moment.",
        ));
    };
    metrics::counter!("ajet_service_tokens_total", "service" => service.as_str()).increment(1);
    Ok(token)
}

/// The keys by which services verify tokens.
///
/// # Errors
/// 503 where the store is away
pub async fn keys(context: &Context) -> Result<Jwks, Failure> {
    Ok(context.signing_keys.published().await?)
}
