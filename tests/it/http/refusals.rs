//! What a refused request is told: which field, which code, and no more than that.

use reqwest::Method;
use reqwest::header::CONTENT_TYPE;
use serde_json::json;

use crate::support::World;
use crate::support::requests::{ann, fields, http, post, problem, status};

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
        (json, r#"{"body_md":"x","body_md":"y"}"#.to_owned(), 422, "invalid", "body_md:duplicate"),
        (json, r#"{"poll":{"options":["a","b"]}}"#.to_owned(), 422, "invalid", "poll.question:required"),
        (json, r#"{"poll":{"question":"q","nope":1}}"#.to_owned(), 422, "invalid", "poll.nope:unknown_field"),
        (json, r#"{"nope":1, bad"#.to_owned(), 400, "malformed", ""),
        (json, r"{}".to_owned(), 422, "invalid", "body_md:too_short"),
        (json, r#"{"body_md":7}"#.to_owned(), 422, "invalid", "body_md:bad_type"),
        (json, r#"["x",null,false,[],null,null]"#.to_owned(), 422, "invalid", "body:bad_type"),
        (json, r#"{"poll":["q",["a","b"],false,null]}"#.to_owned(), 422, "invalid", "poll:bad_type"),
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
    world.end().await;
}

#[tokio::test]
async fn two_cursors_are_refused_by_their_names() {
    let world = World::new().await;
    let id = uuid::Uuid::nil();
    for list in [format!("/api/channels/{}/messages", world.general.id), "/api/communities".into()] {
        let asked = ann(&world, Method::GET, &format!("{list}?before={id}&after={id}"));
        let (status, problem) = problem(asked).await;
        assert_eq!((status, fields(&problem)), (422, vec![("after", "exclusive"), ("before", "exclusive")]));
        assert!(!problem.to_string().contains("__all__"), "{problem}");
    }
    world.end().await;
}

#[tokio::test]
async fn a_long_unknown_name_is_not_sent_back_whole() {
    let world = World::new().await;
    let body = format!(r#"{{"body_md":"x","{}":1}}"#, "n".repeat(10_000));
    let (status, problem) = problem(post(&world, "application/json", body)).await;
    let name = "n".repeat(100);
    assert_eq!((status, fields(&problem)), (422, vec![(name.as_str(), "unknown_field")]));
    assert_eq!(problem.to_string().matches("nnnnn").count(), 20, "once: {problem}");
    world.end().await;
}

/// A conflict, and not a field that breaks a rule: with the same request it may be good later.
#[tokio::test]
async fn what_is_taken_is_refused_by_its_field() {
    let world = World::new().await;
    world.nobody.sign_in("modem").await.expect("signs in");
    let alike = http().post(format!("{}/auth/dev", world.base())).json(&json!({ "username": "rnodem" }));
    let (answered, told) = problem(alike).await;
    assert_eq!((answered, fields(&told)), (409, vec![("username", "taken")]), "{told}");
    let home = format!("/api/communities/{}", world.community.id);
    let of_forge = "https://git.example.org";
    let gitea = json!({ "type": "gitea", "name": "Gitea", "client_id": "a", "client_secret": "b", "base_url": of_forge });
    for (path, body, field) in [
        (format!("{home}/roles"), json!({ "name": "crew" }), "name"),
        (format!("{home}/channels"), json!({ "name": "plans" }), "name"),
        ("/api/system/oauth-providers".to_owned(), gitea, "name"),
        ("/api/communities".to_owned(), json!({ "name": "N", "slug": "second" }), "slug"),
    ] {
        let asked = || ann(&world, Method::POST, &path).json(&body);
        assert_eq!(status(asked()).await, 201, "{path}");
        let (answered, told) = problem(asked()).await;
        assert_eq!((answered, fields(&told)), (409, vec![(field, "taken")]), "{told}");
        assert_eq!(told["code"], "conflict", "{told}");
    }
    let (answered, told) =
        problem(ann(&world, Method::PATCH, &home).json(&json!({ "slug": "second" }))).await;
    assert_eq!((answered, fields(&told)), (409, vec![("slug", "taken")]), "{told}");
    world.end().await;
}
