//! The start page of somebody who is in no community, and what an invite in an inbox leads to.

use ajet_client::Client;
use ajet_protocol::{CreateInvite, NotificationReason, PageQuery};

use super::browsing::{done, page, send};
use crate::support::{World, eventually, id_of, sql};

/// Somebody who is in no community, whom a member of the world's has invited and who was told of it; and the code that is for them.
async fn invited_by(world: &World, maker: &Client) -> (Client, String) {
    let (stranger, user) = world.nobody.sign_in("stranger").await.expect("signs in");
    let direct = CreateInvite { user_id: Some(user.id), ..CreateInvite::default() };
    let code = maker.create_invite(world.community.id, &direct).await.expect("invites").code;
    eventually("they are told of it", async || {
        let told = stranger.notifications(false, &PageQuery::default()).await.expect("lists").items;
        told.iter().any(|one| one.reason == NotificationReason::CommunityInvite)
    })
    .await;
    (stranger, code)
}

#[tokio::test]
async fn who_is_in_no_community_accepts_an_invite_where_they_start() {
    let world = World::new().await;
    let (stranger, code) = invited_by(&world, &world.ann).await;
    let accepts = format!("/invite/{code}");
    let shown = page(&world, &stranger, "/").await;
    assert!(shown.contains(&format!("You were invited to {}", world.community.name)), "{shown}");
    assert!(shown.contains(&format!(r#"<form method="post" action="{accepts}">"#)), "{shown}");
    let to = done(&world, &stranger, &accepts, &[]).await;
    assert_eq!(to, format!("/c/{}", world.community.slug));
    let shown = page(&world, &stranger, "/").await;
    assert!(
        shown.contains(&to) && !shown.contains(&accepts),
        "an inbox stands beside the messages now: {shown}"
    );
    let shown = page(&world, &world.bob, "/").await;
    assert!(!shown.contains(&code), "an invite is for one person: {shown}");
    world.end().await;
}

#[tokio::test]
async fn an_invite_in_the_inbox_leads_to_its_page_until_it_is_revoked() {
    let world = World::new().await;
    let (stranger, code) = invited_by(&world, &world.ann).await;
    let leads = format!(r#"href="/invite/{code}""#);
    for pane in ["/inbox", "/inbox?before=ffffffff-ffff-ffff-ffff-ffffffffffff"] {
        let shown = page(&world, &stranger, pane).await;
        assert!(shown.contains(&leads), "{pane}: {shown}");
    }
    let asked = page(&world, &stranger, &format!("/invite/{code}")).await;
    assert!(asked.contains(&world.community.name), "{asked}");
    world.ann.revoke_invite(&code).await.expect("revokes");
    for path in ["/", "/inbox"] {
        let shown = page(&world, &stranger, path).await;
        assert!(shown.contains("You were invited to a community"), "{path}: {shown}");
        assert!(!shown.contains(&code), "nothing to accept: {path}: {shown}");
    }
    let late = send(&world, &stranger, &format!("/invite/{code}"), &[]).await;
    assert_eq!(late.status().as_u16(), 410);
    world.end().await;
}

/// I6: a community that banned somebody lets them in by no invite, and names itself no more.
#[tokio::test]
async fn who_is_banned_is_led_to_no_invite() {
    let world = World::new().await;
    let (stranger, code) = invited_by(&world, &world.ann).await;
    let user = id_of(&stranger).await;
    world.ann.ban(world.community.id, user, &Default::default()).await.expect("bans");
    for path in ["/", "/inbox"] {
        let shown = page(&world, &stranger, path).await;
        assert!(!shown.contains(&code), "{path}: {shown}");
    }
    world.end().await;
}

/// I6: what can't be accepted any more names its community no more.
#[tokio::test]
async fn an_invite_names_its_community_as_long_as_it_is_offered() {
    let world = World::new().await;
    let (stranger, code) = invited_by(&world, &world.ann).await;
    let named = format!("You were invited to {}", world.community.name);
    for (change, is_open) in [
        ("update invites set expires_at = now() - interval '1 minute' where addressee_id is not null", false),
        ("update invites set expires_at = now() + interval '1 hour' where addressee_id is not null", true),
        ("update invites set max_uses = 1, uses = 1 where addressee_id is not null", false),
        ("update invites set max_uses = 2 where addressee_id is not null", true),
        ("update invites set revoked_at = now() where addressee_id is not null", false),
    ] {
        assert_eq!(sql(&world, change).await, 1, "{change}");
        let shown = page(&world, &stranger, "/inbox").await;
        assert_eq!((shown.contains(&code), shown.contains(&named)), (is_open, is_open), "{change}: {shown}");
    }
    world.end().await;
}

/// An invite ends with the right of who made it: there is nothing left to accept.
#[tokio::test]
async fn an_invite_whose_maker_was_put_out_is_not_offered() {
    let world = World::new().await;
    let (stranger, code) = invited_by(&world, &world.bob).await;
    assert!(page(&world, &stranger, "/").await.contains(&code));
    let maker = id_of(&world.bob).await;
    world.ann.remove_member(world.community.id, maker, &Default::default()).await.expect("kicks");
    for path in ["/", "/inbox"] {
        let shown = page(&world, &stranger, path).await;
        assert!(!shown.contains(&code), "{path}: {shown}");
    }
    world.end().await;
}
