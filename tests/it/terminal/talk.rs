//! A talk: said, read, followed, searched, reacted to, edited and deleted.

use ajet_protocol::Visibility;
use serde_json::Value;

use super::ran::{Ran, in_variables, piped, ran, variables};
use crate::support::pictures::{png, uploaded};
use crate::support::{World, text};

/// The id of what a command printed.
fn id(ran: Ran) -> String {
    ran.json()["id"].as_str().expect("an id").to_owned()
}

#[tokio::test]
async fn what_one_says_the_other_reads() {
    let world = World::new().await;
    let said = ran(&world, &world.bob, &["send", "general", "hello", "*world*", "--json"]).await.json();
    assert_eq!(said["body_md"], "hello *world*");
    let piped = piped(&world, &world.bob, &["send", "#general", "-", "--json"], "from a pipe\n").await.json();
    assert_eq!(piped["body_md"], "from a pipe");
    let read = ran(&world, &world.ann, &["read", "general"]).await.done();
    let lines: Vec<&str> = read.lines().collect();
    assert_eq!(lines.len(), 2, "{read}");
    assert!(lines[0].ends_with("\tbob\thello *world*") && lines[1].ends_with("\tbob\tfrom a pipe"), "{read}");
    let since = ran(&world, &world.ann, &["read", "general", "--since", "1h", "--json"]).await.json();
    assert_eq!(since["items"].as_array().map(Vec::len), Some(2));
    let moment = piped["created_at"].as_str().expect("a time");
    let later = ran(&world, &world.ann, &["read", "general", "--since", moment, "--json"]).await.json();
    assert_eq!(later["items"].as_array().map(Vec::len), Some(1), "without what was said before: {later}");
    assert_eq!(later["items"][0]["body_md"], "from a pipe");
    let unread = ran(&world, &world.ann, &["unread", "--template", "{{.count}}"]).await.done();
    assert_eq!(unread, "2\n");
    ran(&world, &world.ann, &["mark", "read", "general"]).await.done();
    assert_eq!(ran(&world, &world.ann, &["unread"]).await.done(), "");
    world.end().await;
}

#[tokio::test]
async fn what_is_not_given_of_a_saved_message_stays() {
    let world = World::new().await;
    let said = world.bob.post(world.general.id, &text("hello")).await.expect("posts").id;
    let id = said.to_string();
    let saved = async |more: &[&str]| {
        let line: Vec<&str> = ["saved", "add", id.as_str()].into_iter().chain(more.iter().copied()).collect();
        ran(&world, &world.ann, &line).await.done();
        let kept = world.ann.saved_one(said).await.expect("reads").expect("is saved");
        (kept.note, kept.remind_at.is_some())
    };
    let noted = Some("read it".to_owned());
    assert_eq!(saved(&["--note", "read it"]).await, (noted.clone(), false));
    assert_eq!(saved(&["--remind", "2h"]).await, (noted.clone(), true));
    assert_eq!(saved(&[]).await, (noted, true));
    assert_eq!(saved(&["--note", ""]).await, (None, true));
    world.end().await;
}

#[tokio::test]
async fn the_same_command_under_the_same_key_says_it_once() {
    let world = World::new().await;
    let line = ["send", "general", "once", "--key", "a-key", "--json"];
    let (first, second) =
        (id(ran(&world, &world.bob, &line).await), id(ran(&world, &world.bob, &line).await));
    assert_eq!(first, second);
    assert_eq!(world.history().await.len(), 1);
    world.end().await;
}

#[tokio::test]
async fn a_tail_goes_on_where_the_last_one_ended() {
    let world = World::new().await;
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("cursor").display().to_string();
    std::fs::write(&file, world.ann.sync().await.expect("a snapshot").cursor).expect("is kept");
    let line = ["tail", "general", "--type", "message.created", "--count", "1", "--json", "--resume", &file];
    for body in ["one", "two", "three"] {
        world.bob.post(world.general.id, &text(body)).await.expect("posts");
    }
    for body in ["one", "two", "three"] {
        let event = ran(&world, &world.ann, &line).await.json();
        assert_eq!(event["type"], "message.created");
        assert_eq!(event["payload"]["message"]["body_md"], body);
    }
    world.end().await;
}

