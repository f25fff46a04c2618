//! Sign-in providers: those of the configuration, and those that the system owner adds, changes and removes while the system runs.

use ajet_domain::journal::DuplicateKey;
use ajet_domain::writer::SpentKey;
use ajet_domain::{Denied, Refusal};
use ajet_protocol::{
    Code, CreateOauthProvider, OauthProvider, OauthProviderId, Page, PageQuery, ProviderShape,
    SignInProvider, UpdateOauthProvider, UserId, provider_slug,
};
use secrecy::{ExposeSecret, SecretString};

use super::system_owner::check_owner;
use super::{Context, Created, Failure, Found, GivenKey};
use crate::providers::{Provider, secret_purpose};
use crate::store::StoreError;
use crate::store::oauth_providers::{OwnersChange, ProviderChange, StoredProvider};

/// The set that keys of these creations are kept in.
const KEYS: &str = "oauth_provider";
/// How often a change is tried while others change the same provider's address.
const TRIES: usize = 3;

/// All providers, as they were half a second ago or later. Of two with the same addresses the one of the configuration counts.
///
/// # Errors
/// [`Failure`]
pub async fn all(context: &Context) -> Result<Vec<Provider>, Failure> {
    let stored = match context.providers.remembered() {
        Some(stored) => stored,
        None => read(context).await?,
    };
    let configured = context.providers.configured();
    let others = stored.into_iter().filter(|one| configured.iter().all(|known| known.slug != one.slug));
    Ok(configured.iter().cloned().chain(others).collect())
}

async fn read(context: &Context) -> Result<Vec<Provider>, Failure> {
    let asked = context.providers.asks();
    let stored = context.store.oauth_providers().await?;
    let opened: Vec<Provider> = stored.into_iter().filter_map(|one| opened(context, one)).collect();
    context.providers.remember(asked, opened.clone());
    Ok(opened)
}

/// A stored provider with its secret. One whose secret no key opens is not offered, and logged.
fn opened(context: &Context, StoredProvider { shown, sealed_secret }: StoredProvider) -> Option<Provider> {
    let Some(sealed) = sealed_secret else { return Some(Provider::stored(shown, None)) };
    let purpose = secret_purpose(&shown);
    let plain = context.sealer.open(&purpose, &sealed).ok();
    let text = plain.and_then(|plain| String::from_utf8(plain.expose_secret().to_vec()).ok());
    if text.is_none() {
        tracing::error!(provider = %shown.id, "the secret of a sign-in provider can't be unsealed: it is not offered");
    }
    text.map(|text| Provider::stored(shown, Some(SecretString::from(text))))
}

/// The providers that people can sign in at.
///
/// # Errors
/// [`Failure`]
pub async fn offered(context: &Context) -> Result<Vec<SignInProvider>, Failure> {
    let enabled = all(context).await?.into_iter().filter(|one| one.enabled);
    Ok(enabled.map(|one| one.offered()).collect())
}

/// The provider that addresses name so, whether people can sign in at it or not.
///
/// # Errors
/// 404; others of [`Failure`]
pub async fn known(context: &Context, slug: &str) -> Result<Provider, Failure> {
    all(context).await?.into_iter().find(|one| one.slug == slug).or_not_found()
}

/// The provider that addresses name so, if people can sign in at it.
///
/// # Errors
/// 404; others of [`Failure`]
pub async fn named(context: &Context, slug: &str) -> Result<Provider, Failure> {
    Some(known(context, slug).await?).filter(|one| one.enabled).or_not_found()
}

/// The providers, for the system owner.
///
/// # Errors
/// [`Failure`]
pub async fn list(
    context: &Context,
    reader: UserId,
    query: &PageQuery,
) -> Result<Page<OauthProvider>, Failure> {
    check_owner(context, reader).await?;
    let stored = context.store.oauth_providers().await?.into_iter().map(|one| one.shown);
    let configured = context.providers.configured().iter().map(Provider::shown);
    let mut all: Vec<_> = configured.chain(stored).collect();
    all.sort_by_key(|one| one.id);
    Ok(page_of(all, query))
}

/// A page of a list that is at hand, in the order of ids.
fn page_of(all: Vec<OauthProvider>, query: &PageQuery) -> Page<OauthProvider> {
    let size = usize::try_from(query.size()).unwrap_or(1);
    let within = |one: &OauthProvider| {
        query.after.is_none_or(|after| one.id.0 > after)
            && query.before.is_none_or(|before| one.id.0 < before)
    };
    let mut items: Vec<_> = all.into_iter().filter(within).collect();
    let has_more = items.len() > size;
    if query.before.is_some() {
        items.drain(..items.len().saturating_sub(size));
    } else {
        items.truncate(size);
    }
    Page { items, has_more }
}

