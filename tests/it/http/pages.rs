//! Links to our pages, as a browser follows them.

use ajet_protocol::{CreateInvite, PostMessage};
use reqwest::Response;

use crate::support::requests::{answer, http};
use crate::support::{World, text};

/// A page's link, as a browser follows it.
async fn follow(world: &World, path: &str, site: &str, token: Option<&str>) -> Response {
    let mut sent = http().get(format!("{}{path}", world.base())).header("sec-fetch-site", site);
    if let Some(token) = token {
        sent = sent.header("cookie", format!("ajet_session={token}"));
    }
    answer(sent).await
}

#[tokio::test]
async fn a_link_from_another_site_opens_the_page() {
    let world = World::new().await;
    let invite =
        world.ann.create_invite(world.community.id, &CreateInvite::default()).await.expect("invites");
    let token = world.bob.token();
    let channel = format!("/c/{}/channels/{}", world.community.slug, world.general.id);
    for path in [channel.as_str(), &format!("/invite/{}", invite.code), "/"] {
        // The browser holds back the cookie; then our own page asks, and it does not.
        let first = follow(&world, path, "cross-site", None).await;
        assert_eq!(first.status().as_u16(), 200, "{path}");
        let page = first.text().await.expect("text");
        assert!(page.contains(&format!(r#"http-equiv="refresh" content="0;url={path}""#)), "{page}");
        let second = follow(&world, path, "same-origin", token).await;
        assert_eq!(second.status().as_u16(), 200, "{path}");
        assert!(!second.text().await.expect("text").contains("http-equiv=\"refresh\""), "{path}");
        // Who is not signed in is asked to, and not sent round again.
        let second = follow(&world, path, "same-origin", None).await;
        assert_eq!(second.status().as_u16(), 303, "{path}");
    }
    let away = follow(&world, &channel, "none", None).await;
    let location = away.headers()["location"].to_str().expect("text").to_owned();
    let (slug, id) = (&world.community.slug, world.general.id);
    assert_eq!(location, format!("/sign-in?next=%2Fc%2F{slug}%2Fchannels%2F{id}"));
    let away = follow(&world, &format!("/c/{}", world.community.slug), "none", None).await;
    assert_eq!(away.headers()["location"], format!("/sign-in?next=%2Fc%2F{}", world.community.slug));
    world.end().await;
}

/// Addresses stay: what was linked to by an id, or under a name that the community had before, leads to where it is now.
#[tokio::test]
async fn links_lead_to_where_things_are_now() {
    let world = World::new().await;
    let (slug, id) = (world.community.slug.clone(), world.general.id);
    let said = world.ann.post(id, &text("hello")).await.expect("posts").id;
    let reply =
        world.ann.post(id, &PostMessage { parent_id: Some(said), ..text("yes") }).await.expect("replies").id;
    let here = format!("/c/{slug}/channels/{id}");
    for (path, leads) in [
        (format!("/channels/{id}"), here.clone()),
        (format!("/c/elsewhere/channels/{id}"), here.clone()),
        (format!("/dm/{id}"), here.clone()),
        (format!("/m/{said}"), format!("{here}?around={said}")),
        (format!("/m/{reply}"), format!("{here}?around={said}&thread={said}")),
        (format!("/c/{slug}"), here.clone()),
    ] {
        let answered = follow(&world, &path, "same-origin", world.ann.token()).await;
        assert_eq!(answered.status().as_u16(), 303, "{path}");
        assert_eq!(answered.headers()["location"].to_str().expect("text"), leads, "{path}");
    }
    let page = follow(&world, &format!("{here}?around={said}"), "same-origin", world.ann.token()).await;
    let page = page.text().await.expect("text");
    assert!(page.contains("hello") && page.contains(&format!(r#"data-named="{said}""#)), "{page}");
    assert!(!page.contains(&format!("m-{reply}")), "a reply stands in its thread");
    world.end().await;
}

/// The pages can be installed, and open without a network.
#[tokio::test]
async fn the_pages_are_an_application() {
    let world = World::new().await;
    let get = async |path: &str| answer(http().get(format!("{}{path}", world.base()))).await;
    let manifest: serde_json::Value = get("/manifest.webmanifest").await.json().await.expect("JSON");
    let icon = manifest["icons"][0]["src"].as_str().expect("an icon").to_owned();
    assert_eq!(get(&icon).await.status().as_u16(), 200);
    let worker = get("/sw.js").await;
    assert!(worker.headers()["content-type"].to_str().expect("text").starts_with("text/javascript"));
    let worker = worker.text().await.expect("text");
    let kept = worker.split('"').filter(|part| part.starts_with("/assets/") && part.contains('.'));
    for file in kept {
        assert_eq!(get(file).await.status().as_u16(), 200, "{file}");
    }
    world.end().await;
}
