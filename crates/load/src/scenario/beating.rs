//! J6: people who say that they are there, without a stream.

use std::time::{Duration, Instant};

use ajet_client::Client;
use reqwest::Method;
use serde::de::IgnoredAny;
use sqlx::{Connection, PgConnection};
use tokio_util::sync::CancellationToken;

use super::database::{Observer, Work};
use super::server::cpu_seconds;
use super::steady::{Answers, steady};
use super::{Figure, Size};
use crate::lab::Lab;

/// What happened in a while.
struct While {
    beats: Answers,
    seconds: f64,
    database: Work,
    server_cpu: f64,
}

/// J6: a hundred thousand people, each of whom says once a minute that they are there.
///
/// The first minute is not measured: afterwards all of them are online, and a session comes back a minute after its last use, when the
/// node has forgotten it, as it does all day. Those who beat in the measured time then do so once more, at once: their sessions
/// are still remembered, so the difference is what looking a session up costs.
pub async fn heartbeats(lab: &Lab, size: Size) -> anyhow::Result<Vec<Figure>> {
    let (people, rate) = (size.of(100_000, 2_000), size.of(1_667, 200));
    sign_in(lab, people).await?;
    let nobody = Client::new(&lab.bases()[0])?;
    let minute = Duration::from_secs_f64(people as f64 / rate as f64);
    let per_second = u32::try_from(rate)?;
    let lasts = size.seconds(20, 3);
    let first = beats(lab, &nobody, (people, per_second), minute).await?;
    let forgotten = beats(lab, &nobody, (people, per_second), lasts).await?;
    let remembered = beats(lab, &nobody, (people, per_second), lasts).await?;
    let who = format!("{people} people, {rate} heartbeats a second");
    let mut figures = told(&who, &forgotten, true);
    figures.extend(told(&format!("{who}, sessions remembered"), &remembered, false));
    let failed = first.beats.failed + forgotten.beats.failed + remembered.beats.failed;
    figures.push(Figure::new("j6", "heartbeats that failed", failed as f64, ""));
    Ok(figures)
}

/// So many accounts of the names `person-N`, each of which says once that they are there.
///
/// # Errors
/// When one is refused.
pub async fn all_online(lab: &Lab, people: usize, rate: usize) -> anyhow::Result<()> {
    sign_in(lab, people).await?;
    let nobody = Client::new(&lab.bases()[0])?;
    // One second more: those who began again are there already.
    let lasts = Duration::from_secs_f64(people as f64 / rate as f64 + 1.0);
    let all = beats(lab, &nobody, (people, u32::try_from(rate)?), lasts).await?;
    anyhow::ensure!(all.beats.failed == 0, "{} heartbeats failed", all.beats.failed);
    Ok(())
}

/// So many accounts with a session each, as sign-ins would have left them, but for their tokens, which are known here.
async fn sign_in(lab: &Lab, people: usize) -> anyhow::Result<()> {
    let mut db = PgConnection::connect(&lab.stack.postgres.url(lab.stack.postgres.database())).await?;
    sqlx::query(
        "with made as (
           insert into users (id, username, display_name, created_at)
           select gen_random_uuid(), 'person-' || n, 'Person ' || n, now() from generate_series(0, $1::bigint - 1) as n
           returning id, username
         )
         insert into sessions (id, user_id, token_hash, created_at, expires_at)
         select gen_random_uuid(), id, sha256(convert_to(lpad(substr(username, 8), 43, '0'), 'UTF8')), now(), now() + interval '30 days'
         from made",
    )
    .bind(i64::try_from(people)?)
    .execute(&mut db)
    .await?;
    sqlx::query("analyze users").execute(&mut db).await?;
    sqlx::query("analyze sessions").execute(&mut db).await?;
    Ok(())
}

/// The token of the person with this number: of the form of one, and as the statement of [`sign_in`] makes it.
fn token(person: usize) -> String {
    format!("{person:043}")
}

/// All of these people in turn, from the first one on, so many a second for a while.
async fn beats(
    lab: &Lab,
    nobody: &Client,
    (people, per_second): (usize, u32),
    lasts: Duration,
) -> anyhow::Result<While> {
    let mut database = Observer::of(&lab.stack).await?;
    let (before, cpu_before, began) = (database.work().await?, cpu_seconds(lab), Instant::now());
    let over = CancellationToken::new();
    let beating = steady(per_second, over.clone(), |n| beat(nobody.with_token(&token(n % people))));
    let timer = async {
        tokio::time::sleep(lasts).await;
        over.cancel();
    };
    let (beats, ()) = tokio::join!(beating, timer);
    let seconds = began.elapsed().as_secs_f64();
    let server_cpu = cpu_seconds(lab) - cpu_before;
    Ok(While { beats: beats?, seconds, database: database.work().await?.since(before), server_cpu })
}

/// One heartbeat; whether it was taken. The answer is read to its end, so that its connection serves another one.
async fn beat(person: Client) -> bool {
    let answer: Result<IgnoredAny, _> = person.send(Method::POST, "/api/heartbeat", None::<&()>, false).await;
    answer.is_ok()
}

fn told(who: &str, seen: &While, aims: bool) -> Vec<Figure> {
    let figure = |what: &str, value: f64, unit: &'static str, goal: Option<f64>| Figure {
        goal: goal.filter(|_| aims),
        ..Figure::new("j6", format!("{who}: {what}"), value, unit)
    };
    let (times, seconds) = (&seen.beats.times, seen.seconds);
    vec![
        figure("answered, p50", times.ms(50.0), "ms", None),
        figure("answered, p95", times.ms(95.0), "ms", None),
        figure("answered, p99", times.ms(99.0), "ms", Some(20.0)),
        figure("answered", times.count() as f64 / seconds, "a second", None),
        figure("server's processor", seen.server_cpu / seconds, "cores", Some(0.3)),
        figure("PostgreSQL's processor", seen.database.cpu / seconds, "cores", None),
    ]
}

#[cfg(test)]
mod tests {
    use super::token;

    #[test]
    fn a_token_has_the_form_that_the_server_looks_up() {
        let tokens = [token(0), token(99_999)];
        assert!(tokens.iter().all(|token| token.len() == 43 && token.bytes().all(|b| b.is_ascii_digit())));
        assert!(tokens[1].ends_with("099999"));
    }
}
