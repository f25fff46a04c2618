//! A guest: who that is, where they listen, and what they did not get back yet.

use std::sync::Arc;
use std::time::Duration;

use ajet_client::Client;
use ajet_protocol::{Channel, CommunityId, CreateChannel, UserId};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::ear::{Ear, Post};
use crate::history::What;
use crate::people::People;
use crate::workload::Scene;

/// Streams of one guest, each at another node.
const EARS: usize = 2;

/// Which rights change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// All that there are.
    All,
    /// Those that nodes of any release before know: people join rooms and leave them.
    BothVersions,
}

/// A guest who was let in, and the channel that is hidden from them at times.
pub struct Arrived {
    client: Client,
    id: UserId,
    den: Channel,
}

/// A guest at work.
pub struct Guest {
    pub(super) scene: Arc<Scene>,
    pub(super) owner: Client,
    pub(super) community: CommunityId,
    pub(super) extent: Extent,
    pub(super) client: Client,
    pub(super) name: String,
    pub(super) id: UserId,
    pub(super) den: Channel,
    ears: Vec<Arc<Ear>>,
    pub(super) rng: StdRng,
    /// Rounds and posts so far.
    pub(super) round: usize,
    pub(super) posts: usize,
    /// What may have been done to the guest and was not put right yet, also where the answer never came.
    pub(super) banned: bool,
    pub(super) removed: bool,
    pub(super) hidden: bool,
}

/// Lets so many people in, who are in no room but the one of arrivals.
///
/// # Errors
/// When the server refuses.
pub async fn arrive(people: &People, base: &str, count: usize) -> anyhow::Result<Vec<Arrived>> {
    let names = (0..count).map(|n| format!("guest-{n}")).collect();
    let mut arrived = Vec::new();
    for (n, client) in people.join(base, names, |_| vec![]).await?.into_iter().enumerate() {
        let request = CreateChannel {
            name: format!("den-{n}").into(),
            kind: None,
            visibility: None,
            topic: None,
            category_id: None,
            client_mutation_id: None,
        };
        let den = people.owner.create_channel(people.community.id, &request).await?;
        let id = client.me().await?.user.id;
        arrived.push(Arrived { client, id, den });
    }
    Ok(arrived)
}

/// Takes down who is in which channel before anything happens.
pub fn introduce(scene: &Scene, people: &People, arrived: &[Arrived]) {
    let recorder = &scene.recorder;
    let community = people.community.id.0;
    for (n, room) in scene.rooms.iter().enumerate() {
        let what = What::Channel { channel: room.id.0, community, on_arrival: n == 0 };
        recorder.note("scene", what);
    }
    for guest in arrived {
        let what = What::Channel { channel: guest.den.id.0, community, on_arrival: false };
        recorder.note("scene", what);
    }
    for place in &scene.places {
        let (channel, community) = (place.room.id.0, place.community.0);
        recorder.note("scene", What::Channel { channel, community, on_arrival: false });
    }
    let dens = || arrived.iter().map(|guest| guest.den.id.0);
    for (n, guest) in arrived.iter().enumerate() {
        let name = format!("guest-{n}");
        recorder.note(&name, What::Person { id: guest.id.0 });
        let rooms = scene.rooms.iter().skip(1).map(|room| room.id.0);
        outside(scene, &name, rooms.chain(dens()));
    }
    for n in 0..scene.readers.len() {
        outside(scene, &format!("reader-{n}"), dens());
    }
}

fn outside(scene: &Scene, name: &str, channels: impl Iterator<Item = Uuid>) {
    for channel in channels {
        scene.recorder.note(name, What::Outside { channel });
    }
}

impl Guest {
    /// The guest of this number, who listens from now on, until `over`.
    pub fn settle(
        scene: &Arc<Scene>,
        people: &People,
        (n, arrived, extent): (usize, Arrived, Extent),
        listening: &mut JoinSet<()>,
        over: &CancellationToken,
    ) -> Self {
        let Arrived { client, id, den } = arrived;
        let name = format!("guest-{n}");
        let ears: Vec<_> = (0..EARS).map(|ear| Ear::new(format!("{name}/{ear}"))).collect();
        for (k, ear) in ears.iter().enumerate() {
            let post = Post { client: client.clone(), node: (n + k) % scene.bases.len() };
            listening.spawn(Arc::clone(ear).listen(Arc::clone(scene), post, over.clone()));
        }
        Self {
            scene: Arc::clone(scene),
            owner: people.owner.clone(),
            community: people.community.id,
            extent,
            client,
            name,
            id,
            den,
            ears,
            rng: StdRng::seed_from_u64(n as u64),
            round: 0,
            posts: 0,
            banned: false,
            removed: false,
            hidden: false,
        }
    }

    /// One round after another, until the scene ends.
    pub async fn stay(mut self) {
        while !self.scene.stop.is_cancelled() {
            // A step that was refused or given up ends its round.
            let _ = self.one_round().await;
            self.round += 1;
            self.pause().await;
        }
        for ear in &self.ears {
            self.scene.recorder.note(&ear.name, What::Closed);
        }
    }

    /// A while that differs.
    pub(super) async fn pause(&mut self) {
        tokio::time::sleep(Duration::from_millis(self.rng.random_range(100..600))).await;
    }

    /// A node, at random.
    pub(super) fn somewhere(&mut self) -> usize {
        self.rng.random_range(0..self.scene.bases.len())
    }

    /// Takes down what had been received when this request was answered.
    pub(super) fn mark(&self, op: u64) {
        for ear in &self.ears {
            self.scene.recorder.note(&ear.name, What::Received { op, bytes: ear.received() });
        }
    }
}
