//! `GET /auth/providers`, `POST|GET /api/system/oauth-providers`, `PATCH|DELETE /api/system/oauth-providers/{id}`.

use std::collections::BTreeMap;

use ajet_chatd::config::ConfiguredProvider as Configured;
use ajet_chatd::sealing::Sealer;
use ajet_chatd::store::oauth_providers::{OwnersChange, ProviderChange};
use ajet_chatd::usecases::resealing::{Resealed, reseal};
use ajet_protocol::{
    Code, CreateOauthProvider, OauthProviderId, PageQuery, ProviderType, SignInProvider, UpdateOauthProvider,
};
use reqwest::Method;
use serde_json::{Value, json};
use sqlx::Row;

use crate::support::requests::{ann, fields, http, problem, status};
use crate::support::{OTHER_SEALING_KEY, World, code, db, eventually, serve, sql};

const CANARY: &str = "canary-of-a-client-secret";

fn gitea(name: &str) -> CreateOauthProvider {
    CreateOauthProvider {
        kind: ProviderType::Gitea,
        name: name.into(),
        client_id: "ajet".into(),
        client_secret: Some(CANARY.into()),
        base_url: Some("https://git.example.org/sub/".into()),
        issuer_url: None,
        enabled: None,
        organizations: vec!["crew".into()],
        required_claims: BTreeMap::new(),
        client_mutation_id: None,
    }
}

fn configured(client_id: &str) -> Configured {
    Configured {
        client_id: Some(client_id.into()),
        client_secret: Some(CANARY.to_owned().into()),
        ..Configured::default()
    }
}

async fn offered(client: &ajet_client::Client) -> Vec<SignInProvider> {
    client.sign_in_providers().await.expect("lists").items
}

#[tokio::test]
async fn the_system_owner_adds_changes_and_removes_providers() {
    let world = World::with(|config| drop(config.oauth.insert("github".into(), configured("id")))).await;
    let github = SignInProvider { name: "github".into(), kind: ProviderType::Github, label: "github".into() };
    assert_eq!(offered(&world.nobody).await, std::slice::from_ref(&github));
    let made = world.ann.create_oauth_provider(&gitea("Our Gitea")).await.expect("adds");
    assert_eq!((made.slug.as_str(), made.enabled, made.configured), ("our-gitea", true, false));
    let ours =
        SignInProvider { name: "our-gitea".into(), kind: ProviderType::Gitea, label: "Our Gitea".into() };
    assert_eq!(offered(&world.nobody).await, [github.clone(), ours]);
    let listed = world.ann.oauth_providers(&PageQuery::default()).await.expect("lists").items;
    assert_eq!(listed.len(), 2);
    assert!(listed.contains(&made) && listed.iter().any(|one| one.configured && one.slug == "github"));
    let update = UpdateOauthProvider {
        name: Some("Gitea".into()),
        enabled: Some(false),
        ..UpdateOauthProvider::default()
    };
    let changed = world.ann.update_oauth_provider(made.id, &update).await.expect("changes");
    assert_eq!((changed.name.as_str(), changed.slug.as_str()), ("Gitea", "our-gitea"), "addresses stay");
    assert_eq!(changed.organizations, ["crew"]);
    assert_eq!(offered(&world.nobody).await, [github], "the node that was asked goes by it at once");
    world.ann.delete_oauth_provider(made.id).await.expect("removes");
    world.ann.delete_oauth_provider(made.id).await.expect("again changes nothing");
    let invented = OauthProviderId(uuid::Uuid::nil());
    assert_eq!(code(world.ann.delete_oauth_provider(invented).await), Code::NotFound);
    let actions: Vec<String> =
        sqlx::query_scalar("select action from system_audit where target_id = $1 order by created_at")
            .bind(made.id.0)
            .fetch_all(&mut db(&world).await)
            .await
            .expect("reads");
    assert_eq!(actions, ["oauth_provider.create", "oauth_provider.update", "oauth_provider.delete"]);
    world.end().await;
}

