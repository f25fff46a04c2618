//! Names that lead elsewhere: no name of a file or of anything else becomes a path, a header or another name.

use ajet_protocol::UpdateMe;
use reqwest::Method;
use serde_json::{Value, json};

use super::limits::fits;
use crate::docs::operations;
use crate::support::bots::made;
use crate::support::forms::{PNG, form};
use crate::support::pictures::{png, uploaded};
use crate::support::requests::{ann, problem};
use crate::support::{Raw, World, category, id_of, requests};

/// Control characters, marks that reorder, what shows nothing, and what is too long.
fn no_names() -> Vec<String> {
    let mut names: Vec<String> =
        ["a\0b", "a\rb", "a\nb", "a\u{1b}[2J", "\u{202e}gpj.exe", "a\u{2066}b", "\u{200b}", " ", ""]
            .map(str::to_owned)
            .into();
    names.extend([81, 256, 70_000].map(|length| "x".repeat(length)));
    names
}

/// What requests call a name of something or somebody.
const NAMES: [&str; 3] = ["name", "display_name", "nickname"];

/// What can be given another name, by its path; a member, who is given a nickname; and a bot, which carries commands out.
struct Named {
    paths: [String; 7],
    member: String,
    bot: String,
}

impl Named {
    async fn of(world: &World) -> Self {
        let (ann, community) = (&world.ann, world.community.id);
        let crew = json!({ "name": "crew" });
        let crew: Value = ann
            .send(Method::POST, &format!("/api/communities/{community}/roles"), Some(&crew), false)
            .await
            .expect("makes a role");
        let carol = id_of(&world.join("carol").await).await;
        let bob = id_of(&world.bob).await;
        let group = ann.open_dm(&[bob, carol]).await.expect("opens");
        let forge = json!({ "type": "github", "name": "Forge", "client_id": "x", "client_secret": "y" });
        let forge: Value = ann
            .send(Method::POST, "/api/system/oauth-providers", Some(&forge), false)
            .await
            .expect("adds a provider");
        let paths = [
            format!("/api/communities/{community}"),
            format!("/api/channels/{}", world.general.id),
            format!("/api/channels/{}", group.id),
            format!("/api/categories/{}", category(world, "Teams").await.id),
            format!("/api/roles/{}", crew["id"].as_str().expect("an id")),
            format!("/api/webhooks/{}", ann.create_webhook(world.general.id, "CI").await.expect("makes").id),
            format!("/api/system/oauth-providers/{}", forge["id"].as_str().expect("an id")),
        ];
        let member = format!("/api/communities/{community}/members/{bob}");
        Self { paths, member, bot: made(world, "robo").await.id.to_string() }
    }
}

/// Requests that name something: their method, path and body with a name.
fn naming(world: &World, named: &Named, name: &str) -> Vec<(Method, String, Value)> {
    let below = |what: &str| format!("/api/communities/{}/{what}", world.community.id);
    let command = json!({ "name": name, "description": "Deploys.", "bot_id": named.bot });
    let forge = json!({ "type": "github", "name": name, "client_id": "x", "client_secret": "y" });
    let renames = named.paths.iter().map(|path| (Method::PATCH, path.clone(), json!({ "name": name })));
    let makes = vec![
        (Method::POST, "/api/communities".into(), json!({ "name": name, "slug": "another" })),
        (Method::POST, below("channels"), json!({ "name": name })),
        (Method::POST, below("categories"), json!({ "name": name })),
        (Method::POST, below("roles"), json!({ "name": name })),
        (Method::POST, below("bots"), json!({ "name": name, "scopes": [] })),
        (Method::POST, format!("/api/channels/{}/webhooks", world.general.id), json!({ "name": name })),
        (Method::POST, below("commands"), command),
        (Method::POST, below("emoji"), json!({ "name": name })),
        (Method::POST, "/api/system/oauth-providers".into(), forge),
        (Method::PATCH, "/api/me".into(), json!({ "display_name": name })),
    ];
    // Without any, a member is called by their own name.
    let nickname = (Method::PATCH, named.member.clone(), json!({ "nickname": name }));
    let nickname = Some(nickname).filter(|_| !name.trim().is_empty());
    renames.chain(makes).chain(nickname).collect()
}

/// The fields of a body.
fn fields_of<'a>(document: &'a Value, schema: &'a Value) -> Vec<&'a str> {
    let name = schema["$ref"].as_str().and_then(|path| path.strip_prefix("#/components/schemas/"));
    let schema = name.map_or(schema, |name| &document["components"]["schemas"][name]);
    schema["properties"].as_object().into_iter().flatten().map(|(field, _)| field.as_str()).collect()
}