/// Adds a provider. Its secret is sealed, and never shown.
///
/// # Errors
/// [`Failure`]
pub async fn create(
    context: &Context,
    by: UserId,
    request: CreateOauthProvider,
    key: GivenKey,
) -> Result<Created<OauthProvider>, Failure> {
    check_owner(context, by).await?;
    let key = key.among(KEYS).without_former();
    let stored_key = DuplicateKey::of_object(by, key.text.clone());
    if let Some(prior) = context.store.made_under(&stored_key).await? {
        return made_before(context, key.matches(prior.fingerprint), OauthProviderId(prior.object)).await;
    }
    let provider = new(context, request)?;
    let spent = SpentKey {
        key: stored_key.clone(),
        object: provider.shown.id.0,
        fingerprint: key.kept(),
        at: context.now(),
    };
    let added = context.store.add_oauth_provider(&provider, &spent).await.map_err(slug_taken)?;
    context.providers.forget();
    match added {
        OwnersChange::Done => Ok(Created::New(provider.shown)),
        OwnersChange::NotByOwner => Err(Denied::Forbidden.said().into()),
        OwnersChange::Nothing => match context.store.made_under(&stored_key).await? {
            Some(prior) => {
                made_before(context, key.matches(prior.fingerprint), OauthProviderId(prior.object)).await
            }
            None => Err(Failure::new(Code::Limit, "There are as many sign-in providers as there may be.")),
        },
    }
}

async fn made_before(
    context: &Context,
    is_same: bool,
    id: OauthProviderId,
) -> Result<Created<OauthProvider>, Failure> {
    if !is_same {
        return Err(Failure::key_reused());
    }
    Ok(Created::Before(stored(context, id).await?.shown))
}

/// The provider that a request describes, with its secret sealed.
fn new(context: &Context, request: CreateOauthProvider) -> Result<StoredProvider, Failure> {
    let slug = provider_slug(&request.name).unwrap_or_default();
    if context.providers.configured().iter().any(|one| one.slug == slug) {
        return Err(name_taken());
    }
    let id = OauthProviderId(context.fresh_id());
    let shown = OauthProvider {
        id,
        kind: request.kind,
        name: request.name.into(),
        slug,
        client_id: request.client_id,
        base_url: request.base_url,
        issuer_url: request.issuer_url,
        enabled: request.enabled.unwrap_or(true),
        organizations: request.organizations,
        required_claims: request.required_claims,
        configured: false,
    };
    let sealed_secret = request.client_secret.as_ref().map(|secret| sealed(context, &shown, secret));
    check(context, &shown, sealed_secret.is_some())?;
    Ok(StoredProvider { shown, sealed_secret })
}

/// Changes a provider; what it is already changes nothing, and is not noted. When it returns this node goes by the change, and all others
/// within a second.
///
/// # Errors
/// [`Failure`]
pub async fn update(
    context: &Context,
    by: UserId,
    id: OauthProviderId,
    update: UpdateOauthProvider,
) -> Result<OauthProvider, Failure> {
    check_owner(context, by).await?;
    for _ in 0..TRIES {
        let before = stored(context, id).await?;
        let shown = changed(before.shown.clone(), &update);
        let sealed_secret = judged(context, &before, &shown, update.client_secret.as_deref())?;
        if sealed_secret.is_none() && shown == before.shown {
            return Ok(shown);
        }
        let change = ProviderChange {
            before: &before.shown,
            update: &update,
            sealed_secret: sealed_secret.as_deref(),
        };
        match context.store.change_oauth_provider(by, &change).await? {
            // It is gone, or has another address since it was read: it is judged again as it is now.
            OwnersChange::Nothing => {}
            change => {
                done(context, change)?;
                return Ok(stored(context, id).await?.shown);
            }
        }
    }
    Err(Failure::new(Code::Conflict, "This provider is being changed by others at this moment; try again."))
}

/// Whether an update leaves a provider that can be asked; the secret that it gives, sealed, unless that is the one which is kept.
fn judged(
    context: &Context,
    before: &StoredProvider,
    shown: &OauthProvider,
    secret: Option<&str>,
) -> Result<Option<Vec<u8>>, Failure> {
    let given = secret.filter(|secret| !is_kept(context, before, shown, secret));
    let given = given.map(|secret| sealed(context, shown, secret));
    check(context, shown, given.is_some() || before.sealed_secret.is_some())?;
    check_secret_stays(before, shown, given.is_some())?;
    Ok(given)
}

/// Whether a secret is the one of before, for the same address.
fn is_kept(context: &Context, before: &StoredProvider, shown: &OauthProvider, secret: &str) -> bool {
    let purpose = secret_purpose(shown);
    let kept = before.sealed_secret.as_deref().filter(|_| secret_purpose(&before.shown) == purpose);
    let plain = kept.and_then(|sealed| context.sealer.open(&purpose, sealed).ok());
    plain.is_some_and(|plain| plain.expose_secret() == secret.as_bytes())
}

/// A provider as an update makes it.
fn changed(shown: OauthProvider, update: &UpdateOauthProvider) -> OauthProvider {
    let update = update.clone();
    OauthProvider {
        name: update.name.map_or(shown.name, String::from),
        client_id: update.client_id.unwrap_or(shown.client_id),
        base_url: update.base_url.or(shown.base_url),
        issuer_url: update.issuer_url.or(shown.issuer_url),
        enabled: update.enabled.unwrap_or(shown.enabled),
        organizations: update.organizations.unwrap_or(shown.organizations),
        required_claims: update.required_claims.unwrap_or(shown.required_claims),
        ..shown
    }
}

