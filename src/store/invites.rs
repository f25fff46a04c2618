//! Invites, by their codes.

use ajet_protocol::{CommunityId, Invite, InvitePreview, Timestamp, UserId};

use super::{Store, StoreError};

/// An invite as its holder may see it, and whether it can still be accepted.
#[derive(Debug, Clone)]
pub struct FoundInvite {
    pub preview: InvitePreview,
    pub over: bool,
}

impl Store {
    /// What an invite shows to somebody who holds its code; a direct one only to its addressee.
    pub async fn invite_preview(
        &self,
        code: &str,
        reader: Option<UserId>,
        now: Timestamp,
    ) -> Result<Option<FoundInvite>, StoreError> {
        let row = sqlx::query!(
            r#"select i.code, i.community_id, c.name, c.slug, i.expires_at, i.max_uses, i.uses, i.revoked_at,
                      (select count(*) from community_members m where m.community_id = c.id) as "members!"
               from invites i join communities c on c.id = i.community_id
               where i.code = $1 and (i.addressee_id is null or i.addressee_id = $2)"#,
            code,
            reader.map(|user| user.0)
        )
        .fetch_optional(self.reads())
        .await?;
        Ok(row.map(|row| {
            let expires_at = row.expires_at.map(Timestamp::from);
            let used_up = row.max_uses.is_some_and(|most| row.uses >= most);
            FoundInvite {
                over: used_up || row.revoked_at.is_some() || expires_at.is_some_and(|end| end <= now),
                preview: InvitePreview {
                    code: row.code,
                    community_id: CommunityId(row.community_id),
                    community_name: row.name,
                    community_slug: row.slug,
                    member_count: row.members,
                    expires_at,
                },
            }
        }))
    }

    /// An invite by its code, for those who may manage it.
    pub async fn invite_by_code(&self, code: &str) -> Result<Option<Invite>, StoreError> {
        let row = sqlx::query!(
            "select code, community_id, created_by, max_uses, uses, expires_at from invites where code = $1",
            code
        )
        .fetch_optional(self.commands())
        .await?;
        Ok(row.map(|row| Invite {
            code: row.code,
            community_id: CommunityId(row.community_id),
            created_by: UserId(row.created_by.unwrap_or_default()),
            max_uses: row.max_uses,
            uses: row.uses,
            expires_at: row.expires_at.map(Timestamp::from),
            url: String::new(),
        }))
    }
}
