//! `words`: what it costs a post that it can be found.
//!
//! The same posts are sent with the words of messages and their index, with the words alone, and without either, in turn. The index is taken
//! away and made anew by SQL; a trigger drops the words where there are to be none. What the server takes to make the words is in all three:
//! it shows against a build without them (`--server`).

use std::time::{Duration, Instant};

use ajet_client::Client;
use ajet_protocol::{Channel, PostMessage};
use futures::future::try_join_all;
use rand::SeedableRng;
use rand::rngs::StdRng;
use rustix::process::Signal;
use sqlx::{Connection, PgConnection};

use super::database::{Observer, Work};
use super::large::Founded;
use super::server::cpu_seconds;
use super::wal::Words;
use super::{Figure, Size, names, people, searching, spread};
use crate::lab::Lab;
use crate::report::Spread;

/// Senders of the second phase.
const SENDERS: usize = 32;
/// Characters of a message.
const LENGTH: usize = 120;
/// Each state is measured so often, in turn.
const TURNS: usize = 3;
/// Posts that are not counted, after each change.
const WARM: usize = 100;
/// What is written behind a post is written within this time.
const SETTLES: Duration = Duration::from_millis(1500);

/// What is stored of messages that they are found by.
#[derive(Debug, Clone, Copy)]
enum Stored {
    WordsAndIndex,
    Words,
    Nothing,
}

impl Stored {
    const ALL: [Self; 3] = [Self::WordsAndIndex, Self::Words, Self::Nothing];

    fn name(self) -> &'static str {
        match self {
            Self::WordsAndIndex => "words and index",
            Self::Words => "words alone",
            Self::Nothing => "neither",
        }
    }

    /// How it becomes so, from any other.
    fn statements(self) -> &'static str {
        match self {
            Self::WordsAndIndex => {
                "drop trigger if exists no_words on message_search;
                 create index if not exists message_search_idx on message_search using gin ((array[channel_id]), tsv)
                   with (gin_pending_list_limit = 2048)"
            }
            Self::Words => {
                "drop trigger if exists no_words on message_search; drop index if exists message_search_idx"
            }
            Self::Nothing => {
                "drop index if exists message_search_idx;
                 create or replace function no_words() returns trigger language plpgsql as 'begin return null; end';
                 create or replace trigger no_words before insert on message_search for each row execute function no_words()"
            }
        }
    }
}

/// What posts cost in one of the states, over all turns.
#[derive(Default)]
struct Cost {
    one: Spread,
    many: Spread,
    seconds: f64,
    server: f64,
    database: f64,
    wal: f64,
}

/// Posts one after another, then of many senders at once, in each state.
pub async fn words(lab: &mut Lab, size: Size) -> anyhow::Result<Vec<Figure>> {
    let people = people(lab, 1).await?;
    let room = people.rooms[0].clone();
    let crowd = people.join(&lab.bases()[0], names("member", SENDERS), |_| vec![]).await?;
    let founder = people.owner.me().await?.user.id;
    let community = people.community.id;
    lab.signal(0, Signal::TERM);
    lab.ended(0).await;
    let stored = size.of(200_000, 5_000);
    searching::fill(lab, Founded { community, arrivals: room.id.0, founder, reader: founder }, stored)
        .await?;
    lab.restart(0).await?;
    let mut db = PgConnection::connect(&lab.stack.postgres.url(lab.stack.postgres.database())).await?;
    let mut texts = Words::of(StdRng::seed_from_u64(1));
    let mut costs = <[Cost; 3]>::default();
    for _ in 0..TURNS {
        for (state, cost) in Stored::ALL.into_iter().zip(&mut costs) {
            sqlx::raw_sql(state.statements()).execute(&mut db).await?;
            let posts = size.of(500, 100);
            cost.one_after_another(&people.owner, &room, &texts_of(&mut texts, WARM + posts)).await?;
            let many = texts_of(&mut texts, 1000);
            cost.at_once(lab, (crowd.as_slice(), &room), &many, size.seconds(10, 2)).await?;
        }
    }
    sqlx::raw_sql(Stored::WordsAndIndex.statements()).execute(&mut db).await?;
    Ok(told(stored, &costs))
}

fn texts_of(texts: &mut Words, count: usize) -> Vec<String> {
    (0..count).map(|_| texts.text(LENGTH)).collect()
}

async fn post(client: &Client, room: &Channel, text: &str) -> anyhow::Result<u64> {
    let request = PostMessage { body_md: text.into(), ..PostMessage::default() };
    let began = Instant::now();
    client.post(room.id, &request).await?;
    Ok(u64::try_from(began.elapsed().as_micros())?)
}

impl Cost {
    async fn one_after_another(
        &mut self,
        sender: &Client,
        room: &Channel,
        texts: &[String],
    ) -> anyhow::Result<()> {
        for (n, text) in texts.iter().enumerate() {
            let took = post(sender, room, text).await?;
            if n >= WARM {
                self.one.add(took);
            }
        }
        Ok(())
    }

    async fn at_once(
        &mut self,
        lab: &Lab,
        (crowd, room): (&[Client], &Channel),
        texts: &[String],
        lasts: Duration,
    ) -> anyhow::Result<()> {
        let mut observer = Observer::of(&lab.stack).await?;
        let (before, server, began) = (observer.work().await?, cpu_seconds(lab), Instant::now());
        let posting = crowd.iter().enumerate().map(|(n, sender)| async move {
            let mut times = Vec::new();
            let own = texts.iter().cycle().skip(n * texts.len() / SENDERS);
            for text in own.take_while(|_| began.elapsed() < lasts) {
                times.push(post(sender, room, text).await?);
            }
            anyhow::Ok(times)
        });
        let times = try_join_all(posting).await?;
        self.seconds += began.elapsed().as_secs_f64();
        times.into_iter().flatten().for_each(|took| self.many.add(took));
        tokio::time::sleep(SETTLES).await;
        let Work { cpu, wal, .. } = observer.work().await?.since(before);
        self.server += cpu_seconds(lab) - server;
        self.database += cpu;
        self.wal += wal;
        Ok(())
    }

    /// Of the posts at once.
    fn each(&self, of_all: f64) -> f64 {
        of_all / (self.many.count() as f64).max(1.0)
    }
}

fn told(stored: usize, costs: &[Cost; 3]) -> Vec<Figure> {
    let mut figures = Vec::new();
    for (state, cost) in Stored::ALL.into_iter().zip(costs) {
        let name = state.name();
        let figure = |what: &str, value: f64, unit: &'static str| {
            Figure::new("words", format!("{name}: {SENDERS} at once, {what}"), value, unit)
        };
        let what = format!("{name}: a post, one after another, {stored} stored");
        figures.extend(spread("words", &what, &cost.one, (None, None)));
        figures.extend([
            figure("accepted", cost.many.count() as f64 / cost.seconds.max(0.001), "a second"),
            figure("server's processor a post", cost.each(cost.server) * 1e6, "us"),
            figure("PostgreSQL's processor a post", cost.each(cost.database) * 1e6, "us"),
            figure("log a post", cost.each(cost.wal), "bytes"),
        ]);
    }
    let [indexed, words, nothing] = costs;
    let ratio = |what: &str, cost: &Cost| {
        let ratio = cost.one.ms(50.0) / nothing.one.ms(50.0).max(0.001);
        Figure::new("words", format!("{what} / neither, p50 of a post"), ratio, "times")
    };
    figures.push(ratio("words and index", indexed).goal(1.15));
    figures.push(ratio("words alone", words));
    figures
}