/// What the stream can't make up for is read from the history of all channels: each message once, and no more than were asked for.
#[tokio::test]
async fn a_tail_whose_cursor_is_of_no_use_reads_on_from_the_history() {
    let world = World::new().await;
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("cursor").display().to_string();
    let first = world.bob.post(world.general.id, &text("zero")).await.expect("posts");
    let fresh = world.channel("fresh", Visibility::Public).await;
    for (place, body) in [(world.general.id, "one"), (fresh.id, "two"), (world.general.id, "three")] {
        world.ann.post(place, &text(body)).await.expect("posts");
    }
    std::fs::write(&file, format!("nonsense\n{}\n", first.id)).expect("is kept");
    for (count, expected) in [("2", &["one", "two"][..]), ("1", &["three"][..])] {
        let line = ["tail", "--type", "message.created", "--count", count, "--json", "--resume", &file];
        let out = ran(&world, &world.ann, &line).await.done();
        let things = out.lines().map(|line| serde_json::from_str::<Value>(line).expect("JSON"));
        // The stream may bring the last one by itself, from the cursor that the first run was given.
        let said = things
            .filter(|thing| ["message.missed", "message.created"].iter().any(|one| thing["type"] == **one));
        let bodies: Vec<Value> = said.map(|thing| thing["payload"]["message"]["body_md"].clone()).collect();
        assert_eq!(bodies, expected, "{out}");
    }
    world.end().await;
}

#[tokio::test]
async fn a_message_is_reacted_to_pinned_edited_and_deleted() {
    let world = World::new().await;
    let message = id(ran(&world, &world.bob, &["send", "general", "first", "--json"]).await);
    ran(&world, &world.ann, &["react", &message, "👍"]).await.done();
    let who = ran(&world, &world.bob, &["reactions", &message, "👍", "--template", "{{.username}}"]).await;
    assert_eq!(who.done(), "ann\n");
    ran(&world, &world.ann, &["pin", &message]).await.done();
    let pins = ran(&world, &world.bob, &["pins", "general", "--json"]).await.json();
    assert_eq!(pins["items"][0]["id"], message.as_str());
    let edited = ran(&world, &world.bob, &["edit", &message, "second", "--json"]).await.json();
    assert_eq!(edited["body_md"], "second");
    ran(&world, &world.ann, &["unreact", &message, "👍"]).await.done();
    let shown = ran(&world, &world.ann, &["message", "show", &message, "--json"]).await.json();
    assert_eq!((&shown["pinned"], &shown["reactions"]), (&Value::Bool(true), &Value::Array(vec![])));
    ran(&world, &world.bob, &["delete", &message]).await.done();
    let gone = ran(&world, &world.ann, &["message", "show", &message, "--json"]).await.json();
    assert_eq!(gone["deleted"], true);
    world.end().await;
}

#[tokio::test]
async fn people_write_to_each_other_and_answer_in_threads() {
    let world = World::new().await;
    let message = id(ran(&world, &world.bob, &["send", "@ann", "psst", "--json"]).await);
    let reply =
        ran(&world, &world.ann, &["send", "@bob", "yes?", "--thread", &message, "--json"]).await.json();
    assert_eq!(reply["parent_id"], message.as_str());
    let thread = ran(&world, &world.bob, &["thread", "show", &message, "--json"]).await.json();
    assert_eq!(thread["items"][0]["body_md"], "yes?");
    let later = ran(&world, &world.bob, &["send", "@ann", "later", "--at", "2h", "--json"]).await.json();
    assert_eq!(later["state"], "pending");
    let asked =
        ran(&world, &world.bob, &["poll", "general", "Where to?", "sea", "hills", "--json"]).await.json();
    let poll = asked["id"].as_str().expect("an id");
    let voted = ran(&world, &world.ann, &["vote", poll, "1", "--json"]).await.json();
    assert_eq!(voted["poll"]["options"][1]["votes"], 1);
    world.end().await;
}

