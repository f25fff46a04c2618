//! The audit log of a community, one's own, and that of the system.

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
        self.get(&format!("/api/communities/{community}/audit?{}", query.parts().join("&"))).await
    }

    /// A page of what concerns one's own account, newest first: sign-ins and ends of sessions, and the tokens that one made.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn own_audit(&self, query: &AuditQuery) -> Result<Page<AuditEntry>, Error> {
        self.get(&format!("/api/me/audit?{}", query.parts().join("&"))).await
    }

    /// The same of all accounts, for the owner of the system.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn system_audit(&self, query: &AuditQuery) -> Result<Page<AuditEntry>, Error> {
        self.get(&format!("/api/system/audit?{}", query.parts().join("&"))).await
    }
}

impl AuditQuery {
    fn parts(&self) -> Vec<String> {
        let mut parts = parts_of(&self.page);
        parts.extend(self.actor.map(|id| format!("actor_id={id}")));
        parts.extend(self.target.as_ref().map(|id| format!("target_id={id}")));
        parts.extend(self.action.as_ref().map(|action| format!("action={action}")));
        parts
    }
}
