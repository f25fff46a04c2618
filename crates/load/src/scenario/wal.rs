//! `wal`: what a message costs PostgreSQL's write-ahead log, its processor, and the journal's commits.
//!
//! Each phase begins with a checkpoint and some messages that are not counted: so no checkpoint falls into it, and most pages that it
//! changes are in the log as a whole already. What the server writes by itself is measured first, and is in the figures of the phases.
//! Where messages mention somebody, a phase lasts until they are told of all, and what that costs is in its figures.

use std::time::Duration;

use ajet_client::Client;
use ajet_protocol::{Channel, PostMessage, UserId};
use anyhow::Context;
use futures::future::try_join_all;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use uuid::Uuid;

use super::database::{Observer, Work};
use super::histogram::Histogram;
use super::{Figure, Size, names, people};
use crate::fault::metrics;
use crate::lab::Lab;

/// Senders of every second phase.
const SENDERS: usize = 8;
/// A usual message, and one of those that are stored outside of their row.
const LENGTHS: [usize; 2] = [120, 4000];
/// Messages of a phase that are not counted, one in so many.
const WARM: usize = 10;
/// Marks of what is published follow within this time, and the end of the log is on the disk.
const SETTLES: Duration = Duration::from_millis(1500);
const COMMITS: &str = "ajet_journal_commit_seconds";

/// So many messages of one length by each number of senders, into one room; then as many that mention one person each.
pub async fn wal(lab: &Lab, size: Size) -> anyhow::Result<Vec<Figure>> {
    let people = people(lab, 2).await?;
    let room = &people.rooms[1];
    let senders = people.join(&lab.bases()[0], names("sender", SENDERS), |_| vec![room.clone()]).await?;
    let mut observer = Observer::of(&lab.stack).await?;
    let mut figures = vec![idle(&mut observer, size.seconds(10, 2)).await?];
    let mut words = Words::of(StdRng::seed_from_u64(1));
    let reader = people.join(&lab.bases()[0], names("mentioned", 1), |_| vec![room.clone()]).await?;
    let mentioned = reader[0].me().await?.user.id;
    let kinds = LENGTHS.map(|length| (length, None)).into_iter().chain([(LENGTHS[0], Some(mentioned))]);
    for (length, mentions) in kinds {
        for count in [1, SENDERS] {
            let messages = size.of(2000, 200);
            let phase = Phase { senders: &senders[..count], room, messages, length, mentions };
            figures.extend(phase.measure(lab, &mut observer, &mut words).await?);
        }
    }
    Ok(figures)
}

/// What is written while there are no requests.
async fn idle(observer: &mut Observer, lasts: Duration) -> anyhow::Result<Figure> {
    let before = observer.work().await?;
    tokio::time::sleep(lasts).await;
    let wal = observer.work().await?.since(before).wal / lasts.as_secs_f64();
    Ok(Figure::new("wal", "idle: log a second", wal, "bytes"))
}

struct Phase<'a> {
    senders: &'a [Client],
    room: &'a Channel,
    messages: usize,
    /// Characters of each, a byte each.
    length: usize,
    /// Who is mentioned by each.
    mentions: Option<UserId>,
}

