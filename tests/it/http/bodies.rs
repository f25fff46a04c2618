//! Bodies: encodings, charsets, and texts that were cut.

use serde_json::{Value, json};

use crate::support::World;
use crate::support::requests::{answer, http, post, problem, status};

#[tokio::test]
async fn an_encoding_or_charset_that_is_not_read_is_named() {
    let world = World::new().await;
    let hook =
        world.ann.create_webhook(world.general.id, "CI").await.expect("makes").url.expect("shown once");
    let json = r#"{"body_md":"x"}"#;
    let hooked = || http().post(&hook).header("content-type", "application/json").body(r#"{"text":"x"}"#);
    let signing_in = || http().post(format!("{}/auth/dev", world.base())).json(&json!({"username": "carol"}));
    for encoded in [post(&world, "application/json", json), hooked(), signing_in()] {
        let (status, problem) = problem(encoded.header("content-encoding", "gzip")).await;
        assert_eq!((status, problem["code"].as_str()), (415, Some("unsupported_media_type")));
        assert!(
            problem["detail"].as_str().is_some_and(|text| text.contains("Content-Encoding")),
            "{problem}"
        );
    }
    for plain in [post(&world, "application/json", json), hooked(), signing_in()] {
        let status = status(plain.header("content-encoding", "Identity")).await;
        assert!([200, 201].contains(&status), "{status}");
    }
    for (charset, expected) in
        [("UTF-8", 201), ("\"utf-8\"", 201), ("us-ascii", 201), ("ISO-8859-1", 415), ("\"utf-16\"", 415)]
    {
        let sent = post(&world, &format!("application/json; charset={charset}"), json);
        assert_eq!(status(sent).await, expected, "{charset}");
    }
    let form = http().post(format!("{}/sign-in", world.base())).header("origin", world.base());
    let form = form.header("content-type", "application/x-www-form-urlencoded; charset=latin1");
    assert_eq!(status(form.body("username=carol")).await, 415);
    world.end().await;
}

#[tokio::test]
async fn half_a_character_is_mended_and_broken_bytes_are_not() {
    let world = World::new().await;
    for (body, stored) in [
        (r#"{"body_md":"cut \ud83d"}"#, "cut \u{fffd}"),
        (r#"{"body_md":"\uDE00 \ud83d\ude00"}"#, "\u{fffd} 😀"),
        (r#"{"body_md":"C:\\ud83d"}"#, r"C:\ud83d"),
    ] {
        let answer = answer(post(&world, "application/json", body)).await;
        assert_eq!(answer.status().as_u16(), 201, "{body}");
        let message: Value = answer.json().await.expect("a message");
        assert_eq!(message["body_md"], stored);
    }
    let hook =
        world.ann.create_webhook(world.general.id, "CI").await.expect("makes").url.expect("shown once");
    let hooked = http().post(&hook).header("content-type", "application/json");
    assert_eq!(status(hooked.body(r#"{"text":"cut \ud83d"}"#)).await, 200);
    let form = http().post(&hook).form(&[("payload", r#"{"text":"cut \ud83d"}"#)]);
    assert_eq!(status(form).await, 200);
    let (status, problem) = problem(post(&world, "application/json", &b"{\"body_md\":\"a\xff\"}"[..])).await;
    assert_eq!((status, problem["code"].as_str()), (400, Some("malformed")));
    assert!(problem["detail"].as_str().is_some_and(|text| text.contains("line 1, column ")), "{problem}");
    world.end().await;
}