/// Who reads the log sees that a secret was replaced, and never what it is.
#[tokio::test]
async fn a_change_of_the_secret_is_told_and_a_change_of_nothing_is_not() {
    let world = World::new().await;
    let made = world.ann.create_oauth_provider(&gitea("Gitea")).await.expect("adds");
    let (kept, another) = (Some(CANARY.to_owned()), Some(format!("{CANARY}-again")));
    let none = UpdateOauthProvider::default();
    let as_it_is = UpdateOauthProvider {
        name: Some("Gitea".into()),
        enabled: Some(true),
        client_secret: kept,
        ..UpdateOauthProvider::default()
    };
    let secret = UpdateOauthProvider { client_secret: another, ..UpdateOauthProvider::default() };
    let name = UpdateOauthProvider { name: Some("Forge".into()), ..UpdateOauthProvider::default() };
    for update in [&none, &as_it_is, &secret, &secret, &name] {
        world.ann.update_oauth_provider(made.id, update).await.expect("changes");
    }
    let told: Vec<(Option<bool>, String)> = sqlx::query_as(
        "select (details ->> 'client_secret_changed')::boolean, details ->> 'name' from system_audit
         where action = 'oauth_provider.update' order by id",
    )
    .fetch_all(&mut db(&world).await)
    .await
    .expect("reads");
    assert_eq!(told, [(Some(true), "Gitea".to_owned()), (None, "Forge".to_owned())]);
    world.end().await;
}

#[tokio::test]
async fn no_one_else_does() {
    let world = World::new().await;
    let made = world.ann.create_oauth_provider(&gitea("Gitea")).await.expect("adds");
    let update = UpdateOauthProvider { enabled: Some(false), ..UpdateOauthProvider::default() };
    for (client, refused) in [(&world.bob, Code::Forbidden), (&world.nobody, Code::Unauthenticated)] {
        assert_eq!(code(client.create_oauth_provider(&gitea("Other")).await), refused);
        assert_eq!(code(client.oauth_providers(&PageQuery::default()).await), refused);
        assert_eq!(code(client.update_oauth_provider(made.id, &update).await), refused);
        assert_eq!(code(client.delete_oauth_provider(made.id).await), refused);
    }
    assert_eq!(offered(&world.nobody).await.len(), 1);
    world.end().await;
}

/// What is wrong with a request is told to the owner alone: others learn that they may not.
#[tokio::test]
async fn rights_are_judged_before_what_was_sent() {
    let world = World::new().await;
    let made = world.ann.create_oauth_provider(&gitea("Gitea")).await.expect("adds");
    let all = "/api/system/oauth-providers";
    let one = format!("{all}/{}", made.id);
    let wrong = json!({ "no_such_field": 1 });
    for (method, path, to_owner) in [
        (Method::POST, all, 422),
        (Method::GET, "/api/system/oauth-providers?limit=0", 422),
        (Method::PATCH, one.as_str(), 422),
        (Method::DELETE, "/api/system/oauth-providers/no-id", 404),
        (Method::PATCH, "/api/system/settings", 422),
        (Method::GET, "/api/system/audit?before=soon", 422),
    ] {
        let send = |client: &ajet_client::Client| {
            let request = http().request(method.clone(), format!("{}{path}", world.base())).json(&wrong);
            status(request.bearer_auth(client.token().expect("a token")))
        };
        let refused = (send(&world.bob).await, send(&world.ann).await);
        assert_eq!(refused, (403, to_owner), "{method} {path}");
    }
    world.end().await;
}

