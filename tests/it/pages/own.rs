//! A person's own settings.

use ajet_protocol::{NotifyLevel, PageQuery, PresenceMode};

use super::browsing::{done, look, page, send, send_by_htmx};
use crate::support::requests::{answer, http};
use crate::support::{World, eventually};

#[tokio::test]
async fn a_form_changes_what_it_says_and_leads_back_to_its_page() {
    let world = World::new().await;
    let form = [("display_name", "Ann Archer"), ("status_text", "<b>away</b>")];
    let to = done(&world, &world.ann, "/settings/profile", &form).await;
    assert_eq!(to, "/settings/profile?done=saved");
    let me = world.ann.me().await.expect("reads");
    assert_eq!(
        (me.user.display_name.as_str(), me.user.status_text.as_deref()),
        ("Ann Archer", Some("<b>away</b>"))
    );
    let shown = page(&world, &world.ann, &to).await;
    assert!(
        shown.contains("Saved.") && shown.contains("&lt;b&gt;away") && !shown.contains("<b>away"),
        "{shown}"
    );
    done(&world, &world.ann, "/settings/presence", &[("invisible", "on")]).await;
    assert_eq!(world.ann.me().await.expect("reads").presence, PresenceMode::Invisible);
    done(&world, &world.ann, "/settings/presence", &[]).await;
    assert_eq!(world.ann.me().await.expect("reads").presence, PresenceMode::Auto);
    world.end().await;
}

#[tokio::test]
async fn a_refused_form_is_told_as_a_page_and_by_htmx_as_its_problem() {
    let world = World::new().await;
    let form = [("display_name", " "), ("status_text", "")];
    let refused = send(&world, &world.ann, "/settings/profile", &form).await;
    assert_eq!(refused.status().as_u16(), 422);
    let text = refused.text().await.expect("text");
    assert!(text.starts_with("<!DOCTYPE html>") && text.contains("display_name"), "{text}");
    let refused = send_by_htmx(&world, &world.ann, "/settings/profile", &form).await;
    assert_eq!(refused.status().as_u16(), 422);
    let text = refused.text().await.expect("text");
    assert!(text.starts_with("display_name ") && !text.contains('<'), "{text}");
    let form = [("display_name", "Ann"), ("status_text", "")];
    let told = send_by_htmx(&world, &world.ann, "/settings/profile", &form).await;
    assert_eq!(told.status().as_u16(), 200);
    assert_eq!(told.headers()["hx-redirect"], "/settings/profile?done=saved");
    world.end().await;
}

/// Without a session htmx is sent to the sign-in, instead of a fragment that nothing shows.
#[tokio::test]
async fn a_form_of_somebody_who_is_signed_out_leads_to_the_sign_in() {
    let world = World::new().await;
    let request =
        http().post(format!("{}/settings/profile", world.base())).header("sec-fetch-site", "same-origin");
    let told = answer(request.header("hx-request", "true").form(&[("display_name", "x")])).await;
    assert_eq!(told.headers()["hx-redirect"], "/sign-in");
    world.end().await;
}

#[tokio::test]
async fn quiet_hours_and_levels_are_set_and_lifted() {
    let world = World::new().await;
    let form = [("from", "22:00"), ("to", "07:00"), ("time_zone", "Europe/Berlin")];
    done(&world, &world.ann, "/settings/quiet", &form).await;
    let hours = world.ann.me().await.expect("reads").quiet_hours.expect("are set");
    assert_eq!((hours.from.as_str(), hours.time_zone.as_str()), ("22:00", "Europe/Berlin"));
    done(&world, &world.ann, "/settings/quiet/lift", &[]).await;
    assert_eq!(world.ann.me().await.expect("reads").quiet_hours, None);
    let path = format!("/settings/notifications/{}", world.community.id);
    done(&world, &world.ann, &path, &[("level", "mentions")]).await;
    let community = world.ann.community(world.community.id).await.expect("reads");
    assert_eq!(community.notify, NotifyLevel::Mentions);
    let refused = send(&world, &world.ann, &path, &[("level", "loud")]).await;
    assert_eq!(refused.status().as_u16(), 422);
    world.end().await;
}

#[tokio::test]
async fn sessions_are_listed_and_ended() {
    let world = World::new().await;
    let (other, _) = world.nobody.sign_in("ann").await.expect("signs in");
    let shown = page(&world, &world.ann, "/settings/sessions").await;
    let sessions = world.ann.sessions(&PageQuery::default()).await.expect("lists").items;
    let there = sessions.iter().find(|one| !one.current).expect("another one").id;
    assert!(shown.contains(&format!("/settings/sessions/{there}/end")), "{shown}");
    done(&world, &world.ann, &format!("/settings/sessions/{there}/end"), &[]).await;
    assert!(other.me().await.is_err(), "its token is worth nothing");
    assert!(page(&world, &world.ann, "/settings/log").await.contains("session."), "the log tells of it");
    done(&world, &world.ann, "/settings/sessions/end-others", &[]).await;
    world.ann.me().await.expect("its own goes on");
    world.end().await;
}

#[tokio::test]
async fn ones_own_data_is_asked_for_and_downloaded() {
    let world = World::new().await;
    assert!(!page(&world, &world.ann, "/settings/data").await.contains("/settings/data/"));
    done(&world, &world.ann, "/settings/data", &[]).await;
    let link = "href=\"/settings/data/";
    eventually("it is offered", async || page(&world, &world.ann, "/settings/data").await.contains(link))
        .await;
    let shown = page(&world, &world.ann, "/settings/data").await;
    let id = shown.split_once(link).and_then(|(_, rest)| rest.split_once('"')).expect("a link").0;
    let cookie = format!("ajet_session={}", world.ann.token().expect("a token"));
    let asked = http().get(format!("{}/settings/data/{id}", world.base())).header("cookie", cookie);
    let led = answer(asked).await;
    let to = led.headers()["location"].to_str().expect("text");
    let file = answer(http().get(to)).await;
    let header =
        |name| file.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
    assert!(header("content-disposition").starts_with("attachment; filename*=UTF-8''ajet-chat-export-"));
    assert_eq!((file.status().as_u16(), header("content-type").as_str()), (200, "application/gzip"));
    world.end().await;
}

#[tokio::test]
async fn blocked_people_are_listed_and_let_go() {
    let world = World::new().await;
    let bob = world.bob.me().await.expect("reads").user;
    world.ann.block(bob.id).await.expect("blocks");
    let lift = format!("/settings/blocked/{}/lift", bob.id);
    assert!(page(&world, &world.ann, "/settings/blocked").await.contains(&lift));
    done(&world, &world.ann, &lift, &[]).await;
    assert!(!page(&world, &world.ann, "/settings/blocked").await.contains(&lift));
    assert_eq!(look(&world, &world.ann, "/settings/nowhere").await.0, 404);
    world.end().await;
}
