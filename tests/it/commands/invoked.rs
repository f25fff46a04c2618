//! A command of a bot's: the bot is told, and answers within 3 seconds, or who typed it is told that it did not.

use ajet_client::Live;
use ajet_protocol::{
    Code, CommandAnswered, EffectType, Event, InvocationId, MuteMember, RespondToInvocation, RunCommand,
    Visibility,
};
use uuid::Uuid;

use super::{Bot, bot, made, run, typed};
use crate::support::{World, code, everything_before_now, frames_past, next_event, sql, text};

async fn deployer(world: &World) -> Bot {
    let bot = bot(world, "deployer", &["commands:write", "messages:read", "channels:read"]).await;
    made(world, &bot, "deploy").await;
    bot
}

fn response(body: &str, private: bool) -> RespondToInvocation {
    RespondToInvocation { body_md: body.into(), private: Some(private) }
}

async fn answered(live: &mut Live) -> CommandAnswered {
    match next_event(live, "command.answered").await {
        Some(Event::CommandAnswered(answered)) => answered,
        other => panic!("{other:?}"),
    }
}

/// The id of a use of a command of bob's.
async fn invoked(world: &World, text: &str) -> InvocationId {
    let effect = run(world, &world.bob, text).await.expect("is taken").effect.expect("an effect");
    assert_eq!(effect.kind, EffectType::Invoked);
    effect.id.expect("an id").parse().expect("a UUID")
}

#[tokio::test]
async fn a_bot_answers_who_typed_its_command_alone() {
    let world = World::new().await;
    let bot = deployer(&world).await;
    let (mut of_bot, mut of_bob, mut of_ann) = (
        bot.client.live(None).await.expect("a stream"),
        world.bob.live(None).await.expect("a stream"),
        world.ann.live(None).await.expect("a stream"),
    );
    let id = invoked(&world, "/deploy prod \"now\"").await;
    let Some(Event::CommandInvoked(told)) = next_event(&mut of_bot, "command.invoked").await else {
        panic!("the bot is not told")
    };
    let bob = world.bob.me().await.expect("me").user.id;
    assert_eq!((told.invocation_id, told.channel_id, told.user_id), (id, world.general.id, bob));
    assert_eq!(told.text, "/deploy prod \"now\"");
    assert_eq!(code(world.ann.respond(id, &response("mine", true)).await), Code::NotFound);
    bot.client.respond(id, &response("on its **way**", true)).await.expect("answers");
    let told = answered(&mut of_bob).await;
    assert_eq!((told.invocation_id, told.reply_md.as_str()), (id, "on its **way**"));
    assert_eq!(code(bot.client.respond(id, &response("again", true)).await), Code::Gone);
    assert_eq!(code(bot.client.respond(id, &response("again", false)).await), Code::Gone);
    let barrier = everything_before_now(&world).await;
    let seen = frames_past(&mut of_ann, &world, &barrier).await;
    assert!(seen.iter().all(|frame| !frame.name.starts_with("command.")), "it is nobody else's");
    world.end().await;
}

#[tokio::test]
async fn a_bot_answers_in_the_channel() {
    let world = World::new().await;
    let bot = deployer(&world).await;
    let id = invoked(&world, "/deploy prod").await;
    bot.client.respond(id, &response("deploying", false)).await.expect("answers");
    let said = world.history().await;
    let last = said.last().expect("a message");
    assert_eq!((last.body_md.as_str(), last.author.id, last.author.bot), ("deploying", bot.user_id, true));
    bot.client.respond(id, &response("deploying", false)).await.expect("the same again is taken");
    for other in [response("done", false), response("deploying", true)] {
        assert_eq!(code(bot.client.respond(id, &other).await), Code::Gone);
    }
    assert_eq!(world.history().await.len(), said.len(), "posted once");
    world.end().await;
}

#[tokio::test]
async fn who_typed_it_is_told_once_that_nobody_answered() {
    let world = World::new().await;
    let bot = deployer(&world).await;
    let mut live = world.bob.live(None).await.expect("a stream");
    let id = invoked(&world, "/deploy prod").await;
    // It is written with two looks at the clock.
    let begun = "select from invocations
                 where expires_at - created_at between interval '3 seconds' and interval '3.5 seconds'";
    assert_eq!(sql(&world, begun).await, 1, "the bot has 3 seconds");
    let told = answered(&mut live).await;
    // The node's clock has milliseconds.
    let waited = "select from invocations where settled_at >= expires_at - interval '10 milliseconds'";
    assert_eq!(sql(&world, waited).await, 1, "and all of them");
    assert_eq!(told.invocation_id, id);
    assert!(told.reply_md.contains("did not answer"), "{}", told.reply_md);
    assert_eq!(code(bot.client.respond(id, &response("late", true)).await), Code::Gone);
    assert_eq!(code(bot.client.respond(id, &response("late", false)).await), Code::Gone);
    let barrier = everything_before_now(&world).await;
    let seen = frames_past(&mut live, &world, &barrier).await;
    assert!(seen.iter().all(|frame| frame.name != "command.answered"), "once");
    world.end().await;
}

/// Clocks of nodes may differ by more than the time that a bot has: the node's own dates the event, and ends nothing.
#[tokio::test]
async fn the_clock_of_the_database_ends_the_time_for_an_answer() {
    let world = World::new().await;
    let bot = deployer(&world).await;
    let id = invoked(&world, "/deploy prod").await;
    let begun = "select from invocations i join events e on e.type = 'command.invoked'
                 where i.created_at > e.ts and i.expires_at > i.created_at";
    assert_eq!(sql(&world, begun).await, 1, "later than what the node decided");
    let ended = "update invocations set expires_at = clock_timestamp()";
    assert_eq!(sql(&world, ended).await, 1);
    assert_eq!(code(bot.client.respond(id, &response("late", true)).await), Code::Gone);
    world.end().await;
}

