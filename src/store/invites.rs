//! Invites, by their codes.

use ajet_protocol::{CommunityId, Invite, InvitePreview, Timestamp, UserId, limits};

use super::facts::may_invite;
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
                      (select count(*) from (
                         select 1 from community_members m where m.community_id = c.id limit $3) counted) as "members!",
                      by.role as "maker_role?"
               from invites i join communities c on c.id = i.community_id
               left join community_members by on by.community_id = i.community_id and by.user_id = i.created_by
               where i.code = $1 and (i.addressee_id is null or i.addressee_id = $2)"#,
            code,
            reader.map(|user| user.0),
            limits::MEMBERS_COUNTED
        )
        .fetch_optional(self.live())
        .await?;
        let Some(row) = row else { return Ok(None) };
        let expires_at = row.expires_at.map(Timestamp::from);
        let used_up = row.max_uses.is_some_and(|most| row.uses >= most);
        let ended = row.revoked_at.is_some() || expires_at.is_some_and(|end| end <= now);
        let preview = InvitePreview {
            code: row.code,
            community_id: CommunityId(row.community_id),
            community_name: row.name,
            community_slug: row.slug,
            member_count: row.members,
            expires_at,
        };
        let over = used_up || ended || !may_invite(row.maker_role.as_deref())?;
        Ok(Some(FoundInvite { preview, over }))
    }

    /// An invite by its code, for those who may manage it.
    pub async fn invite_by_code(&self, code: &str) -> Result<Option<Invite>, StoreError> {
        let row = sqlx::query!(
            "select code, community_id, created_by, max_uses, uses, expires_at from invites where code = $1",
            code
        )
        .fetch_optional(self.live())
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
