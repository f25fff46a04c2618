//! A talker: a person who begins topics, reacts to them and votes on them, edits their own, keeps a draft, and schedules messages, some of
//! which they drop again.

use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use ajet_protocol::{ChannelId, Message, Scheduled, ScheduledId, Timestamp};
use rand::Rng;

use super::topics::{EMOJI, OPTIONS, Topic, own_of, votes_of};
use crate::guests::Asked;
use crate::history::What;
use crate::registers::Town;
use crate::registers::town::Person;
use crate::registers::work::Work;
use crate::workload::Scene;

/// Milliseconds until a scheduled message is due: longer than an answer takes, and over before the run is.
const DUE_MS: std::ops::Range<u64> = 4_000..12_000;
/// Scheduled messages that a talker may still drop: some of them are sent by then.
const DROPPED_OF: usize = 4;

/// A talker at work.
pub struct Talker {
    work: Work,
    town: Arc<Town>,
    own: Person,
    number: usize,
    draft_in: ChannelId,
    /// Drafts so far: no text is given twice.
    drafts: usize,
    scheduled: Vec<(ScheduledId, String)>,
}

impl Talker {
    /// Every talker.
    pub fn all(scene: &Arc<Scene>, town: &Arc<Town>) -> Vec<Self> {
        let talker = |(number, (person, draft_in)): (usize, (&Person, ChannelId))| Self {
            work: Work::new(scene, person.by.name.clone(), 300 + number as u64),
            town: Arc::clone(town),
            own: person.clone(),
            number,
            draft_in,
            drafts: 0,
            scheduled: Vec::new(),
        };
        town.talk.drafts().enumerate().map(talker).collect()
    }

    /// One act after another, until the scene ends.
    pub async fn stay(mut self) {
        while !self.work.is_over() {
            // The history says which acts were given up.
            let _ = self.act().await;
            self.work.pause().await;
        }
        self.work.scene.recorder.note(&self.own.by.name, What::Closed);
    }

    async fn act(&mut self) -> Option<()> {
        let Some(topic) = self.town.talk.some(&mut self.work.rng) else { return self.begins_a_topic().await };
        match self.work.rng.random_range(0..100) {
            0..6 => self.begins_a_topic().await,
            6..30 => self.reacts(topic).await,
            30..55 => self.votes(topic).await,
            55..65 => self.edits().await,
            65..75 => self.reads(topic).await,
            75..85 => self.drafts().await,
            85..95 => self.schedules().await,
            _ => self.drops_what_was_scheduled().await,
        }
    }

    fn some_room(&mut self) -> Option<ChannelId> {
        let rooms = &self.town.talk.rooms;
        rooms.get(self.work.rng.random_range(0..rooms.len().max(1))).copied()
    }

    async fn begins_a_topic(&mut self) -> Option<()> {
        if self.town.talk.is_full() {
            return None;
        }
        let (room, key, multiple) = (self.some_room()?, self.work.key(&self.own.by), self.work.rng.random());
        let asked = Asked::topic(room, key, multiple);
        let (_, message) = self.work.ask::<Message>(&self.own.by, asked).await?;
        let topic = Topic { message: message.id, talker: self.number, multiple };
        self.town.talk.begin(&self.work.scene, topic);
        Some(())
    }

    async fn reacts(&mut self, topic: Topic) -> Option<()> {
        let emoji = EMOJI[self.work.rng.random_range(0..EMOJI.len())];
        let reacts = self.work.rng.random_range(0..5) < 3;
        let asked = Asked::react(topic.message, &self.own.by.name, emoji, reacts);
        self.work.tell(&self.own.by, asked).await
    }

    async fn votes(&mut self, topic: Topic) -> Option<()> {
        let rng = &mut self.work.rng;
        let mut chosen: Vec<i64> =
            (0..).zip(OPTIONS).filter(|_| rng.random_range(0..2) == 0).map(|(place, _)| place).collect();
        if !topic.multiple {
            let left_out = rng.random_range(0..OPTIONS.len()).min(chosen.len().saturating_sub(1));
            chosen = chosen.into_iter().skip(left_out).take(1).collect();
        }
        let asked = Asked::vote(topic.message, &self.own.by.name, &chosen);
        let (op, message) = self.work.ask::<Message>(&self.own.by, asked).await?;
        self.take_down(op, &message);
        Some(())
    }

    /// Edits their last topic, and reads it at some node.
    async fn edits(&mut self) -> Option<()> {
        let topic = self.town.talk.last_of(self.number)?;
        let key = self.work.key(&self.own.by);
        let asked = Asked::edit(topic.message, format!("{key} asks it in other words"));
        self.work.ask::<Message>(&self.own.by, asked).await?;
        self.reads(topic).await
    }

    async fn reads(&mut self, topic: Topic) -> Option<()> {
        let (op, message) = self.work.ask::<Message>(&self.own.by, Asked::read(topic.message)).await?;
        self.take_down(op, &message);
        Some(())
    }

    /// What an answer shows of what this talker chose, and of what all have chosen.
    fn take_down(&self, op: u64, message: &Message) {
        let (recorder, name) = (&self.work.scene.recorder, &self.own.by.name);
        for (register, value) in own_of(message, name) {
            recorder.note(name, What::Showed { op, register, value });
        }
        recorder.note(name, What::Counted { op, message: message.id.0, votes: votes_of(message) });
    }

    async fn drafts(&mut self) -> Option<()> {
        self.drafts += 1;
        let text = format!("{} has begun to write {}", self.own.by.name, self.drafts);
        let text = (self.work.rng.random_range(0..4) > 0).then_some(text);
        let asked = Asked::draft(self.draft_in, &self.own.by.name, text.as_deref());
        self.work.tell(&self.own.by, asked).await
    }

    async fn schedules(&mut self) -> Option<()> {
        let (room, key) = (self.some_room()?, self.work.key(&self.own.by));
        let wait_ms = self.work.rng.random_range(DUE_MS);
        // The run's clock first: the message may be due a little later than the history says, and never sooner.
        let due_us = self.work.scene.recorder.now_us() + wait_ms * 1000;
        let now_ms = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_millis();
        let send_at = Timestamp::from_unix_millis(u64::try_from(now_ms).unwrap_or_default() + wait_ms);
        let asked = Asked::schedule(room, key.clone(), (send_at, due_us));
        let (_, scheduled) = self.work.ask::<Scheduled>(&self.own.by, asked).await?;
        self.scheduled.push((scheduled.id, key));
        if self.scheduled.len() > DROPPED_OF {
            self.scheduled.remove(0);
        }
        Some(())
    }

    /// Drops one of the last messages that were scheduled, be it sent already or not.
    async fn drops_what_was_scheduled(&mut self) -> Option<()> {
        if self.scheduled.is_empty() {
            return None;
        }
        let n = self.work.rng.random_range(0..self.scheduled.len());
        let (id, key) = self.scheduled.remove(n);
        self.work.tell(&self.own.by, Asked::unschedule(id, key)).await
    }
}