impl Phase<'_> {
    async fn measure(
        &self,
        lab: &Lab,
        observer: &mut Observer,
        words: &mut Words,
    ) -> anyhow::Result<Vec<Figure>> {
        observer.checkpoint().await?;
        self.post(self.messages / WARM, observer, words).await?;
        tokio::time::sleep(SETTLES).await;
        let (commits, work) = (histogram(lab).await?, observer.work().await?);
        self.post(self.messages, observer, words).await?;
        // The histogram first: what comes after the last message, or after its mention, is no commit of one.
        let commits = histogram(lab).await?.since(&commits);
        tokio::time::sleep(SETTLES).await;
        Ok(self.told(observer.work().await?.since(work), &commits))
    }

    /// Posts so many, each sender one after another, until all who are mentioned are told.
    async fn post(&self, messages: usize, observer: &mut Observer, words: &mut Words) -> anyhow::Result<()> {
        let each = messages.div_ceil(self.senders.len());
        // Made before, so that making them takes no time from sending.
        let posting = self.senders.iter().map(|sender| {
            let requests: Vec<_> = (0..each).map(|_| words.message(self.length, self.mentions)).collect();
            async move {
                for request in &requests {
                    sender.post(self.room.id, request).await?;
                }
                anyhow::Ok(())
            }
        });
        try_join_all(posting.collect::<Vec<_>>()).await?;
        if self.mentions.is_some() {
            observer.all_are_told().await?;
        }
        Ok(())
    }

    fn told(&self, work: Work, commits: &Histogram) -> Vec<Figure> {
        let senders = if self.senders.len() == 1 { "1 sender".into() } else { format!("{SENDERS} senders") };
        let mention = if self.mentions.is_some() { " with a mention" } else { "" };
        // As many as were posted.
        let messages = (self.messages.div_ceil(self.senders.len()) * self.senders.len()) as f64;
        let figure = |what: &str, value: f64, unit: &'static str| {
            Figure::new("wal", format!("{senders}, {} bytes{mention}: {what}", self.length), value, unit)
        };
        let mut figures = vec![
            figure("log a message", work.wal / messages, "bytes"),
            figure("PostgreSQL's processor a message", work.cpu * 1e6 / messages, "us"),
        ];
        // A server may not measure its commits.
        if commits.count > 0.0 {
            figures.extend([
                figure("messages a commit", messages / commits.count, ""),
                figure("commit, mean", commits.mean() * 1000.0, "ms"),
                figure("commit, p50", commits.percentile(50.0) * 1000.0, "ms"),
                figure("commit, p99", commits.percentile(99.0) * 1000.0, "ms"),
            ]);
        }
        figures
    }
}

async fn histogram(lab: &Lab) -> anyhow::Result<Histogram> {
    let text = metrics(lab, 0).await.context("the node does not show its metrics")?;
    Ok(Histogram::of(&text, COMMITS))
}

/// A language of its own. PostgreSQL compresses long texts, so they must repeat themselves about as much as what people write.
pub struct Words {
    rng: StdRng,
    all: Vec<String>,
}

/// Words that there are.
const VOCABULARY: usize = 2000;

impl Words {
    /// A language: of one seed always the same.
    pub fn of(mut rng: StdRng) -> Self {
        let mut word = || {
            let letters = rng.random_range(2..10);
            (0..letters).map(|_| char::from(rng.random_range(b'a'..=b'z'))).collect::<String>()
        };
        let all = (0..VOCABULARY).map(|_| word()).collect();
        Self { rng, all }
    }

    /// A text of so many letters and spaces, not the same twice.
    pub fn text(&mut self, length: usize) -> String {
        let mut text = String::with_capacity(length + 10);
        while text.len() < length {
            text.push_str(&self.all[self.rng.random_range(0..self.all.len())]);
            text.push(' ');
        }
        text.truncate(length);
        // A space at the end would be cut off.
        if text.ends_with(' ') {
            text.pop();
            text.push('x');
        }
        text
    }

    /// A message of so many letters, with the mention that it begins with.
    fn message(&mut self, length: usize, mentions: Option<UserId>) -> PostMessage {
        let mention = mentions.map(|user| format!("@<user:{user}> ")).unwrap_or_default();
        let text = self.text(length - mention.len());
        PostMessage {
            body_md: (mention + &text).into(),
            client_mutation_id: Some(Uuid::new_v4().to_string()),
            ..PostMessage::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_as_long_as_they_are_to_be_and_differ() {
        let mut words = Words::of(StdRng::seed_from_u64(1));
        for length in LENGTHS {
            let [one, other] = [words.text(length), words.text(length)];
            assert_eq!([one.len(), other.len()], [length; 2]);
            assert!(one != other && one.trim() == one, "{one}");
            let mentions = words.message(length, Some(UserId(Uuid::nil()))).body_md.to_string();
            assert!(mentions.len() == length && mentions.starts_with("@<user:0"), "{mentions}");
        }
    }
}
