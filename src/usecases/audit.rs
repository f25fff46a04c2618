//! The audit log of a community.

use ajet_protocol::{AuditEntry, CommunityId, Page, PageQuery, Permission, UserId};

use super::reading::{Reading, may};
use super::{Context, Failure};
pub use crate::store::audit::AuditFilter;

/// A page of the audit log, newest first, for those who may read it.
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
    let reading = Reading::of(context, reader, community);
    reading.answer(may(Permission::ViewAudit), |fence| context.store.audit_of(fence, filter, query)).await
}
