//! The HTTP contract.

use std::collections::HashSet;

use ajet_client::Error;
use ajet_protocol::{Code, CreateCommunity, CreateInvite, PageQuery, Visibility};
use futures::future::join_all;
use reqwest::header::{CONTENT_TYPE, COOKIE};
use sqlx::{Connection, PgConnection};

use crate::world::{World, assert_one_order, history, keyed, text};

fn code<T: std::fmt::Debug>(result: Result<T, Error>) -> Code {
    result.expect_err("must be refused").code().expect("a problem document")
}

#[tokio::test]
async fn ac_t6_t7_two_people_chat() {
    let world = World::new().await;
    assert_eq!(world.ann.channels(world.community.id).await.expect("lists").items.len(), 1);
    let posted = world.ann.post(world.general.id, &text("hello **bob**")).await.expect("posts");
    assert_eq!(posted.body_html, "<p>hello <strong>bob</strong></p>");
    let page = world.bob.messages(world.general.id, &PageQuery::default()).await.expect("reads");
    assert_eq!(page.items, [posted]);
    let unread = world.bob.channels(world.community.id).await.expect("lists").items.remove(0).unread;
    assert_eq!(unread.count, 1);
    world.server.stop().await;
}

#[tokio::test]
async fn ac_t8_t9_editing_within_the_window_only() {
    let world = World::new().await;
    let posted = world.ann.post(world.general.id, &text("first")).await.expect("posts");
    let edited = world.ann.edit(posted.id, "second").await.expect("edits");
    assert_eq!(
        (edited.body_md.as_str(), edited.seq, edited.edited_at.is_some()),
        ("second", posted.seq, true)
    );
    assert_eq!(code(world.bob.edit(posted.id, "mine").await), Code::Forbidden);
    let url = stack_url(&world);
    let mut db = PgConnection::connect(&url).await.expect("connects");
    sqlx::query("update messages set created_at = created_at - interval '61 minutes'")
        .execute(&mut db)
        .await
        .expect("ages");
    world.server.app().node.channels.kill(world.general.id, false);
    assert_eq!(code(world.ann.edit(posted.id, "third").await), Code::EditWindowClosed);
}

fn stack_url(world: &World) -> String {
    crate::world::stack().postgres.url(&world.config.db.dbname)
}

#[tokio::test]
async fn ac_t10_t11_deleting() {
    let world = World::new().await;
    let posted = world.bob.post(world.general.id, &text("oops")).await.expect("posts");
    let carol = world.join("carol").await;
    assert_eq!(code(carol.delete(posted.id).await), Code::Forbidden);
    world.bob.delete(posted.id).await.expect("deletes");
    world.bob.delete(posted.id).await.expect("again changes nothing");
    let gone = world.ann.message(posted.id).await.expect("keeps its place");
    assert!(gone.deleted && gone.body_md.is_empty() && gone.body_html.is_empty());
    assert_eq!(code(world.bob.edit(posted.id, "back").await), Code::Gone);
    let other = world.bob.post(world.general.id, &text("moderated")).await.expect("posts");
    world.ann.delete(other.id).await.expect("the owner may");
}