/// Removes a provider; again changes nothing. People stay who they are: they can't sign in by it any more.
///
/// # Errors
/// [`Failure`]
pub async fn remove(context: &Context, by: UserId, id: OauthProviderId) -> Result<(), Failure> {
    check_owner(context, by).await?;
    check_changeable(context, id)?;
    match context.store.remove_oauth_provider(by, id).await? {
        OwnersChange::Nothing if context.store.is_provider_removal_noted(id).await? => {
            done(context, OwnersChange::Done)
        }
        change => done(context, change),
    }
}

fn done(context: &Context, change: OwnersChange) -> Result<(), Failure> {
    context.providers.forget();
    match change {
        OwnersChange::Done => Ok(()),
        OwnersChange::NotByOwner => Err(Denied::Forbidden.said().into()),
        OwnersChange::Nothing => Err(Failure::not_found()),
    }
}

fn check_changeable(context: &Context, id: OauthProviderId) -> Result<(), Failure> {
    if context.providers.configured().iter().any(|one| one.id == id) {
        return Err(Failure::new(
            Code::Conflict,
            "This provider stands in the configuration, where alone it can be changed.",
        ));
    }
    Ok(())
}

/// A provider that the database holds.
async fn stored(context: &Context, id: OauthProviderId) -> Result<StoredProvider, Failure> {
    check_changeable(context, id)?;
    let all = context.store.oauth_providers().await?;
    all.into_iter().find(|one| one.shown.id == id).or_not_found()
}

/// Whether a provider has what its type needs, and may be asked from here.
fn check(context: &Context, shown: &OauthProvider, has_secret: bool) -> Result<(), Failure> {
    let shape = ProviderShape {
        kind: shown.kind,
        has_secret,
        base_url: shown.base_url.as_deref(),
        issuer_url: shown.issuer_url.as_deref(),
        organizations: &shown.organizations,
        has_claims: !shown.required_claims.is_empty(),
    };
    if let Some((field, why)) = shape.wrong() {
        return Err(Failure::field(field, "bad_combination", why));
    }
    for (field, address) in [("base_url", &shown.base_url), ("issuer_url", &shown.issuer_url)] {
        if address.as_deref().is_some_and(|address| !context.providers.may_ask(address)) {
            return Err(Failure::field(
                field,
                "not_public",
                "must start with https:// and be on the internet: outgoing.private_providers is not set here",
            ));
        }
    }
    Ok(())
}

/// A secret that is kept was given out at the address of before, and is shown to no other one.
fn check_secret_stays(before: &StoredProvider, shown: &OauthProvider, is_given: bool) -> Result<(), Failure> {
    let is_kept = before.sealed_secret.is_some() && !is_given;
    if is_kept && secret_purpose(&before.shown) != secret_purpose(shown) {
        let why = "is needed with another address: the one that is kept is not shown there";
        return Err(Failure::field("client_secret", "required", why));
    }
    Ok(())
}

fn sealed(context: &Context, shown: &OauthProvider, secret: &str) -> Vec<u8> {
    context.sealer.seal(&secret_purpose(shown), secret.as_bytes())
}

fn slug_taken(error: StoreError) -> Failure {
    match error {
        StoreError::Constraint(name) if name == "oauth_providers_slug_key" => name_taken(),
        other => other.into(),
    }
}

fn name_taken() -> Failure {
    let taken = "Another provider has a name that leads to the same addresses.";
    Failure::new(Code::Conflict, taken).because_of("name", "taken")
}

#[cfg(test)]
mod tests {
    use ajet_protocol::ProviderType;
    use uuid::Uuid;

    use super::*;

    fn provider(id: u128) -> OauthProvider {
        OauthProvider {
            id: OauthProviderId(Uuid::from_u128(id)),
            kind: ProviderType::Github,
            name: String::new(),
            slug: String::new(),
            client_id: String::new(),
            base_url: None,
            issuer_url: None,
            enabled: true,
            organizations: Vec::new(),
            required_claims: Default::default(),
            configured: false,
        }
    }

    #[test]
    fn a_page_is_cut_from_the_side_of_its_cursor() {
        let page = |after: Option<u128>, before: Option<u128>| {
            let at = |id: Option<u128>| id.map(Uuid::from_u128);
            let query = PageQuery { after: at(after), before: at(before), limit: Some(2) };
            let page = page_of((1..=5).map(provider).collect(), &query);
            (page.items.iter().map(|one| one.id.0.as_u128()).collect::<Vec<_>>(), page.has_more)
        };
        assert_eq!(page(None, None), (vec![1, 2], true));
        assert_eq!(page(Some(2), None), (vec![3, 4], true));
        assert_eq!(page(Some(4), None), (vec![5], false));
        assert_eq!(page(None, Some(4)), (vec![2, 3], true));
        assert_eq!(page(None, Some(3)), (vec![1, 2], false));
    }
}
