//! The settings of the system, for its owner.

use std::collections::BTreeMap;

use ajet_protocol::{CreateCommunities, PageQuery, SignUp, UpdateOauthProvider};

use super::browsing::{done, look, page, send};
use crate::support::{World, id_of};

#[tokio::test]
async fn the_owner_changes_the_system_and_others_do_not_see_it() {
    let world = World::new().await;
    let people = [
        ("sign_up", "domains"),
        ("create_communities", "everybody"),
        ("sign_up_domains", "a.example\r\nb.example\r\n"),
    ];
    done(&world, &world.ann, "/system/settings/people", &people).await;
    let messages = [
        ("edit_window_s", "60"),
        ("upload_max_bytes", "1000"),
        ("message_retention_days", ""),
        ("audit_retention_days", "90"),
        ("link_previews", "on"),
    ];
    done(&world, &world.ann, "/system/settings/messages", &messages).await;
    let now = world.ann.settings().await.expect("reads");
    assert_eq!((now.sign_up, now.create_communities), (SignUp::Domains, CreateCommunities::Everybody));
    assert_eq!(now.sign_up_domains, ["a.example", "b.example"]);
    assert_eq!((now.edit_window_s, now.audit_retention_days, now.link_previews), (60, Some(90), true));
    for path in ["/system/settings", "/system/people", "/system/providers", "/system/audit"] {
        page(&world, &world.ann, path).await;
        assert_eq!(look(&world, &world.bob, path).await.0, 403, "{path}");
    }
    let ann = id_of(&world.ann).await;
    for way in ["deactivate", "reactivate"] {
        let path = format!("/system/people/{ann}/{way}");
        assert_eq!(send(&world, &world.bob, &path, &[]).await.status().as_u16(), 403, "{path}");
    }
    assert!(page(&world, &world.ann, "/").await.contains("href=\"/system\""));
    assert!(!page(&world, &world.bob, "/").await.contains("href=\"/system\""));
    world.end().await;
}

#[tokio::test]
async fn the_address_of_a_provider_is_changed_and_not_taken_away() {
    let world = World::new().await;
    let form = [
        ("type", "gitea"),
        ("name", "Forge"),
        ("client_id", "id"),
        ("client_secret", "secret"),
        ("base_url", "https://git.example"),
    ];
    done(&world, &world.ann, "/system/providers", &form).await;
    let all = world.ann.oauth_providers(&PageQuery::default()).await.expect("lists").items;
    let made = all.iter().find(|one| one.name == "Forge").expect("is added");
    let path = format!("/system/providers/{}", made.id);
    let shown = page(&world, &world.ann, &path).await;
    let (_, field) = shown.split_once("<input class=\"input\" id=\"base_url\"").expect("a field");
    assert!(field.split_once('>').is_some_and(|(field, _)| field.contains("required")), "{shown}");
    let cleared = [("name", "Forge"), ("client_id", "id"), ("base_url", " ")];
    let refused = send(&world, &world.ann, &path, &cleared).await;
    let (status, said) = (refused.status().as_u16(), refused.text().await.expect("text"));
    assert!(status == 422 && said.contains("base_url"), "{status}: {said}");
    world.end().await;
}

#[tokio::test]
async fn who_is_let_in_by_a_provider_is_shown_and_set_and_where_it_sends_people_back() {
    let world = World::new().await;
    let crew = ("organizations", "crew\r\n crew/core \r\n\r\n");
    let form =
        [("type", "github"), ("name", "Our Forge"), ("client_id", "id"), ("client_secret", "secret"), crew];
    done(&world, &world.ann, "/system/providers", &form).await;
    let issuer = ("issuer_url", "https://id.example");
    done(
        &world,
        &world.ann,
        "/system/providers",
        &[("type", "oidc"), ("name", "Id"), ("client_id", "id"), issuer],
    )
    .await;
    let named = async |name: &str| {
        let all = world.ann.oauth_providers(&PageQuery::default()).await.expect("lists").items;
        all.into_iter().find(|one| one.name == name).expect("is there")
    };
    let (forge, id) = (named("Our Forge").await, named("Id").await);
    assert_eq!(forge.organizations, ["crew", "crew/core"]);
    let claims = Some(BTreeMap::from([("groups".to_owned(), "chat".to_owned())]));
    let update = UpdateOauthProvider { required_claims: claims, ..UpdateOauthProvider::default() };
    world.ann.update_oauth_provider(id.id, &update).await.expect("changes");
    let all = page(&world, &world.ann, "/system/providers").await;
    for shown in ["/auth/our-forge/callback", "/auth/id/callback", "crew/core", "groups=chat"] {
        assert!(all.contains(shown), "{shown}: {all}");
    }
    let (path, other) = (format!("/system/providers/{}", forge.id), format!("/system/providers/{}", id.id));
    let shown = page(&world, &world.ann, &path).await;
    assert!(
        shown.contains("/auth/our-forge/callback") && shown.contains("crew\ncrew/core</textarea>"),
        "{shown}"
    );
    let shown = page(&world, &world.ann, &other).await;
    assert!(shown.contains("groups=chat") && !shown.contains("name=\"organizations\""), "{shown}");
    let named_so = [("name", "Our Forge"), ("client_id", "id")];
    done(&world, &world.ann, &path, &named_so).await;
    assert_eq!(named("Our Forge").await.organizations, ["crew", "crew/core"], "a form without the field");
    done(&world, &world.ann, &path, &[named_so[0], named_so[1], ("organizations", "")]).await;
    assert!(named("Our Forge").await.organizations.is_empty(), "everybody again");
    world.end().await;
}

/// Before it is judged what they sent.
#[tokio::test]
async fn who_does_not_own_the_system_is_told_so_whatever_they_send() {
    let world = World::new().await;
    let provider = "/system/providers/01890000-0000-7000-8000-000000000000";
    for path in ["/system/settings/people", "/system/settings/messages", "/system/providers", provider] {
        assert_eq!(send(&world, &world.bob, path, &[]).await.status().as_u16(), 403, "{path}");
    }
    world.end().await;
}

#[tokio::test]
async fn a_provider_is_added_changed_and_removed_and_its_secret_is_never_shown() {
    let world = World::new().await;
    let form =
        [("type", "github"), ("name", "Forge"), ("client_id", "id"), ("client_secret", "canary-secret")];
    done(&world, &world.ann, "/system/providers", &form).await;
    let all = world.ann.oauth_providers(&PageQuery::default()).await.expect("lists").items;
    let made = all.iter().find(|one| one.name == "Forge").expect("is added");
    let path = format!("/system/providers/{}", made.id);
    for address in ["/system/providers", &path] {
        let shown = page(&world, &world.ann, address).await;
        assert!(shown.contains("Forge") && !shown.contains("canary-secret"), "{shown}");
    }
    done(&world, &world.ann, &path, &[("name", "Other forge"), ("client_id", "id")]).await;
    let all = world.ann.oauth_providers(&PageQuery::default()).await.expect("lists").items;
    let changed = all.iter().find(|one| one.id == made.id).expect("is there");
    assert_eq!((changed.name.as_str(), changed.enabled), ("Other forge", false));
    done(&world, &world.ann, &format!("{path}/delete"), &[]).await;
    assert_eq!(look(&world, &world.ann, &path).await.0, 404);
    world.end().await;
}