#[tokio::test]
async fn ac_t12_cursors() {
    let world = World::new().await;
    for n in 0..7 {
        world.ann.post(world.general.id, &text(&format!("m{n}"))).await.expect("posts");
    }
    let bodies = |page: &ajet_protocol::Page<ajet_protocol::Message>| -> Vec<String> {
        page.items.iter().map(|message| message.body_md.clone()).collect()
    };
    let ask = |before, after, limit| PageQuery { before, after, limit: Some(limit) };
    let newest = world.ann.messages(world.general.id, &ask(None, None, 3)).await.expect("a page");
    assert_eq!((bodies(&newest), newest.has_more), (vec!["m4".into(), "m5".into(), "m6".into()], true));
    let before = world
        .ann
        .messages(world.general.id, &ask(Some(newest.items[0].id.0), None, 3))
        .await
        .expect("a page");
    assert_eq!((bodies(&before), before.has_more), (vec!["m1".into(), "m2".into(), "m3".into()], true));
    let first = world
        .ann
        .messages(world.general.id, &ask(Some(before.items[0].id.0), None, 3))
        .await
        .expect("a page");
    assert_eq!((bodies(&first), first.has_more), (vec!["m0".into()], false));
    let after =
        world.ann.messages(world.general.id, &ask(None, Some(first.items[0].id.0), 3)).await.expect("a page");
    assert_eq!((bodies(&after), after.has_more), (vec!["m1".into(), "m2".into(), "m3".into()], true));
    for limit in [0, -1, 201, i64::MAX] {
        assert_eq!(code(world.ann.messages(world.general.id, &ask(None, None, limit)).await), Code::Invalid);
    }
}

#[tokio::test]
async fn i2_one_key_makes_one_message_however_often() {
    let world = World::new().await;
    let same = keyed("once", "key-1");
    let asks = (0..30).map(|_| world.ann.post(world.general.id, &same));
    let answers: Vec<_> = join_all(asks).await.into_iter().map(|answer| answer.expect("posts")).collect();
    let ids: HashSet<_> = answers.iter().map(|message| message.id).collect();
    assert_eq!(ids.len(), 1);
    assert_eq!(code(world.ann.post(world.general.id, &keyed("other", "key-1")).await), Code::Conflict);
    world.bob.post(world.general.id, &keyed("bob's own", "key-1")).await.expect("keys are the author's");
    let other = world.channel("other", Visibility::Public).await;
    assert_eq!(code(world.ann.post(other.id, &same).await), Code::Conflict);
    assert_eq!(world.history().await.len(), 2);
}

#[tokio::test]
async fn i2_a_key_survives_a_restart() {
    let world = World::new().await;
    let posted = world.ann.post(world.general.id, &keyed("once", "key-1")).await.expect("posts");
    let World { server, config, ann, general, .. } = world;
    let token_still_good = ann.me().await.expect("signed in").user.id;
    server.stop().await;
    let server = crate::world::serve(&config).await;
    let base = format!("http://{}", server.addr());
    let (ann, me) =
        ajet_client::Client::new(&base).expect("a client").sign_in("ann").await.expect("signs in");
    assert_eq!(me.id, token_still_good);
    let again = ann.post(general.id, &keyed("once", "key-1")).await.expect("replays");
    assert_eq!(again.id, posted.id);
    assert_eq!(history(&ann, &general).await.len(), 1);
}

#[tokio::test]
async fn i3_many_writers_one_order() {
    let world = World::new().await;
    let posts = (0..200).map(|n| {
        let client = if n % 2 == 0 { &world.ann } else { &world.bob };
        async move { client.post(world.general.id, &text(&format!("m{n}"))).await.expect("posts") }
    });
    let acknowledged = join_all(posts).await;
    let stored = world.history().await;
    assert_eq!(stored.len(), 200);
    assert_one_order(&stored);
    let seqs: Vec<_> = stored.iter().map(|message| message.seq).collect();
    assert_eq!(seqs, (1..=200).collect::<Vec<_>>(), "no hole in a channel without other events");
    for message in acknowledged {
        assert!(
            stored.contains(&message),
            "I1: an acknowledged message is in the history as it was answered"
        );
    }
}

#[tokio::test]
async fn i13_an_invite_is_used_no_more_often_than_it_says() {
    let world = World::new().await;
    let request = CreateInvite { max_uses: Some(3), ..CreateInvite::default() };
    let invite = world.ann.create_invite(world.community.id, &request).await.expect("invites");
    let people = join_all((0..50).map(|n| {
        let nobody = world.nobody.clone();
        async move { nobody.sign_in(&format!("p{n}")).await.expect("signs in").0 }
    }))
    .await;
    let answers = join_all(people.iter().map(|person| person.accept_invite(&invite.code))).await;
    let joined = answers.iter().filter(|answer| answer.is_ok()).count();
    assert_eq!(joined, 3);
    for refused in answers.into_iter().filter(Result::is_err) {
        assert_eq!(code(refused), Code::Gone);
    }
    let unknown: Result<serde_json::Value, _> = world.bob.get("/api/invites/nonsense").await;
    assert_eq!(code(unknown), Code::NotFound);
}

