//! Why a message is told of: mentions by name, by role and of everybody, direct messages, and replies in threads.

use ajet_client::Client;
use ajet_protocol::{
    CreateRole, Message, MessageId, NotificationReason, NotificationType, Permission, PostMessage,
    SetOverwrite, UpdateMember, Visibility,
};

use super::told::{about, all_of};
use crate::support::{World, eventually, id_of, next, sql, text};

fn reply(parent: &Message, body: &str) -> PostMessage {
    PostMessage { parent_id: Some(parent.id), ..text(body) }
}

/// Waits until the notifier has done all that is due.
pub async fn all_is_told(world: &World) {
    eventually("all are told", async || sql(world, "select 1 from due_notices").await == 0).await;
}

/// Why somebody was told of a message, if they were.
async fn why(reader: &Client, message: &Message) -> Option<NotificationReason> {
    about(reader, message).await.map(|one| {
        assert_eq!(one.kind, one.reason.kind());
        one.reason
    })
}

#[tokio::test]
async fn everybody_in_the_channel_is_told_of_what_calls_all_and_no_one_else() {
    let world = World::new().await;
    let room = world.channel("room", Visibility::Public).await.id;
    let (carol, dave) = (world.join("carol").await, world.join("dave").await);
    for person in [&world.bob, &carol] {
        person.join(room).await.expect("joins");
    }
    let bob = id_of(&world.bob).await;
    let called = world.ann.post(room, &text(&format!("@<channel> @<user:{bob}> look"))).await.expect("posts");
    all_is_told(&world).await;
    assert_eq!(why(&world.bob, &called).await, Some(NotificationReason::User), "the strongest reason");
    assert_eq!(why(&carol, &called).await, Some(NotificationReason::Channel));
    assert_eq!(why(&world.ann, &called).await, None, "not of one's own");
    assert_eq!(why(&dave, &called).await, None, "who is not in the channel");
    // Who joins later is not told, also where the row comes back.
    dave.join(room).await.expect("joins");
    sql(
        &world,
        "insert into due_notices (message_id, channel_id, created_at, broad)
         select distinct source_id, channel_id, created_at, true from notifications limit 1",
    )
    .await;
    world.server.app().node.due().notify_one();
    all_is_told(&world).await;
    assert_eq!(why(&dave, &called).await, None);
    assert_eq!(sql(&world, "select 1 from notifications").await, 2, "and no one twice");
    world.end().await;
}

/// Who has joined a channel and is denied to view it is in its list of members and not in the channel.
#[tokio::test]
async fn who_is_denied_the_view_of_a_channel_is_told_of_nothing_there() {
    let world = World::new().await;
    let (room, carol) = (world.channel("room", Visibility::Public).await.id, world.join("carol").await);
    for person in [&world.bob, &carol] {
        person.join(room).await.expect("joins");
    }
    let (bob, carol_id) = (id_of(&world.bob).await, id_of(&carol).await);
    let denied = SetOverwrite { allow: None, deny: Some(vec![Permission::ViewChannel]) };
    world.ann.set_overwrite(room, bob, &denied).await.expect("denies");
    let joined = "select 1 from channel_members cm join users u on u.id = cm.user_id
                  join channels ch on ch.id = cm.channel_id where u.username = 'bob' and ch.name = 'room'";
    assert_eq!(sql(&world, joined).await, 1, "the mention finds him");
    let both = format!("@<user:{bob}> @<user:{carol_id}> @<channel> look");
    let named = world.ann.post(room, &text(&both)).await.expect("posts");
    all_is_told(&world).await;
    assert_eq!(why(&carol, &named).await, Some(NotificationReason::User));
    assert_eq!(sql(&world, "select 1 from notifications").await, 1, "carol's alone");
    let told = "select 1 from events where type = 'notification.new'";
    assert_eq!(sql(&world, told).await, 1, "nor does an event tell bob");
    // It was that alone: of the next one he is told, and of the one before he still is not.
    world.ann.remove_overwrite(room, bob).await.expect("allows it again");
    let again = world.ann.post(room, &text(&both)).await.expect("posts");
    all_is_told(&world).await;
    assert_eq!(why(&world.bob, &again).await, Some(NotificationReason::User));
    assert_eq!(why(&world.bob, &named).await, None);
    assert_eq!(sql(&world, told).await, 3);
    world.end().await;
}

