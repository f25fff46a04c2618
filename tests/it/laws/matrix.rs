//! What each actor is answered who tries to carry out each verb: the tables say what a verb needs, and from that follows who has it.
//!
//! The actors stand in two communities: who belongs to another one alone has every right there, and none here.

use ajet_protocol::{Code, CreateInvite};
use futures::future::join_all;
use reqwest::Method;
use serde_json::json;

use super::line::{Line, Need};
use super::scene::{Person, Scene, Standing};
use super::{of_channel, of_community, of_person};
use crate::support::World;

/// The actors beside the owner.
const CAST: [(&str, Standing); 8] = [
    ("ada", Standing::Admin),
    ("bob", Standing::Member),
    ("mia", Standing::Muted),
    ("hal", Standing::Holder),
    ("leo", Standing::Left),
    ("ben", Standing::Banned),
    ("fay", Standing::Foreign),
    ("no one", Standing::SignedOut),
];

/// Answers that do not follow from what is needed, but are documented: the only owner of a community can't leave it.
const OTHERWISE: [(&str, Standing, Code); 1] = [("leave_community", Standing::Owner, Code::Conflict)];

#[tokio::test]
async fn each_actor_is_answered_as_the_tables_say() {
    let world = World::new().await;
    let scene = Scene::of(&world, &CAST).await;
    abroad(&scene).await;
    let lines = [of_community::lines(), of_channel::lines(), of_person::lines(), of_person::foundings()];
    let mut wrong = Vec::new();
    // What the server alone does, no one can ask for.
    for line in lines.concat().iter().filter(|line| !matches!(line.need, Need::Server)) {
        wrong.extend(row(&world.base(), &scene, line).await);
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    world.end().await;
}

/// The other community, whose admin is a stranger here.
async fn abroad(scene: &Scene) {
    let (fay, founding) = (scene.one(Standing::Foreign), json!({ "name": "Abroad", "slug": "abroad" }));
    let abroad = scene.made(Method::POST, "/api/communities", founding).await;
    let id = abroad.parse().expect("an id");
    let invite = scene.owner.client.create_invite(id, &CreateInvite::default()).await.expect("invites");
    fay.client.accept_invite(&invite.code).await.expect("joins");
    let path = format!("/api/communities/{abroad}/members/{}", fay.id);
    scene.owner_does(Method::PATCH, &path, json!({ "role": "admin" })).await;
}

/// What somebody is refused with; `None`: they are not.
fn refusal(line: &Line, standing: Standing) -> Option<Code> {
    let otherwise = OTHERWISE.iter().find(|(act, who, _)| *act == line.act && *who == standing);
    otherwise.map(|(.., code)| *code).or_else(|| line.need.refusal(standing))
}

/// Everybody tries. Who is refused changes nothing, so all of them try at once.
async fn row(node: &str, scene: &Scene, line: &Line) -> Vec<String> {
    if let Some(needed) = line.need.permission() {
        let path = format!("/api/roles/{}", scene.held);
        scene.owner_does(Method::PATCH, &path, json!({ "permissions": [needed] })).await;
    }
    let everybody = [&scene.owner].into_iter().chain(&scene.cast);
    let (refused, granted): (Vec<&Person>, Vec<&Person>) =
        everybody.partition(|person| refusal(line, person.standing).is_some());
    let mut wrong = join_all(refused.into_iter().map(|person| cell(node, scene, line, person))).await;
    for person in granted {
        wrong.push(cell(node, scene, line, person).await);
        if line.moves() {
            scene.restore(person).await;
        }
    }
    wrong.into_iter().flatten().collect()
}

/// What is wrong with an answer.
async fn cell(node: &str, scene: &Scene, line: &Line, by: &Person) -> Option<String> {
    let call = (line.stage)(scene, by).await;
    let answer = call.send(&scene.http, node, by.client.token()).await;
    let expected = refusal(line, by.standing);
    let fits = expected.map_or_else(|| answer.is_success(), |code| answer.is(code));
    let label = line.label();
    (!fits).then(|| format!("{label} by {:?}: {answer:?}, and not {expected:?}", by.standing))
}
