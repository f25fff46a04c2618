//! The audit log of a community, and of what is done outside of communities: sign-ins above all.

use ajet_protocol::audit::SignInRefusal;
use ajet_protocol::{AuditEntry, CommunityId, Page, PageQuery, Permission, UserId};

use super::reading::{Reading, may, of_seen};
use super::system_owner::check_owner;
use super::{Context, Failure};
pub use crate::store::audit::AuditFilter;
use crate::store::fence::Fence;

/// A page of the audit log, newest first, for those who may read it. What was done to channels that the reader does not see is told
/// without saying to which.
///
/// # Errors
/// [`Failure`]
pub async fn list(
    context: &Context,
    reader: UserId,
    community: CommunityId,
    filter: &AuditFilter,
    query: &PageQuery,
) -> Result<Page<AuditEntry>, Failure> {
    let reading = Reading::channels_of_community(context, reader, community);
    let read = reading.answer(may(Permission::ViewAudit), |judged| {
        of_seen(context, judged, move |fence, seen| async move {
            // What the reader sees may be newer than that they may read the log, which must hold as well.
            let fence = Fence { version: fence.version.min(judged.version), ..fence };
            context.store.audit_of(fence, &seen, filter, query).await
        })
    });
    read.await
}

/// A page of what concerns a person, newest first: their sign-ins, the ends of their sessions, the tokens that they made or revoked, and
/// what the owner of the system did to their account.
///
/// # Errors
/// [`Failure`]
pub async fn of_person(
    context: &Context,
    person: UserId,
    filter: &AuditFilter,
    query: &PageQuery,
) -> Result<Page<AuditEntry>, Failure> {
    Ok(context.store.audit_of_person(person, filter, query).await?)
}

/// The same of all people, with what the owner of the system did to its settings, for the owner alone.
///
/// # Errors
/// [`Failure`]
pub async fn of_system(
    context: &Context,
    reader: UserId,
    filter: &AuditFilter,
    query: &PageQuery,
) -> Result<Page<AuditEntry>, Failure> {
    check_owner(context, reader).await?;
    Ok(context.store.audit_of_system(filter, query).await?)
}

/// Notes that somebody was not signed in. They are refused all the same where that can't be noted.
pub async fn sign_in_refused(
    context: &Context,
    why: SignInRefusal,
    provider: Option<&str>,
    person: Option<UserId>,
) {
    if let Err(error) = context.store.note_refused_sign_in(why, provider, person).await {
        tracing::warn!(%error, reason = why.as_str(), "can't note a sign-in that was refused");
    }
}
