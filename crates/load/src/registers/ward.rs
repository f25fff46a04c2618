//! A ward: a person of whom one right after another is taken away by the owner, and given back.
//!
//! A ward is in two channels: in the *nook*, which everybody sees, and which at times is denied to the ward; and on the *stage*, which
//! is seen by those who hold a role, which at times is taken from the ward. And at times the ward is muted.

use std::sync::Arc;

use ajet_protocol::{ChannelId, Message, MessageId};
use rand::Rng;

use super::Town;
use super::town::{Person, Warded};
use super::work::{EARS, Work, ear_of};
use crate::guests::{Asked, By};
use crate::history::What;
use crate::workload::Scene;

/// A ward at work, with the owner.
pub struct Ward {
    work: Work,
    town: Arc<Town>,
    own: Warded,
    /// What may have been taken from the ward and was not given back yet, also where the answer never came.
    hidden: bool,
    keyless: bool,
    muted: bool,
    /// Names given to channels so far.
    names: usize,
    /// What the ward said last in the nook.
    said: Option<MessageId>,
}

impl Ward {
    /// The ward of this number.
    pub fn new(scene: &Arc<Scene>, town: &Arc<Town>, n: usize) -> Self {
        let own = town.wards[n].clone();
        let work = Work::new(scene, own.person.by.name.clone(), 100 + n as u64);
        let (hidden, keyless, muted) = (false, false, false);
        Self { work, town: Arc::clone(town), own, hidden, keyless, muted, names: 0, said: None }
    }

    /// One round after another, until the scene ends.
    pub async fn stay(mut self) {
        while !self.work.is_over() {
            // A step that was refused or given up ends its round.
            let _ = self.one_round().await;
            self.work.pause().await;
        }
        for ear in 0..EARS {
            self.work.scene.recorder.note(&ear_of(&self.own.person.by.name, ear), What::Closed);
        }
    }

    /// The ward has all rights and uses them; then one is taken away.
    async fn one_round(&mut self) -> Option<()> {
        self.put_right().await?;
        self.said = Some(self.work.say(&self.own.person.by, self.own.nook.id).await?.id);
        self.work.say(&self.own.person.by, self.own.stage.id).await?;
        self.work.pause().await;
        match self.work.rng.random_range(0..3) {
            0 => self.loses_sight().await,
            1 => self.loses_role().await,
            _ => self.is_muted().await,
        }
    }

    /// Gives back what may be missing.
    async fn put_right(&mut self) -> Option<()> {
        let Person { by, .. } = &self.town.owner;
        if self.hidden {
            self.work.tell(by, Asked::deny(self.own.nook.id, &self.own.person, false)).await?;
            self.hidden = false;
        }
        if self.keyless {
            let given = Asked::hold(self.town.community, self.own.key, &self.own.person, true);
            self.work.tell(by, given).await?;
            self.keyless = false;
        }
        if self.muted {
            self.work.tell(by, Asked::mute(self.town.community, &self.own.person, false)).await?;
            self.muted = false;
        }
        Some(())
    }

    async fn loses_sight(&mut self) -> Option<()> {
        self.hidden = true;
        let denied = Asked::deny(self.own.nook.id, &self.own.person, true);
        self.work.tell(&self.town.owner.by, denied).await?;
        self.is_kept_out_of(self.own.nook.id).await;
        self.put_right().await
    }

    async fn loses_role(&mut self) -> Option<()> {
        self.keyless = true;
        let taken = Asked::hold(self.town.community, self.own.key, &self.own.person, false);
        self.work.tell(&self.town.owner.by, taken).await?;
        self.is_kept_out_of(self.own.stage.id).await;
        self.put_right().await
    }

    /// The ward reads on, and may neither post nor edit.
    async fn is_muted(&mut self) -> Option<()> {
        self.muted = true;
        let mute = Asked::mute(self.town.community, &self.own.person, true);
        self.work.tell(&self.town.owner.by, mute).await?;
        self.work.say(&self.own.person.by, self.own.nook.id).await;
        if let Some(message) = self.said {
            let key = self.work.key(&self.own.person.by);
            let edit = Asked::edit(message, format!("{key} is not to be said"));
            self.work.ask::<Message>(&self.own.person.by, edit).await;
        }
        self.work.pause().await;
        self.put_right().await
    }

    /// The owner goes on in a channel that the ward may not know of, and the ward tries everything there.
    async fn is_kept_out_of(&mut self, channel: ChannelId) {
        self.names += 1;
        let name = format!("{} kept {}", self.own.person.by.name, self.names);
        let (owner, ward): (&By, &By) = (&self.town.owner.by, &self.own.person.by);
        let said = self.work.say(owner, channel).await;
        self.work.tell(owner, Asked::rename_channel(channel, &name)).await;
        self.work.say(ward, channel).await;
        if let Some(message) = said {
            self.work.ask::<Message>(ward, Asked::read(message.id)).await;
        }
        self.work.tell(ward, Asked::list(channel)).await;
        self.work.tell(ward, Asked::join(channel)).await;
        self.work.pause().await;
    }
}
