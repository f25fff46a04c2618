//! Sign-in providers that the system owner added. Their secrets are sealed before they come here.

use std::collections::BTreeMap;

use ajet_domain::writer::SpentKey;
use ajet_protocol::{OauthProvider, OauthProviderId, ProviderType, UpdateOauthProvider, UserId, limits};
use serde_json::{Value, json};
use sqlx::types::Json;
use time::OffsetDateTime;
use uuid::Uuid;

use super::founding::SYSTEM_OWNER;
use super::{Inconsistent, Store, StoreError};

/// A provider as it is stored.
#[derive(Debug, Clone)]
pub struct StoredProvider {
    pub shown: OauthProvider,
    /// `None` of a client without one.
    pub sealed_secret: Option<Vec<u8>>,
}

/// What is to be changed of a provider.
#[derive(Debug, Clone, Copy)]
pub struct ProviderChange<'a> {
    /// As it was when the change was judged, and a new secret sealed for its address.
    pub before: &'a OauthProvider,
    pub update: &'a UpdateOauthProvider,
    pub sealed_secret: Option<&'a [u8]>,
}

/// What became of a change that the system owner alone may make.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OwnersChange {
    Done,
    /// Somebody else asked for it.
    NotByOwner,
    /// It is not there, or has another address than when the change was judged; or of what is to be added there are enough, or the key was used before.
    Nothing,
}

struct ProviderRow {
    id: Uuid,
    slug: String,
    kind: String,
    name: String,
    client_id: String,
    client_secret: Option<Vec<u8>>,
    base_url: Option<String>,
    issuer_url: Option<String>,
    enabled: bool,
    organizations: Vec<String>,
    required_claims: Json<BTreeMap<String, String>>,
}

impl TryFrom<ProviderRow> for StoredProvider {
    type Error = Inconsistent;

    fn try_from(row: ProviderRow) -> Result<Self, Inconsistent> {
        let shown = OauthProvider {
            id: OauthProviderId(row.id),
            kind: ProviderType::named(&row.kind).ok_or(Inconsistent("oauth_providers.kind"))?,
            name: row.name,
            slug: row.slug,
            client_id: row.client_id,
            base_url: row.base_url,
            issuer_url: row.issuer_url,
            enabled: row.enabled,
            organizations: row.organizations,
            required_claims: row.required_claims.0,
            configured: false,
        };
        Ok(Self { shown, sealed_secret: row.client_secret })
    }
}

impl Store {
    /// All providers, by their ids. One of a type that this version does not know is left out: a newer node added it.
    pub async fn oauth_providers(&self) -> Result<Vec<StoredProvider>, StoreError> {
        let rows = sqlx::query_as!(
            ProviderRow,
            r#"select id, slug, kind, name, client_id, client_secret, base_url, issuer_url, enabled, organizations,
                      required_claims as "required_claims: Json<BTreeMap<String, String>>"
               from oauth_providers order by id"#
        )
        .fetch_all(self.live())
        .await?;
        Ok(rows.into_iter().filter_map(|row| row.try_into().ok()).collect())
    }

