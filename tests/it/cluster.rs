//! Several nodes on one database and one NATS: they come and go, and no client notices.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use ajet_chatd::app::Server;
use ajet_chatd::config::Config;
use ajet_client::{Client, Error, Live};
use ajet_protocol::ops::{ClusterReport, EntityReport, NodeState, TRAP};
use ajet_protocol::{Channel, Code, Message, PageQuery, PostMessage, Visibility};
use futures::future::join_all;
use parking_lot::Mutex;
use reqwest::Method;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::world::{World, assert_one_order, eventually, history, keyed, next, read_until, serve, text};

const OPS: &str = "dev-ops-token";
/// Of so many rooms one lives on the other of two nodes, as good as certainly.
const ROOMS_TO_TRY: usize = 64;

/// A world with more nodes than its own.
struct Cluster {
    world: World,
    others: Vec<Server>,
}

impl Cluster {
    async fn of(nodes: usize) -> Self {
        let world = World::with(|config| config.chaos.enabled = true).await;
        let mut cluster = Self { world, others: Vec::new() };
        for _ in 1..nodes {
            cluster.join().await;
        }
        cluster
    }

    /// One more node; returns when everybody knows of it.
    async fn join(&mut self) {
        self.others.push(serve(&self.world.config).await);
        let nodes = self.nodes().len();
        for node in self.nodes() {
            let ops = at(node).with_token(OPS);
            let all = || async {
                let report: ClusterReport = ops.get("/ops/cluster").await.expect("reports");
                report.nodes.iter().filter(|node| node.state == NodeState::Up && node.load.is_some()).count()
                    == nodes
            };
            eventually("everybody sees everybody", all).await;
        }
    }

    fn nodes(&self) -> Vec<&Server> {
        std::iter::once(&self.world.server).chain(&self.others).collect()
    }

    /// The same person at each node.
    fn everywhere(&self, client: &Client) -> Vec<Client> {
        self.nodes().into_iter().map(|node| client.at(&base(node))).collect()
    }

    async fn owner(&self, channel: &Channel) -> EntityReport {
        let ops = self.world.nobody.with_token(OPS);
        ops.get(&format!("/ops/entities/channel/{}", channel.id)).await.expect("found")
    }

    async fn stop(self) {
        for node in self.others {
            node.stop().await;
        }
        self.world.server.stop().await;
    }
}

fn base(server: &Server) -> String {
    format!("http://{}", server.addr())
}

fn at(server: &Server) -> Client {
    Client::new(&base(server)).expect("a client")
}

/// Posts one message after another to whichever of the given nodes, until told to stop; every answer must be a success.
fn posting(clients: Vec<Client>, channel: Channel, stop: CancellationToken) -> JoinHandle<Vec<Message>> {
    tokio::spawn(async move {
        let name = &channel.name;
        let mut posted = Vec::new();
        while !stop.is_cancelled() {
            let n = posted.len();
            let client = &clients[n % clients.len()];
            let request = keyed(&format!("{name} {n}"), &format!("{name}-{n}"));
            posted.push(
                client.post(channel.id, &request).await.unwrap_or_else(|error| panic!("{name} {n}: {error}")),
            );
        }
        posted
    })
}

/// Reads a stream, coming back with its cursor wherever it ended, and notes every message it sees.
#[derive(Clone, Default)]
struct Reader {
    seen: Arc<Mutex<HashSet<String>>>,
    reconnects: Arc<AtomicUsize>,
}

impl Reader {
    fn start(clients: Vec<Client>, mut live: Live) -> (Self, JoinHandle<()>) {
        let reader = Self::default();
        let this = reader.clone();
        let reading = tokio::spawn(async move {
            let mut cursor = String::new();
            loop {
                while let Some(event) = live.next().await {
                    assert_ne!(event.name, "resync", "the cursor must do");
                    if !event.cursor.is_empty() {
                        cursor.clone_from(&event.cursor);
                    }
                    this.seen.lock().extend(crate::world::created(&event));
                }
                live = loop {
                    let n = this.reconnects.fetch_add(1, Ordering::Relaxed);
                    if let Ok(live) = clients[n % clients.len()].live(Some(&cursor)).await {
                        break live;
                    }
                };
            }
        });
        (reader, reading)
    }
}