#[tokio::test]
async fn i6_a_private_channel_is_not_there_for_others() {
    let world = World::new().await;
    let secret = world.channel("secret", Visibility::Private).await;
    let message = world.ann.post(secret.id, &text("hush")).await.expect("posts");
    assert!(
        !world
            .bob
            .channels(world.community.id)
            .await
            .expect("lists")
            .items
            .iter()
            .any(|one| one.id == secret.id)
    );
    let hidden: [Result<serde_json::Value, _>; 4] = [
        world.bob.get(&format!("/api/channels/{}", secret.id)).await,
        world.bob.get(&format!("/api/channels/{}/messages", secret.id)).await,
        world.bob.get(&format!("/api/messages/{}", message.id)).await,
        world.bob.get(&format!("/api/channels/{}/webhooks", secret.id)).await,
    ];
    for answer in hidden {
        assert_eq!(code(answer), Code::NotFound);
    }
    assert_eq!(code(world.bob.post(secret.id, &text("me too")).await), Code::NotFound);
    assert_eq!(code(world.bob.join(secret.id).await), Code::NotFound);
    assert_eq!(code(world.bob.edit(message.id, "x").await), Code::NotFound);
    assert_eq!(code(world.bob.delete(message.id).await), Code::NotFound);
    let linked = world
        .ann
        .post(world.general.id, &text(&format!("see #<channel:{}>", secret.id)))
        .await
        .expect("posts");
    assert!(linked.body_html.contains("#private-channel"), "{}", linked.body_html);
}

#[tokio::test]
async fn writing_needs_membership_of_the_channel() {
    let world = World::new().await;
    let random = world.channel("random", Visibility::Public).await;
    assert_eq!(code(world.bob.post(random.id, &text("x")).await), Code::Forbidden);
    world.bob.join(random.id).await.expect("joins");
    world.bob.post(random.id, &text("x")).await.expect("posts");
    world.bob.leave(random.id).await.expect("leaves");
    assert_eq!(code(world.bob.post(random.id, &text("x")).await), Code::Forbidden);
    let (stranger, _) = world.nobody.sign_in("stranger").await.expect("signs in");
    assert_eq!(code(stranger.post(random.id, &text("x")).await), Code::NotFound);
}

#[tokio::test]
async fn only_the_system_owner_founds_further_communities() {
    let world = World::new().await;
    let request =
        |slug: &str| CreateCommunity { name: "N".into(), slug: slug.into(), client_mutation_id: None };
    assert_eq!(code(world.bob.create_community(&request("mine")).await), Code::Forbidden);
    assert_eq!(code(world.ann.create_community(&request("ferris")).await), Code::Conflict);
    world.ann.create_community(&request("second")).await.expect("founds");
}

