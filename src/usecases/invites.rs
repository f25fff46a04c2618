//! Invites: created, looked at, accepted.

use ajet_domain::asked::Caller;
use ajet_domain::community::{AcceptInvite, CreateInvite, RevokeInvite};
use ajet_protocol::{
    Code, Community, CommunityId, Invite, InviteCode, InviteId, InvitePreview, Page, PageQuery, Permission,
    Timestamp, UserId,
};
use rand::distr::{Alphanumeric, SampleString};

use super::reading::{Reading, may};
use super::{Context, Created, Failure, Found, GivenKey, communities, former};

const CODE_CHARS: usize = 22;

/// What an invite is good for.
#[derive(Debug, Clone, Default)]
pub struct Terms {
    pub max_uses: Option<i64>,
    pub expires_at: Option<Timestamp>,
    /// The only person who may accept it.
    pub addressee: Option<UserId>,
}

/// Creates an invite.
///
/// # Errors
/// [`Failure`]
pub async fn create(
    context: &Context,
    by: Caller,
    community: CommunityId,
    terms: Terms,
    key: GivenKey,
) -> Result<Created<Invite>, Failure> {
    let Terms { max_uses, expires_at, addressee } = terms;
    let key = key.key(|| former(&(community, max_uses, expires_at, addressee)));
    let verb = CreateInvite { code: new_code().into(), max_uses, expires_at, addressee };
    let reader = by.id();
    let made = context.make(community, by, key, verb).await?;
    Created::of(
        made,
        |invite| Ok(addressed(context, invite)),
        async |id| {
            let (reading, id) = (Reading::of(context, reader, community), InviteId(id));
            let invite = reading
                .answer(may(Permission::CreateInvites), |fence| context.store.invite_for(fence, id))
                .await?;
            Ok(addressed(context, invite.or_not_found()?))
        },
    )
    .await
}

/// The invite with the address of the page that accepts it.
fn addressed(context: &Context, invite: Invite) -> Invite {
    let url = format!("{}/invite/{}", context.public_url, invite.code);
    Invite { url, ..invite }
}

/// The invites of a community: all of them for those who manage it, else those that the reader made.
///
/// # Errors
/// [`Failure`]
pub async fn list(
    context: &Context,
    reader: UserId,
    community: CommunityId,
    query: &PageQuery,
) -> Result<Page<Invite>, Failure> {
    let reading = Reading::of(context, reader, community);
    let all = reading
        .answer(may(Permission::ManageCommunity), |fence| context.store.invites_of(fence, None, query));
    let page = match all.await {
        Err(refused) if refused.code == Code::Forbidden => {
            let own = |fence| context.store.invites_of(fence, Some(reader), query);
            reading.answer(may(Permission::CreateInvites), own).await?
        }
        page => page?,
    };
    let items = page.items.into_iter().map(|invite| addressed(context, invite)).collect();
    Ok(Page { items, ..page })
}

/// The id of the invite that a cursor names by its code; `None` where the community has no such invite.
///
/// # Errors
/// [`Failure`]
pub async fn at_cursor(
    context: &Context,
    community: CommunityId,
    code: &InviteCode,
) -> Result<Option<InviteId>, Failure> {
    Ok(context.store.invite_id(community, &code.0).await?)
}

/// Revokes an invite; again changes nothing.
///
/// # Errors
/// [`Failure`]
pub async fn revoke(context: &Context, by: Caller, code: &InviteCode) -> Result<(), Failure> {
    let (invite_id, invite) = context.store.invite_by_code(&code.0).await?.or_not_found()?;
    context.ask(invite.community_id, by, RevokeInvite { invite_id }).await
}

/// 131 bits: not to be guessed. Letters and digits alone: a command takes a word that begins with a dash for an option, and programs that find
/// addresses in a text leave out a dash at their end.
fn new_code() -> String {
    Alphanumeric.sample_string(&mut rand::rng(), CODE_CHARS)
}

/// What an invite is for; one for a single person is shown to that person alone.
///
/// # Errors
/// [`Failure`]
pub async fn preview(
    context: &Context,
    reader: Option<UserId>,
    code: &InviteCode,
) -> Result<InvitePreview, Failure> {
    let found = context.store.invite_preview(&code.0, reader, context.now()).await?.or_not_found()?;
    if found.over {
        return Err(Failure::new(Code::Gone, "The invite is used up, expired or revoked."));
    }
    Ok(found.preview)
}

/// Joins the community of an invite; again changes nothing.
///
/// # Errors
/// [`Failure`].
pub async fn accept(
    context: &Context,
    by: Caller,
    community: CommunityId,
    code: InviteCode,
) -> Result<Community, Failure> {
    let reader = by.id();
    context.ask(community, by, AcceptInvite { code }).await?;
    communities::get(context, reader, community).await
}

/// The community that an invite leads into.
///
/// # Errors
/// [`Failure`]
pub async fn leads_to(context: &Context, code: &InviteCode) -> Result<Option<CommunityId>, Failure> {
    let invite = context.store.invite_by_code(&code.0).await?;
    Ok(invite.map(|(_, invite)| invite.community_id))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_letters_and_digits() {
        for code in (0..1_000).map(|_| new_code()) {
            assert!(code.len() == CODE_CHARS && code.chars().all(|c| c.is_ascii_alphanumeric()), "{code}");
        }
    }
}
