//! Language, look and time zone.

use super::browsing::{page, send};
use crate::support::World;
use crate::support::requests::{answer, http};

async fn signing_in(world: &World, header: &str, value: &str) -> String {
    let request = http().get(format!("{}/sign-in", world.base())).header(header, value);
    answer(request).await.text().await.expect("text")
}

#[tokio::test]
async fn pages_are_in_the_language_that_the_browser_asks_for() {
    let world = World::new().await;
    let german = signing_in(&world, "accept-language", "de-AT,de;q=0.9").await;
    assert!(german.contains(r#"<html lang="de""#) && german.contains("Anmelden"), "{german}");
    let english = signing_in(&world, "accept-language", "fr").await;
    assert!(english.contains(r#"<html lang="en""#) && english.contains("Sign in"), "{english}");
    world.end().await;
}

/// By the name of the field and the rule, as what breaks a rule.
#[tokio::test]
async fn a_taken_user_name_is_refused_in_german_by_its_field() {
    let world = World::new().await;
    world.nobody.sign_in("modem").await.expect("signs in");
    let form = http().post(format!("{}/sign-in", world.base())).header("sec-fetch-site", "same-origin");
    let sent = form.header("accept-language", "de").form(&[("username", "rnodem")]);
    let refused = answer(sent).await;
    assert_eq!(refused.status().as_u16(), 409);
    let shown = refused.text().await.expect("text");
    assert!(shown.contains("Benutzername: schon vergeben."), "{shown}");
    world.end().await;
}

/// A cookie keeps it, so that the pages before the sign-in look so too.
#[tokio::test]
async fn a_chosen_look_is_kept_in_the_browser() {
    let world = World::new().await;
    let form = [("theme", "dark"), ("density", "compact"), ("contrast", "more"), ("language", "de")];
    let answered = send(&world, &world.ann, "/settings/appearance", &form).await;
    assert_eq!(answered.status().as_u16(), 303);
    let cookie = answered.headers()["set-cookie"].to_str().expect("text");
    assert!(cookie.starts_with("ajet_look=dark.compact.more.de;"), "{cookie}");
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"), "{cookie}");
    let pair = cookie.split(';').next().expect("a pair").to_owned();
    let shown = signing_in(&world, "cookie", &pair).await;
    for part in
        [r#"lang="de""#, r#"data-theme="dark""#, r#"data-density="compact""#, r#"data-contrast="more""#]
    {
        assert!(shown.contains(part), "{part}: {shown}");
    }
    let hostile = signing_in(&world, "cookie", "ajet_look=\"><script>.x.y.z; ajet_zone=<script>").await;
    assert!(hostile.contains(r#"data-theme="system""#) && !hostile.contains("<script>"), "{hostile}");
    world.end().await;
}

#[tokio::test]
async fn times_are_in_the_zone_that_the_browser_names() {
    let world = World::new().await;
    let shown = page(&world, &world.ann, "/settings/sessions").await;
    assert!(shown.contains(" UTC</time>"), "{shown}");
    let cookie = format!("ajet_session={}; ajet_zone=Asia/Tokyo", world.ann.token().expect("a token"));
    let request = http().get(format!("{}/settings/sessions", world.base())).header("cookie", cookie);
    let shown = answer(request).await.text().await.expect("text");
    assert!(shown.contains("</time>") && !shown.contains(" UTC</time>"), "{shown}");
    world.end().await;
}

#[tokio::test]
async fn components_stand_on_a_page_of_their_own() {
    let world = World::new().await;
    let shown = answer(http().get(format!("{}/dev/components", world.base()))).await;
    assert_eq!(shown.status().as_u16(), 200);
    // What a proxy passes on comes from elsewhere.
    let foreign = http().get(format!("{}/dev/components", world.base())).header("forwarded", "for=192.0.2.1");
    let gone = answer(foreign).await;
    assert_eq!(gone.status().as_u16(), 404, "on a developer's machine alone");
    world.end().await;
}
