//! A friend: a person who changes their own name and settings, and writes to other friends directly, whom the rest of them try to
//! overhear.

use std::sync::Arc;

use ajet_protocol::{Channel, Message, NotifyLevel, UserId};
use rand::Rng;
use rand::seq::SliceRandom;

use super::Town;
use super::town::Person;
use super::work::Work;
use crate::guests::{Asked, By};
use crate::history::What;
use crate::workload::Scene;

/// Others in a direct message at most.
const OTHERS: usize = 2;
/// One of so many direct messages is tried by somebody else.
const TRIED_EVERY: usize = 3;
/// What a person may want to be told of.
const LEVELS: [NotifyLevel; 3] = [NotifyLevel::All, NotifyLevel::Mentions, NotifyLevel::Nothing];

/// A friend at work.
pub struct Friend {
    work: Work,
    town: Arc<Town>,
    own: Person,
    /// Names of their own so far.
    names: usize,
    silenced: bool,
}

impl Friend {
    /// The friend of this number.
    pub fn new(scene: &Arc<Scene>, town: &Arc<Town>, n: usize) -> Self {
        let own = town.friends[n].clone();
        let work = Work::new(scene, own.by.name.clone(), 200 + n as u64);
        Self { work, town: Arc::clone(town), own, names: 0, silenced: false }
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
        match self.work.rng.random_range(0..100) {
            0..15 => self.renames_themselves().await,
            15..25 => self.silences().await,
            25..35 => self.chooses_a_level().await,
            35..55 => self.marks_pages().await,
            _ => self.writes_directly().await,
        }
    }

    async fn renames_themselves(&mut self) -> Option<()> {
        self.names += 1;
        let name = format!("{} as {}", self.own.by.name, self.names);
        self.work.tell(&self.own.by, Asked::rename_oneself(&self.own.by.name, &name)).await
    }

    async fn silences(&mut self) -> Option<()> {
        let silenced = !self.silenced;
        let asked = Asked::silence(self.town.general, &self.own.by.name, silenced);
        self.work.tell(&self.own.by, asked).await?;
        self.silenced = silenced;
        Some(())
    }

    async fn chooses_a_level(&mut self) -> Option<()> {
        let level = LEVELS[self.work.rng.random_range(0..LEVELS.len())];
        let asked = Asked::notify(self.town.general, &self.own.by.name, level);
        self.work.tell(&self.own.by, asked).await
    }

    /// Marks pages of the book as read or unread.
    async fn marks_pages(&mut self) -> Option<()> {
        let asked = Asked::mark_some(&self.town.book, &mut self.work.rng);
        self.work.tell(&self.own.by, asked).await
    }

    /// Opens a direct message with some others, be it there already or not, and writes in it.
    async fn writes_directly(&mut self) -> Option<()> {
        let (partners, stranger) = self.some_others();
        if partners.is_empty() {
            return None;
        }
        let asked = Asked::open_dm(self.own.id, &partners);
        let (op, dm) = self.work.ask::<Channel>(&self.own.by, asked).await?;
        self.work.scene.recorder.note(&self.own.by.name, What::Dm { op, channel: dm.id.0 });
        self.town.remember(&self.own, &dm);
        let message = self.work.say(&self.own.by, dm.id).await?;
        if let Some(stranger) = stranger
            && self.work.rng.random_range(0..TRIED_EVERY) == 0
        {
            self.is_overheard(&dm, &message, &stranger).await;
        }
        Some(())
    }

    /// Some friends to talk with, and one of the rest.
    fn some_others(&mut self) -> (Vec<UserId>, Option<By>) {
        let own = self.own.id;
        let mut others: Vec<&Person> = self.town.friends.iter().filter(|friend| friend.id != own).collect();
        others.shuffle(&mut self.work.rng);
        let count = self.work.rng.random_range(1..=OTHERS).min(others.len());
        let (partners, strangers) = others.split_at(count);
        let ids = partners.iter().map(|friend| friend.id).collect();
        (ids, strangers.first().map(|friend| friend.by.clone()))
    }

    /// Somebody else tries to read and write there.
    async fn is_overheard(&mut self, dm: &Channel, message: &Message, stranger: &By) {
        self.work.ask::<Message>(stranger, Asked::read(message.id)).await;
        self.work.tell(stranger, Asked::list(dm.id)).await;
        self.work.say(stranger, dm.id).await;
    }
}