#[tokio::test]
async fn operators_are_told_the_same_of_a_session_everywhere() {
    let cluster = Cluster::of(2).await;
    let bob = cluster.everywhere(&cluster.world.bob);
    let path = format!("/ops/entities/user/{}", bob[0].me().await.expect("known").user.id);
    let told = async || {
        let asking = cluster.nodes().into_iter().map(|node| {
            let ops = at(node).with_token(OPS);
            let path = &path;
            async move { ops.get::<EntityReport>(path).await.expect("told") }
        });
        join_all(asking).await
    };
    let nowhere = told().await;
    assert!(nowhere.iter().all(|one| !one.active && one.owner == nowhere[0].owner), "{nowhere:?}");
    let mut live = bob[1].live(None).await.expect("opens");
    assert_eq!(next(&mut live).await.name, "ready");
    let report: ClusterReport =
        at(&cluster.others[0]).with_token(OPS).get("/ops/cluster").await.expect("reports");
    for one in told().await {
        assert!(one.active && one.owner == report.asked, "where the stream is: {one:?}");
    }
    cluster.stop().await;
}

#[tokio::test]
async fn any_node_serves_anybody() {
    let cluster = Cluster::of(3).await;
    let world = &cluster.world;
    let (ann, bob) = (cluster.everywhere(&world.ann), cluster.everywhere(&world.bob));
    let mut streams = join_all(bob.iter().map(|bob| async { bob.live(None).await.expect("opens") })).await;
    for live in &mut streams {
        assert_eq!(next(live).await.name, "ready");
    }
    let mut channels = vec![world.general.clone()];
    for n in 0..6 {
        let made = world.channel(&format!("c{n}"), Visibility::Public).await;
        bob[n % 3].join(made.id).await.expect("joins anywhere");
        channels.push(made);
    }
    let mut owners = HashSet::new();
    for channel in &channels {
        for (n, client) in ann.iter().enumerate() {
            let posted =
                client.post(channel.id, &text(&format!("{} from {n}", channel.name))).await.expect("posts");
            for reader in &bob {
                let read = reader.message(posted.id).await.expect("I5: reads at once, anywhere");
                assert_eq!(read.body_md, posted.body_md);
            }
        }
        owners.insert(cluster.owner(channel).await.owner);
    }
    assert!(owners.len() > 1, "seven channels live on more than one node");
    for live in &mut streams {
        // Channels are streams of their own: there is no order between them.
        let mut seen = HashSet::new();
        while seen.len() < channels.len() * 3 {
            seen.extend(crate::world::created(&next(live).await));
        }
    }
    cluster.stop().await;
}

#[tokio::test]
async fn i14_a_session_ends_on_every_node() {
    let cluster = Cluster::of(3).await;
    let (ann, bob) = (&cluster.world.ann, cluster.everywhere(&cluster.world.bob));
    let mut streams = join_all(bob.iter().map(|bob| async { bob.live(None).await.expect("opens") })).await;
    for (client, live) in bob.iter().zip(&mut streams) {
        client.me().await.expect("known, and cached");
        assert_eq!(next(live).await.name, "ready");
    }
    bob[0].sign_out().await.expect("signs out");
    ann.post(cluster.world.general.id, &text("after")).await.expect("posts");
    for (client, live) in bob.iter().zip(&mut streams) {
        let refused = client.me().await.expect_err("the token is worth nothing");
        assert_eq!(refused.code(), Some(Code::Unauthenticated));
        while let Some(event) = live.next().await {
            assert_eq!(crate::world::created(&event), None, "no event after the sign-out");
        }
    }
    cluster.stop().await;
}

#[tokio::test]
async fn joining_reaches_an_open_stream_on_another_node() {
    let cluster = Cluster::of(2).await;
    let world = &cluster.world;
    let (carol, _) = world.nobody.sign_in("carol").await.expect("signs in");
    let carol = cluster.everywhere(&carol);
    let mut streams =
        join_all(carol.iter().map(|carol| async { carol.live(None).await.expect("opens") })).await;
    let invite = world.ann.create_invite(world.community.id, &Default::default()).await.expect("invites");
    carol[0].accept_invite(&invite.code).await.expect("joins");
    world.ann.post(world.general.id, &text("welcome")).await.expect("posts");
    for live in &mut streams {
        read_until(live, "welcome").await;
    }
    cluster.stop().await;
}