#[tokio::test]
async fn who_typed_it_is_told_although_the_node_died() {
    let world = World::new().await;
    deployer(&world).await;
    let id = invoked(&world, "/deploy prod").await;
    let world = world.crashed(|_| {}).await;
    crate::support::eventually("it is settled", async || {
        sql(&world, "select from invocations where settled_at is not null").await == 1
    })
    .await;
    let told = "select from events where type = 'command.answered'";
    assert_eq!(sql(&world, told).await, 1, "{id}");
    world.end().await;
}

/// Slow mode leaves what a node leaves that dies between the two: an answer that is taken, and no message.
#[tokio::test]
async fn who_typed_it_is_told_that_an_answer_was_not_posted_although_the_node_died() {
    let world = World::new().await;
    let (general, bot) = (world.general.id, deployer(&world).await);
    world.ann.slow_down(general, 21_600).await.expect("slows it down");
    let first = invoked(&world, "/deploy prod").await;
    bot.client.respond(first, &response("deploying", false)).await.expect("answers");
    let second = invoked(&world, "/deploy test").await;
    assert_eq!(code(bot.client.respond(second, &response("testing", false)).await), Code::SlowMode);
    let world = world.crashed(|_| {}).await;
    let mut live = world.bob.live(None).await.expect("a stream");
    let long_ago = "update invocations set expires_at = expires_at - interval '1 minute'";
    assert_eq!(sql(&world, long_ago).await, 2);
    let told = answered(&mut live).await;
    assert_eq!(told.invocation_id, second, "the other one is posted");
    assert!(told.reply_md.contains("has not been posted"), "{}", told.reply_md);
    let jobs = "select from graphile_worker.jobs where task_identifier = 'invocation:expire'";
    crate::support::eventually("the jobs are done", async || sql(&world, jobs).await == 0).await;
    assert_eq!(sql(&world, "select from events where type = 'command.answered'").await, 1, "once");
    world.ann.slow_down(general, 0).await.expect("as before");
    let bot = bot.client.at(&world.base());
    bot.respond(second, &response("testing", false)).await.expect("the same again is taken");
    let said: Vec<String> = world.history().await.into_iter().map(|message| message.body_md).collect();
    assert_eq!(said, ["deploying", "testing"]);
    world.end().await;
}

#[tokio::test]
async fn a_command_is_used_where_one_may_write_and_the_bot_sees() {
    let world = World::new().await;
    let bot = deployer(&world).await;
    let secret = world.channel("secret", Visibility::Private).await;
    let unseen = world.ann.run_command(&typed(secret.id, "/deploy prod")).await;
    assert_eq!(code(unseen), Code::Forbidden);
    world.ann.add_to_channel(secret.id, bot.user_id).await.expect("lets the bot in");
    world.ann.run_command(&typed(secret.id, "/deploy prod")).await.expect("it sees the channel now");
    let open = world.channel("open", Visibility::Public).await;
    assert_eq!(code(world.bob.run_command(&typed(open.id, "/deploy prod")).await), Code::Forbidden);
    let bob = world.bob.me().await.expect("me").user.id;
    let mute = MuteMember { seconds: Some(600), reason: None };
    world.ann.mute(world.community.id, bob, &mute).await.expect("mutes");
    assert_eq!(code(run(&world, &world.bob, "/deploy prod").await), Code::Muted);
    let nothing = InvocationId(Uuid::nil());
    assert_eq!(code(bot.client.respond(nothing, &response("late", true)).await), Code::NotFound);
    world.end().await;
}

/// Who types a command posts nothing. The bot does, and waits; what it said in time is taken later.
#[tokio::test]
async fn slow_mode_counts_a_bots_answers_and_no_uses() {
    let world = World::new().await;
    let (general, bot) = (world.general.id, deployer(&world).await);
    world.ann.slow_down(general, 21_600).await.expect("slows it down");
    world.bob.post(general, &text("hi")).await.expect("posts");
    assert_eq!(code(world.bob.post(general, &text("again")).await), Code::SlowMode);
    let first = invoked(&world, "/deploy prod").await;
    bot.client.respond(first, &response("deploying", false)).await.expect("answers");
    let alone = invoked(&world, "/deploy status").await;
    bot.client.respond(alone, &response("fine", true)).await.expect("one person reads it");
    let second = invoked(&world, "/deploy test").await;
    assert_eq!(code(bot.client.respond(second, &response("testing", false)).await), Code::SlowMode);
    let over = "update invocations set expires_at = clock_timestamp() where expires_at > clock_timestamp()";
    sql(&world, over).await;
    world.ann.slow_down(general, 0).await.expect("as before");
    assert_eq!(code(bot.client.respond(second, &response("done", false)).await), Code::Gone);
    bot.client.respond(second, &response("testing", false)).await.expect("the same is taken");
    let said: Vec<String> = world.history().await.into_iter().map(|message| message.body_md).collect();
    assert_eq!(said, ["hi", "deploying", "testing"]);
    world.end().await;
}

#[tokio::test]
async fn a_use_is_told_once_for_a_key() {
    let world = World::new().await;
    deployer(&world).await;
    let keyed =
        |text: &str| RunCommand { client_mutation_id: Some("k".into()), ..typed(world.general.id, text) };
    let first = world.bob.run_command(&keyed("/deploy prod")).await.expect("is taken");
    assert_eq!(world.bob.run_command(&keyed("/deploy prod")).await.expect("the same"), first);
    assert_eq!(code(world.bob.run_command(&keyed("/deploy test")).await), Code::Conflict);
    assert_eq!(sql(&world, "select from invocations").await, 1);
    world.end().await;
}
