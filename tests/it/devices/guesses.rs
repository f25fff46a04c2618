//! Codes that people try: a few for each person, each address, and all people together.

use ajet_protocol::limits;
use futures::future::join_all;

use super::device::{approves, page, polled, started};
use crate::support::requests::{answer, status};
use crate::support::{World, sql};

/// A code that is none.
const WRONG: &str = "BBBB-BBBB";

#[tokio::test]
async fn a_person_who_got_too_many_wrong_has_to_wait() {
    let world = World::new().await;
    let device = started(&world).await;
    let typed = format!("?user_code={WRONG}");
    for n in 0..limits::DEVICE_GUESSES {
        // On the page and in its form alike.
        let answered = if n % 2 == 0 {
            status(page(&world, &typed, Some(&world.bob))).await
        } else {
            approves(&world, &world.bob, WRONG).await
        };
        assert_eq!(answered, 404, "{n}");
    }
    let limited = answer(page(&world, &typed, Some(&world.bob))).await;
    assert_eq!(limited.status().as_u16(), 429);
    assert!(limited.headers().contains_key("retry-after"));
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
    assert_eq!(looked_up, usize::try_from(limits::DEVICE_GUESSES).expect("a number"), "{answers:?}");
    assert_eq!(answers.iter().filter(|status| **status == 429).count(), 40 - looked_up, "{answers:?}");
    let of_all = "select 1 from device_guesses where counted_for = '00000000-0000-0000-0000-000000000000' and guesses = 10";
    assert_eq!(sql(&world, of_all).await, 1, "who is over does not count for all");
    world.end().await;
}

#[tokio::test]
async fn codes_that_are_right_do_not_count() {
    let world = World::new().await;
    for _ in 0..=limits::DEVICE_GUESSES {
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
