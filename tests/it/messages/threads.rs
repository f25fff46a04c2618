//! `GET /api/messages/{id}/replies`, `PUT|DELETE /api/messages/{id}/follow`, and what a message shows of its thread.

use ajet_client::Client;
use ajet_protocol::events::ThreadPreferencesPayload;
use ajet_protocol::{
    Channel, Code, Event, Message, MessageId, MessageQuery, PageQuery, PostMessage, Thread, Visibility,
};

use crate::support::{World, code, next, next_event, put_out_unannounced, sql, text};

fn reply(parent: MessageId, body: &str) -> PostMessage {
    PostMessage { parent_id: Some(parent), ..text(body) }
}

async fn say(person: &Client, channel: &Channel, request: &PostMessage) -> Message {
    person.post(channel.id, request).await.expect("posts")
}

/// What a reader sees of a thread; the page of the channel says the same as the message alone.
async fn thread(reader: &Client, of: &Message) -> Option<Thread> {
    let alone = reader.message(of.id).await.expect("reads").thread;
    let page = reader.messages(of.channel_id, &PageQuery::default()).await.expect("reads");
    let listed = page.items.into_iter().find(|one| one.id == of.id).expect("stands in the page");
    assert_eq!(alone, listed.thread, "the page says the same");
    alone
}

fn bodies(items: &[Message]) -> Vec<&str> {
    items.iter().map(|one| one.body_md.as_str()).collect()
}

/// How many replies a reader is told of by the message alone, by the page of the channel, and by that of what stands in it.
async fn counts(reader: &Client, of: &Message) -> [i64; 3] {
    let count = |items: Vec<Message>| {
        items.into_iter().find(|one| one.id == of.id).expect("stands in the page").reply_count
    };
    let alone = reader.message(of.id).await.expect("reads").reply_count;
    let page = reader.messages(of.channel_id, &PageQuery::default()).await.expect("reads");
    let top = MessageQuery { top_level: true, ..MessageQuery::default() };
    let in_channel = reader.history(of.channel_id, &top).await.expect("reads");
    [alone, count(page.items), count(in_channel.items)]
}

#[tokio::test]
async fn a_message_tells_how_many_replies_are_left() {
    let world = World::new().await;
    let parent = say(&world.ann, &world.general, &text("who comes?")).await;
    let other = say(&world.ann, &world.general, &text("other")).await;
    assert_eq!(counts(&world.bob, &parent).await, [0; 3]);
    let mut replies = Vec::new();
    for (n, person) in (1..).zip([&world.ann, &world.bob, &world.bob]) {
        let also_to_channel = n == 3;
        let request = PostMessage { also_to_channel, ..reply(parent.id, "me") };
        replies.push(say(person, &world.general, &request).await);
        assert_eq!(counts(&world.bob, &parent).await, [n; 3]);
    }
    for (left, gone) in [(2, &replies[1]), (1, &replies[2])] {
        for _ in 0..2 {
            world.bob.delete(gone.id).await.expect("deletes; again changes nothing");
            for reader in [&world.ann, &world.bob] {
                assert_eq!(counts(reader, &parent).await, [left; 3], "what was deleted counts no more");
            }
        }
    }
    let edited = world.ann.edit(parent.id, "who comes now?").await.expect("edits");
    assert_eq!(edited.reply_count, 1, "an edit answers with those that are left");
    assert_eq!(counts(&world.bob, &other).await, [0; 3], "each message has its own replies");
    let listed = world.ann.replies(parent.id, &PageQuery::default()).await.expect("a page").items;
    assert!(listed.iter().all(|one| one.reply_count == 0), "{listed:?}");
    world.end().await;
}

