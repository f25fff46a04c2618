//! What belongs to another community is not there: no request about one community takes an object of another one by its id.
//!
//! Each line of the table names something of the other community in a request about this one. It is answered as an id that nothing has, so
//! that no id can be guessed, and changes nothing in either community. The owner of both is answered no other way than an admin of this
//! one, who knows nothing of the other.
//!
//! A ban is no such request: a person may be banned before they come. What a direct message may hold is tested with its verbs.

use ajet_protocol::Code;
use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use super::call::{Answer, Call};
use super::log::Log;
use super::scene::{Person, Scene, Standing};
use crate::support::World;

/// A community and something of each kind that it has, by their ids.
struct Place {
    community: String,
    channel: String,
    category: String,
    role: String,
    message: String,
    webhook: String,
    /// A member.
    person: String,
}

impl Place {
    /// What is nowhere.
    fn nowhere() -> Self {
        let [community, channel, category, role, message, webhook, person] =
            std::array::from_fn(|_| Uuid::new_v4().to_string());
        Self { community, channel, category, role, message, webhook, person }
    }

    /// What the owner makes in a community of theirs.
    async fn furnished(scene: &Scene, community: String, channel: String, person: &Person) -> Self {
        let made = async |path: String, body: Value| scene.made(Method::POST, &path, body).await;
        let below = |what: &str| format!("/api/communities/{community}/{what}");
        let category = made(below("categories"), json!({ "name": scene.name("Teams") })).await;
        let role = made(below("roles"), json!({ "name": scene.name("crew") })).await;
        let messages = format!("/api/channels/{channel}/messages");
        let message = made(messages, json!({ "body_md": "hello" })).await;
        let webhook = made(format!("/api/channels/{channel}/webhooks"), json!({ "name": "CI" })).await;
        Self { category, role, message, webhook, person: person.id.to_string(), community, channel }
    }

    /// The other community, in which somebody is who does not belong here.
    async fn abroad(scene: &Scene) -> Self {
        let founding = json!({ "name": "Abroad", "slug": "abroad" });
        let community = scene.made(Method::POST, "/api/communities", founding).await;
        let path = format!("/api/communities/{community}");
        let invite = scene.owner_does(Method::POST, &format!("{path}/invites"), json!({})).await;
        let foreigner = scene.one(Standing::Foreign);
        foreigner.client.accept_invite(invite["code"].as_str().expect("a code")).await.expect("joins");
        let room = json!({ "name": scene.name("room") });
        let channel = scene.made(Method::POST, &format!("{path}/channels"), room).await;
        Self::furnished(scene, community, channel, foreigner).await
    }

    /// All that its owner sees of it.
    async fn state(&self, scene: &Scene) -> Vec<Value> {
        let (community, channel) = (&self.community, &self.channel);
        let lists = ["channels", "categories", "roles", "members", "bans", "audit"];
        let mut paths: Vec<String> =
            lists.iter().map(|list| format!("/api/communities/{community}/{list}?limit=200")).collect();
        let of_channel = ["members", "overwrites", "messages", "webhooks"];
        paths.extend(of_channel.iter().map(|list| format!("/api/channels/{channel}/{list}?limit=200")));
        paths.push(format!("/api/communities/{community}"));
        let mut state = Vec::new();
        for path in paths {
            state.push(scene.owner_does(Method::GET, &path, Value::Null).await);
        }
        state
    }
}

/// How a request is answered that names what is elsewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    /// Its path leads nowhere.
    NotFound,
    /// This field of it names nothing.
    Names(&'static str),
    /// What is to be gone is not here anyway.
    Nothing,
}

impl Outcome {
    fn fits(self, answer: &Answer) -> bool {
        match self {
            Self::NotFound => answer.is(Code::NotFound),
            Self::Names(field) => answer.refuses(field),
            Self::Nothing => answer.is_success(),
        }
    }
}

/// A request, and its label in a failure.
struct Case {
    label: String,
    call: Call,
    outcome: Outcome,
}

fn case(method: Method, path: String, body: Value, outcome: Outcome) -> Case {
    let label = format!("{method} {path} {body}");
    Case { label, call: Call::new(method, path, body), outcome }
}