#[tokio::test]
async fn bad_requests_say_what_and_where() {
    let world = World::new().await;
    let http = reqwest::Client::new();
    let token = http.post(format!("{}/auth/dev", world.base())).json(&serde_json::json!({"username": "ann"}));
    let token: serde_json::Value = token.send().await.expect("answers").json().await.expect("JSON");
    let token = token["token"].as_str().expect("a token").to_owned();
    let url = format!("{}/api/channels/{}/messages", world.base(), world.general.id);
    let post = |content_type: &'static str, body: String| {
        http.post(&url).bearer_auth(&token).header(CONTENT_TYPE, content_type).body(body).send()
    };
    let json = "application/json";
    let cases = [
        (json, r#"{"body_md":"#.to_owned(), 400, "malformed", ""),
        (json, r#"{"body_md":"x"} extra"#.to_owned(), 400, "malformed", ""),
        (json, r#"{"body_md":"x","nope":1}"#.to_owned(), 422, "invalid", "nope:unknown_field"),
        (json, r#"{"nope":1, bad"#.to_owned(), 400, "malformed", ""),
        (json, r"{}".to_owned(), 422, "invalid", "body_md:required"),
        (json, r#"{"body_md":7}"#.to_owned(), 422, "invalid", "body_md:bad_type"),
        (json, r#"{"body_md":"  "}"#.to_owned(), 422, "invalid", "body_md:too_short"),
        ("text/plain", "x".to_owned(), 415, "unsupported_media_type", ""),
        (json, format!(r#"{{"body_md":"{}"}}"#, "x".repeat(1 << 20)), 413, "too_large", ""),
        (json, format!("{}{}", "[".repeat(10_000), "]".repeat(10_000)), 422, "invalid", ""),
    ];
    for (content_type, body, status, code, error) in cases {
        let shown: String = body.chars().take(40).collect();
        let answer = post(content_type, body).await.expect("answers");
        assert_eq!(answer.status().as_u16(), status, "{shown}");
        assert_eq!(answer.headers()[CONTENT_TYPE], "application/problem+json");
        let trace = answer.headers()["x-trace-id"].to_str().expect("text").to_owned();
        let problem: serde_json::Value = answer.json().await.expect("JSON");
        assert_eq!(
            (problem["code"].as_str(), problem["trace_id"].as_str()),
            (Some(code), Some(trace.as_str())),
            "{shown}"
        );
        let first = &problem["errors"][0];
        let found =
            format!("{}:{}", first["field"].as_str().unwrap_or(""), first["code"].as_str().unwrap_or(""));
        assert!(error.is_empty() || found == error, "{shown}: {found}");
    }
    for path in ["/api/nope", "/api/channels/not-a-uuid", "/hook/1/2"] {
        let answer =
            http.get(format!("{}{path}", world.base())).bearer_auth(&token).send().await.expect("answers");
        assert!([404, 405].contains(&answer.status().as_u16()), "{path}: {}", answer.status());
    }
    let answer = http.get(format!("{}/api/me", world.base())).send().await.expect("answers");
    assert_eq!(answer.status().as_u16(), 401);
}

#[tokio::test]
async fn a_cookie_changes_things_from_our_own_pages_only() {
    let world = World::new().await;
    let http = reqwest::Client::new();
    let signed_in =
        http.post(format!("{}/auth/dev", world.base())).json(&serde_json::json!({"username": "ann"}));
    let cookie =
        signed_in.send().await.expect("answers").headers()["set-cookie"].to_str().expect("text").to_owned();
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"), "{cookie}");
    let cookie = cookie.split(';').next().expect("a pair").to_owned();
    let url = format!("{}/api/channels/{}/messages", world.base(), world.general.id);
    let host = world.base();
    let cases: [(&[(&str, &str)], u16); 7] = [
        (&[("sec-fetch-site", "same-origin")], 201),
        (&[("sec-fetch-site", "none")], 201),
        (&[("sec-fetch-site", "same-site")], 403),
        (&[("sec-fetch-site", "cross-site"), ("origin", &host)], 403),
        (&[("origin", &host)], 201),
        (&[("origin", "null")], 403),
        (&[], 403),
    ];
    for (headers, status) in cases {
        let mut request = http.post(&url).header(COOKIE, &cookie).json(&serde_json::json!({"body_md": "x"}));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        assert_eq!(request.send().await.expect("answers").status().as_u16(), status, "{headers:?}");
    }
}

#[tokio::test]
async fn a_webhook_is_made_once_per_key() {
    let world = World::new().await;
    let path = format!("/api/channels/{}/webhooks", world.general.id);
    let make = |name: &str| serde_json::json!({"name": name, "client_mutation_id": "hook-1"});
    let first: ajet_protocol::Webhook =
        world.ann.send(reqwest::Method::POST, &path, Some(&make("CI")), true).await.expect("creates");
    let again: ajet_protocol::Webhook =
        world.ann.send(reqwest::Method::POST, &path, Some(&make("CI")), true).await.expect("replays");
    assert!(first.url.is_some());
    assert_eq!((again.id, again.url), (first.id, None), "the secret is shown once");
    let other =
        world.ann.send::<ajet_protocol::Webhook>(reqwest::Method::POST, &path, Some(&make("CD")), true).await;
    assert_eq!(code(other), Code::Conflict);
    let listed: ajet_protocol::Page<ajet_protocol::Webhook> = world.ann.get(&path).await.expect("lists");
    assert_eq!(listed.items.len(), 1);
}

#[tokio::test]
async fn webhooks_take_slack_and_discord_payloads() {
    let world = World::new().await;
    assert_eq!(code(world.bob.create_webhook(world.general.id, "CI").await), Code::Forbidden);
    let webhook = world.ann.create_webhook(world.general.id, "CI").await.expect("creates");
    let url = webhook.url.expect("shown once");
    let listed: serde_json::Value =
        world.ann.get(&format!("/api/channels/{}/webhooks", world.general.id)).await.expect("lists");
    assert!(!listed.to_string().contains("hook/"), "the secret shows once: {listed}");
    let http = reqwest::Client::new();
    let slack = http
        .post(&url)
        .json(&serde_json::json!({"text": "hi", "username": "Jenkins"}))
        .send()
        .await
        .expect("answers");
    assert_eq!((slack.status().as_u16(), slack.text().await.expect("text").as_str()), (200, "ok"));
    let discord = http.post(&url).json(&serde_json::json!({"content": "yo"})).send().await.expect("answers");
    assert_eq!(discord.status().as_u16(), 204);
    let wait = http.post(format!("{url}?wait=true")).json(&serde_json::json!({"embeds": [{"title": "T"}]}));
    let waited: serde_json::Value = wait.send().await.expect("answers").json().await.expect("the message");
    assert_eq!(waited["body_md"], "**T**");
    let history = world.history().await;
    let names: Vec<_> =
        history.iter().map(|message| (message.author.display_name.as_str(), message.author.bot)).collect();
    assert_eq!(names, [("Jenkins", true), ("CI", true), ("CI", true)]);
    let forged =
        http.post(format!("{url}x")).json(&serde_json::json!({"text": "x"})).send().await.expect("answers");
    assert_eq!(forged.status().as_u16(), 404);
}

#[tokio::test]
async fn health_metrics_and_documents() {
    let world = World::new().await;
    world.ann.post(world.general.id, &text("x")).await.expect("posts");
    let http = reqwest::Client::new();
    let get = async |path: &str| http.get(format!("{}{path}", world.base())).send().await.expect("answers");
    assert_eq!(get("/livez").await.text().await.expect("text"), "ok");
    crate::world::eventually("readiness with NATS", async || {
        let ready: serde_json::Value = get("/readyz").await.json().await.expect("JSON");
        ready["status"] == "ready" && ready["nats"] == true
    })
    .await;
    let metrics = get("/metrics").await.text().await.expect("text");
    for name in [
        "ajet_http_request_seconds",
        "ajet_journal_commit_seconds",
        "ajet_journal_batch_streams",
        "ajet_mailbox_commands",
        "ajet_entities",
    ] {
        assert!(metrics.contains(name), "{name} in\n{metrics}");
    }
    let document: serde_json::Value = get("/api/openapi.json").await.json().await.expect("JSON");
    assert!(document["openapi"].as_str().is_some_and(|version| version.starts_with("3.1")));
    for path in ["/api/channels/{id}/messages", "/api/events", "/hook/{id}/{token}", "/auth/dev"] {
        assert!(document["paths"][path].is_object(), "{path}");
    }
    let post = &document["paths"]["/api/channels/{id}/messages"]["post"];
    for status in ["400", "401", "403", "404", "409", "413", "415", "422", "503"] {
        let schema = &post["responses"][status]["content"]["application/problem+json"]["schema"]["$ref"];
        assert_eq!(*schema, "#/components/schemas/Problem", "{status}");
    }
    assert_eq!(post["security"].as_array().map(Vec::len), Some(2), "token or cookie");
    let headers: Vec<_> =
        post["parameters"].as_array().expect("listed").iter().map(|one| &one["name"]).collect();
    assert!(headers.contains(&&"Idempotency-Key".into()) && headers.contains(&&"X-Trace-Id".into()));
    assert!(get("/api/docs").await.text().await.expect("text").contains("/api/channels/{id}/messages"));
    let traced = http
        .get(format!("{}/livez", world.base()))
        .header("x-trace-id", "0197f000-0000-7000-8000-000000000001");
    let traced = traced.send().await.expect("answers");
    assert_eq!(traced.headers()["x-trace-id"], "0197f000-0000-7000-8000-000000000001");
    assert_eq!(traced.headers()["x-content-type-options"], "nosniff");
}

#[tokio::test]
async fn what_the_store_cannot_take_fails_alone() {
    let world = World::new().await;
    let url =
        world.ann.create_webhook(world.general.id, "CI").await.expect("creates").url.expect("shown once");
    let http = reqwest::Client::new();
    for body in [r#"{"text":"a\u0000b"}"#, r#"{"text":"x","username":"a\u0000b"}"#] {
        let answer = http
            .post(&url)
            .header(CONTENT_TYPE, "application/json")
            .body(body)
            .send()
            .await
            .expect("answers");
        assert_eq!(answer.status().as_u16(), 200, "a webhook's alert is posted without it: {body}");
    }
    assert_eq!(code(world.ann.post(world.general.id, &text("a\0b")).await), Code::Invalid);
    assert_eq!(code(world.ann.post(world.general.id, &keyed("x", "a\0b")).await), Code::Invalid);
    world.ann.post(world.general.id, &text("fine")).await.expect("posts");
}

#[tokio::test]
async fn nobody_fences_an_entity_by_naming_it_as_another_kind() {
    let world = World::new().await;
    let mut db = PgConnection::connect(&stack_url(&world)).await.expect("connects");
    let epochs = "select coalesce(sum(epoch), 0)::bigint from streams where id = any($1)";
    let ids = vec![world.community.id.0, world.general.id.0];
    let before: i64 = sqlx::query_scalar(epochs).bind(&ids).fetch_one(&mut db).await.expect("reads");
    let as_channel = ajet_protocol::ChannelId(world.community.id.0);
    let as_community = ajet_protocol::CommunityId(world.general.id.0);
    assert_eq!(code(world.bob.post(as_channel, &text("x")).await), Code::NotFound);
    assert_eq!(code(world.bob.create_invite(as_community, &CreateInvite::default()).await), Code::NotFound);
    let after: i64 = sqlx::query_scalar(epochs).bind(&ids).fetch_one(&mut db).await.expect("reads");
    assert_eq!(before, after, "no epoch was raised");
}

#[tokio::test]
async fn a_key_used_in_two_channels_at_once_makes_one_message() {
    let world = World::new().await;
    let mut channels = vec![world.general.id];
    for n in 0..4 {
        channels.push(world.channel(&format!("c{n}"), Visibility::Public).await.id);
    }
    for round in 0..10 {
        let request = keyed("same", &format!("race-{round}"));
        let neighbours = channels.iter().map(|id| world.ann.post(*id, &request));
        let answers = join_all(neighbours).await;
        let made = answers.iter().filter(|answer| answer.is_ok()).count();
        assert_eq!(made, 1, "{answers:?}");
        for refused in answers.into_iter().filter(Result::is_err) {
            assert_eq!(code(refused), Code::Conflict);
        }
    }
}
