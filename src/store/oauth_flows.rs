//! Sign-ins that are under way: each a row that is taken once, by the browser that began it.

use ajet_protocol::{SessionId, UserId, limits};

use super::{Store, StoreError};

/// A sign-in that begins.
#[derive(Debug, Clone, Copy)]
pub struct NewFlow<'a> {
    pub state_hash: &'a [u8],
    /// Of the secret in the browser's cookie.
    pub browser_hash: &'a [u8],
    /// The provider, as addresses name it.
    pub provider: &'a str,
    pub return_to: &'a str,
    /// Who is signed in, and by which session.
    pub signed_in: Option<(UserId, SessionId)>,
    /// Whether the account is to be linked to that person.
    pub links: bool,
}

/// A sign-in that came back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TakenFlow {
    pub return_to: String,
    /// Who was signed in when it began.
    pub signed_in: Option<(UserId, SessionId)>,
    pub links: bool,
}

impl Store {
    /// Keeps what a sign-in needs when it comes back; whether it did: not where as many are under way as may be.
    pub async fn begin_flow(&self, flow: &NewFlow<'_>) -> Result<bool, StoreError> {
        let _turn = self.address_turn().await?;
        let begun = sqlx::query!(
            "insert into oauth_flows (state_hash, browser_hash, provider, return_to, user_id, session_id, links, expires_at)
             select $2::bytea, $3::bytea, $4::text, $5::text, $6::uuid, $7::uuid, $8::boolean,
                    clock_timestamp() + make_interval(secs => $9::float8)
             where (select count(*) from (select 1 from oauth_flows where expires_at > now() limit $1::int8) pending) < $1::int8",
            limits::SIGN_INS,
            flow.state_hash,
            flow.browser_hash,
            flow.provider,
            flow.return_to,
            flow.signed_in.map(|(user, _)| user.0),
            flow.signed_in.map(|(_, session)| session.0),
            flow.links,
            f64::from(limits::AT_PROVIDER_SECONDS)
        )
        .execute(self.live())
        .await?;
        Ok(begun.rows_affected() == 1)
    }

    /// Takes a sign-in that this browser began at this provider: of any number of requests at once one gets it. Another browser's, and one that took too
    /// long, is not there.
    pub async fn take_flow(
        &self,
        state_hash: &[u8],
        browser_hash: &[u8],
        provider: &str,
    ) -> Result<Option<TakenFlow>, StoreError> {
        let _turn = self.address_turn().await?;
        let row = sqlx::query!(
            "delete from oauth_flows
             where state_hash = $1 and browser_hash = $2 and provider = $3 and expires_at > clock_timestamp()
             returning return_to, user_id, session_id, links",
            state_hash,
            browser_hash,
            provider
        )
        .fetch_optional(self.live())
        .await?;
        Ok(row.map(|row| TakenFlow {
            return_to: row.return_to,
            signed_in: row.user_id.map(UserId).zip(row.session_id.map(SessionId)),
            links: row.links,
        }))
    }

    /// Forgets sign-ins that took too long, and what providers told of the end of sessions so long ago that it is told by nothing any more.
    pub async fn forget_past_flows(&self) -> Result<(), StoreError> {
        sqlx::query!("delete from oauth_flows where expires_at < clock_timestamp()")
            .execute(self.background())
            .await?;
        sqlx::query!("delete from oauth_links where expires_at < clock_timestamp()")
            .execute(self.background())
            .await?;
        sqlx::query!("delete from oauth_logouts where expires_at < clock_timestamp()")
            .execute(self.background())
            .await?;
        Ok(())
    }
}
