//! What is read by an id is there for those alone who may know of it, whichever way they lost it: each path of the API and the pages
//! that names something, for everybody who is outside.

use ajet_client::Client;
use ajet_protocol::{AskForExport, CreateCommunity, KeepDraft, Reason, TokenScope, Visibility};
use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::docs::operations;
use crate::support::bots::{made, signed_in};
use crate::support::pictures::{png, uploaded, with_files};
use crate::support::requests::http;
use crate::support::{CANARY, World, id_of, text};

/// What everybody who is signed in may read.
const OPEN: [&str; 1] = ["/api/users/{id}"];

/// What paths name.
struct Ids {
    community: String,
    slug: String,
    channel: String,
    message: String,
    file: String,
    bot: String,
    hook: String,
    person: String,
    /// An export of ann's.
    export: String,
}

impl Ids {
    /// What is nowhere.
    fn nowhere() -> Self {
        let [community, channel, message, file, bot, hook, person, export] =
            std::array::from_fn(|_| Uuid::new_v4().to_string());
        Self { community, slug: "nowhere".into(), channel, message, file, bot, hook, person, export }
    }

    /// Something of each kind, in a private channel of ann's.
    async fn of(world: &World) -> Self {
        let (ann, community) = (&world.ann, world.community.id);
        let channel = world.channel("canary-room", Visibility::Private).await.id;
        let file = uploaded(ann, channel, ("canary.png", &png(8, 4))).await;
        let message = ann.post(channel, &with_files("canary", &[&file])).await.expect("posts").id;
        ann.react(message, "👍").await.expect("reacts");
        let draft = KeepDraft { body_md: "canary".into(), parent_id: None };
        ann.keep_draft(channel, &draft).await.expect("keeps");
        let bot = made(world, "keeper").await.id;
        let told = json!({ "url": "http://127.0.0.1:9/hook", "events": ["channel.created"] });
        let path = format!("/api/communities/{community}/outgoing_webhooks");
        let hook: Value = ann.send(Method::POST, &path, Some(&told), false).await.expect("makes");
        Self {
            community: community.to_string(),
            slug: world.community.slug.clone(),
            channel: channel.to_string(),
            message: message.to_string(),
            file: file.id.to_string(),
            bot: bot.to_string(),
            hook: hook["id"].as_str().expect("an id").to_owned(),
            person: id_of(ann).await.to_string(),
            export: ann.ask_for_export(&AskForExport::default()).await.expect("is asked for").id.to_string(),
        }
    }

    /// Paths of the community and of what is in it, and of what is ann's alone, as the document has them and with ids.
    fn of_community(&self) -> Vec<(String, String)> {
        let own = [
            "",
            "/channels",
            "/members",
            "/members/{user_id}",
            "/bans",
            "/roles",
            "/categories",
            "/emoji",
            "/audit",
            "/invites",
            "/webhooks",
            "/outgoing_webhooks",
            "/bots",
            "/commands",
            "/presence",
        ];
        let mut all: Vec<(String, String)> = own
            .iter()
            .map(|rest| {
                let path = format!("/api/communities/{}{rest}", self.community);
                (format!("/api/communities/{{id}}{rest}"), path.replace("{user_id}", &self.person))
            })
            .collect();
        let (bot, hook) = (&self.bot, &self.hook);
        all.push(("/api/me/exports/{id}".into(), format!("/api/me/exports/{}", self.export)));
        all.push(("/api/bots/{id}/tokens".into(), format!("/api/bots/{bot}/tokens")));
        all.push((
            "/api/outgoing_webhooks/{id}/deliveries".into(),
            format!("/api/outgoing_webhooks/{hook}/deliveries"),
        ));
        all
    }