#[tokio::test]
async fn here_calls_those_who_are_online() {
    // Half a second after its start the node knows that bob is not.
    let world = World::with(|config| config.presence.away_s = 12).await;
    let (carol, general) = (world.join("carol").await, world.general.id);
    let mut live = carol.live(None).await.expect("opens");
    assert_eq!(next(&mut live).await.name, "ready");
    let carol_id = id_of(&carol).await;
    let presence = &world.server.app().context.presence;
    eventually("carol is online", async || presence.is_online(carol_id)).await;
    let bob_id = id_of(&world.bob).await;
    eventually("bob is not", async || !presence.is_online(bob_id)).await;
    let called = world.ann.post(general, &text("@<here> look")).await.expect("posts");
    all_is_told(&world).await;
    assert_eq!(why(&carol, &called).await, Some(NotificationReason::Here));
    assert_eq!(why(&world.bob, &called).await, None);
    world.end().await;
}

#[tokio::test]
async fn a_role_calls_those_who_hold_it_and_are_in_the_channel() {
    let world = World::new().await;
    let carol = world.join("carol").await;
    let request =
        CreateRole { name: "crew".into(), permissions: None, position: None, client_mutation_id: None };
    let role = world.ann.create_role(world.community.id, &request).await.expect("makes a role");
    for person in [&world.ann, &world.bob] {
        let holds = UpdateMember { roles: Some(vec![role.id]), ..UpdateMember::default() };
        let id = id_of(person).await;
        world.ann.update_member(world.community.id, id, &holds).await.expect("gives it");
    }
    let called = world.ann.post(world.general.id, &text(&format!("@<role:{}> look", role.id))).await;
    let called = called.expect("posts");
    all_is_told(&world).await;
    assert_eq!(why(&world.bob, &called).await, Some(NotificationReason::Role));
    for other in [&world.ann, &carol] {
        assert_eq!(why(other, &called).await, None);
    }
    world.end().await;
}

#[tokio::test]
async fn a_direct_message_tells_its_other_people() {
    let world = World::new().await;
    let (bob, carol) = (id_of(&world.bob).await, world.join("carol").await);
    let dm = world.ann.open_dm(&[bob]).await.expect("opens").id;
    let said = world.ann.post(dm, &text("psst")).await.expect("posts");
    all_is_told(&world).await;
    assert_eq!(why(&world.bob, &said).await, Some(NotificationReason::Dm));
    let told = about(&world.bob, &said).await.expect("is told");
    assert_eq!((told.kind, told.community_id, told.channel_id), (NotificationType::Dm, None, Some(dm)));
    assert_eq!(told.preview.as_deref(), Some("psst"));
    let group = world.ann.open_dm(&[bob, id_of(&carol).await]).await.expect("opens").id;
    let named = world.ann.post(group, &text(&format!("@<user:{bob}> look"))).await.expect("posts");
    all_is_told(&world).await;
    assert_eq!(why(&world.bob, &named).await, Some(NotificationReason::User), "a mention is one there too");
    assert_eq!(why(&carol, &named).await, Some(NotificationReason::Dm));
    assert!(all_of(&world.ann).await.is_empty());
    world.end().await;
}

#[tokio::test]
async fn a_reply_tells_who_follows_the_thread() {
    let world = World::new().await;
    let (carol, dave, erin) = (world.join("carol").await, world.join("dave").await, world.join("erin").await);
    let general = world.general.id;
    let parent = world.ann.post(general, &text("a question")).await.expect("posts");
    carol.follow(parent.id).await.expect("follows");
    world.bob.post(general, &reply(&parent, "an answer")).await.expect("replies");
    dave.post(general, &reply(&parent, "another one")).await.expect("replies");
    dave.unfollow(parent.id).await.expect("unfollows");
    all_is_told(&world).await;
    let last = erin.post(general, &reply(&parent, "a third one")).await.expect("replies");
    all_is_told(&world).await;
    let follows = Some(NotificationReason::ThreadReply);
    for (person, expected) in [
        // Who began it, who had a part in it, and who follows it.
        (&world.ann, follows),
        (&world.bob, follows),
        (&carol, follows),
        // Who wants no more of it, and the author.
        (&dave, None),
        (&erin, None),
    ] {
        assert_eq!(why(person, &last).await, expected);
    }
    world.end().await;
}

/// An edit tells no one, and of a deleted message no one is told who was not before.
#[tokio::test]
async fn an_edit_tells_no_one_anew() {
    let world = World::new().await;
    let parent = world.bob.post(world.general.id, &text("a question")).await.expect("posts");
    let said = world.ann.post(world.general.id, &reply(&parent, "an answer")).await.expect("replies");
    all_is_told(&world).await;
    world.ann.edit(said.id, "@<channel> look").await.expect("edits");
    assert_eq!(sql(&world, "select 1 from due_notices").await, 0);
    assert_eq!(why(&world.bob, &said).await, Some(NotificationReason::ThreadReply));
    world.ann.delete(said.id).await.expect("deletes");
    let told = about(&world.bob, &said).await.expect("its place is kept");
    assert_eq!(told.preview.as_deref(), Some(""));
    assert_ne!(said.id, MessageId(uuid::Uuid::nil()));
    world.end().await;
}
