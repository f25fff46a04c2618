//! What a bot is answered who tries to carry out each verb: as a member, within the scopes of its token.
//!
//! - With all scopes it may do what a member may, but for what takes a signed-in session.
//! - Without the scope it is refused, and told which one it lacks, whatever it names; and nothing has changed.
//!
//! The document says which scope each operation takes (`x-scope`).

use ajet_client::Client;
use ajet_protocol::{Code, TokenScope};
use serde_json::Value;

use super::call::{Answer, Call};
use super::line::{Line, Need};
use super::log::Log;
use super::scene::{Person, Scene, Standing};
use super::{of_channel, of_community, of_person};
use crate::docs::operations;
use crate::support::bots::with;
use crate::support::{World, sql};

/// A member for whom the stage is set as well, and a stranger, whom some stages need.
const CAST: [(&str, Standing); 3] =
    [("bob", Standing::Member), ("dave", Standing::Foreign), ("robo", Standing::Bot)];

/// A bot that leaves is one no more, and is reminded of nothing.
const NOT_BY_BOTS: [&str; 2] = ["LeaveCommunity", "SetReminder"];

/// All verbs that somebody can ask for; a bot that leaves is no bot any more, so that it is asked elsewhere.
fn lines() -> Vec<Line> {
    let all = [of_community::lines(), of_channel::lines(), of_person::lines(), of_person::foundings()];
    let all = all.concat().into_iter();
    all.filter(|line| !matches!(line.need, Need::Server) && !NOT_BY_BOTS.contains(&line.verb)).collect()
}

/// The scope that a request takes; `session` where no token is enough.
fn scope_of(document: &Value, call: &Call) -> String {
    let (method, path) = call.route();
    let path = path.split('?').next().unwrap_or_default();
    let parts: Vec<&str> = path.split('/').collect();
    let fits = |template: &str| {
        let template: Vec<&str> = template.split('/').collect();
        let all = || template.iter().zip(&parts).all(|(one, part)| one.starts_with('{') || one == part);
        template.len() == parts.len() && all()
    };
    let is_method = |one: &str| one.eq_ignore_ascii_case(method.as_str());
    let found = operations(document).into_iter().filter(|(path, one, _)| is_method(one) && fits(path));
    // `channels/order` is a path of its own beside `channels/{id}`.
    let found = found.min_by_key(|(path, ..)| path.matches('{').count());
    let (.., operation) = found.unwrap_or_else(|| panic!("{method} {path} is not described"));
    operation["x-scope"].as_str().unwrap_or_else(|| panic!("{method} {path} says no scope")).to_owned()
}

async fn document(world: &World) -> Value {
    world.nobody.get("/api/openapi.json").await.expect("is described")
}

/// Who signs in with another token of the scene's bot.
async fn token_of(world: &World, scene: &Scene, scopes: &[TokenScope]) -> Client {
    let bots = world.ann.bots(world.community.id, &Default::default()).await.expect("lists");
    let robo = scene.one(Standing::Bot);
    let bot = bots.items.into_iter().find(|bot| bot.user_id == robo.id).expect("is listed");
    let token = world.ann.create_token(bot.id, &with(scopes)).await.expect("creates");
    world.nobody.with_token(&token.token.expect("shown once"))
}

async fn sent(scene: &Scene, world: &World, call: &Call, client: &Client) -> Answer {
    call.send(&scene.http, &world.base(), client.token()).await
}

#[tokio::test]
async fn a_bot_is_answered_as_a_member_within_its_scopes() {
    let world = World::new().await;
    let scene = Scene::of(&world, &CAST).await;
    let (document, mut wrong) = (document(&world).await, Vec::new());
    let (bob, robo) = (scene.one(Standing::Member), scene.one(Standing::Bot));
    for line in lines() {
        // What a session alone may do sets no stage for a bot.
        let of_bob: Call = (line.stage)(&scene, bob).await;
        let takes_session = scope_of(&document, &of_bob) == "session";
        let (call, expected) = if takes_session {
            (of_bob, Some(Code::Forbidden))
        } else {
            ((line.stage)(&scene, robo).await, line.need.refusal(Standing::Bot))
        };
        let answer = sent(&scene, &world, &call, &robo.client).await;
        let fits = expected.map_or_else(|| answer.is_success(), |code| answer.is(code));
        if !fits {
            wrong.push(format!("{}: {answer:?}, and not {expected:?}", line.label()));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    world.end().await;
}

#[tokio::test]
async fn a_token_without_the_scope_does_nothing_and_is_told_which_it_lacks() {
    let world = World::new().await;
    let scene = Scene::of(&world, &CAST).await;
    let (document, mut wrong) = (document(&world).await, Vec::new());
    let (bob, unscoped) = (scene.one(Standing::Member), token_of(&world, &scene, &[]).await);
    let mut log = Log::of(&world).await;
    for line in lines() {
        let (call, scope) = staged(&document, &scene, &line, bob).await;
        log.settle().await;
        log.news().await;
        let answer = sent(&scene, &world, &call, &unscoped).await;
        let names = if scope == "session" { "session" } else { scope.as_str() };
        let told: Vec<String> = log.news().await.into_iter().map(|event| event.kind).collect();
        if !answer.is(Code::Forbidden) || !answer.detail().contains(names) || !told.is_empty() {
            wrong.push(format!("{} takes {scope}: {answer:?}; told: {told:?}", line.label()));
        }
    }
    let by_bots = "delete from audit_log a using users u where u.id = a.actor_id and u.bot";
    assert_eq!(sql(&world, by_bots).await, 0, "nothing was done");
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    world.end().await;
}

/// A request of the member's, and the scope that it takes.
async fn staged(document: &Value, scene: &Scene, line: &Line, by: &Person) -> (Call, String) {
    let call = (line.stage)(scene, by).await;
    let scope = scope_of(document, &call);
    (call, scope)
}
