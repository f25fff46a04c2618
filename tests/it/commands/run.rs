//! `POST /api/commands`: what is typed is done as by the routes, with the same rights and events.

use ajet_protocol::{Channel, Code, EffectType, Event, PageQuery, RunCommand, UpdateMe, Visibility};
use uuid::Uuid;

use super::{misused, run, typed};
use crate::support::{World, code, history, next_event, sql, text};

#[tokio::test]
async fn a_channel_is_joined_left_and_given_a_topic() {
    let world = World::new().await;
    let room = world.channel("random", Visibility::Public).await;
    let joined = run(&world, &world.bob, "/join #random").await.expect("joins");
    let effect = joined.effect.expect("an effect");
    assert_eq!((effect.kind, effect.id), (EffectType::Joined, Some(room.id.to_string())));
    world.bob.post(room.id, &text("hello")).await.expect("is in it");
    run(&world, &world.bob, &format!("/join #<channel:{}>", room.id)).await.expect("again");
    let topic = world.bob.run_command(&typed(room.id, "/topic all sorts of things")).await.expect("sets it");
    assert_eq!(topic.effect.map(|effect| effect.kind), Some(EffectType::Topic));
    let shown: Channel = world.bob.get(&format!("/api/channels/{}", room.id)).await.expect("is there");
    assert_eq!(shown.topic.as_deref(), Some("all sorts of things"));
    world.bob.run_command(&typed(room.id, "/leave")).await.expect("leaves");
    assert_eq!(code(world.bob.post(room.id, &text("hello")).await), Code::Forbidden);
    world.end().await;
}

#[tokio::test]
async fn texts_are_posted_as_messages() {
    let world = World::new().await;
    let mut live = world.ann.live(None).await.expect("a stream");
    for (command, body) in [
        ("/me waves", "_waves_"),
        ("/shrug", r"¯\\\_(ツ)\_/¯"),
        ("/shrug who knows", r"who knows ¯\\\_(ツ)\_/¯"),
    ] {
        let done = run(&world, &world.bob, command).await.expect("posts");
        let message = done.message.expect("a message");
        assert_eq!(message.body_md, body);
        let effect = done.effect.expect("an effect");
        assert_eq!((effect.kind, effect.id), (EffectType::Posted, Some(message.id.to_string())));
        let Some(Event::MessageCreated(told)) = next_event(&mut live, "message.created").await else {
            panic!("no message")
        };
        assert_eq!(told.message.id, message.id);
    }
    let all = world.history().await;
    assert!(all[0].body_html.contains("<em>waves</em>"), "{}", all[0].body_html);
    assert!(all[1].body_html.contains(r"¯\_(ツ)_/¯"), "{}", all[1].body_html);
    let asked = run(&world, &world.bob, "/poll \"Where to?\" \"The sea\" hills").await.expect("asks");
    let poll = asked.message.and_then(|message| message.poll).expect("a poll");
    assert_eq!(
        (poll.question.as_str(), poll.options[0].text.as_str(), poll.options.len()),
        ("Where to?", "The sea", 2)
    );
    world.end().await;
}

#[tokio::test]
async fn a_direct_message_is_opened_and_written() {
    let world = World::new().await;
    let done = run(&world, &world.ann, "/msg @bob psst, come here").await.expect("writes");
    let message = done.message.expect("a message");
    let dms = world.bob.dms(&PageQuery::default()).await.expect("lists").items;
    assert_eq!((dms.len(), dms[0].id), (1, message.channel_id));
    assert_eq!(history(&world.bob, &dms[0]).await[0].body_md, "psst, come here");
    // There it works as well, and what needs a community does not.
    let back = typed(message.channel_id, "/msg @ann here I am");
    assert_eq!(
        world.bob.run_command(&back).await.expect("answers").message.map(|one| one.channel_id),
        Some(message.channel_id)
    );
    assert_eq!(code(world.bob.run_command(&typed(message.channel_id, "/topic none")).await), Code::Invalid);
    assert_eq!(misused(&world, "/msg @ann me").await, "person");
    assert_eq!(misused(&world, "/msg @nobody hi").await, "person");
    world.end().await;
}

