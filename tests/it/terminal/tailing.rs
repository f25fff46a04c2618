//! What a tail leaves out, and its lines held against what the document says of the stream.

use std::collections::BTreeSet;

use ajet_cli::{Surroundings, Variables};
use ajet_client::Client;
use ajet_protocol::{ChannelId, CreateCommunity, Visibility};
use serde_json::{Value, json};

use super::ran::{Written, ran, variables, words};
use super::schemas::schema;
use crate::docs::validate::misfits;
use crate::support::{World, eventually, id_of, next, text};

/// What a tail shows while something is done, which sees what is shown.
async fn tailed(
    world: &World,
    person: &Client,
    line: &[&str],
    done: impl AsyncFnOnce(&Written),
) -> Vec<Value> {
    let (out, err) = (Written::default(), Written::default());
    let variables: Variables = variables(world, person).into_iter().collect();
    let around = Surroundings::piped(variables, "", out.clone(), err.clone());
    let line = [&["tail", "--json"][..], line].concat();
    tokio::select! {
        code = ajet_cli::run(words(&line), around) => panic!("{line:?} ended with {code}: {}", err.text()),
        () = done(&out) => {}
    }
    out.text().lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

/// Texts of messages that a tail of Ann's shows, of which one is said in each of these places and the last one is edited.
async fn heard(world: &World, line: &[&str], places: &[(ChannelId, &str)]) -> BTreeSet<String> {
    let ann = &world.ann;
    let (last, _) = places[places.len() - 1];
    let twice = async |body: &str| {
        let message = ann.post(last, &text(body)).await.expect("posts");
        ann.edit(message.id, &format!("{body}, edited")).await.expect("edits");
    };
    let things = tailed(world, ann, line, async |out| {
        // It listens from some moment on.
        eventually("it listens", async || {
            twice("knock").await;
            !out.text().is_empty()
        })
        .await;
        let mut live = ann.live(None).await.expect("a stream");
        for (place, body) in &places[..places.len() - 1] {
            ann.post(*place, &text(body)).await.expect("posts");
        }
        twice(places[places.len() - 1].1).await;
        let mut missing: Vec<String> = places.iter().map(|(_, body)| format!("\"{body}\"")).collect();
        while !missing.is_empty() {
            let frame = next(&mut live).await;
            missing.retain(|body| !frame.data.contains(body));
        }
        twice("the end").await;
        eventually("the end is shown", async || out.text().contains("the end")).await;
    })
    .await;
    let bodies = things.iter().filter_map(|thing| thing["payload"]["message"]["body_md"].as_str());
    let heard = bodies.filter(|body| !body.starts_with("knock") && !body.starts_with("the end"));
    heard.map(str::to_owned).collect()
}

#[tokio::test]
async fn a_tail_shows_what_it_is_narrowed_to() {
    let world = World::new().await;
    let ann = &world.ann;
    let fresh = world.channel("fresh", Visibility::Public).await.id;
    let request = CreateCommunity { name: "Second".into(), slug: "second".into(), client_mutation_id: None };
    let second = ann.create_community(&request).await.expect("creates");
    let second = second.default_channel_id.expect("everybody comes into one");
    let dm = ann.open_dm(&[id_of(&world.bob).await]).await.expect("opens").id;
    let places =
        [(world.general.id, "in general"), (second, "in the second"), (dm, "to bob"), (fresh, "in fresh")];
    for (line, expected) in [
        (&[][..], &["in general", "in the second", "to bob", "in fresh", "in fresh, edited"][..]),
        (&["fresh"][..], &["in fresh", "in fresh, edited"][..]),
        (&["ferris/general", "fresh"][..], &["in general", "in fresh", "in fresh, edited"][..]),
        (&["-c", "ferris"][..], &["in general", "to bob", "in fresh", "in fresh, edited"][..]),
        (&["--type", "message.edited"][..], &["in fresh, edited"][..]),
        (&["@bob", "fresh", "--type", "message.created"][..], &["to bob", "in fresh"][..]),
    ] {
        let expected: BTreeSet<String> = expected.iter().map(|body| (*body).to_owned()).collect();
        assert_eq!(heard(&world, line, &places).await, expected, "{line:?}");
    }
    world.end().await;
}

/// What does not fit of a line of a tail.
fn wrong(document: &Value, line: &Value) -> Vec<String> {
    let kind = line["type"].as_str().expect("a type");
    match kind {
        "message.missed" => {
            let message = &line["payload"]["message"];
            misfits(document, schema(document, "messages.get"), message, kind)
        }
        "resync" | "rights" => {
            let mut data = line.clone();
            data.as_object_mut().expect("an object").remove("type");
            misfits(document, &document["x-events"][kind], &data, kind)
        }
        _ => {
            let mut found = misfits(document, &document["x-events"][kind], line, kind);
            let any = json!({ "$ref": "#/components/schemas/LiveEvent" });
            found.extend(misfits(document, &any, line, kind));
            found
        }
    }
}

/// The types of lines, all of which fit.
fn types<'a>(document: &Value, lines: &'a [Value]) -> BTreeSet<&'a str> {
    for line in lines {
        let found = wrong(document, line);
        assert!(found.is_empty(), "{line}: {found:#?}");
    }
    lines.iter().filter_map(|line| line["type"].as_str()).collect()
}

#[tokio::test]
async fn each_line_of_a_tail_is_what_the_document_says() {
    let world = World::new().await;
    let document: Value = world.nobody.get("/api/openapi.json").await.expect("the document");
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("cursor").display().to_string();
    let room = world.channel("room", Visibility::Public).await;
    world.bob.join(room.id).await.expect("joins");
    std::fs::write(&file, world.bob.sync().await.expect("a snapshot").cursor).expect("is kept");
    world.bob.leave(room.id).await.expect("leaves");
    let message = world.ann.post(world.general.id, &text("hello")).await.expect("posts").id;
    let id = message.to_string();
    for line in [
        &["react", &id, "👍"][..],
        &["edit", &id, "better"][..],
        &["pin", &id][..],
        &["topic", "general", "new"][..],
        &["members", "set", "bob", "--nickname", "bobby"][..],
        &["send", "general", "the end"][..],
    ] {
        ran(&world, &world.ann, line).await.done();
    }
    let shows_all = async |out: &Written| {
        eventually("the end is shown", async || out.text().contains("the end")).await;
    };
    let lines = tailed(&world, &world.bob, &["--resume", &file], shows_all).await;
    let types_seen = types(&document, &lines);
    for kind in ["rights", "message.created", "message.edited", "message.pinned", "reaction.added"] {
        assert!(types_seen.contains(kind), "{kind}: {types_seen:?}");
    }
    std::fs::write(&file, format!("nonsense\n{message}\n")).expect("is kept");
    let line = ["tail", "--type", "message.created", "--count", "1", "--json", "--resume", &file];
    let out = ran(&world, &world.bob, &line).await.done();
    let lines: Vec<Value> = out.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let types_seen = types(&document, &lines);
    assert!(["resync", "message.missed"].iter().all(|kind| types_seen.contains(kind)), "{types_seen:?}");
    world.end().await;
}