    /// Adds a provider under the owner's key, and notes that in the same statement. A name that leads to the same addresses as another one is a
    /// constraint.
    pub async fn add_oauth_provider(
        &self,
        provider: &StoredProvider,
        spent: &SpentKey,
    ) -> Result<OwnersChange, StoreError> {
        let StoredProvider { shown, sealed_secret } = provider;
        let row = sqlx::query!(
            r#"with owner as (
                 select 1 as one from system_settings where key = $1 and value #>> '{}' = $2::text
               ), room as (
                 select 1 as one from owner where (select count(*) from oauth_providers) < $3::int8
               ), keyed as (
                 insert into mutations (author_id, key, object_id, fingerprint, created_at)
                 select $4::uuid, $5::text, $6::uuid, $7::int8, $8::timestamptz from room
                 on conflict (author_id, key) do nothing returning object_id
               ), added as (
                 insert into oauth_providers (id, slug, kind, name, client_id, client_secret, base_url, issuer_url, enabled,
                                              organizations, required_claims, created_by, created_at)
                 select k.object_id, $9::text, $10::text, $11::text, $12::text, $13::bytea, $14::text, $15::text, $16::boolean,
                        $17::text[], $18::jsonb, $4::uuid, $8::timestamptz
                 from keyed k
               ), noted as (
                 insert into system_audit (actor_id, action, target_type, target_id, details, created_at)
                 select $4::uuid, 'oauth_provider.create', 'oauth_provider', k.object_id, $19::jsonb, $8::timestamptz from keyed k
               )
               select exists (select 1 from owner) as "by_owner!", exists (select 1 from keyed) as "added!""#,
            SYSTEM_OWNER,
            spent.key.author.to_string(),
            limits::PROVIDERS,
            spent.key.author.0,
            spent.key.key,
            shown.id.0,
            spent.fingerprint,
            OffsetDateTime::from(spent.at),
            shown.slug,
            shown.kind.as_str(),
            shown.name,
            shown.client_id,
            sealed_secret.as_deref(),
            shown.base_url.as_deref(),
            shown.issuer_url.as_deref(),
            shown.enabled,
            &shown.organizations,
            json!(shown.required_claims),
            details(shown)
        )
        .fetch_one(self.commands())
        .await?;
        Ok(outcome(row.by_owner, row.added))
    }

    /// Changes what is given of a provider, and notes that; of a secret, that it is another one. Of changes at once each leaves what the others
    /// changed. Its addresses of the sign-in stay.
    pub async fn change_oauth_provider(
        &self,
        by: UserId,
        change: &ProviderChange<'_>,
    ) -> Result<OwnersChange, StoreError> {
        let ProviderChange { before, update, sealed_secret } = *change;
        let row = sqlx::query!(
            r#"with owner as (
                 select 1 as one from system_settings where key = $1 and value #>> '{}' = $2::text
               ), changed as (
                 update oauth_providers p set name = coalesce($4::text, p.name), client_id = coalesce($5::text, p.client_id),
                        client_secret = coalesce($6::bytea, p.client_secret), base_url = coalesce($7::text, p.base_url),
                        issuer_url = coalesce($8::text, p.issuer_url), enabled = coalesce($9::boolean, p.enabled),
                        organizations = coalesce($10::text[], p.organizations),
                        required_claims = coalesce($11::jsonb, p.required_claims)
                 from owner
                 where p.id = $3::uuid and p.base_url is not distinct from $12::text and p.issuer_url is not distinct from $13::text
                 returning p.id, p.kind, p.name, p.client_id, p.base_url, p.issuer_url, p.enabled, p.organizations, p.required_claims
               ), noted as (
                 insert into system_audit (actor_id, action, target_type, target_id, details, created_at)
                 select $14::uuid, 'oauth_provider.update', 'oauth_provider', c.id,
                        jsonb_build_object('type', c.kind, 'name', c.name, 'client_id', c.client_id, 'base_url', c.base_url,
                                           'issuer_url', c.issuer_url, 'enabled', c.enabled, 'organizations', c.organizations,
                                           'required_claims', c.required_claims)
                          || case when $6::bytea is null then '{}'::jsonb else '{"client_secret_changed": true}' end,
                        clock_timestamp()
                 from changed c
               )
               select exists (select 1 from owner) as "by_owner!", exists (select 1 from changed) as "changed!""#,
            SYSTEM_OWNER,
            by.to_string(),
            before.id.0,
            update.name.as_deref(),
            update.client_id.as_deref(),
            sealed_secret,
            update.base_url.as_deref(),
            update.issuer_url.as_deref(),
            update.enabled,
            update.organizations.as_deref(),
            update.required_claims.as_ref().map(|claims| json!(claims)),
            before.base_url.as_deref(),
            before.issuer_url.as_deref(),
            by.0
        )
        .fetch_one(self.commands())
        .await?;
        Ok(outcome(row.by_owner, row.changed))
    }

    /// Removes a provider, and notes that. Accounts there stay linked: they are known by the provider's address.
    pub async fn remove_oauth_provider(
        &self,
        by: UserId,
        id: OauthProviderId,
    ) -> Result<OwnersChange, StoreError> {
        let row = sqlx::query!(
            r#"with owner as (
                 select 1 as one from system_settings where key = $1 and value #>> '{}' = $2::text
               ), removed as (
                 delete from oauth_providers p using owner where p.id = $3::uuid returning p.id, p.name
               ), noted as (
                 insert into system_audit (actor_id, action, target_type, target_id, details, created_at)
                 select $4::uuid, 'oauth_provider.delete', 'oauth_provider', r.id, jsonb_build_object('name', r.name), clock_timestamp()
                 from removed r
               )
               select exists (select 1 from owner) as "by_owner!", exists (select 1 from removed) as "removed!""#,
            SYSTEM_OWNER,
            by.to_string(),
            id.0,
            by.0
        )
        .fetch_one(self.commands())
        .await?;
        Ok(outcome(row.by_owner, row.removed))
    }

    /// Puts a secret that is sealed anew in the place of the one that was sealed before, unless that was changed meanwhile.
    pub async fn reseal_oauth_provider(
        &self,
        id: OauthProviderId,
        before: &[u8],
        after: &[u8],
    ) -> Result<bool, StoreError> {
        let done = sqlx::query!(
            "update oauth_providers set client_secret = $3 where id = $1 and client_secret = $2",
            id.0,
            before,
            after
        )
        .execute(self.background())
        .await?;
        Ok(done.rows_affected() > 0)
    }
}

fn outcome(by_owner: bool, done: bool) -> OwnersChange {
    match (by_owner, done) {
        (_, true) => OwnersChange::Done,
        (true, false) => OwnersChange::Nothing,
        (false, false) => OwnersChange::NotByOwner,
    }
}

/// What the audit log is told of a provider: all but its secret.
fn details(shown: &OauthProvider) -> Value {
    json!({
        "type": shown.kind.as_str(),
        "name": shown.name,
        "client_id": shown.client_id,
        "base_url": shown.base_url,
        "issuer_url": shown.issuer_url,
        "enabled": shown.enabled,
        "organizations": shown.organizations,
        "required_claims": shown.required_claims,
    })
}
