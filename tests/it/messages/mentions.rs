//! Mentions: names that people type, what they are stored as, whose names show to whom, and what counts as one.

use ajet_client::Client;
use ajet_protocol::{
    Channel, ChannelId, Code, CreateRole, Event, Mention, MentionType, Message, Permission, RoleId,
    SetOverwrite, Unread, UpdateMember, Visibility,
};

use crate::support::{World, code, db, id_of, next_event, sql, text};

async fn role(world: &World, name: &str) -> RoleId {
    let request =
        CreateRole { name: name.into(), permissions: None, position: None, client_mutation_id: None };
    world.ann.create_role(world.community.id, &request).await.expect("creates").id
}

async fn posted(client: &Client, channel: ChannelId, body: &str) -> Message {
    client.post(channel, &text(body)).await.expect("posts")
}

/// What somebody has not read in a channel.
async fn unread(client: &Client, channel: ChannelId) -> Unread {
    client.get::<Channel>(&format!("/api/channels/{channel}")).await.expect("reads").unread
}

#[tokio::test]
async fn names_that_people_type_are_stored_as_mentions() {
    let world = World::new().await;
    let (bob, crew) = (id_of(&world.bob).await, role(&world, "Crew").await);
    let general = world.general.id;
    let body = "@bob, @crew: see #general. @here @channel `@bob` \\@bob bob@bob @nobody #nothing";
    let stored = format!(
        "@<user:{bob}>, @<role:{crew}>: see #<channel:{general}>. @<here> @<channel> `@bob` \\@bob bob@bob @nobody #nothing"
    );
    let message = posted(&world.ann, general, body).await;
    assert_eq!(message.body_md, stored);
    let of = |kind, target_id| Mention { kind, target_id };
    let mentions = [
        of(MentionType::User, Some(bob.0)),
        of(MentionType::Role, Some(crew.0)),
        of(MentionType::Channel, Some(general.0)),
        of(MentionType::Here, None),
        of(MentionType::Everyone, None),
    ];
    assert_eq!(message.mentions, mentions);
    for shown in ["@bob", "@Crew", "#general", "@here", "@channel"] {
        let span = format!(r#"<span class="mention">{shown}</span>"#);
        assert!(message.body_html.contains(&span), "{span} in {}", message.body_html);
    }
    let edited = world.ann.edit(message.id, "now @bob alone").await.expect("edits");
    assert_eq!(edited.body_md, format!("now @<user:{bob}> alone"));
    assert_eq!(world.bob.message(message.id).await.expect("reads").mentions, [mentions[0]]);
    world.end().await;
}

#[tokio::test]
async fn people_are_mentioned_by_what_they_call_themselves_if_no_one_else_does() {
    let world = World::new().await;
    let (bob, carol) = (id_of(&world.bob).await, world.join("carol").await);
    let named = |name: &str| UpdateMember { role: None, nickname: Some(name.into()), roles: None };
    world.bob.update_member(world.community.id, bob, &named("Bobby")).await.expect("names");
    assert_eq!(
        posted(&world.ann, world.general.id, "hi @bobby!").await.body_md,
        format!("hi @<user:{bob}>!")
    );
    let other = id_of(&carol).await;
    carol.update_member(world.community.id, other, &named("bobby")).await.expect("names");
    assert_eq!(posted(&world.ann, world.general.id, "hi @bobby!").await.body_md, "hi @bobby!");
    world.end().await;
}

/// Of accounts that call themselves the same a limited number is looked at, wherever they are.
#[tokio::test]
async fn a_name_of_very_many_accounts_means_no_one() {
    let world = World::new().await;
    let bob = id_of(&world.bob).await;
    sql(&world, "update users set display_name = 'Robért' where username = 'bob'").await;
    let body = format!("hi @<user:{bob}>!");
    assert_eq!(
        posted(&world.ann, world.general.id, "hi @robért!").await.body_md,
        body,
        "elsewhere is no one"
    );
    let many = "insert into users (id, username, display_name, created_at)
                select gen_random_uuid(), 'r' || n, 'ROBÉRT', now() from generate_series(1, 200) n";
    assert_eq!(sql(&world, many).await, 200);
    assert_eq!(posted(&world.ann, world.general.id, "hi @robért!").await.body_md, "hi @robért!");
    world.end().await;
}

/// Limits count what is stored.
#[tokio::test]
async fn a_text_that_is_too_long_with_its_mentions_is_refused() {
    let world = World::new().await;
    let body = format!("@bob {}", "x".repeat(3990));
    assert_eq!(code(world.ann.post(world.general.id, &text(&body)).await), Code::Invalid);
    let long = format!("@nobody {}", "x".repeat(3990));
    assert_eq!(posted(&world.ann, world.general.id, &long).await.body_md, long);
    world.end().await;
}

/// I6. A private channel is named by those who see it, and its name shows to them.
#[tokio::test]
async fn a_private_channel_has_a_name_for_those_who_see_it() {
    let world = World::new().await;
    let secret = world.channel("secret", Visibility::Private).await;
    let mut live = world.bob.live(None).await.expect("opens");
    let by_bob = posted(&world.bob, world.general.id, "see #secret").await;
    assert_eq!(by_bob.body_md, "see #secret", "he does not know of it");
    let by_ann = posted(&world.ann, world.general.id, "see #secret now").await;
    assert_eq!(by_ann.body_md, format!("see #<channel:{}> now", secret.id));
    assert!(by_ann.body_html.contains("#secret"), "{}", by_ann.body_html);
    let seen = async |client: &Client| client.message(by_ann.id).await.expect("reads").body_html;
    assert!(seen(&world.ann).await.contains("#secret"));
    assert!(seen(&world.bob).await.contains("#private-channel"));
    next_event(&mut live, "message.created").await;
    let Some(Event::MessageCreated(event)) = next_event(&mut live, "message.created").await else { panic!() };
    assert!(event.message.body_html.contains("#private-channel"), "{}", event.message.body_html);
    world.ann.add_to_channel(secret.id, id_of(&world.bob).await).await.expect("adds");
    assert!(seen(&world.bob).await.contains("#secret"));
    world.bob.leave(secret.id).await.expect("leaves");
    assert!(seen(&world.bob).await.contains("#private-channel"));
    world.end().await;
}

#[tokio::test]
async fn a_role_of_another_community_has_no_name() {
    let world = World::new().await;
    let crew = role(&world, "Crew").await;
    let dm = world.ann.open_dm(&[id_of(&world.bob).await]).await.expect("opens");
    let message = posted(&world.ann, dm.id, &format!("@<role:{crew}> @crew @bob")).await;
    assert!(message.body_html.contains("@unknown-role") && !message.body_html.contains("Crew"));
    assert!(
        message.body_md.ends_with(&format!("@crew @<user:{}>", id_of(&world.bob).await)),
        "{}",
        message.body_md
    );
    world.end().await;
}

#[tokio::test]
async fn what_calls_everybody_or_a_role_counts_as_a_mention() {
    let world = World::new().await;
    let (bob, general) = (id_of(&world.bob).await, world.general.id);
    let (held, other) = (role(&world, "held").await, role(&world, "other").await);
    let holds = UpdateMember { role: None, nickname: None, roles: Some(vec![held]) };
    world.ann.update_member(world.community.id, bob, &holds).await.expect("gives");
    for (body, mentions) in [
        ("hello".to_owned(), 0),
        ("@here".to_owned(), 1),
        ("@everyone".to_owned(), 2),
        (format!("@<role:{held}>"), 3),
        (format!("@<role:{other}>"), 3),
        ("@bob".to_owned(), 4),
        (format!("@<role:{bob}> #<channel:{bob}>"), 4),
    ] {
        posted(&world.ann, general, &body).await;
        assert_eq!(unread(&world.bob, general).await.mentions, mentions, "{body}");
    }
    world.end().await;
}

/// The rows say what the list of the message says.
#[tokio::test]
async fn mentions_are_rows_until_the_message_mentions_others_or_is_deleted() {
    let world = World::new().await;
    let message = posted(&world.ann, world.general.id, "@bob @here").await;
    let kinds = async || {
        let all = "select kind from message_mentions where message_id = $1 order by kind";
        sqlx::query_scalar::<_, i16>(all)
            .bind(message.id.0)
            .fetch_all(&mut db(&world).await)
            .await
            .expect("reads")
    };
    assert_eq!(kinds().await, [1, 3]);
    world.ann.edit(message.id, "@here @channel #general").await.expect("edits");
    assert_eq!(kinds().await, [3, 4, 5]);
    world.ann.delete(message.id).await.expect("deletes");
    assert!(kinds().await.is_empty());
    world.end().await;
}

/// By a post and by an edit alike; others call everybody all the same.
#[tokio::test]
async fn who_may_not_call_everybody_in_a_channel_writes_these_words_as_text() {
    let world = World::new().await;
    let (ann, bob, general) = (&world.ann, id_of(&world.bob).await, world.general.id);
    let before = posted(&world.bob, general, "@here").await;
    assert_eq!(before.mentions, [Mention { kind: MentionType::Here, target_id: None }], "he still may");
    let quiet = SetOverwrite { allow: None, deny: Some(vec![Permission::MentionHere]) };
    ann.set_overwrite(general, bob, &quiet).await.expect("denies");
    let (typed, stored) = ("@here @channel", "@<here> @<channel>");
    let said = posted(&world.bob, general, typed).await;
    let plain = posted(&world.bob, general, "no one").await;
    let edited = world.bob.edit(plain.id, typed).await.expect("edits");
    let again = world.bob.edit(before.id, typed).await.expect("edits what called everybody");
    for message in [&said, &edited, &again] {
        let seen = ann.message(message.id).await.expect("reads");
        for one in [message, &seen] {
            assert_eq!((one.body_md.as_str(), one.mentions.len()), (stored, 0));
            assert!(one.body_html.contains("@here @channel"), "{}", one.body_html);
            assert!(!one.body_html.contains("mention"), "{}", one.body_html);
        }
    }
    assert_eq!(sql(&world, "select 1 from message_mentions").await, 0, "of those that were, none is left");
    assert_eq!(unread(ann, general).await.mentions, 0);
    let by_ann = posted(ann, general, typed).await;
    assert_eq!(by_ann.mentions.len(), 2);
    assert_eq!(unread(&world.bob, general).await.mentions, 1);
    world.end().await;
}