#[tokio::test]
async fn a_secret_is_kept_sealed_and_never_shown() {
    let world = World::new().await;
    let request = serde_json::to_value(gitea("Gitea")).expect("JSON");
    let made = ann(&world, Method::POST, "/api/system/oauth-providers").json(&request).send().await;
    let made = made.expect("answers").text().await.expect("text");
    let list = ann(&world, Method::GET, "/api/system/oauth-providers").send().await;
    let list = list.expect("answers").text().await.expect("text");
    let id: Value = serde_json::from_str(&made).expect("JSON");
    let id = id["id"].as_str().expect("an id");
    let path = format!("/api/system/oauth-providers/{id}");
    let secret = format!("{CANARY}-again");
    let changed = ann(&world, Method::PATCH, &path).json(&json!({ "client_secret": secret })).send().await;
    let changed = changed.expect("answers").text().await.expect("text");
    let rows = sqlx::query(
        "select p::text from oauth_providers p union all select a::text from system_audit a
         union all select m::text from mutations m union all select encode(client_secret, 'escape') from oauth_providers",
    );
    let rows = rows.fetch_all(&mut db(&world).await).await.expect("reads");
    let stored: Vec<String> = rows.iter().map(|row| row.get(0)).collect();
    for text in [made, list, changed].iter().chain(&stored) {
        assert!(!text.contains(CANARY) && !text.contains("\"client_secret\":\"c"), "{text}");
    }
    world.end().await;
}

/// Who has the owner's session for a moment does not have a secret sent to an address of theirs.
#[tokio::test]
async fn a_secret_that_is_kept_is_shown_to_no_other_address() {
    let world = World::new().await;
    let made = world.ann.create_oauth_provider(&gitea("Gitea")).await.expect("adds");
    let path = format!("/api/system/oauth-providers/{}", made.id);
    let change = async |body: Value| problem(ann(&world, Method::PATCH, &path).json(&body)).await;
    let (status, refused) = change(json!({ "base_url": "https://evil.example.org" })).await;
    assert_eq!((status, fields(&refused)), (422, vec![("client_secret", "required")]));
    let again = UpdateOauthProvider { base_url: made.base_url.clone(), ..UpdateOauthProvider::default() };
    world.ann.update_oauth_provider(made.id, &again).await.expect("the address of before");
    let moved = UpdateOauthProvider {
        base_url: Some("https://git.example.net".into()),
        client_secret: Some("another".into()),
        ..UpdateOauthProvider::default()
    };
    let moved = world.ann.update_oauth_provider(made.id, &moved).await.expect("with a secret of its own");
    assert_eq!(moved.base_url.as_deref(), Some("https://git.example.net"));
    assert_eq!(offered(&world.nobody).await.len(), 1);
    world.end().await;
}

/// Nor does who can write to the database.
#[tokio::test]
async fn a_secret_opens_with_the_address_alone_that_it_was_sealed_for() {
    let world = World::new().await;
    world.expects_errors(&["can't be unsealed"]);
    world.ann.create_oauth_provider(&gitea("Gitea")).await.expect("adds");
    sql(&world, "update oauth_providers set base_url = 'https://evil.example.org'").await;
    let other = serve(&world.config).await;
    let there = world.nobody.at(&format!("http://{}", other.addr()));
    assert_eq!(offered(&there).await, []);
    other.stop().await;
    world.end().await;
}

/// Of changes at once none is lost, and none brings back a secret that was sealed by a former key.
#[tokio::test]
async fn a_change_leaves_what_it_does_not_name_as_others_made_it() {
    let world = World::new().await;
    let made = world.ann.create_oauth_provider(&gitea("Gitea")).await.expect("adds");
    let store = &world.server.app().store;
    let owner = world.ann.me().await.expect("is signed in").user.id;
    // What a request has read that is overtaken by the others.
    let read = store.oauth_providers().await.expect("reads").remove(0);
    let resealed =
        store.reseal_oauth_provider(made.id, read.sealed_secret.as_deref().expect("a secret"), b"new");
    assert!(resealed.await.expect("seals"));
    let change = |update: &UpdateOauthProvider, sealed: Option<&'static [u8]>| {
        let (before, update) = (read.shown.clone(), update.clone());
        async move {
            let change = ProviderChange { before: &before, update: &update, sealed_secret: sealed };
            store.change_oauth_provider(owner, &change).await.expect("answers")
        }
    };
    let name = UpdateOauthProvider { name: Some("Name".into()), ..UpdateOauthProvider::default() };
    let enabled = UpdateOauthProvider { enabled: Some(false), ..UpdateOauthProvider::default() };
    let (one, two) = tokio::join!(change(&name, None), change(&enabled, None));
    assert_eq!([one, two], [OwnersChange::Done; 2]);
    let now = store.oauth_providers().await.expect("reads").remove(0);
    assert_eq!((now.shown.name.as_str(), now.shown.enabled), ("Name", false));
    assert_eq!(now.sealed_secret.as_deref(), Some(&b"new"[..]), "as it was sealed anew");
    // A secret that was sealed for the address of before is not kept with another one.
    sql(&world, "update oauth_providers set base_url = 'https://git.example.net'").await;
    assert_eq!(change(&UpdateOauthProvider::default(), Some(b"old")).await, OwnersChange::Nothing);
    sql(&world, "delete from oauth_providers").await;
    world.end().await;
}