    /// Paths of the channel and of what is in it.
    fn of_channel(&self) -> Vec<(String, String)> {
        let places = [
            ("channels", &self.channel, "/messages"),
            ("channels", &self.channel, "/members"),
            ("channels", &self.channel, "/pins"),
            ("channels", &self.channel, "/webhooks"),
            ("channels", &self.channel, "/overwrites"),
            ("channels", &self.channel, "/scheduled"),
            ("channels", &self.channel, "/draft"),
            ("channels", &self.channel, ""),
            ("messages", &self.message, ""),
            ("messages", &self.message, "/replies"),
            ("messages", &self.message, "/reactions/{emoji}"),
            ("attachments", &self.file, ""),
        ];
        let all = places.into_iter().map(|(noun, id, rest)| {
            let path = format!("/api/{noun}/{id}{rest}").replace("{emoji}", "%F0%9F%91%8D");
            (format!("/api/{noun}/{{id}}{rest}"), path)
        });
        all.collect()
    }

    /// Pages and their parts that hold what stands in the channel.
    fn pages(&self) -> Vec<String> {
        let Self { slug, channel, message, .. } = self;
        vec![
            format!("/c/{slug}/channels/{channel}"),
            format!("/c/{slug}/channels/{channel}?around={message}"),
            format!("/channels/{channel}/rows"),
            format!("/channels/{channel}/sidebar"),
            format!("/messages/{message}/row"),
            format!("/messages/{message}/edit"),
            format!("/messages/{message}/thread"),
        ]
    }

    /// Others, in which nothing of it may stand.
    fn more_pages(&self) -> Vec<String> {
        let Self { channel, message, file, .. } = self;
        vec![
            format!("/channels/{channel}"),
            format!("/dm/{channel}"),
            format!("/m/{message}"),
            format!("/channels/{channel}/pins"),
            format!("/channels/{channel}/people"),
            format!("/channels/{channel}/scheduled"),
            format!("/messages/{message}/rows"),
            format!("/files/{file}"),
        ]
    }
}

/// What an answer says: its status, and its body without what differs from one request to the next.
async fn read(world: &World, client: &Client, path: &str) -> (u16, String) {
    let request = http().get(format!("{}{path}", world.base()));
    let answer = request.bearer_auth(client.token().expect("a token")).send().await.expect("answers");
    let status = answer.status().as_u16();
    let text = answer.text().await.expect("text");
    let Ok(mut problem) = serde_json::from_str::<Value>(&text) else { return (status, text) };
    if let Some(fields) = problem.as_object_mut() {
        fields.remove("trace_id");
    }
    (status, problem.to_string())
}

/// People who belong to the community no more, or never did, by how that came about.
async fn outside(world: &World, ids: &Ids) -> Vec<(&'static str, Client)> {
    let (community, no) = (world.community.id, Reason::default());
    let channel = ids.channel.parse().expect("an id");
    let mut people = Vec::new();
    for how in ["left", "kicked", "banned"] {
        let person = world.join(how).await;
        let id = id_of(&person).await;
        world.ann.add_to_channel(channel, id).await.expect("adds");
        person.channel(channel).await.expect("was in it");
        match how {
            "left" => person.remove_member(community, id, &no).await.expect("leaves"),
            "kicked" => world.ann.remove_member(community, id, &no).await.expect("kicks"),
            _ => world.ann.ban(community, id, &no).await.expect("bans"),
        }
        people.push((how, person));
    }
    let founding = CreateCommunity { name: "Abroad".into(), slug: "abroad".into(), client_mutation_id: None };
    let abroad = world.ann.create_community(&founding).await.expect("founds").id;
    let invite = world.ann.create_invite(abroad, &Default::default()).await.expect("invites");
    let (foreign, _) = world.nobody.sign_in("foreign").await.expect("signs in");
    foreign.accept_invite(&invite.code).await.expect("joins");
    people.push(("foreign", foreign));
    people
}

/// Members who are not in the channel.
async fn beside(world: &World, ids: &Ids) -> Vec<(&'static str, Client)> {
    let channel = ids.channel.parse().expect("an id");
    let put_out = world.join("out").await;
    let id = id_of(&put_out).await;
    world.ann.add_to_channel(channel, id).await.expect("adds");
    put_out.channel(channel).await.expect("was in it");
    world.ann.remove_from_channel(channel, id).await.expect("removes");
    let (_, robo) = signed_in(world, "robo", TokenScope::ALL).await;
    vec![("put out", put_out), ("never in", world.bob.clone()), ("a bot", robo)]
}

