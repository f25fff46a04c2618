//! One message: who may read it, and whose names it shows.

use ajet_protocol::{Code, CreateCommunity, Visibility};

use crate::support::{World, everything_is_published, sql, text};

/// I6. Names show in their own community and nowhere else.
#[tokio::test]
async fn a_mention_shows_no_name_of_another_community() {
    let world = World::new().await;
    let request = CreateCommunity { name: "Other".into(), slug: "other".into(), client_mutation_id: None };
    let other = world.ann.create_community(&request).await.expect("founds");
    let foreign = world.ann.channels(other.id).await.expect("lists").items.remove(0);
    let (carol, profile) = world.nobody.sign_in("carol").await.expect("signs in");
    let invite = world.ann.create_invite(other.id, &Default::default()).await.expect("invites");
    carol.accept_invite(&invite.code).await.expect("joins the other one");
    let own = world.channel("own", Visibility::Public).await;
    let body = format!("#<channel:{}> #<channel:{}> @<user:{}>", foreign.id, own.id, profile.id);
    let posted = world.bob.post(world.general.id, &text(&body)).await.expect("posts");
    let read = world.bob.message(posted.id).await.expect("reads");
    for html in [posted.body_html, read.body_html] {
        assert!(
            html.contains("#own") && html.contains("#private-channel") && html.contains("@unknown-user"),
            "{html}"
        );
        assert!(!html.contains("general") && !html.contains("carol"), "{html}");
    }
    world.end().await;
}

/// The right to read a message is checked in the statement that reads it, on the primary.
#[tokio::test]
async fn a_message_of_a_channel_one_has_left_is_not_there() {
    let world = World::new().await;
    let secret = world.channel("secret", Visibility::Private).await;
    sql(&world, "insert into channel_members (channel_id, user_id, joined_at)
                 select c.id, u.id, now() from channels c, users u where c.name = 'secret' and u.username = 'bob'").await;
    sql(&world, "update communities set acl_version = acl_version + 1").await;
    let posted = world.ann.post(secret.id, &text("hush")).await.expect("posts");
    assert_eq!(world.bob.message(posted.id).await.expect("reads").body_md, "hush");
    world.bob.leave(secret.id).await.expect("leaves");
    assert_eq!(world.bob.message(posted.id).await.expect_err("gone").code(), Some(Code::NotFound));
    everything_is_published(&world).await;
    assert!(world.bob.message(posted.id).await.is_err(), "and stays so");
    world.end().await;
}
