//! The audit log of a community.

use ajet_protocol::{AuditEntry, CommunityId, Page, PageQuery, Permission, UserId};

use super::reading::{Reading, may, of_seen};
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
