//! J8: what a client starts with, in a large community.

use std::process::Stdio;
use std::time::{Duration, Instant};

use ajet_client::Client;
use ajet_protocol::limits::UNREAD_COUNTED;
use anyhow::Context;
use rustix::process::Signal;
use tokio::io::AsyncWriteExt;
use tokio::process::Command;

use super::database::{Observer, Work};
use super::large::{Founded, Wanted, fill_community};
use super::server::cpu_seconds;
use super::{Figure, Size, names, people};
use crate::lab::Lab;
use crate::report::Spread;

/// Answers that are not measured.
const WARM: usize = 20;

/// What so many requests, one after another, came to.
struct Asked {
    times: Spread,
    /// The last answer as it came, and whether it came compressed.
    body: Vec<u8>,
    compressed: bool,
    database: Work,
    server_cpu: f64,
}

/// J8: a member of 100 out of 2,000 channels asks for all that they may see, one request after another; as it is, and compressed.
pub async fn starts(lab: &mut Lab, size: Size) -> anyhow::Result<Vec<Figure>> {
    let (channels, joined) = (size.of(2000, 200), size.of(100, 20));
    let (members, roles) = (size.of(10_000, 500), size.of(200, 20));
    let requests = size.of(200, 20);
    let people = people(lab, 1).await?;
    let reader = people.join(&lab.bases()[0], names("reader", 1), |_| vec![]).await?.remove(0);
    let founded = Founded {
        community: people.community.id,
        arrivals: people.rooms[0].id.0,
        founder: people.owner.me().await?.user.id,
        reader: reader.me().await?.user.id,
    };
    lab.signal(0, Signal::TERM);
    lab.ended(0).await;
    // The founder and the reader are members, too, and the room of arrivals is a channel that both have joined.
    let wanted = Wanted { members: members - 2, roles, channels: mix(channels, joined) };
    fill_community(lab, founded, &wanted).await?;
    lab.restart(0).await?;
    tokio::time::sleep(Duration::from_secs(2)).await;
    check(&reader, &wanted, joined).await?;
    let plain = ask(lab, &reader, requests, false).await?;
    let compressed = ask(lab, &reader, requests, true).await?;
    let who = format!("a member of {joined} of {channels} channels, {members} members, {roles} roles");
    let mut figures = told(&who, &plain, requests, true);
    figures.extend(told(&format!("{who}, takes gzip"), &compressed, requests, false));
    let figure = |what: &str, value: usize| Figure::new("j8", what, value as f64, "bytes");
    figures.push(figure("the answer", plain.body.len()).goal(1e6));
    figures.push(if compressed.compressed {
        figure("the answer as the server compresses it", compressed.body.len())
    } else {
        figure("the answer by gzip -6; the server does not compress it", gzipped(&plain.body).await?)
    });
    Ok(figures)
}

/// What is not read of each channel but that of arrivals, of which all is read; `None` for those that the reader has not joined. They have
/// joined every so many-th.
fn mix(channels: usize, joined: usize) -> Vec<Option<i64>> {
    let every = channels / joined;
    (1..channels).map(|n| n.is_multiple_of(every).then(|| unread(n / every))).collect()
}

/// What is not read of the channel with this place among the joined ones: nothing of half of them, 1 to 20 messages of a quarter, and
/// 140 to 1,100 of a quarter.
fn unread(place: usize) -> i64 {
    let (kind, step) = (place % 4, i64::try_from(place / 4).unwrap_or_default());
    match kind {
        0 | 1 => 0,
        2 => 1 + step % 20,
        _ => 140 + 40 * (step % 25),
    }
}

/// Whether the answer tells of what was made.
async fn check(reader: &Client, wanted: &Wanted, joined: usize) -> anyhow::Result<()> {
    let told = reader.sync().await?;
    let made = wanted.channels.iter().flatten().map(|count| (*count).min(UNREAD_COUNTED));
    // All of the room of arrivals is read.
    let mut made: Vec<i64> = made.chain([0]).collect();
    let seen = told.channels.iter().filter(|one| one.joined);
    let mut seen: Vec<i64> = seen.map(|one| one.channel.unread.count).collect();
    made.sort_unstable();
    seen.sort_unstable();
    let held: usize = told.communities.iter().map(|one| one.roles.len()).sum();
    anyhow::ensure!(seen.len() == joined && seen == made, "other counts of what is not read: {seen:?}");
    anyhow::ensure!(told.channels.len() == wanted.channels.len() + 1, "{} channels", told.channels.len());
    anyhow::ensure!(held == wanted.roles, "{held} roles");
    Ok(())
}

