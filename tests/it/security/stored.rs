//! No secret that opens something is in the database as its owner shows it: who reads a backup signs in as no one.

use std::collections::BTreeMap;

use ajet_protocol::{CreateOauthProvider, CreateOutgoingWebhook, EventType, ProviderType, TokenScope};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};

use crate::sign_in::set_up::{signed_in, world_of};
use crate::support::bots::{made, token_of};
use crate::support::issuer::Issuer;
use crate::support::requests::post_hook;
use crate::support::{World, db};

/// All that all tables hold, as text; bytes are hexadecimal there.
pub async fn dump(world: &World) -> String {
    let mut db = db(world).await;
    let tables: Vec<String> = sqlx::query_scalar(
        "select quote_ident(schemaname) || '.' || quote_ident(tablename) from pg_tables
         where schemaname not in ('pg_catalog', 'information_schema')",
    )
    .fetch_all(&mut db)
    .await
    .expect("lists");
    assert!(tables.len() > 30, "{tables:?}");
    let mut dump = String::new();
    for table in tables {
        let rows: Vec<Option<String>> =
            sqlx::query_scalar(sqlx::AssertSqlSafe(format!("select (whole.*)::text from {table} whole")))
                .fetch_all(&mut db)
                .await
                .expect("reads");
        dump.extend(rows.into_iter().flatten());
    }
    dump
}

fn hex(bytes: impl AsRef<[u8]>) -> String {
    bytes.as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The forms in which a secret must not be there.
fn forms(secret: &str) -> Vec<String> {
    let decoded = URL_SAFE_NO_PAD.decode(secret).ok();
    [Some(secret.to_owned()), Some(hex(secret)), decoded.map(hex)].into_iter().flatten().collect()
}

#[tokio::test]
async fn no_token_is_stored_as_it_is_shown() {
    let world = World::new().await;
    let (_, robo) = token_of(&world, &made(&world, "robo").await, TokenScope::ALL).await;
    robo.channels(world.community.id).await.expect("is good");
    let hook =
        world.ann.create_webhook(world.general.id, "CI").await.expect("makes").url.expect("shown once");
    assert_eq!(post_hook(&hook, &serde_json::json!({ "text": "built" })).await, 200);
    let secrets = [
        ("a session's token", world.ann.token()),
        ("a session's token", world.bob.token()),
        ("a bot's token", robo.token()),
        ("a webhook's secret", hook.rsplit('/').next()),
    ];
    let dump = dump(&world).await;
    for (what, secret) in secrets {
        let secret = secret.expect("has one");
        assert!(secret.len() >= 32, "{what} is long");
        for form in forms(secret) {
            assert!(!dump.contains(&form), "{what} is stored");
        }
        // The dump shows what is stored: the digest of each of them.
        assert!(dump.contains(&hex(Sha256::digest(secret.as_bytes()))), "{what} is known by its digest");
    }
    world.end().await;
}

/// They are used in the request that got them.
#[tokio::test]
async fn no_token_of_a_provider_is_stored() {
    let issuer = Issuer::new().await;
    let world = world_of(&issuer).await;
    signed_in(&world, &issuer, "carol").await;
    let given = issuer.given();
    assert_eq!(given.len(), 2, "one of access, and one of identity");
    let dump = dump(&world).await;
    assert!(dump.contains(&issuer.url), "the account is there");
    for token in &given {
        // Of one that is signed also the signature by itself.
        for part in [token.as_str(), token.rsplit('.').next().unwrap_or_default()] {
            for form in forms(part) {
                assert!(!dump.contains(&form), "{part} is stored");
            }
        }
    }
    world.end().await;
}

/// What must be had again is sealed.
#[tokio::test]
async fn no_secret_that_the_server_uses_is_stored_in_clear() {
    let world = World::new().await;
    let told = CreateOutgoingWebhook {
        url: "http://127.0.0.1:9/hook".into(),
        events: vec![EventType::ChannelCreated],
        channel_ids: None,
        client_mutation_id: Some("once".into()),
    };
    let made = world.ann.create_outgoing_webhook(world.community.id, &told).await.expect("makes");
    let signing = made.secret.expect("is shown once");
    let signing = signing.strip_prefix("whsec_").expect("as Standard Webhooks shows it");
    let provider = CreateOauthProvider {
        kind: ProviderType::Gitea,
        name: "Gitea".into(),
        client_id: "ajet".into(),
        client_secret: Some("secret-of-a-client-at-a-provider".into()),
        base_url: Some("https://git.example.org".into()),
        issuer_url: None,
        enabled: None,
        organizations: Vec::new(),
        required_claims: BTreeMap::new(),
        client_mutation_id: Some("once".into()),
    };
    world.ann.create_oauth_provider(&provider).await.expect("adds");
    let dump = dump(&world).await;
    let bytes = STANDARD.decode(signing).expect("base64");
    let in_clear = [
        signing.to_owned(),
        hex(signing),
        hex(bytes),
        "secret-of-a-client".into(),
        hex("secret-of-a-client"),
    ];
    for form in in_clear {
        assert!(!dump.contains(&form), "{form} is stored");
    }
    assert!(dump.contains(&made.id.to_string()) && dump.contains("git.example.org"), "both are there");
    world.end().await;
}