#[tokio::test]
async fn a_thread_shows_its_last_three_repliers_and_who_takes_part_follows_it() {
    let world = World::new().await;
    let (carol, dora) = (world.join("carol").await, world.join("dora").await);
    let parent = say(&world.ann, &world.general, &text("who comes?")).await;
    assert_eq!(thread(&world.ann, &parent).await, None, "no one replied");
    for person in [&world.ann, &world.bob, &carol] {
        say(person, &world.general, &reply(parent.id, "me")).await;
    }
    let before = say(&world.bob, &world.general, &reply(parent.id, "me too")).await;
    let last = say(&world.bob, &world.general, &reply(parent.id, "really")).await;
    let seen = thread(&dora, &parent).await.expect("has replies");
    let names: Vec<_> = seen.repliers.iter().map(|one| one.username.as_str()).collect();
    assert_eq!((names, seen.following), (vec!["bob", "carol", "ann"], false));
    assert_eq!(seen.last_reply_at, Some(last.created_at));
    for person in [&world.ann, &world.bob, &carol] {
        assert!(thread(person, &parent).await.expect("has replies").following);
    }
    world.bob.delete(last.id).await.expect("deletes");
    let seen = thread(&dora, &parent).await.expect("has replies");
    assert_eq!(seen.last_reply_at, Some(before.created_at), "of the newest that is left");
    let edited = world.ann.edit(parent.id, "who comes now?").await.expect("edits");
    assert_eq!(edited.thread, thread(&world.ann, &parent).await, "an edit answers with the thread");
    world.end().await;
}

#[tokio::test]
async fn a_thread_is_followed_as_one_set_it() {
    let world = World::new().await;
    let parent = say(&world.ann, &world.general, &text("news")).await;
    for _ in 0..2 {
        world.bob.follow(parent.id).await.expect("follows; again changes nothing");
    }
    let seen = thread(&world.bob, &parent).await.expect("is followed");
    assert_eq!((seen.repliers.len(), seen.last_reply_at, seen.following), (0, None, true));
    assert_eq!(thread(&world.ann, &parent).await, None, "it is for oneself");
    let answer = say(&world.ann, &world.general, &reply(parent.id, "more")).await;
    for _ in 0..2 {
        world.ann.unfollow(parent.id).await.expect("unfollows; again changes nothing");
    }
    say(&world.ann, &world.general, &reply(parent.id, "and more")).await;
    assert!(!thread(&world.ann, &parent).await.expect("has replies").following, "as it was set");
    assert_eq!(sql(&world, "select 1 from thread_followers").await, 2);
    assert_eq!(code(world.bob.follow(answer.id).await), Code::Invalid, "a reply begins no thread");
    assert_eq!(code(world.bob.unfollow(answer.id).await), Code::Invalid);
    world.end().await;
}

/// I7.
#[tokio::test]
async fn ones_sessions_are_told_which_threads_one_follows() {
    let world = World::new().await;
    let (second, _) = world.nobody.sign_in("bob").await.expect("signs in again");
    let mut bobs = second.live(None).await.expect("opens");
    assert_eq!(next(&mut bobs).await.name, "ready");
    let Message { id: message_id, channel_id, .. } = say(&world.ann, &world.general, &text("news")).await;
    for _ in 0..2 {
        world.bob.follow(message_id).await.expect("follows; again changes nothing");
    }
    world.bob.unfollow(message_id).await.expect("unfollows");
    for following in [true, false] {
        let told = next_event(&mut bobs, "thread.preferences").await;
        let expected = ThreadPreferencesPayload { channel_id, message_id, following };
        assert_eq!(told, Some(Event::ThreadPreferences(expected)));
    }
    assert_eq!(sql(&world, "select 1 from events where type = 'thread.preferences'").await, 2);
    world.end().await;
}

/// I6: what one may not know of is not there.
#[tokio::test]
async fn a_thread_is_for_those_who_see_its_channel() {
    let world = World::new().await;
    let secret = world.channel("secret", Visibility::Private).await;
    let parent = say(&world.ann, &secret, &text("psst")).await;
    say(&world.ann, &secret, &reply(parent.id, "well")).await;
    let page = PageQuery::default();
    for (person, refusal) in [(&world.bob, Code::NotFound), (&world.nobody, Code::Unauthenticated)] {
        assert_eq!(code(person.replies(parent.id, &page).await), refusal);
        assert_eq!(code(person.follow(parent.id).await), refusal);
        assert_eq!(code(person.unfollow(parent.id).await), refusal);
    }
    assert_eq!(sql(&world, "select 1 from thread_followers").await, 0);
    world.end().await;
}