/// A third node owns none of so many with a probability of (2/3)^24, which is 1 in 17,000.
const CHANNELS: usize = 24;

#[tokio::test]
async fn nodes_join_and_drain_under_load_and_no_request_fails() {
    let mut cluster = Cluster::of(2).await;
    let mut channels = vec![cluster.world.general.clone()];
    for n in 1..CHANNELS {
        channels.push(cluster.world.channel(&format!("c{n}"), Visibility::Public).await);
    }
    let stop = CancellationToken::new();
    let first = cluster.everywhere(&cluster.world.ann)[..1].to_vec();
    let posts: Vec<_> =
        channels.iter().map(|channel| posting(first.clone(), channel.clone(), stop.clone())).collect();
    let reader = cluster.everywhere(&cluster.world.ann);
    let mut live = reader[1].live(None).await.expect("opens");
    assert_eq!(next(&mut live).await.name, "ready");
    let (reader, reading) = Reader::start(reader, live);
    cluster.join().await;
    // Load runs on the third node before another one leaves.
    let newcomer = cluster.others.last().expect("a third node").app().cluster.me().0;
    let moved = || async {
        let owners = join_all(channels.iter().map(|channel| cluster.owner(channel))).await;
        owners.iter().any(|one| one.owner == newcomer && one.active && one.epoch > 1)
    };
    eventually("the newcomer serves some of it", moved).await;
    // The second node goes, with the reader's stream on it.
    let leaving = cluster.others.remove(0);
    leaving.stop().await;
    let posted_so_far = reader.seen.lock().len();
    eventually("load goes on after that", async || reader.seen.lock().len() > posted_so_far + 20).await;
    stop.cancel();
    let mut wanted = HashSet::new();
    for (posted, channel) in join_all(posts).await.into_iter().zip(&channels) {
        let posted = posted.expect("no request failed");
        assert!(posted.len() > 20, "load was running: {}", posted.len());
        let stored = history(&cluster.world.ann, channel).await;
        assert_one_order(&stored);
        assert_eq!(
            stored.iter().map(|one| one.id).collect::<Vec<_>>(),
            posted.iter().map(|one| one.id).collect::<Vec<_>>(),
            "I1, I2: what was acknowledged, once, in its order"
        );
        wanted.extend(posted.into_iter().map(|one| one.body_md));
    }
    eventually("I4: every event, without a hole", async || wanted.is_subset(&reader.seen.lock())).await;
    assert!(reader.reconnects.load(Ordering::Relaxed) > 0, "the stream came back elsewhere");
    reading.abort();
    cluster.stop().await;
}

#[tokio::test]
async fn operators_see_kill_and_drain() {
    let cluster = Cluster::of(2).await;
    let ops = cluster.world.nobody.with_token(OPS);
    let refused: Result<ClusterReport, Error> = cluster.world.ann.get("/ops/cluster").await;
    assert_eq!(refused.expect_err("a token of its own").code(), Some(Code::Unauthenticated));
    for n in 0..6 {
        let channel = cluster.world.channel(&format!("c{n}"), Visibility::Public).await;
        cluster.world.ann.post(channel.id, &text("one")).await.expect("posts");
        let before = cluster.owner(&channel).await;
        assert!(before.active && before.epoch == 1, "{before:?}");
        let path = format!("/ops/entities/channel/{}", channel.id);
        let death = if n % 2 == 0 { path.clone() } else { format!("{path}?mode=panic") };
        ops.send_empty(Method::DELETE, &death).await.expect("killed, wherever it lives");
        cluster.world.ann.post(channel.id, &text("two")).await.expect("accepted again");
        let after = cluster.owner(&channel).await;
        assert!(after.epoch > before.epoch && after.seq > before.seq, "{after:?}");
    }
    let nobody = format!("/ops/entities/channel/{}", uuid::Uuid::new_v4());
    assert_eq!(ops.get::<EntityReport>(&nobody).await.expect_err("no such").code(), Some(Code::NotFound));
    let report: ClusterReport = ops.get("/ops/cluster").await.expect("reports");
    let other = report.nodes.iter().find(|node| node.id != report.asked).expect("two nodes");
    assert_eq!(
        (other.pid, other.addr.as_str()),
        (std::process::id(), cluster.others[0].addr().to_string().as_str())
    );
    ops.send_empty(Method::POST, &format!("/ops/nodes/{}/drain", other.id)).await.expect("taken");
    tokio::time::timeout(crate::world::DEADLINE, cluster.others[0].drain_asked()).await.expect("told");
    cluster.stop().await;
}