/// Asks so often, after some requests that are not measured.
async fn ask(lab: &Lab, reader: &Client, requests: usize, gzip: bool) -> anyhow::Result<Asked> {
    let (http, url) = (reqwest::Client::new(), format!("{}/api/sync", lab.bases()[0]));
    let token = reader.token().unwrap_or_default();
    for _ in 0..WARM {
        fetch(&http, &url, (token, gzip)).await?;
    }
    let mut database = Observer::of(&lab.stack).await?;
    let (before, cpu_before) = (database.work().await?, cpu_seconds(lab));
    let mut times = Spread::default();
    let mut last = (false, Vec::new());
    for _ in 0..requests {
        let began = Instant::now();
        last = fetch(&http, &url, (token, gzip)).await?;
        times.add(u64::try_from(began.elapsed().as_micros())?);
    }
    let server_cpu = cpu_seconds(lab) - cpu_before;
    let (compressed, body) = last;
    Ok(Asked { times, body, compressed, database: database.work().await?.since(before), server_cpu })
}

/// One answer to its end, and whether it is compressed. Nothing here decodes it: the server is to be measured, not this program.
async fn fetch(
    http: &reqwest::Client,
    url: &str,
    (token, gzip): (&str, bool),
) -> anyhow::Result<(bool, Vec<u8>)> {
    let coding = if gzip { "gzip" } else { "identity" };
    let asking = http.get(url).bearer_auth(token).header("accept-encoding", coding);
    let answer = asking.send().await?.error_for_status()?;
    let compressed = answer.headers().get("content-encoding").is_some_and(|coding| coding == "gzip");
    Ok((compressed, answer.bytes().await?.into()))
}

/// The length of this as gzip has it.
async fn gzipped(bytes: &[u8]) -> anyhow::Result<usize> {
    let mut command = Command::new("gzip");
    command.args(["-6", "-c"]).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut gzip = command.spawn().context("gzip is not installed")?;
    let mut input = gzip.stdin.take().context("gzip takes no input")?;
    let writing = async move {
        let written = input.write_all(bytes).await;
        drop(input);
        written
    };
    let (written, output) = tokio::join!(writing, gzip.wait_with_output());
    written?;
    let output = output?;
    anyhow::ensure!(output.status.success(), "gzip failed");
    Ok(output.stdout.len())
}

fn told(who: &str, asked: &Asked, requests: usize, aims: bool) -> Vec<Figure> {
    let figure = |what: &str, value: f64, unit: &'static str, goal: Option<f64>| Figure {
        goal: goal.filter(|_| aims),
        ..Figure::new("j8", format!("{who}: {what}"), value, unit)
    };
    let each = |cpu: f64| cpu * 1000.0 / requests as f64;
    vec![
        figure("p50", asked.times.ms(50.0), "ms", Some(50.0)),
        figure("p95", asked.times.ms(95.0), "ms", None),
        figure("server's processor a request", each(asked.server_cpu), "ms", None),
        figure("PostgreSQL's processor a request", each(asked.database.cpu), "ms", None),
    ]
}

#[cfg(test)]
mod tests {
    use std::ops::RangeInclusive;

    use super::mix;

    #[test]
    fn the_mix_is_as_documented() {
        let joined: Vec<i64> = mix(2000, 100).into_iter().flatten().collect();
        let of = |counts: RangeInclusive<i64>| joined.iter().filter(|n| counts.contains(*n)).count();
        // The room of arrivals is one more, all of which is read.
        assert_eq!((mix(2000, 100).len(), joined.len()), (1999, 99));
        assert_eq!((of(0..=0), of(1..=20), of(140..=1100)), (49, 25, 25));
        assert_eq!(joined.iter().max(), Some(&1100));
    }
}
