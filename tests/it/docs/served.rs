//! The OpenAPI document as the server serves it.

use crate::support::World;

#[tokio::test]
async fn the_document_and_its_page_are_served() {
    let world = World::new().await;
    let http = reqwest::Client::new();
    let get = async |path: &str| http.get(format!("{}{path}", world.base())).send().await.expect("answers");
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
    world.end().await;
}