#[tokio::test]
async fn a_repetition_adds_nothing_and_a_taken_name_is_a_conflict() {
    let world = World::with(|config| drop(config.oauth.insert("github".into(), configured("id")))).await;
    let request = CreateOauthProvider { client_mutation_id: Some("k".into()), ..gitea("Gitea") };
    let made = world.ann.create_oauth_provider(&request).await.expect("adds");
    assert_eq!(world.ann.create_oauth_provider(&request).await.expect("again"), made);
    let other = CreateOauthProvider { name: "Other".into(), ..request };
    assert_eq!(code(world.ann.create_oauth_provider(&other).await), Code::Conflict);
    for taken in ["GITEA", "github"] {
        assert_eq!(code(world.ann.create_oauth_provider(&gitea(taken)).await), Code::Conflict, "{taken}");
    }
    let listed = world.ann.oauth_providers(&PageQuery::default()).await.expect("lists").items;
    let github = listed.iter().find(|one| one.configured).expect("is listed").id;
    assert_eq!(code(world.ann.delete_oauth_provider(github).await), Code::Conflict);
    let update = UpdateOauthProvider::default();
    assert_eq!(code(world.ann.update_oauth_provider(github, &update).await), Code::Conflict);
    assert_eq!(listed.len(), 2);
    world.end().await;
}

#[tokio::test]
async fn what_can_not_be_asked_is_refused_by_its_field() {
    let world = World::with(|config| config.outgoing.allow_private = false).await;
    let send = async |body: Value| {
        let request = ann(&world, Method::POST, "/api/system/oauth-providers").json(&body);
        let (status, problem): (u16, Value) = problem(request).await;
        (status, fields(&problem).into_iter().map(|(field, _)| field.to_owned()).collect::<Vec<_>>())
    };
    for (body, field) in [
        (
            json!({ "type": "oidc", "name": "x", "client_id": "a", "issuer_url": "http://id.example.org" }),
            "issuer_url",
        ),
        (
            json!({ "type": "oidc", "name": "x", "client_id": "a", "issuer_url": "https://127.0.0.1" }),
            "issuer_url",
        ),
        (
            json!({ "type": "oidc", "name": "x", "client_id": "a", "issuer_url": "https://[::ffff:10.0.0.1]" }),
            "issuer_url",
        ),
        (
            json!({ "type": "oidc", "name": "x", "client_id": "a", "issuer_url": "https://2130706433" }),
            "issuer_url",
        ),
        (json!({ "type": "oidc", "name": "x", "client_id": "a" }), "issuer_url"),
        (json!({ "type": "gitea", "name": "x", "client_id": "a", "client_secret": "b" }), "base_url"),
        (json!({ "type": "github", "name": "x", "client_id": "a" }), "client_secret"),
        (json!({ "type": "saml", "name": "x", "client_id": "a" }), "type"),
        (json!({ "type": "github", "name": "Logout", "client_id": "a", "client_secret": "b" }), "name"),
        (
            json!({ "type": "github", "name": "x", "client_id": "a", "client_secret": "b", "scopes": [] }),
            "scopes",
        ),
    ] {
        assert_eq!(send(body.clone()).await, (422, vec![field.to_owned()]), "{body}");
    }
    world.end().await;
}