#[tokio::test]
async fn slash_commands_work_as_typed() {
    let world = World::new().await;
    ran(&world, &world.bob, &["/shrug", "who", "knows"]).await.done();
    assert!(world.history().await[0].body_md.starts_with("who knows"));
    ran(&world, &world.ann, &["--in", "general", "/topic", "all sorts", "of", "things"]).await.done();
    let channel = world.ann.channel(world.general.id).await.expect("is there");
    assert!(channel.topic.is_some_and(|topic| topic.contains("all sorts")));
    let wrong = ran(&world, &world.bob, &["/no-such-command"]).await;
    assert_eq!(wrong.code, 7, "{}", wrong.err);
    world.end().await;
}

/// What a message hides is not in what is printed, in whatever form.
#[tokio::test]
async fn escape_sequences_stay_out_of_the_output() {
    let world = World::new().await;
    let hostile = "hi \u{1b}]0;owned\u{7}\u{1b}[2J\u{9b}31m \u{202e}gpj.exe";
    world.bob.post(world.general.id, &text(hostile)).await.expect("posts");
    for form in [&[][..], &["--json"][..], &["--template", "{{.body_md}}"][..]] {
        let line = [&["read", "general"][..], form].concat();
        let out = ran(&world, &world.ann, &line).await.done();
        let acts =
            |c: char| (c.is_control() && c != '\n' && c != '\t') || ('\u{202a}'..='\u{202e}').contains(&c);
        assert!(!out.chars().any(acts), "{form:?}: {out:?}");
    }
    world.end().await;
}

/// A retry with files is the same message, not one with other files, which would be refused.
#[tokio::test]
async fn the_same_command_under_the_same_key_sends_its_files_once() {
    let world = World::new().await;
    uploaded(&world.bob, world.general.id, ("first.png", &png(4, 4))).await;
    let folder = tempfile::tempdir().expect("a folder");
    let files = ["one.png", "two.png"].map(|name| folder.path().join(name).display().to_string());
    for file in &files {
        std::fs::write(file, png(8, 4)).expect("is written");
    }
    let line =
        ["send", "general", "look", "--file", &files[0], "--file", &files[1], "--key", "k-7", "--json"];
    let (first, second) =
        (ran(&world, &world.bob, &line).await.json(), ran(&world, &world.bob, &line).await.json());
    assert_eq!(first["id"], second["id"]);
    assert_eq!(first["attachments"].as_array().map(Vec::len), Some(2));
    assert_eq!(world.history().await.len(), 1);
    world.end().await;
}

#[tokio::test]
async fn webhooks_and_any_post_have_their_keys() {
    let world = World::new().await;
    let line = ["webhook", "create", "general", "CI", "--key", "hook-1", "--json"];
    let made = ran(&world, &world.ann, &line).await.json();
    assert_eq!(ran(&world, &world.ann, &line).await.json()["id"], made["id"]);
    let mut variables = variables(&world, &world.bob);
    let url = made["url"].as_str().expect("shown once").to_owned();
    variables.push(("AJET_CHAT_WEBHOOK".to_owned(), url));
    let path = format!("/api/channels/{}/messages", world.general.id);
    for _ in 0..2 {
        let line = ["webhook", "post", "from the hook", "--key", "post-1"];
        in_variables(variables.clone(), &line, "").await.done();
        let line = ["api", "POST", &path, "-f", "body_md=from a script", "--key", "api-1"];
        in_variables(variables.clone(), &line, "").await.done();
    }
    assert_eq!(world.history().await.len(), 2, "each once");
    world.end().await;
}
