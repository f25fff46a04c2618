//! `GET /api/notifications`: what a person was told of, as it is now.

use ajet_client::Client;
use ajet_protocol::{
    Channel, Code, CreateInvite, NotificationId, NotificationType, PageQuery, Reason, UpdateChannel,
    Visibility,
};
use reqwest::Method;
use serde_json::Value;
use uuid::Uuid;

use super::told::{about, all_of, mention, unread_of};
use crate::support::requests::{ann, fields, problem};
use crate::support::{World, code, db, eventually, id_of, serve, text};

/// A preview has at most so many characters.
const PREVIEW: usize = 200;

#[tokio::test]
async fn a_mention_is_listed_as_plain_text_with_names() {
    let world = World::new().await;
    let general = world.general.id;
    let secret = world.channel("secret", Visibility::Private).await;
    let words = format!("**look** at `this`, ||or not|| in #<channel:{general}> #<channel:{}>", secret.id);
    let (message, told) = mention(&world.ann, general, &world.bob, &words).await;
    let name = world.bob.me().await.expect("me").user.display_name;
    let shown = format!("@{name} look at this, … in #general #private-channel");
    assert_eq!(told.preview.as_deref(), Some(shown.as_str()), "I6: no name of a private channel");
    assert_eq!((told.kind, told.source_id), (NotificationType::Mention, message.id.0));
    assert_eq!((told.channel_id, &told.actor), (Some(general), &message.author));
    assert!(!told.read && told.created_at >= message.created_at, "{told:?}");
    let (_, long) = mention(&world.ann, general, &world.bob, &"ä".repeat(1000)).await;
    assert_eq!(long.preview.map(|preview| preview.chars().count()), Some(PREVIEW));
    world.end().await;
}

/// I19: the text is the message's, wherever it is read: it is kept nowhere else.
#[tokio::test]
async fn a_preview_is_of_the_message_as_it_is_now() {
    let world = World::new().await;
    let other = serve(&world.config).await;
    let elsewhere = world.bob.at(&format!("http://{}", other.addr()));
    let (message, told) = mention(&world.ann, world.general.id, &world.bob, "the old words").await;
    assert!(told.preview.is_some_and(|preview| preview.ends_with("the old words")));
    world.ann.edit(message.id, "no longer about bob").await.expect("edits");
    for bob in [&world.bob, &elsewhere] {
        let told = about(bob, &message).await.expect("is still told");
        assert_eq!(told.preview.as_deref(), Some("no longer about bob"));
    }
    world.ann.delete(message.id).await.expect("deletes");
    for bob in [&world.bob, &elsewhere] {
        let told = about(bob, &message).await.expect("its place is kept");
        assert_eq!(told.preview.as_deref(), Some(""));
        let raw: Value = bob.get("/api/notifications").await.expect("lists");
        let raw = raw.to_string();
        assert!(!raw.contains("old words") && !raw.contains("no longer"), "{raw}");
    }
    world.end().await;
    other.stop().await;
}

/// The ids of one page, and whether the list goes on.
async fn page(reader: &Client, query: PageQuery) -> (Vec<NotificationId>, bool) {
    let page = reader.notifications(false, &query).await.expect("a page");
    (page.items.into_iter().map(|one| one.id).collect(), page.has_more)
}

#[tokio::test]
async fn pages_go_on_in_both_directions_and_begin_with_the_newest() {
    let world = World::new().await;
    let mut ids = Vec::new();
    for n in 0..5 {
        ids.push(mention(&world.ann, world.general.id, &world.bob, &n.to_string()).await.1.id);
    }
    assert!(ids.is_sorted(), "they were told one after another");
    let query = |before: Option<usize>, after: Option<usize>| {
        let id = |place: usize| ids[place].0;
        PageQuery { before: before.map(id), after: after.map(id), limit: Some(2) }
    };
    let part = |from: usize, to: usize| ids[from..to].to_vec();
    for (before, after, expected) in [
        (None, None, (part(3, 5), true)),
        (Some(3), None, (part(1, 3), true)),
        (Some(2), None, (part(0, 2), false)),
        (Some(1), None, (part(0, 1), false)),
        (Some(0), None, (vec![], false)),
        (None, Some(0), (part(1, 3), true)),
        (None, Some(2), (part(3, 5), false)),
        (None, Some(4), (vec![], false)),
    ] {
        assert_eq!(page(&world.bob, query(before, after)).await, expected, "{before:?} {after:?}");
    }
    let first = PageQuery { after: Some(Uuid::nil()), ..PageQuery::default() };
    assert_eq!(page(&world.bob, first).await, (ids.clone(), false));
    world.end().await;
}