/// A backup that is brought back without its key, or rows that somebody moved: a secret opens in its own row alone.
#[tokio::test]
async fn a_provider_whose_secret_does_not_open_is_not_offered() {
    let world = World::new().await;
    world.expects_errors(&["can't be unsealed"]);
    world.ann.create_oauth_provider(&gitea("One")).await.expect("adds");
    world.ann.create_oauth_provider(&gitea("Two")).await.expect("adds");
    sql(
        &world,
        "update oauth_providers p set client_secret = other.client_secret from oauth_providers other
         where p.slug = 'one' and other.slug = 'two'",
    )
    .await;
    let other = serve(&world.config).await;
    let there = world.nobody.at(&format!("http://{}", other.addr()));
    let names: Vec<_> = offered(&there).await.into_iter().map(|one| one.name).collect();
    assert_eq!(names, ["two"]);
    other.stop().await;
    world.end().await;
}

#[tokio::test]
async fn all_nodes_go_by_a_change_within_a_second() {
    let world = World::new().await;
    let other = serve(&world.config).await;
    let there = world.nobody.at(&format!("http://{}", other.addr()));
    assert_eq!(offered(&there).await, []);
    world.ann.create_oauth_provider(&gitea("Gitea")).await.expect("adds");
    eventually("the other node offers it", async || offered(&there).await.len() == 1).await;
    other.stop().await;
    world.end().await;
}

#[tokio::test]
async fn secrets_are_sealed_anew_by_the_present_key() {
    let world = World::new().await;
    world.ann.create_oauth_provider(&gitea("Gitea")).await.expect("adds");
    let store = &world.server.app().store;
    let (present, _) = world.config.sealing_keys();
    let mut config = world.config.clone();
    config.secrets.key = OTHER_SEALING_KEY.to_owned().into();
    let lost = Resealed { lost: 1, ..Resealed::default() };
    assert_eq!(reseal(store, &Sealer::of(&config)).await.expect("runs"), lost, "without the former key");
    let (next, _) = config.sealing_keys();
    let both = Sealer::by(&next, &[present]);
    for (anew, already) in [(1, 0), (0, 1)] {
        let done = Resealed { anew, already, ..Resealed::default() };
        assert_eq!(reseal(store, &both).await.expect("runs"), done);
    }
    let world = world.restarted(|config| config.secrets.key = OTHER_SEALING_KEY.to_owned().into()).await;
    assert_eq!(offered(&world.nobody).await.len(), 1, "it opens without the former key");
    assert_eq!(
        code(world.ann.delete_oauth_provider(OauthProviderId(uuid::Uuid::nil())).await),
        Code::NotFound
    );
    world.end().await;
}

/// The database skips updates, as if a node had changed the row each time.
#[tokio::test]
async fn a_secret_that_changes_while_it_is_sealed_anew_is_tried_again_and_counted() {
    let world = World::new().await;
    for name in ["One", "Two"] {
        world.ann.create_oauth_provider(&gitea(name)).await.expect("adds");
    }
    for statement in [
        "create sequence updates",
        "create function skipped() returns trigger language plpgsql as
           'begin if nextval(''updates'') <= 20 then return null; end if; return new; end'",
        "create trigger skipped before update on oauth_providers for each row execute function skipped()",
    ] {
        sql(&world, statement).await;
    }
    let store = &world.server.app().store;
    let (present, _) = world.config.sealing_keys();
    let mut config = world.config.clone();
    config.secrets.key = OTHER_SEALING_KEY.to_owned().into();
    let both = Sealer::by(&config.sealing_keys().0, &[present]);
    let left = Resealed { left: 2, ..Resealed::default() };
    assert_eq!(reseal(store, &both).await.expect("runs"), left, "ten times in vain");
    sql(&world, "alter sequence updates restart with 20").await;
    let done = Resealed { anew: 2, ..Resealed::default() };
    assert_eq!(reseal(store, &both).await.expect("runs"), done, "the first one in its second round");
    world.end().await;
}