/// The requests that name something, as the document has them: the method and the path of each.
fn that_name(document: &Value) -> Vec<(String, &str)> {
    let names = |operation: &Value| {
        let bodies = operation["requestBody"]["content"].as_object().into_iter().flatten();
        let mut fields = bodies.flat_map(|(_, body)| fields_of(document, &body["schema"]));
        fields.any(|field| NAMES.contains(&field))
    };
    let all = operations(document).into_iter().filter(|(path, ..)| path.starts_with("/api/"));
    let naming = all.filter(|(_, _, operation)| names(operation));
    naming.map(|(path, method, _)| (method.to_uppercase(), path)).collect()
}

/// What somebody is answered who names something. An emoji comes in a form, which is cut where it is too large.
async fn told(world: &World, method: &Method, path: &str, body: &Value) -> (u16, Value) {
    let request = ann(world, method.clone(), path);
    if !path.ends_with("/emoji") {
        return problem(request.json(body)).await;
    }
    let name = body["name"].as_str().unwrap_or_default();
    let (status, problem) = problem(form(request, &[("name", name)], Some(PNG))).await;
    (if status == 413 { 422 } else { status }, problem)
}

#[tokio::test]
async fn no_name_hides_reorders_or_is_endless() {
    let world = World::new().await;
    let named = Named::of(&world).await;
    let document: Value = world.nobody.get("/api/openapi.json").await.expect("is described");
    let tried = naming(&world, &named, "x");
    let is_tried = |(method, template): &(String, &str)| {
        tried.iter().any(|(one, path, _)| one.as_str() == method && fits(template, path))
    };
    let all = that_name(&document);
    assert!(all.len() > 15, "{all:?}");
    let lacking: Vec<_> = all.iter().filter(|&one| !is_tried(one)).collect();
    assert!(lacking.is_empty(), "names that no one tries: {lacking:?}");
    let mut wrong = Vec::new();
    for name in no_names() {
        for (method, path, body) in naming(&world, &named, &name) {
            let (status, problem) = told(&world, &method, &path, &body).await;
            if status != 422 {
                wrong.push(format!("{method} {path} takes {:?}: {problem}", name.get(..20).unwrap_or(&name)));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    world.end().await;
}

/// A path is a text like any other where people name themselves, and comes back as it was.
#[tokio::test]
async fn a_path_is_no_path_where_people_write() {
    let world = World::new().await;
    let name = "../../etc/passwd";
    let update = UpdateMe { display_name: Some(name.into()), ..UpdateMe::default() };
    assert_eq!(world.bob.update_me(&update).await.expect("changes").user.display_name, name);
    let channel = json!({ "name": name });
    let path = format!("/api/communities/{}/channels", world.community.id);
    let made: Value = world.ann.send(Method::POST, &path, Some(&channel), false).await.expect("makes");
    assert_eq!(made["name"], name);
    for (given, kept) in [
        ("../../etc/passwd.png", "passwd.png"),
        (r"..\..\boot.ini.png", "boot.ini.png"),
        ("\u{202e}gnp.exe", "gnp.exe"),
    ] {
        let file = uploaded(&world.ann, world.general.id, (given, &png(8, 4))).await;
        assert_eq!(file.filename, kept, "{given}");
        let path = format!("/api/attachments/{}", file.id);
        let answer = requests::answer(ann(&world, Method::GET, &path)).await;
        let location = answer.headers()["location"].to_str().expect("text").to_owned();
        let stored = reqwest::Url::parse(&location).expect("an address").path().to_owned();
        assert!(stored.contains(&file.id.to_string()) && !stored.contains(".."), "{given}: {stored}");
    }
    world.end().await;
}

/// What is below the assets' address is found by its name alone.
#[tokio::test]
async fn no_address_leads_out_of_the_assets() {
    let world = World::new().await;
    for path in [
        "/assets/../Cargo.toml",
        "/assets/x/../../Cargo.toml",
        "/assets/x/..%2f..%2fCargo.toml",
        "/assets/%2e%2e/Cargo.toml",
        "/assets/x/%00",
        "/assets//etc/passwd",
        "/media/../../etc/passwd",
        "/media/avatar/..%2f..%2fetc/64",
    ] {
        let mut raw = Raw::to(world.server.addr()).await;
        raw.send(format!("GET {path} HTTP/1.1\r\nHost: x\r\n\r\n")).await;
        let answer = raw.answer().await;
        assert!([400, 404].contains(&answer.status), "{path}: {} {}", answer.status, answer.body);
    }
    world.end().await;
}