#[tokio::test]
async fn those_that_are_read_are_left_out_where_only_unread_ones_are_asked_for() {
    let world = World::new().await;
    let mut told = Vec::new();
    for n in 0..3 {
        told.push(mention(&world.ann, world.general.id, &world.bob, &n.to_string()).await.1);
    }
    assert_eq!(unread_of(&world.bob).await, told);
    let middle = ajet_protocol::ReadNotifications { ids: Some(vec![told[1].id]), all: None };
    world.bob.read_notifications(&middle).await.expect("reads");
    let left: Vec<_> = unread_of(&world.bob).await.into_iter().map(|one| one.id).collect();
    assert_eq!(left, [told[0].id, told[2].id]);
    let read: Vec<_> = all_of(&world.bob).await.into_iter().map(|one| one.read).collect();
    assert_eq!(read, [false, true, false]);
    let query = PageQuery { limit: Some(1), ..PageQuery::default() };
    let newest = world.bob.notifications(true, &query).await.expect("lists");
    assert!(newest.has_more && newest.items[0].id == told[2].id, "{newest:?}");
    let query = PageQuery { before: Some(told[2].id.0), ..query };
    let before = world.bob.notifications(true, &query).await.expect("lists");
    assert!(!before.has_more && before.items[0].id == told[0].id, "the read one does not count: {before:?}");
    world.end().await;
}

#[tokio::test]
async fn a_query_that_does_not_fit_is_refused_by_its_name() {
    let world = World::new().await;
    let nil = Uuid::nil();
    for (query, wrong) in [
        ("unread=maybe".to_owned(), vec![("unread", "bad_format")]),
        ("limit=0".to_owned(), vec![("limit", "out_of_range")]),
        ("before=x".to_owned(), vec![("before", "bad_format")]),
        (format!("before={nil}&after={nil}"), vec![("after", "exclusive"), ("before", "exclusive")]),
    ] {
        let request = ann(&world, Method::GET, &format!("/api/notifications?{query}"));
        let (status, problem) = problem(request).await;
        assert_eq!((status, fields(&problem)), (422, wrong), "{query}");
    }
    world.end().await;
}

/// A list is the person's own.
#[tokio::test]
async fn no_one_else_is_shown_what_a_person_was_told() {
    let world = World::new().await;
    let (_, told) = mention(&world.ann, world.general.id, &world.bob, "psst").await;
    let carol = world.join("carol").await;
    for other in [&world.ann, &carol] {
        assert!(all_of(other).await.is_empty());
        let before = PageQuery { after: Some(Uuid::nil()), ..PageQuery::default() };
        assert_eq!(page(other, before).await, (vec![], false));
    }
    assert_eq!(all_of(&world.bob).await, [told]);
    assert_eq!(code(world.nobody.notifications(false, &PageQuery::default()).await), Code::Unauthenticated);
    world.end().await;
}

/// A channel that bob is in, where he was told of a message.
async fn room(world: &World, name: &str) -> Channel {
    let room = world.channel(name, Visibility::Public).await;
    world.bob.join(room.id).await.expect("joins");
    mention(&world.ann, room.id, &world.bob, name).await;
    room
}

/// The previews of what somebody is shown, without the name at their beginning.
async fn words_of(reader: &Client) -> Vec<String> {
    let words =
        |preview: String| preview.split_once(' ').map(|(_, words)| words.to_owned()).unwrap_or(preview);
    all_of(reader).await.into_iter().filter_map(|one| one.preview).map(words).collect()
}

/// I6: of a channel that one has left nothing is shown, neither the text nor that somebody wrote there.
#[tokio::test]
async fn of_a_channel_that_one_has_left_nothing_is_shown() {
    let world = World::new().await;
    mention(&world.ann, world.general.id, &world.bob, "stays").await;
    let (open, hidden) = (room(&world, "open").await, room(&world, "hidden").await);
    let private = UpdateChannel { visibility: Some(Visibility::Private), ..UpdateChannel::default() };
    world.ann.update_channel(hidden.id, &private).await.expect("hides it");
    assert_eq!(words_of(&world.bob).await, ["stays", "open", "hidden"], "bob is in all of them");
    world.bob.leave(hidden.id).await.expect("leaves");
    assert_eq!(words_of(&world.bob).await, ["stays", "open"]);
    world.bob.leave(open.id).await.expect("leaves");
    assert_eq!(words_of(&world.bob).await, ["stays"]);
    let nothing =
        ajet_protocol::ReadNotifications { ids: Some(vec![NotificationId(Uuid::nil())]), all: None };
    assert_eq!(world.bob.read_notifications(&nothing).await.expect("counts").unread, 1, "the one that shows");
    let one = PageQuery { limit: Some(1), ..PageQuery::default() };
    let page = world.bob.notifications(false, &one).await.expect("lists");
    assert!(!page.has_more && page.items.len() == 1, "no empty page, and no end that is none: {page:?}");
    world.bob.join(open.id).await.expect("comes back");
    assert_eq!(words_of(&world.bob).await, ["stays", "open"]);
    world.end().await;
}

