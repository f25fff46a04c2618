//! Links to our pages, as a browser follows them.

use ajet_protocol::CreateInvite;
use reqwest::Response;

use crate::support::World;
use crate::support::requests::{answer, http};

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
    let channel = format!("/channels/{}", world.general.id);
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
    assert_eq!(location, format!("/sign-in?next=%2Fchannels%2F{}", world.general.id));
    let away = follow(&world, &format!("/c/{}", world.community.slug), "none", None).await;
    assert_eq!(away.headers()["location"], format!("/sign-in?next=%2Fc%2F{}", world.community.slug));
    world.end().await;
}
