//! The audit log of a community.

use ajet_protocol::{AuditEntry, CommunityId, Page, PageQuery, UserId};

use crate::{Client, Error, parts_of};

/// Which lines of an audit log are asked for.
#[derive(Debug, Clone, Default)]
pub struct AuditQuery {
    /// What this person did.
    pub actor: Option<UserId>,
    /// What was done to the person, channel or other thing of this id.
    pub target: Option<String>,
    /// What was done, such as `member.ban`.
    pub action: Option<String>,
    pub page: PageQuery,
}

impl Client {
    /// A page of a community's audit log, newest first.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn audit(&self, community: CommunityId, query: &AuditQuery) -> Result<Page<AuditEntry>, Error> {
        let mut parts = parts_of(&query.page);
        parts.extend(query.actor.map(|id| format!("actor_id={id}")));
        parts.extend(query.target.as_ref().map(|id| format!("target_id={id}")));
        parts.extend(query.action.as_ref().map(|action| format!("action={action}")));
        self.get(&format!("/api/communities/{community}/audit?{}", parts.join("&"))).await
    }
}