#[tokio::test]
async fn i8_poison_is_refused_and_told_wherever_the_channel_lives() {
    let cluster = Cluster::of(2).await;
    let ops = cluster.world.nobody.with_token(OPS);
    let asked = ops.get::<ClusterReport>("/ops/cluster").await.expect("reports").asked;
    for n in 0..ROOMS_TO_TRY {
        let channel = cluster.world.channel(&format!("c{n}"), Visibility::Public).await;
        if cluster.owner(&channel).await.owner == asked {
            continue;
        }
        let poison = PostMessage { client_mutation_id: Some(format!("{TRAP}{n}")), ..text("poison") };
        let refused =
            cluster.world.ann.post(channel.id, &poison).await.expect_err("crashes the actor that decides it");
        assert_eq!(refused.code(), Some(Code::Internal));
        cluster.world.ann.post(channel.id, &text("fine")).await.expect("the channel lives on");
        let page = cluster.world.ann.messages(channel.id, &PageQuery::default()).await.expect("reads");
        assert_eq!(page.items.len(), 1, "nothing of the poison is there");
        break;
    }
    let told = || async {
        let report: ClusterReport = ops.get("/ops/cluster").await.expect("reports");
        report.news.iter().any(|one| one.text.contains("crashed"))
    };
    eventually("the node that it happened on is heard", told).await;
    cluster.stop().await;
}

#[tokio::test]
async fn operators_have_a_page_of_their_own() {
    let world = World::new().await;
    let http =
        reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().expect("a client");
    let ops = format!("{}/ops", world.base());
    let form = http.get(&ops).send().await.expect("answers").text().await.expect("text");
    assert!(form.contains("name=\"token\"") && !form.contains("table"), "nothing is shown without the token");
    let sign_in = |token: &str, site: &str| {
        let form = [("token", token.to_owned())];
        http.post(&ops).header("sec-fetch-site", site.to_owned()).form(&form).send()
    };
    assert_eq!(sign_in("wrong", "same-origin").await.expect("answers").status().as_u16(), 401);
    assert_eq!(sign_in(OPS, "cross-site").await.expect("answers").status().as_u16(), 403, "csrf");
    let signed_in = sign_in(OPS, "same-origin").await.expect("answers");
    let cookie = signed_in.headers()["set-cookie"].to_str().expect("text").to_owned();
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"), "{cookie}");
    let cookie = cookie.split(';').next().expect("a value").to_owned();
    let live = http.get(format!("{ops}/live")).header("cookie", &cookie).send().await.expect("answers");
    let live = live.text().await.expect("text");
    assert!(
        live.contains(&world.server.addr().to_string()) && !live.contains("kill"),
        "no chaos unless enabled"
    );
    let drain = http.post(format!("{ops}/nodes/{}/drain", uuid::Uuid::new_v4())).header("cookie", &cookie);
    let forged = drain.header("sec-fetch-site", "cross-site").send().await.expect("answers");
    assert_eq!(forged.status().as_u16(), 403, "a cookie alone drains nothing");
}

#[tokio::test]
async fn another_installation_on_the_same_nats_is_none_of_ours() {
    let (one, two) = (World::new().await, World::new().await);
    for world in [&one, &two] {
        let report: ClusterReport = world.nobody.with_token(OPS).get("/ops/cluster").await.expect("reports");
        assert_eq!(report.nodes.len(), 1);
    }
    let config: &Config = &one.config;
    assert_ne!(config.db.dbname, two.config.db.dbname);
}