/// I6: the same of a community, from the answer on.
#[tokio::test]
async fn of_a_community_that_one_was_removed_from_nothing_is_shown() {
    let world = World::new().await;
    let bob = id_of(&world.bob).await;
    mention(&world.ann, world.general.id, &world.bob, "before").await;
    world.ann.remove_member(world.community.id, bob, &Reason::default()).await.expect("removes");
    let removed = "You were removed from";
    eventually("bob is told of the removal, and of nothing else", async || {
        let all = all_of(&world.bob).await;
        all.len() == 1 && all[0].preview.as_deref().is_some_and(|line| line.starts_with(removed))
    })
    .await;
    let invite =
        world.ann.create_invite(world.community.id, &CreateInvite::default()).await.expect("invites");
    world.bob.accept_invite(&invite.code).await.expect("comes back");
    let of_messages = async || {
        let all = all_of(&world.bob).await.into_iter();
        all.filter(|one| one.reason.is_of_message()).filter_map(|one| one.preview).collect::<Vec<_>>()
    };
    assert!(matches!(&of_messages().await[..], [one] if one.ends_with("before")));
    world.ann.post(world.general.id, &text("no mention")).await.expect("posts");
    assert!(matches!(&of_messages().await[..], [one] if one.ends_with("before")));
    world.end().await;
}

/// A channel that one has joined again holds nothing unread from before, in itself and in the list.
#[tokio::test]
async fn what_one_was_told_before_one_left_a_channel_counts_as_read_after_coming_back() {
    let world = World::new().await;
    let (_, stays) = mention(&world.ann, world.general.id, &world.bob, "stays").await;
    let room = room(&world, "room").await;
    world.bob.leave(room.id).await.expect("leaves");
    world.ann.post(room.id, &text("meanwhile")).await.expect("posts");
    world.bob.join(room.id).await.expect("comes back");
    let is_read: Vec<_> = all_of(&world.bob).await.into_iter().map(|one| one.read).collect();
    assert_eq!(is_read, [false, true]);
    assert_eq!(unread_of(&world.bob).await, std::slice::from_ref(&stays));
    let nothing =
        ajet_protocol::ReadNotifications { ids: Some(vec![NotificationId(Uuid::nil())]), all: None };
    assert_eq!(world.bob.read_notifications(&nothing).await.expect("counts").unread, 1);
    let (message, again) = mention(&world.ann, room.id, &world.bob, "again").await;
    assert_eq!(unread_of(&world.bob).await, [stays.clone(), again], "what is new is unread");
    world.bob.mark_read(room.id, message.id).await.expect("marks");
    assert_eq!(unread_of(&world.bob).await, [stays], "and is read with its channel");
    world.end().await;
}

/// More than one request looks at in all its steps.
const PASSED_OVER: u128 = 5000;

/// Adds unread notifications of a channel that bob is not in, just after one that he was told of.
async fn add_of_left_channel(world: &World, after: NotificationId) {
    let ids: Vec<Uuid> = (1..=PASSED_OVER).map(|n| Uuid::from_u128(after.0.as_u128() + n)).collect();
    sqlx::query(
        "insert into notifications (user_id, id, type, source_id, channel_id, actor_id, created_at)
         select $1, id, 'mention', gen_random_uuid(), $2, $1, now() from unnest($3::uuid[]) id",
    )
    .bind(id_of(&world.bob).await.0)
    .bind(Uuid::from_u128(1))
    .bind(ids)
    .execute(&mut db(world).await)
    .await
    .expect("writes");
}

#[tokio::test]
async fn a_list_goes_on_beyond_many_of_a_channel_that_one_has_left() {
    let world = World::new().await;
    let (_, first) = mention(&world.ann, world.general.id, &world.bob, "first").await;
    add_of_left_channel(&world, first.id).await;
    let (_, last) = mention(&world.ann, world.general.id, &world.bob, "last").await;
    assert!(last.id.0.as_u128() > first.id.0.as_u128() + PASSED_OVER, "these lie between the two");
    let (nil, first_id, last_id) = (Some(Uuid::nil()), Some(first.id.0), Some(last.id.0));
    for (before, after, limit, expected, goes_on) in [
        (None, None, 1, &last, true),
        (None, None, 200, &last, true),
        (last_id, None, 1, &first, false),
        (last_id, None, 200, &first, false),
        (None, nil, 1, &first, true),
        (None, first_id, 1, &last, false),
    ] {
        for unread in [false, true] {
            let query = PageQuery { before, after, limit: Some(limit) };
            let page = world.bob.notifications(unread, &query).await.expect("a page");
            assert_eq!(page.items, std::slice::from_ref(expected), "{query:?} {unread}");
            assert_eq!(page.has_more, goes_on, "{query:?} {unread}");
        }
    }
    world.end().await;
}
