//! `GET /auth/device`: the page on which a person decides.

use ajet_client::AuditQuery;
use ajet_protocol::DeviceError;
use reqwest::header::USER_AGENT;

use super::device::{PROGRAM, approves, decision, denies, page, polled, started};
use crate::sign_in::set_up::{browser, person, world_of};
use crate::support::issuer::Issuer;
use crate::support::requests::{ELSEWHERE, answer, http, status};
use crate::support::{World, sql};

#[tokio::test]
async fn who_is_signed_out_signs_in_and_comes_back() {
    let world = World::new().await;
    let device = started(&world).await;
    let path = format!("/auth/device?user_code={}", device.user_code);
    let away = answer(page(&world, &format!("?user_code={}", device.user_code), None)).await;
    assert_eq!(away.status().as_u16(), 303);
    let location = away.headers()["location"].to_str().expect("text").to_owned();
    let next = format!("%2Fauth%2Fdevice%3Fuser_code%3D{}", device.user_code);
    assert_eq!(location, format!("/sign-in?next={next}"));
    let form = [("username", "bob"), ("next", path.as_str())];
    let signing_in = http().post(format!("{}/sign-in", world.base())).header("sec-fetch-site", "same-origin");
    let back = answer(signing_in.form(&form)).await;
    assert_eq!(
        (back.status().as_u16(), back.headers()["location"].to_str().expect("text")),
        (303, path.as_str())
    );
    // A link from another site comes without the cookie: our own page asks once more.
    let linked = http().get(format!("{}{path}", world.base())).header("sec-fetch-site", "cross-site");
    let again = answer(linked).await;
    assert_eq!(again.status().as_u16(), 200);
    let again = again.text().await.expect("text");
    assert!(again.contains(&format!(r#"http-equiv="refresh" content="0;url={path}""#)), "{again}");
    assert_eq!(polled(&world, &device).await, Err(DeviceError::AuthorizationPending));
    world.end().await;
}

/// From the address that the device shows, through the sign-in at a provider, and back to the question.
#[tokio::test]
async fn who_signs_in_at_a_provider_comes_back_too() {
    let issuer = Issuer::new().await;
    let world = world_of(&issuer).await;
    issuer.seats(person("carol"));
    let device = started(&world).await;
    let path = format!("/auth/device?user_code={}", device.user_code);
    let mut carol = browser(&world);
    let away = carol.get(&path, "none").await;
    let sign_in = away.headers()["location"].to_str().expect("text").to_owned();
    let offered = carol.get(&sign_in, "none").await.text().await.expect("text");
    let query = format!("return_to=%2Fauth%2Fdevice%3Fuser_code%3D{}", device.user_code);
    assert!(offered.contains(&format!("/auth/it/start?{query}")), "{offered}");
    let back = carol.signs_in("it", &format!("?{query}")).await.text().await.expect("text");
    assert!(back.contains(&format!("url={path}")), "{back}");
    let asked = carol.get(&path, "same-origin").await.text().await.expect("text");
    assert!(asked.contains(&device.user_code) && asked.contains("@carol"), "{asked}");
    world.end().await;
}

#[tokio::test]
async fn a_link_with_the_code_shows_what_asks_and_approves_nothing() {
    let world = World::new().await;
    let form = [("client_id", PROGRAM)];
    let agent = "<b>curl</b>/8.15.0 (Linux)";
    let begin = http().post(format!("{}/auth/device", world.base())).header(USER_AGENT, agent).form(&form);
    let device: ajet_protocol::DeviceSignIn = answer(begin).await.json().await.expect("starts");
    let shown = format!("?user_code={}", device.user_code);
    for _ in 0..2 {
        let answered = answer(page(&world, &shown, Some(&world.bob))).await;
        assert_eq!(answered.status().as_u16(), 200);
        let text = answered.text().await.expect("text");
        for part in [
            format!(r#"<p class="code">{}</p>"#, device.user_code),
            "&lt;b&gt;curl&lt; on Linux".to_owned(),
            PROGRAM.to_owned(),
            "less than a minute ago".to_owned(),
            "@bob".to_owned(),
            r#"<form method="post" action="/auth/device/decision">"#.to_owned(),
        ] {
            assert!(text.contains(&part), "{part}: {text}");
        }
        assert!(!text.contains("<b>curl"), "{text}");
    }
    assert_eq!(polled(&world, &device).await, Err(DeviceError::AuthorizationPending));
    world.end().await;
}

#[tokio::test]
async fn the_page_asks_for_a_code_where_it_has_none() {
    let world = World::new().await;
    for (query, expected, problem) in [
        ("", 200, false),
        ("?user_code=", 200, false),
        ("?user_code=BBBB-BBBB", 404, true),
        ("?user_code=%01", 404, true),
    ] {
        let answered = answer(page(&world, query, Some(&world.bob))).await;
        assert_eq!(answered.status().as_u16(), expected, "{query}");
        let text = answered.text().await.expect("text");
        assert!(text.contains(r#"name="user_code""#) && text.contains("autofocus"), "{query}: {text}");
        assert_eq!(text.contains(r#"role="alert""#), problem, "{query}: {text}");
    }
    world.end().await;
}

/// Pages of other sites make no browser let a device in.
#[tokio::test]
async fn a_decision_comes_from_our_own_page() {
    let world = World::new().await;
    let device = started(&world).await;
    let cookie = format!("ajet_session={}", world.bob.token().expect("a token"));
    for (headers, button) in ELSEWHERE.iter().flat_map(|headers| [(*headers, "approve"), (*headers, "deny")])
    {
        let sent = decision(&world, &device.user_code, button).header("cookie", &cookie);
        let sent = headers.iter().fold(sent, |sent, (name, value)| sent.header(*name, *value));
        assert_eq!(status(sent).await, 403, "{headers:?}");
        assert_eq!(answer(decision(&world, &device.user_code, button)).await.status().as_u16(), 303);
    }
    let undecided = decision(&world, &device.user_code, "perhaps").header("cookie", &cookie);
    let refused = answer(undecided.header("sec-fetch-site", "same-origin")).await;
    assert_eq!(refused.status().as_u16(), 422);
    assert!(refused.text().await.expect("text").contains("decision has the wrong type or form."));
    assert!(polled(&world, &device).await.is_err_and(|error| error == DeviceError::AuthorizationPending));
    let own = decision(&world, &device.user_code, "approve").header("cookie", &cookie);
    assert_eq!(status(own.header("sec-fetch-site", "same-origin")).await, 200);
    polled(&world, &device).await.expect("is let in");
    world.end().await;
}

/// As is a code under which no device waits.
#[tokio::test]
async fn a_decision_is_among_the_lines_of_its_person() {
    let world = World::new().await;
    for (code, status) in [(started(&world).await.user_code, 200), ("BBBB-BBBB".to_owned(), 404)] {
        assert_eq!(approves(&world, &world.bob, &code).await, status);
    }
    assert_eq!(denies(&world, &world.bob, &started(&world).await.user_code).await, 200);
    let lines = world.bob.own_audit(&AuditQuery::default()).await.expect("reads").items;
    let actions: Vec<_> = lines.iter().map(|line| line.action.as_str()).collect();
    assert_eq!(actions, ["device.deny", "sign_in.refuse", "device.approve", "session.open"]);
    assert_eq!(lines[2].details.get("device").map(String::as_str), Some(PROGRAM));
    assert_eq!(lines[1].details.get("reason").map(String::as_str), Some("wrong_code"));
    world.end().await;
}

/// Who presses twice, or comes back to the page, has typed no wrong code.
#[tokio::test]
async fn the_same_decision_may_be_made_again() {
    let world = World::new().await;
    let (let_in, denied) = (started(&world).await, started(&world).await);
    for _ in 0..2 {
        assert_eq!(approves(&world, &world.bob, &let_in.user_code).await, 200);
        assert_eq!(denies(&world, &world.bob, &denied.user_code).await, 200);
    }
    polled(&world, &let_in).await.expect("is let in");
    assert_eq!(approves(&world, &world.bob, &let_in.user_code).await, 200, "the device has its session");
    assert_eq!(polled(&world, &let_in).await, Err(DeviceError::InvalidGrant), "and gets no other one");
    assert_eq!(polled(&world, &denied).await, Err(DeviceError::AccessDenied));
    for (device, told) in [(&let_in, "is let in"), (&denied, "is denied")] {
        let shown = format!("?user_code={}", device.user_code);
        let answered = answer(page(&world, &shown, Some(&world.bob))).await;
        assert_eq!(answered.status().as_u16(), 200);
        let text = answered.text().await.expect("text");
        assert!(text.contains(told) && !text.contains("<form"), "{text}");
    }
    // Who changes their mind has typed no wrong code either, and is told what stands.
    for (device, other, told) in [(&let_in, "deny", "is let in"), (&denied, "approve", "is denied")] {
        let token = world.bob.token().expect("a token");
        let answered = answer(decision(&world, &device.user_code, other).bearer_auth(token)).await;
        assert_eq!(answered.status().as_u16(), 200);
        let text = answered.text().await.expect("text");
        assert!(text.contains(told), "{text}");
    }
    let refused = "select 1 from system_audit where action = 'sign_in.refuse'";
    assert_eq!(sql(&world, refused).await, 0, "no line tells of a wrong code");
    assert_eq!(sql(&world, "select 1 from device_guesses where guesses <> 0").await, 0);
    let decided = "select 1 from system_audit where action in ('device.approve', 'device.deny')";
    assert_eq!(sql(&world, decided).await, 2, "no line is written twice");
    assert_eq!(approves(&world, &world.ann, &let_in.user_code).await, 404, "a decision is one person's");
    world.end().await;
}

#[tokio::test]
async fn the_page_works_under_a_strict_policy_and_in_no_frame() {
    let world = World::new().await;
    let device = started(&world).await;
    for query in ["", "?user_code=BBBB-BBBB", &format!("?user_code={}", device.user_code)] {
        let answered = answer(page(&world, query, Some(&world.bob))).await;
        let policy = answered.headers()["content-security-policy"].to_str().expect("text").to_owned();
        for part in [
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        ] {
            assert!(policy.split("; ").any(|one| one == part), "{part}: {policy}");
        }
        assert!(!policy.contains("unsafe"), "{policy}");
        assert_eq!(answered.headers()["cache-control"], "no-store");
        assert_eq!(answered.headers()["referrer-policy"], "same-origin", "the code stands in the address");
        let text = answered.text().await.expect("text");
        for banned in ["style=", "<style", "onclick=", "onsubmit=", "javascript:", "http://", "https://"] {
            assert!(!text.contains(banned), "{banned}: {text}");
        }
        assert_eq!(text.matches("<script").count(), text.matches("<script src=\"/assets/").count(), "{text}");
    }
    world.end().await;
}