#[tokio::test]
async fn one_sets_what_one_is_called_and_ones_status() {
    let world = World::new().await;
    run(&world, &world.bob, "/nick Bobby Tables").await.expect("is called so");
    let bob = world.bob.me().await.expect("me").user.id;
    let nickname = async || world.ann.member(world.community.id, bob).await.expect("is one").nickname;
    assert_eq!(nickname().await.as_deref(), Some("Bobby Tables"));
    run(&world, &world.ann, "/kick @\"Carl\"").await.expect_err("nobody is called so");
    run(&world, &world.bob, "/nick \"\"").await.expect("is called so no more");
    assert_eq!(nickname().await, None);
    run(&world, &world.bob, "/status at lunch").await.expect("says so");
    assert_eq!(world.bob.me().await.expect("me").user.status_text.as_deref(), Some("at lunch"));
    let also = UpdateMe { status_text: Some("".into()), ..UpdateMe::default() };
    world.bob.update_me(&also).await.expect("as by the route");
    world.end().await;
}

#[tokio::test]
async fn messages_are_purged() {
    let world = World::new().await;
    for n in 0..4 {
        world.bob.post(world.general.id, &text(&format!("{n}"))).await.expect("posts");
    }
    assert_eq!(code(run(&world, &world.bob, "/purge #general 2").await), Code::Forbidden);
    let done = run(&world, &world.ann, "/purge #general 3").await.expect("purges");
    assert_eq!(done.reply_md.as_deref(), Some("Deleted 3 messages."));
    assert_eq!(sql(&world, "select from messages where deleted_at is not null").await, 3);
    world.end().await;
}

#[tokio::test]
async fn what_is_wrong_names_its_argument_and_says_how_it_is_written() {
    let world = World::new().await;
    for (text, argument) in [
        ("hello", "text"),
        ("/frobnicate", "text"),
        ("/join", "channel"),
        ("/join #nowhere", "channel"),
        ("/mute @bob soon", "duration"),
        ("/mute @nobody 5m", "person"),
        ("/role @bob owner", "role"),
        ("/kick @ann", "person"),
        ("/purge #general 1000", "count"),
        ("/poll \"Where?\" here", "option"),
        ("/help frobnicate", "command"),
    ] {
        assert_eq!(misused(&world, text).await, argument, "{text}");
    }
    let nowhere = world.ann.run_command(&typed(ajet_protocol::ChannelId(Uuid::nil()), "/help")).await;
    assert_eq!(code(nowhere), Code::NotFound);
    let (dave, _) = world.nobody.sign_in("dave").await.expect("signs in");
    assert_eq!(code(run(&world, &dave, "/help").await), Code::NotFound);
    assert_eq!(code(run(&world, &world.nobody, "/help").await), Code::Unauthenticated);
    world.end().await;
}

/// A channel that somebody does not see is named as if it were not there.
#[tokio::test]
async fn a_hidden_channel_is_no_channel() {
    let world = World::new().await;
    let secret = world.channel("secret", Visibility::Private).await;
    for name in ["#secret".to_owned(), format!("#<channel:{}>", secret.id)] {
        let error = run(&world, &world.bob, &format!("/join {name}")).await.expect_err("sees it not");
        let unknown = run(&world, &world.bob, "/join #unknown").await.expect_err("is not there");
        assert_eq!(error.to_string(), unknown.to_string(), "{name}");
    }
    let of_ann = world.ann.run_command(&typed(secret.id, "/topic hush")).await;
    of_ann.expect("is in it");
    let of_bob = world.bob.run_command(&typed(secret.id, "/topic hush")).await;
    assert_eq!(code(of_bob), Code::NotFound);
    world.end().await;
}

#[tokio::test]
async fn what_a_command_makes_is_made_once_for_a_key() {
    let world = World::new().await;
    let keyed =
        |text: &str| RunCommand { client_mutation_id: Some("k".into()), ..typed(world.general.id, text) };
    let first = world.bob.run_command(&keyed("/me waves")).await.expect("posts");
    assert_eq!(world.bob.run_command(&keyed("/me waves")).await.expect("the same"), first);
    assert_eq!(code(world.bob.run_command(&keyed("/me leaves")).await), Code::Conflict);
    assert_eq!(world.history().await.len(), 1);
    let keyed =
        |text: &str| RunCommand { client_mutation_id: Some("r".into()), ..typed(world.general.id, text) };
    let first = world.bob.run_command(&keyed("/remind 1h tea")).await.expect("is set");
    let again = world.bob.run_command(&keyed("/remind 1h tea")).await.expect("the same");
    assert_eq!(again.effect, first.effect);
    assert_eq!(sql(&world, "select from reminders").await, 1);
    world.end().await;
}
