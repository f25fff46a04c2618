//! Codes that people try: a few for each person, each address, and all people together.

use futures::future::join_all;
use reqwest::Response;

use super::device::{approves, page, polled, started};
use crate::support::requests::{answer, status};
use crate::support::{World, sql};

/// A code that is none.
const WRONG: &str = "BBBB-BBBB";

/// How many a person has within ten minutes where nothing else is configured.
const GUESSES: u32 = 10;

/// What an answer says of the limit, and of the seconds to wait.
fn told(limited: &Response) -> (Option<&str>, u64) {
    assert_eq!(limited.status().as_u16(), 429);
    let header = |name: &str| limited.headers().get(name).map(|value| value.to_str().expect("text"));
    let wait = header("retry-after");
    assert_eq!(wait, header("ratelimit-reset"));
    (header("ratelimit-limit"), wait.and_then(|wait| wait.parse().ok()).expect("seconds"))
}

#[tokio::test]
async fn a_person_who_got_too_many_wrong_has_to_wait() {
    let world = World::with(|config| config.limits.device_guesses_per_ten_minutes = 4).await;
    let device = started(&world).await;
    let typed = format!("?user_code={WRONG}");
    for n in 0..4 {
        // On the page and in its form alike.
        let answered = if n % 2 == 0 {
            status(page(&world, &typed, Some(&world.bob))).await
        } else {
            approves(&world, &world.bob, WRONG).await
        };
        assert_eq!(answered, 404, "{n}");
    }
    sql(&world, "update device_guesses set began_at = began_at - interval '8 minutes'").await;
    let limited = answer(page(&world, &typed, Some(&world.bob))).await;
    let (limit, seconds) = told(&limited);
    assert_eq!(limit, Some("4"));
    assert!((60..=120).contains(&seconds), "the rest of ten minutes: {seconds}");
    assert_eq!(approves(&world, &world.bob, &device.user_code).await, 429, "the right one as well");
    assert!(polled(&world, &device).await.is_err());
    assert_eq!(approves(&world, &world.ann, &device.user_code).await, 200, "others go on");
    sql(&world, "update device_guesses set began_at = now() - interval '11 minutes'").await;
    let later = started(&world).await;
    assert_eq!(approves(&world, &world.bob, &later.user_code).await, 200, "after ten minutes");
    world.end().await;
}

#[tokio::test]
async fn guesses_at_once_are_no_more_than_one_after_the_other() {
    let world = World::new().await;
    let answers = join_all((0..40).map(|_| approves(&world, &world.bob, WRONG))).await;
    let looked_up = answers.iter().filter(|status| **status == 404).count();
    assert_eq!(looked_up, usize::try_from(GUESSES).expect("a number"), "{answers:?}");
    assert_eq!(answers.iter().filter(|status| **status == 429).count(), 40 - looked_up, "{answers:?}");
    let of_all = "select 1 from device_guesses where counted_for = '00000000-0000-0000-0000-000000000000' and guesses = 10";
    assert_eq!(sql(&world, of_all).await, 1, "who is over does not count for all");
    world.end().await;
}

#[tokio::test]
async fn codes_that_are_right_do_not_count() {
    let world = World::new().await;
    for _ in 0..=GUESSES {
        let device = started(&world).await;
        let shown = format!("?user_code={}", device.user_code);
        assert_eq!(status(page(&world, &shown, Some(&world.bob))).await, 200);
        assert_eq!(approves(&world, &world.bob, &device.user_code).await, 200);
    }
    assert_eq!(sql(&world, "select 1 from device_guesses where guesses <> 0").await, 0);
    world.end().await;
}

#[tokio::test]
async fn all_people_together_have_a_limit() {
    let world = World::new().await;
    let device = started(&world).await;
    sql(
        &world,
        "insert into device_guesses (counted_for, began_at, guesses)
                 values ('00000000-0000-0000-0000-000000000000', now(), 1000)",
    )
    .await;
    assert_eq!(approves(&world, &world.ann, WRONG).await, 404, "her first one");
    assert_eq!(approves(&world, &world.ann, &device.user_code).await, 429);
    // Her own ten minutes are over before those of all people: then she has a first one again.
    let hers = "update device_guesses set began_at = began_at - interval '9 minutes'
                where counted_for <> '00000000-0000-0000-0000-000000000000'";
    sql(&world, hers).await;
    let limited = answer(page(&world, &format!("?user_code={WRONG}"), Some(&world.ann))).await;
    let (limit, seconds) = told(&limited);
    assert_eq!(limit, Some("1000"));
    assert!((1..=60).contains(&seconds), "{seconds}");
    // What strangers get wrong keeps no one out.
    let shown = format!("?user_code={}", device.user_code);
    assert_eq!(status(page(&world, &shown, Some(&world.bob))).await, 200);
    assert_eq!(approves(&world, &world.bob, &device.user_code).await, 200);
    sql(&world, "update device_guesses set guesses = 0").await;
    let later = started(&world).await;
    assert_eq!(approves(&world, &world.ann, &later.user_code).await, 200);
    world.end().await;
}

#[tokio::test]
async fn an_address_that_got_too_much_wrong_looks_nothing_up() {
    let world = World::with(|config| config.limits.failures_per_minute = 3).await;
    let device = started(&world).await;
    // What can be no code costs no look-up, and counts for the address all the same.
    for typed in [WRONG, "AAAA-AAAA", "x"] {
        assert_eq!(approves(&world, &world.bob, typed).await, 404, "{typed}");
    }
    for person in [&world.bob, &world.ann] {
        assert_eq!(approves(&world, person, &device.user_code).await, 429, "the right one as well");
        let shown = format!("?user_code={}", device.user_code);
        assert_eq!(status(page(&world, &shown, Some(person))).await, 429);
    }
    assert_eq!(sql(&world, "select 1 from device_sign_ins where approved is null").await, 1);
    world.end().await;
}
