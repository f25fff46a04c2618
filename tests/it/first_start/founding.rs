//! The first start: the sign-in page asks what the first community is called, and says what to do where there is no way to sign in.

use ajet_chatd::config::Config;

use super::forms::{page, submit};
use crate::support::requests::{answer, http};
use crate::support::{Unfounded, World, connect, in_production, serve};

async fn count(config: &Config, statement: &'static str) -> u64 {
    sqlx::query(statement).execute(&mut connect(config).await).await.expect("runs").rows_affected()
}

/// The owner of the system by their user name.
const OWNER: &str =
    "select from users u join system_settings s on s.key = 'system_owner' and s.value #>> '{}' = u.id::text
     where u.username = 'ann'";

#[tokio::test]
async fn who_signs_in_first_founds_the_first_community_along_with_it() {
    let first = Unfounded::new().await;
    let base = format!("http://{}", first.server.addr());
    assert!(page(&base, "/sign-in").await.contains("community_name"));
    let named = |name, slug| [("username", "ann"), ("community_name", name), ("community_slug", slug)];
    for (name, slug) in [("Ferris", "Not a slug"), ("Ferris", ""), ("", "ferris")] {
        let (status, location) = submit(&base, "/sign-in", &named(name, slug)).await;
        assert_eq!((status, location), (200, None), "the form again, for {name:?} and {slug:?}");
    }
    assert_eq!(count(&first.config, "select from users").await, 0, "nobody was signed in for a bad name");
    let (status, location) = submit(&base, "/sign-in", &named("Ferris", "ferris")).await;
    assert_eq!((status, location.as_deref()), (303, Some("/c/ferris")));
    assert_eq!(count(&first.config, OWNER).await, 1);
    assert!(!page(&base, "/sign-in").await.contains("community_name"), "there is one now");
    let later = [("username", "bob"), ("community_name", "Mine"), ("community_slug", "mine")];
    let (status, location) = submit(&base, "/sign-in", &later).await;
    assert_eq!((status, location.as_deref()), (303, Some("/")), "only the owner founds further ones");
    let taken = [("username", "ann"), ("community_name", "Again"), ("community_slug", "ferris")];
    let (status, location) = submit(&base, "/sign-in", &taken).await;
    assert_eq!((status, location.as_deref()), (303, Some("/?name=Again&slug=ferris")), "the form, filled in");
    assert_eq!(count(&first.config, "select from communities").await, 1);
    first.end().await;
}

/// As a provider leads back to it.
#[tokio::test]
async fn the_start_page_has_the_names_filled_in_that_were_chosen_before() {
    let first = Unfounded::new().await;
    let base = format!("http://{}", first.server.addr());
    let (ann, _) = first.nobody.sign_in("ann").await.expect("signs in");
    let asking =
        http().get(format!("{base}/?name=A+%3C+B&slug=ab")).bearer_auth(ann.token().expect("a token"));
    let shown = answer(asking).await.text().await.expect("text");
    assert!(shown.contains(r#"value="A &lt; B""#) && shown.contains(r#"value="ab""#), "{shown}");
    let unknown = answer(http().get(format!("{base}/sign-in/first?provider=nowhere"))).await;
    assert_eq!(unknown.status().as_u16(), 404);
    first.end().await;
}

#[tokio::test]
async fn production_without_a_provider_says_what_to_do() {
    let world = World::new().await;
    let prod = serve(&in_production(&world.config)).await;
    let base = format!("http://{}", prod.addr());
    let shown = page(&base, "/sign-in").await;
    assert!(shown.contains("ajet-chatd admin invite") && shown.contains("AJET_OAUTH_"), "{shown}");
    assert!(!shown.contains(r#"name="username""#), "no name signs anybody in: {shown}");
    let (status, _) = submit(&base, "/sign-in", &[("username", "ann")]).await;
    assert_eq!(status, 404);
    assert!(
        !page(&world.base(), "/sign-in").await.contains("admin invite"),
        "a development server has a way"
    );
    prod.stop().await;
    world.end().await;
}
