//! The composition root: a configuration becomes a running node.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use ajet_cluster::{Guard, NodeId, Peer};
use ajet_protocol::limits;
use ajet_protocol::subjects::WIRE_VERSIONS;
use secrecy::ExposeSecret;
use tokio::net::{TcpListener, TcpSocket};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::actors::outbox::Outbox;
use crate::actors::{Node, NodeParts};
use crate::blobs::{BlobError, Blobs};
use crate::bus::{Bus, BusError, BusOptions, Retention, Seals};
use crate::cluster::{self, Cluster, Hooks};
use crate::config::{Config, Network, Profile};
use crate::followers::{notifier, publisher, sweep, watermark, words};
use crate::http::{self, App, Places, Probe, Settings, Timeouts, router, serve};
use crate::images::Images;
use crate::jobs;
use crate::ops::{self, Notices, Ops};
use crate::outgoing::Outgoing;
use crate::presence::{Presence, PresenceParts};
use crate::providers::Providers;
use crate::sealing::Sealer;
use crate::sessions::{Lease, Revocation, RevocationScan, SigningKeys, Tokens};
use crate::store::{Store, StoreError, connect_options};
use crate::telemetry;
use crate::usecases::{Announcing, Context, MessagePlaces, ShownPictures, providers};

/// Why a node could not start; the text says what to do.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error("can't listen on {addr}: {source}{}", hint(source))]
    Listen { addr: SocketAddr, source: std::io::Error },
    #[error("{0} (db.host, db.port, db.user and AJET_DB_PASSWORD say where and as whom)")]
    Schema(#[from] ajet_schema::SchemaError),
    #[error("the database can't be read: {0}")]
    Store(#[from] StoreError),
    #[error(transparent)]
    Bus(#[from] BusError),
    #[error(transparent)]
    Blobs(#[from] BlobError),
    #[error("can't start the actors: {0}")]
    Actors(#[from] ractor::SpawnErr),
}

fn hint(error: &std::io::Error) -> &'static str {
    match error.kind() {
        std::io::ErrorKind::AddrInUse => ": stop what runs there, or set AJET_HTTP_ADDR to another address",
        std::io::ErrorKind::PermissionDenied => {
            ": ports below 1024 need root; set AJET_HTTP_ADDR to another address"
        }
        _ => "",
    }
}

/// A running node.
pub struct Server {
    addr: SocketAddr,
    app: App,
    stop: oneshot::Sender<()>,
    serving: JoinHandle<()>,
    notifying: notifier::Running,
    /// None where the node does no jobs.
    jobs: Option<jobs::Running>,
    measuring: JoinHandle<()>,
    spread: Duration,
}

/// What the others are told of this node.
fn own_peer(config: &Config, id: NodeId, database: uuid::Uuid, addr: SocketAddr) -> Peer {
    let told = &config.node.addr;
    Peer {
        id,
        database,
        name: config.node_name(),
        addr: if told.is_empty() { addr.to_string() } else { told.clone() },
        pid: std::process::id(),
        version: env!("CARGO_PKG_VERSION").into(),
        wire: WIRE_VERSIONS.into_iter().max().unwrap_or_default(),
        started_at_ms: crate::clock::now().unix_millis(),
        joined: 0,
        wires: WIRE_VERSIONS.to_vec(),
    }
}

/// Takes the address, before anything slow happens.
///
/// # Errors
/// [`StartError::Listen`]
pub async fn listen(addr: SocketAddr) -> Result<TcpListener, StartError> {
    let listening = || {
        let socket = if addr.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
        // As every server does: an address that was used a moment ago is free.
        socket.set_reuseaddr(true)?;
        socket.bind(addr)?;
        socket.listen(BACKLOG)
    };
    listening().map_err(|source| StartError::Listen { addr, source })
}

/// listen() backlog, capped by somaxconn. A client beyond it retries its SYN after 1 s.
const BACKLOG: u32 = 16_384;

/// How long a node that stops goes on having people notified of what is due, and with the jobs that it has begun.
const LAST_TURN_WITHIN: Duration = Duration::from_secs(3);

impl Server {
    /// Starts a node on an address that is already taken.
    ///
    /// # Errors
    /// [`StartError`]
    pub async fn start(config: &Config, listener: TcpListener) -> Result<Self, StartError> {
        let addr =
            listener.local_addr().map_err(|source| StartError::Listen { addr: config.http.addr, source })?;
        let me = NodeId(uuid::Uuid::new_v4());
        // Neither needs the other, and both mostly wait. A migration is not broken off where NATS refuses.
        let (opened, bus) = tokio::join!(open_store(config), connect_bus(config, me));
        let ((store, database), bus) = (opened?, bus?);
        let (me, number) = (own_peer(config, me, database, addr), config.node_number(me.0));
        let blobs = Blobs::new(&config.objects)?;
        tokio::spawn(ensure_bucket(blobs.clone()));
        let guard = Arc::new(Guard::default());
        let Joined { node, cluster, tokens, revocation, ops } =
            join(config, me, &store, &bus, &guard).await?;
        let parts = PresenceParts { node: &node, store: store.clone(), bus: bus.clone(), database, number };
        let presence = Presence::new(config.presence, parts);
        presence.tasks().into_iter().for_each(|task| cluster.keep(task));
        let notifying = start_notifying(&store, &cluster, &presence, &node);
        let metrics = telemetry::start_metrics();
        let settings = Settings::new(config, addr);
        let context = Context {
            store: store.clone(),
            rights: node.rights().clone(),
            cluster: cluster.clone(),
            node: node.clone(),
            tokens: tokens.clone(),
            revocation: revocation.clone(),
            signing_keys: SigningKeys::new(store.clone(), Sealer::of(config)),
            presence,
            announcing: Announcing::default(),
            places: MessagePlaces::new(store.clone()),
            public_url: settings.public_url.clone(),
            webhooks: settings.webhooks,
            device_guesses: config.limits.device_guesses_per_ten_minutes,
            outgoing: Outgoing::new(config.outgoing.allow_private),
            images: Images::new(&config.uploads),
            blobs: blobs.clone(),
            shown: ShownPictures::default(),
            any_type: config.uploads.any_type,
            sealer: Sealer::of(config),
            providers: Providers::new(config),
        };
        let jobs = start_jobs(config, &context);
        let app = App::new(http::Parts {
            settings,
            context,
            node,
            cluster,
            ops,
            tokens,
            revocation,
            guard,
            store,
            bus,
            blobs,
            metrics: metrics.clone(),
            probe: Probe::default(),
            draining: AtomicBool::new(false),
        });
        let (stop, stopped) = oneshot::channel();
        let serving = tokio::spawn(serving(config, listener, app.clone(), stopped));
        let measuring = tokio::spawn(telemetry::keep_metrics(metrics));
        warn_of_what_is_open(config, &app.context).await;
        tracing::info!(%addr, node = config.node_name(), "ready");
        let spread = Duration::from_secs(config.http.spread_s);
        Ok(Self { addr, app, stop, serving, notifying, jobs, measuring, spread })
    }

    /// Where it listens.
    #[must_use]
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// The address people use.
    #[must_use]
    pub fn public_url(&self) -> &str {
        &self.app.settings.public_url
    }

    /// The application inside, for tests that look at or break its parts.
    #[must_use]
    pub fn app(&self) -> &App {
        &self.app
    }

    /// Resolves when an operator asks the node to stop.
    pub async fn drain_asked(&self) {
        self.app.ops.drain_asked().await;
    }

    /// Stops in order: not ready, entities handed over, live streams told to come back, requests under way finished,
    /// connections closed.
    pub async fn stop(self) {
        self.app.drain();
        let jobs = self.jobs.map(|jobs| tokio::spawn(jobs.finish()));
        let spread = if self.app.cluster.is_alone() { Duration::ZERO } else { self.spread };
        // A load balancer needs a moment to notice that we are not ready: no client is turned away meanwhile.
        let noticed = tokio::time::sleep(spread);
        self.app.cluster.leave().await;
        self.app.node.sessions.close_over(spread).await;
        noticed.await;
        let _ = self.stop.send(());
        let _ = self.serving.await;
        // Only now: no more is committed here, and what is not notified would wait for another node's look.
        self.notifying.finish(LAST_TURN_WITHIN).await;
        if let Some(ending) = jobs {
            let _ = ending.await;
        }
        self.measuring.abort();
        self.app.cluster.close();
        self.app.revocation.give_lease_up().await;
        self.app.bus.close().await;
        self.app.store.close();
    }
}

/// Starts what lives on this node, and what follows its log.
async fn start_node(config: &Config, me: NodeId, store: &Store, bus: &Bus) -> Result<Node, ractor::SpawnErr> {
    let (outbox, committed) = Outbox::new();
    let parts = NodeParts { me, store: store.clone(), bus: bus.clone(), outbox: outbox.clone() };
    let node = Node::start(config, parts).await?;
    tokio::spawn(publisher::run(store.clone(), bus.clone(), committed));
    tokio::spawn(sweep::run(store.clone(), bus.clone(), outbox));
    tokio::spawn(watermark::run(store.clone(), node.feeds().clone(), node.sessions.clone()));
    Ok(node)
}

/// Starts what has people notified. It asks entities, wherever they live.
fn start_notifying(store: &Store, cluster: &Cluster, presence: &Presence, node: &Node) -> notifier::Running {
    let (presence, nodes) = (presence.clone(), cluster.clone());
    notifier::Running::start(notifier::Work {
        store: store.clone(),
        cluster: cluster.clone(),
        online: Arc::new(move |people| presence.knows(&nodes.others()).then(|| presence.among(people))),
        due: node.due(),
    })
}

/// Starts what carries jobs out, where the node has the role.
fn start_jobs(config: &Config, context: &Context) -> Option<jobs::Running> {
    let (settings, retention_hours) = (config.jobs, config.events.retention_hours);
    config.does_jobs().then(|| {
        let (context, grace) = (context.clone(), LAST_TURN_WITHIN);
        jobs::Running::start(jobs::Work { context, settings, retention_hours, grace })
    })
}

/// The parts of a node that other nodes know of.
struct Joined {
    node: Node,
    cluster: Cluster,
    tokens: Tokens,
    revocation: Revocation,
    ops: Ops,
}

/// Starts what lives on a node, and joins the other nodes. In this order: nothing is emitted before the lease is held, and no
/// request comes in before the parts that serve it are there.
async fn join(
    config: &Config,
    me: Peer,
    store: &Store,
    bus: &Bus,
    guard: &Arc<Guard>,
) -> Result<Joined, StartError> {
    let (scan, lease) = (Arc::new(RevocationScan::new(store.clone())), Lease::new(store.clone(), me.id));
    lease.take().await?;
    let node = start_node(config, me.id, store, bus).await?;
    let tokens = Tokens::new(store.clone(), config.sessions, config.node_number(me.id.0));
    let notices = Notices::new(me.name.clone());
    let cluster = Cluster::new(cluster::Parts {
        me,
        node: node.clone(),
        bus: bus.clone(),
        guard: Arc::clone(guard),
        ask_timeout: Duration::from_millis(config.actors.ask_timeout_ms),
        hooks: hooks(&scan, &tokens, &notices),
    });
    let revocation = Revocation::new(cluster.clone(), tokens.clone(), node.clone(), lease, scan);
    let ops = Ops::new(ops::Parts {
        cluster: cluster.clone(),
        node: node.clone(),
        store: store.clone(),
        bus: bus.clone(),
        notices,
        chaos: config.chaos.enabled,
    });
    cluster.listen(vec![Box::new(revocation.clone()), Box::new(ops.clone())]).await?;
    revocation.start();
    ops.start();
    cluster.join().await;
    let nodes = cluster.clone();
    cluster.keep(words::run(store.clone(), node.words(), move || nodes.others().len() + 1));
    Ok(Joined { node, cluster, tokens, revocation, ops })
}

/// What the cluster calls of the parts that depend on it, or that it need not know.
fn hooks(scan: &Arc<RevocationScan>, tokens: &Tokens, notices: &Notices) -> Hooks {
    let (scan, tokens, notices) = (Arc::clone(scan), tokens.clone(), notices.clone());
    Hooks {
        reads_store: Box::new(move || scan.is_fresh()),
        forget_cached: Box::new(move || tokens.forget_cached()),
        notice: Box::new(move |text| notices.add(text)),
    }
}

/// The database with its schema of now, and the id of its log.
async fn open_store(config: &Config) -> Result<(Store, uuid::Uuid), StartError> {
    if config.db.migrate {
        let applied =
            ajet_schema::up(&connect_options(&config.db).options([("statement_timeout", "0")])).await?;
        tracing::info!(applied, "database schema is up to date");
    }
    let store = Store::new(&config.db);
    let database = store.log_identity().await?.database;
    Ok((store, database))
}

async fn connect_bus(config: &Config, me: NodeId) -> Result<Bus, BusError> {
    let (nats, name) = (&config.nats, config.node_name());
    let retention =
        Retention { retention: Duration::from_secs(nats.retention_hours * 3600), replicas: nats.replicas };
    let options = BusOptions {
        url: &nats.url,
        user: &nats.user,
        password: &nats.password,
        tls_ca: nats.tls_ca.as_deref(),
        name: &name,
    };
    Bus::connect(&options, retention, Seals::new(me, &config.cluster_secrets())).await
}

/// Serves until it is told to stop; a server that is dropped stops as well.
fn serving(
    config: &Config,
    listener: TcpListener,
    app: App,
    stopped: oneshot::Receiver<()>,
) -> impl Future<Output = ()> + use<> {
    let stopped = async move {
        let _ = stopped.await;
    };
    let guard = Arc::clone(&app.guard);
    serve(listener, router(app), (places(config), timeouts(config)), guard, stopped)
}

fn places(config: &Config) -> Places {
    let http = &config.http;
    let proxies = http.trusted_proxies.iter().filter_map(|text| Network::parse(text));
    Places::new(http.max_connections, http.max_connections_per_address, proxies.collect())
}

fn timeouts(config: &Config) -> Timeouts {
    Timeouts {
        idle: Duration::from_secs(limits::KEEP_ALIVE_SECONDS),
        header: Duration::from_secs(config.http.header_timeout_s),
        write: Duration::from_secs(config.http.write_timeout_s),
        drain: Duration::from_secs(config.http.drain_s),
    }
}

/// Says loudly what lets others in, and that people can't get in.
async fn warn_of_what_is_open(config: &Config, context: &Context) {
    let providers = providers::offered(context).await;
    if providers.is_ok_and(|providers| lets_no_one_in(config.profile, providers.len())) {
        tracing::warn!(
            "no sign-in provider is set up: people can't sign in. Set one up, such as GitHub by AJET_OAUTH_GITHUB_CLIENT_ID and \
             AJET_OAUTH_GITHUB_CLIENT_SECRET; until then `ajet-chatd admin invite` makes a link that signs one person in once"
        );
    }
    if config.dev_sign_in() {
        tracing::warn!(
            "ANYBODY ON THIS MACHINE CAN SIGN IN AS ANYBODY, and with dev-ops-token as an operator: this is the development profile. \
             Serve others with AJET_PROFILE=prod."
        );
    }
    if config.profile == Profile::Prod && config.cluster.key.expose_secret().is_empty() {
        tracing::warn!(
            "no cluster.key: this node serves alone; set AJET_CLUSTER_KEY on all nodes to run several"
        );
    }
    let trusted = [
        (config.http.insecure, "http.insecure: session cookies travel in clear"),
        (config.db.insecure, "db.insecure: anyone on the network path can read all messages"),
        (config.nats.insecure, "nats.insecure: anyone who reaches NATS can read every event"),
        (config.objects.insecure, "objects.insecure: attachments travel in clear"),
        (
            config.outgoing.allow_private && config.profile == Profile::Prod,
            "outgoing.allow_private: who can post a link can look at what this machine can reach",
        ),
        (
            config.outgoing.private_providers && config.profile == Profile::Prod,
            "outgoing.private_providers: sign-in providers may be asked without TLS",
        ),
    ];
    for (_, what) in trusted.into_iter().filter(|(on, _)| *on) {
        tracing::warn!("{what}");
    }
}

/// Whether there is no way to sign in: in production there is none but a provider.
fn lets_no_one_in(profile: Profile, providers: usize) -> bool {
    profile == Profile::Prod && providers == 0
}

/// Makes the bucket when the object store is there; until then uploads fail and everything else works.
async fn ensure_bucket(blobs: Blobs) {
    while let Err(error) = blobs.ensure_bucket().await {
        tracing::warn!(%error, "the bucket is not ready");
        tokio::time::sleep(Duration::from_secs(2)).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Sources, load};

    /// Connections of this machine, by which other tests come, count in all alone.
    #[test]
    fn connections_are_counted_as_the_configuration_says() {
        let variables = [
            ("AJET_HTTP_MAX_CONNECTIONS", "5"),
            ("AJET_HTTP_MAX_CONNECTIONS_PER_ADDRESS", "2"),
            ("AJET_HTTP_TRUSTED_PROXIES", "10.0.0.0/8"),
        ];
        let variables = variables.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
        let sources = Sources { variables, profile: Profile::Dev, ..Sources::default() };
        let (config, _) = load(&sources).expect("loads");
        let places = places(&config);
        let take = |ip: &str| places.take(ip.parse().expect("an address"));
        let mut held = vec![take("192.0.2.1").expect("one"), take("192.0.2.1").expect("two")];
        assert!(take("192.0.2.1").is_err(), "of an address");
        for _ in 0..3 {
            held.push(take("10.1.1.1").expect("a proxy's"));
        }
        assert!(take("10.1.1.1").is_err(), "in all");
        drop(held);
        take("192.0.2.1").expect("its place is free");
    }

    #[test]
    fn in_production_people_sign_in_at_a_provider_or_not_at_all() {
        assert!(lets_no_one_in(Profile::Prod, 0) && !lets_no_one_in(Profile::Prod, 1));
        assert!(!lets_no_one_in(Profile::Dev, 0) && !lets_no_one_in(Profile::Test, 0));
    }
}