#[tokio::test]
async fn what_belongs_to_another_community_is_not_there() {
    let world = World::new().await;
    let scene = Scene::of(&world, &[("ada", Standing::Admin), ("fay", Standing::Foreign)]).await;
    let (community, general) = (scene.community.to_string(), scene.general.to_string());
    let here = Place::furnished(&scene, community, general, &scene.subject).await;
    let (there, nowhere) = (Place::abroad(&scene).await, Place::nowhere());
    let before = (here.state(&scene).await, there.state(&scene).await);
    let mut log = Log::of(&world).await;
    log.settle().await;
    log.news().await;
    let (base, mut wrong) = (world.base(), Vec::new());
    let send = async |call: &Call, by: &Person| call.send(&scene.http, &base, by.client.token()).await;
    for by in [&scene.owner, scene.one(Standing::Admin)] {
        for (case, unknown) in table(&here, &there).iter().zip(table(&here, &nowhere)) {
            let answer = send(&case.call, by).await;
            let of_none = send(&unknown.call, by).await;
            let told: Vec<String> = log.news().await.into_iter().map(|event| event.kind).collect();
            let is_alike = case.outcome == Outcome::Nothing || answer.refusal() == of_none.refusal();
            if !case.outcome.fits(&answer) || !is_alike || !told.is_empty() {
                let (by, label, outcome) = (by.name, &case.label, case.outcome);
                let beside = format!("of what is nowhere {of_none:?}; told: {told:?}");
                wrong.push(format!("{label} by {by}: {answer:?}, and not {outcome:?}; {beside}"));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    assert_eq!((here.state(&scene).await, there.state(&scene).await), before, "something has changed");
    world.end().await;
}

/// Requests about what is here, each of which names something that is not.
fn table(here: &Place, theirs: &Place) -> Vec<Case> {
    [of_the_community(here, theirs), of_its_members(here, theirs), of_its_channel(here, theirs)]
        .into_iter()
        .flatten()
        .collect()
}

fn of_the_community(here: &Place, theirs: &Place) -> Vec<Case> {
    let below = |what: &str| format!("/api/communities/{}/{what}", here.community);
    let room = json!({ "name": "annexe", "category_id": theirs.category });
    let hook = json!({
        "url": "http://127.0.0.1:9/",
        "events": ["message.created"],
        "channel_ids": [here.channel, theirs.channel],
    });
    let order = |channel: &str, category: Option<&str>, field: &'static str| {
        let places = json!([{ "id": channel, "category_id": category, "position": 7 }]);
        let body = json!({ "channels": places });
        case(Method::PUT, below("channels/order"), body, Outcome::Names(field))
    };
    vec![
        case(Method::POST, below("channels"), room, Outcome::Names("category_id")),
        order(&here.channel, Some(&theirs.category), "channels[0].category_id"),
        order(&theirs.channel, Some(&here.category), "channels[0].id"),
        order(&theirs.channel, None, "channels[0].id"),
        case(
            Method::PUT,
            below("categories/order"),
            json!({ "ids": [theirs.category, here.category] }),
            Outcome::Names("ids[0]"),
        ),
        case(Method::POST, below("outgoing_webhooks"), hook, Outcome::Names("channel_ids")),
        case(
            Method::PATCH,
            format!("/api/communities/{}", here.community),
            json!({ "default_channel_id": theirs.channel }),
            Outcome::Names("default_channel_id"),
        ),
    ]
}

fn of_its_members(here: &Place, theirs: &Place) -> Vec<Case> {
    let below = |what: &str, person: &str| format!("/api/communities/{}/{what}/{person}", here.community);
    let (member, foreigner) = (&here.person, &theirs.person);
    let gives = |role: &str| json!({ "roles": [role] });
    vec![
        case(Method::PATCH, below("members", member), gives(&theirs.role), Outcome::Names("roles")),
        case(Method::PATCH, below("members", foreigner), gives(&here.role), Outcome::NotFound),
        case(Method::PATCH, below("members", foreigner), json!({ "nickname": "Fay" }), Outcome::NotFound),
        case(Method::DELETE, below("members", foreigner), json!({}), Outcome::Nothing),
        case(Method::PUT, below("mutes", foreigner), json!({ "seconds": 600 }), Outcome::NotFound),
        case(Method::DELETE, below("mutes", foreigner), json!({}), Outcome::Nothing),
    ]
}

fn of_its_channel(here: &Place, theirs: &Place) -> Vec<Case> {
    let below = |what: &str| format!("/api/channels/{}/{what}", here.channel);
    let overwrites = |target: &str| below(&format!("overwrites/{target}"));
    let denies = |target: &str| {
        let deny = json!({ "deny": ["attach_files"] });
        case(Method::PUT, overwrites(target), deny, Outcome::NotFound)
    };
    let foreigner = below(&format!("members/{}", theirs.person));
    let reply = json!({ "body_md": "hear, hear", "parent_id": theirs.message });
    vec![
        denies(&theirs.role),
        denies(&theirs.person),
        denies(&theirs.community),
        denies(&theirs.channel),
        case(Method::DELETE, overwrites(&theirs.role), Value::Null, Outcome::Nothing),
        case(Method::DELETE, overwrites(&theirs.person), Value::Null, Outcome::Nothing),
        case(
            Method::PATCH,
            format!("/api/channels/{}", here.channel),
            json!({ "category_id": theirs.category }),
            Outcome::Names("category_id"),
        ),
        case(Method::PUT, foreigner.clone(), Value::Null, Outcome::NotFound),
        case(Method::DELETE, foreigner, Value::Null, Outcome::Nothing),
        case(Method::POST, below("messages"), reply, Outcome::Names("parent_id")),
        case(
            Method::PUT,
            below("read"),
            json!({ "message_id": theirs.message }),
            Outcome::Names("message_id"),
        ),
        case(
            Method::PUT,
            below("unread"),
            json!({ "message_id": theirs.message }),
            Outcome::Names("message_id"),
        ),
        case(
            Method::PATCH,
            format!("/api/webhooks/{}", here.webhook),
            json!({ "name": "CD", "channel_id": theirs.channel }),
            Outcome::Names("channel_id"),
        ),
    ]
}