/// The scope that each read takes.
fn scopes(document: &Value) -> Vec<(String, String)> {
    let named = operations(document).into_iter().filter(|(path, method, operation)| {
        *method == "get"
            && path.starts_with("/api/")
            && path.contains('{')
            && operation["x-scope"].is_string()
    });
    named
        .map(|(path, _, operation)| {
            (path.to_owned(), operation["x-scope"].as_str().unwrap_or_default().to_owned())
        })
        .collect()
}

#[tokio::test]
async fn what_is_named_by_an_id_is_not_there_for_who_is_outside() {
    let world = World::new().await;
    let (ids, nowhere) = (Ids::of(&world).await, Ids::nowhere());
    let document: Value = world.nobody.get("/api/openapi.json").await.expect("is described");
    let scopes = scopes(&document);
    let table = [ids.of_community(), ids.of_channel()].concat();
    let is_listed = |path: &str| OPEN.contains(&path) || table.iter().any(|(template, _)| template == path);
    // Of an invite who knows its code reads what it is for.
    let lacking: Vec<_> = scopes
        .iter()
        .map(|(path, _)| path)
        .filter(|path| !is_listed(path) && !path.contains("{code}"))
        .collect();
    assert!(lacking.is_empty(), "reads that are tried by no one: {lacking:?}");
    for (_, path) in &table {
        let (status, said) = read(&world, &world.ann, path).await;
        assert!([200, 302].contains(&status), "ann reads {path}: {status} {said}");
    }
    let (outside, beside) = (outside(&world, &ids).await, beside(&world, &ids).await);
    let mut tried = Vec::new();
    for (people, here, none) in [
        (&outside, ids.of_community(), nowhere.of_community()),
        (&outside, ids.of_channel(), nowhere.of_channel()),
        (&beside, ids.of_channel(), nowhere.of_channel()),
    ] {
        for (who, client) in people {
            tried.extend(here.iter().cloned().zip(none.clone()).map(|paths| (*who, client, paths)));
        }
    }
    let mut wrong = Vec::new();
    for (who, client, ((template, path), (_, unknown))) in tried {
        let takes_session = scopes.iter().any(|(one, scope)| *one == template && scope == "session");
        let expected = if who == "a bot" && takes_session { 403 } else { 404 };
        let (told, of_none) = (read(&world, client, &path).await, read(&world, client, &unknown).await);
        if told.0 != expected || told != of_none {
            wrong.push(format!("{path} for {who}: {told:?}, and of what is nowhere {of_none:?}"));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    world.end().await;
}

#[tokio::test]
async fn no_page_shows_a_channel_to_who_is_outside() {
    let world = World::new().await;
    let ids = Ids::of(&world).await;
    world.ann.post(world.general.id, &text("hello")).await.expect("posts");
    for path in ids.pages() {
        let (status, said) = read(&world, &world.ann, &path).await;
        assert_eq!(status, 200, "ann reads {path}");
        assert!(said.contains(CANARY), "{path}: {said}");
    }
    let people = [outside(&world, &ids).await, beside(&world, &ids).await].concat();
    for (who, client) in people {
        for path in [ids.pages(), ids.more_pages()].concat() {
            let (status, said) = read(&world, &client, &path).await;
            assert!(status >= 400 && !said.contains(CANARY), "{path} for {who}: {status} {said}");
        }
        for path in [
            format!("/c/{}", ids.slug),
            "/switcher".into(),
            "/search/results?q=canary".into(),
            "/inbox".into(),
        ] {
            let (_, said) = read(&world, &client, &path).await;
            assert!(!said.contains(CANARY), "{path} for {who}: {said}");
        }
    }
    world.end().await;
}
