//! Being on the roster, and knowing who else is.

use std::time::Duration;

use ajet_cluster::{
    Cause, NodeId, OUT_OF_TURN_WITHIN, OutOfTurn, PROBE_EVERY, PROBE_WITHIN, Probed, TransportError, probe,
};
use futures::StreamExt;
use futures::stream::FuturesUnordered;
use tokio::time::Instant;

use super::Cluster;
use crate::bus::{BusError, Change, Peers};
use crate::clock::now;

/// Between two renewals of our entry; it expires after several.
const RENEW_EVERY: Duration = Duration::from_secs(3);
/// Between two readings of the whole list, which repair what the watch missed.
const READ_EVERY: Duration = Duration::from_secs(5);
const RETRY: Duration = Duration::from_millis(500);

impl Cluster {
    /// Keeps our entry alive and the view up to date. While the bucket is out of reach the view stays as it is.
    pub(super) async fn keep_membership(self) {
        let mut joined = 0;
        loop {
            if let Err(error) = self.take_part(&mut joined).await {
                tracing::debug!(%error, "the list of nodes is out of reach");
            }
            tokio::time::sleep(RETRY).await;
        }
    }

    async fn take_part(&self, joined: &mut u64) -> Result<(), BusError> {
        let peers = Peers::open(&self.0.parts.bus).await?;
        let mut changes = peers.watch().await?;
        // Who else is there comes first: one that knew only itself would take everything over.
        self.read(&peers).await?;
        self.renew(&peers, joined).await?;
        let mut renewing = tokio::time::interval(RENEW_EVERY);
        let mut reading = tokio::time::interval(READ_EVERY);
        loop {
            tokio::select! {
                change = changes.next() => match change {
                    Some(change) => self.note(change),
                    None => return Err(BusError::Away("the watch ended".into())),
                },
                _ = renewing.tick() => self.renew(&peers, joined).await?,
                _ = reading.tick() => self.read(&peers).await?,
                () = self.0.router.stale() => self.read(&peers).await?,
            }
        }
    }

    async fn renew(&self, peers: &Peers, joined: &mut u64) -> Result<(), BusError> {
        if self.is_leaving() {
            return Ok(());
        }
        let mut me = self.0.parts.me.clone();
        me.joined = *joined;
        let revision = peers.renew(&me).await?;
        if *joined == 0 {
            *joined = revision;
            me.joined = revision;
            peers.renew(&me).await?;
            self.0.router.update(|view| view.joined(me));
        }
        Ok(())
    }

    async fn read(&self, peers: &Peers) -> Result<(), BusError> {
        let database = self.0.parts.me.database;
        let mut listed = peers.list().await?;
        listed.retain(|peer| peer.database == database);
        self.0.router.update(|view| view.listed(listed, Instant::now()));
        self.0.router.refreshed();
        Ok(())
    }

    fn note(&self, change: Change) {
        let router = &self.0.router;
        match change {
            Change::Listed(peer, _) if peer.database != self.0.parts.me.database => {}
            Change::Listed(mut peer, revision) => {
                if peer.joined == 0 {
                    peer.joined = revision;
                }
                let name = peer.name.clone();
                if router.update(|view| view.joined(peer)) {
                    self.notice(format!("{name} joined"));
                }
            }
            Change::Left(node) => {
                tracing::info!(%node, "node left");
                self.notice(format!("{} left", self.name_of(node)));
                router.update(|view| view.left(node));
            }
            Change::Expired(node) => {
                router.update(|view| view.expired(node, Instant::now()));
            }
        }
    }

    fn name_of(&self, node: NodeId) -> String {
        let view = self.0.router.view().read();
        let named = view.members().find(|seen| seen.peer.id == node).map(|seen| seen.peer.name);
        named.unwrap_or_else(|| node.to_string())
    }

    /// Leaves the list of nodes: others route nothing to us any more.
    pub(super) async fn sign_off(&self) {
        let leaving = async {
            let peers = Peers::open(&self.0.parts.bus).await?;
            peers.leave(self.me()).await
        };
        if let Err(error) = leaving.await {
            tracing::debug!(%error, "could not say good-bye; the entry will expire");
        }
    }

    /// Probes the others, for as long as the node lives.
    pub(super) async fn keep_probing(self) {
        let mut tick = tokio::time::interval(PROBE_EVERY);
        tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            tick.tick().await;
            self.probe_round().await;
        }
    }

    async fn probe_round(&self) {
        let round = self.0.prober.round().into_iter();
        let mut probes: FuturesUnordered<_> =
            round.map(|node| probe(&self.0.nodes, node, PROBE_WITHIN, clock_ms)).collect();
        let mut unanswered = Vec::new();
        while let Some(one) = probes.next().await {
            if one.found == Err(TransportError::NoAnswer) {
                unanswered.push(one);
            } else {
                self.note_probes(&[one]);
            }
        }
        self.excuse_if_not_carried(&mut unanswered).await;
        self.note_probes(&unanswered);
    }

    /// Probes a node out of turn in the background, if there is reason to.
    pub(super) fn probe_out_of_turn(&self, node: NodeId, cause: Cause) {
        if let Some(probe) = self.0.prober.out_of_turn(node, cause) {
            self.start_probe(probe);
        }
    }

    pub(super) fn start_probe(&self, probe: OutOfTurn) {
        let cluster = self.clone();
        self.keep(async move { probe.run(|node| cluster.probe(node, OUT_OF_TURN_WITHIN)).await });
    }

    /// Probes one node and notes what it says.
    ///
    /// # Errors
    /// How it was silent; [`TransportError::Away`] if the trouble is on our side.
    pub(super) async fn probe(&self, node: NodeId, within: Duration) -> Result<(), TransportError> {
        let mut found = [probe(&self.0.nodes, node, within, clock_ms).await];
        self.excuse_if_not_carried(&mut found).await;
        self.note_probes(&found);
        found[0].found.and(Ok(()))
    }

    /// If NATS hangs, or we are cut off, the silence of other nodes says nothing about them.
    async fn excuse_if_not_carried(&self, found: &mut [Probed]) {
        let unanswered = Err(TransportError::NoAnswer);
        if found.iter().all(|one| one.found != unanswered) || self.0.nodes.is_carried(PROBE_WITHIN).await {
            return;
        }
        for one in found.iter_mut().filter(|one| one.found == unanswered) {
            one.found = Err(TransportError::Away);
        }
    }

    fn note_probes(&self, found: &[Probed]) {
        let storeless = self.is_storeless();
        let mut told = Vec::new();
        self.0.router.update(|view| {
            view.storeless(storeless);
            let mut changed = false;
            for one in found {
                let before = view.suspects(one.node);
                changed |= one.note(view, Instant::now());
                let suspected = view.suspects(one.node);
                if suspected != before && !one.is_leaving() {
                    told.push((one.node, suspected));
                }
            }
            changed
        });
        for (node, suspected) in told {
            tracing::info!(%node, suspected, "a node's silence changed");
            let what = if suspected { "is silent: its entities are taken over" } else { "answers again" };
            self.notice(format!("{} {what}", self.name_of(node)));
        }
    }
}

fn clock_ms() -> u64 {
    now().unix_millis()
}