#[tokio::test]
async fn replies_come_in_pages_and_some_also_stand_in_the_channel() {
    let world = World::new().await;
    let parent = say(&world.ann, &world.general, &text("parent")).await;
    for n in 0..5 {
        let also_to_channel = n == 1;
        let request = PostMessage { also_to_channel, ..reply(parent.id, &format!("r{n}")) };
        assert_eq!(say(&world.bob, &world.general, &request).await.also_to_channel, also_to_channel);
    }
    let other = say(&world.ann, &world.general, &text("other")).await;
    assert!(world.bob.replies(other.id, &PageQuery::default()).await.expect("a page").items.is_empty());
    let ask = |before, after| PageQuery { before, after, limit: Some(2) };
    let newest = world.bob.replies(parent.id, &ask(None, None)).await.expect("a page");
    assert_eq!((bodies(&newest.items), newest.has_more), (vec!["r3", "r4"], true));
    let before = world.bob.replies(parent.id, &ask(Some(newest.items[0].id.0), None)).await.expect("a page");
    assert_eq!((bodies(&before.items), before.has_more), (vec!["r1", "r2"], true));
    let first = world.bob.replies(parent.id, &ask(Some(before.items[0].id.0), None)).await.expect("a page");
    assert_eq!((bodies(&first.items), first.has_more), (vec!["r0"], false));
    let after = world.bob.replies(parent.id, &ask(None, Some(first.items[0].id.0))).await.expect("a page");
    assert_eq!((bodies(&after.items), after.has_more), (vec!["r1", "r2"], true));
    let top = MessageQuery { top_level: true, ..MessageQuery::default() };
    let page = world.bob.history(world.general.id, &top).await.expect("a page");
    assert_eq!(bodies(&page.items), ["parent", "r1", "other"]);
    let at = |before, after| MessageQuery { page: ask(before, after), ..top };
    for (query, found, has_more) in [
        (at(None, None), vec!["r1", "other"], true),
        (at(Some(other.id.0), None), vec!["parent", "r1"], false),
        (at(None, Some(parent.id.0)), vec!["r1", "other"], false),
    ] {
        let page = world.bob.history(world.general.id, &query).await.expect("a page");
        assert_eq!((bodies(&page.items), page.has_more), (found, has_more), "{query:?}");
    }
    world.end().await;
}

/// I6: another node has put somebody out, and this one has not heard of it yet.
#[tokio::test]
async fn who_was_put_out_follows_nothing_by_remembered_rights() {
    let world = World::new().await;
    let parent = say(&world.ann, &world.general, &text("news")).await;
    world.bob.follow(parent.id).await.expect("follows");
    put_out_unannounced(&world, "bob").await;
    assert_eq!(code(world.bob.unfollow(parent.id).await), Code::NotFound);
    assert_eq!(sql(&world, "select 1 from thread_followers where following").await, 1, "as it was");
    world.end().await;
}

#[tokio::test]
async fn a_thread_of_many_replies_shows_each_replier_once() {
    let world = World::new().await;
    let parent = say(&world.ann, &world.general, &text("count")).await;
    say(&world.ann, &world.general, &reply(parent.id, "one")).await;
    for _ in 0..5 {
        say(&world.bob, &world.general, &reply(parent.id, "more")).await;
    }
    let seen = thread(&world.ann, &parent).await.expect("has replies");
    let names: Vec<_> = seen.repliers.iter().map(|one| one.username.as_str()).collect();
    assert_eq!(names, ["bob", "ann"]);
    world.end().await;
}
