//! Everybody who writes registers at work: each asks for one thing after another, each time at some node.

use std::sync::Arc;
use std::time::Duration;

use ajet_protocol::{ChannelId, Message};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use serde::de::DeserializeOwned;
use serde_json::Value;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::arranger::Arranger;
use super::builder::Builder;
use super::friend::Friend;
use super::keeper::Keeper;
use super::talk::{Pinner, Talker};
use super::ward::Ward;
use super::wire::Speaker;
use super::{Register, Town};
use crate::guests::{Asked, By};
use crate::history::What;
use crate::listening::listen;
use crate::workload::{Scene, Told, Writer};

/// Streams of one ward, each at another node.
pub(super) const EARS: usize = 2;

/// Has everybody begin. Wards, friends and talkers listen until `over`; all write until the scene ends.
pub fn begin(
    town: &Arc<Town>,
    scene: &Arc<Scene>,
    writing: &mut JoinSet<()>,
    listening: &mut JoinSet<()>,
    over: &CancellationToken,
) {
    let mut hear = |by: &By, name: String, n: usize| {
        let node = n % scene.bases.len();
        listening.spawn(listen(Arc::clone(scene), name, by.client.clone(), node, over.clone()));
    };
    for (n, ward) in town.wards.iter().enumerate() {
        for ear in 0..EARS {
            hear(&ward.person.by, ear_of(&ward.person.by.name, ear), n + ear);
        }
    }
    for (n, friend) in town.friends.iter().chain(&town.talk.talkers).enumerate() {
        hear(&friend.by, friend.by.name.clone(), n);
    }
    writing.spawn(Arranger::new(scene, town).arrange());
    writing.spawn(Builder::new(scene, town).build());
    writing.spawn(Speaker::new(scene, town).speak());
    writing.spawn(Keeper::new(scene, town).keep());
    for n in 0..town.wards.len() {
        writing.spawn(Ward::new(scene, town, n).stay());
    }
    for n in 0..town.friends.len() {
        writing.spawn(Friend::new(scene, town, n).stay());
    }
    writing.spawn(Pinner::new(scene, town).pin());
    for talker in Talker::all(scene, town) {
        writing.spawn(talker.stay());
    }
}

/// The name under which a ward listens.
pub(super) fn ear_of(name: &str, ear: usize) -> String {
    format!("{name}/{ear}")
}

/// One task of requests that follow one another.
pub struct Work {
    pub scene: Arc<Scene>,
    pub rng: StdRng,
    /// In the keys of what is posted here, so that no other task uses them.
    name: String,
    posts: usize,
}

impl Work {
    pub fn new(scene: &Arc<Scene>, name: String, seed: u64) -> Self {
        Self { scene: Arc::clone(scene), rng: StdRng::seed_from_u64(seed), name, posts: 0 }
    }

    pub fn is_over(&self) -> bool {
        self.scene.stop.is_cancelled()
    }

    /// A while that differs.
    pub async fn pause(&mut self) {
        tokio::time::sleep(Duration::from_millis(self.rng.random_range(600..1800))).await;
    }

    /// Asks at some node first; gives the answer, and the request's number in the history.
    pub async fn ask<T: DeserializeOwned + Told>(&mut self, by: &By, asked: Asked) -> Option<(u64, T)> {
        let Asked { action, method, path, body } = asked;
        let node = self.rng.random_range(0..self.scene.bases.len());
        let mut writer = Writer::new(&self.scene, by.name.clone(), &by.client, node, 0);
        let answer = writer.ask::<T>(action, method, &path, body.as_ref()).await?;
        Some((writer.last(), answer))
    }

    /// The same where only the outcome counts.
    pub async fn tell(&mut self, by: &By, asked: Asked) -> Option<()> {
        self.ask::<Value>(by, asked).await.map(drop)
    }

    pub async fn say(&mut self, by: &By, channel: ChannelId) -> Option<Message> {
        let key = self.key(by);
        self.ask::<Message>(by, Asked::post(channel, key)).await.map(|(_, message)| message)
    }

    /// A key that no other post has.
    pub fn key(&mut self, by: &By) -> String {
        self.posts += 1;
        format!("{}-by-{}-{}", by.name, self.name, self.posts)
    }

    /// Takes down what something was made with.
    pub fn made(&self, register: Register, name: &str) {
        let what = What::Register { register, value: Some(name.to_owned()) };
        self.scene.recorder.note("scene", what);
    }
}
