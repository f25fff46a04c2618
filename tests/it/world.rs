//! A standing cast on a fresh database: one stack for all tests, one server per test.

use std::path::PathBuf;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use ajet_chatd::app::{Server, listen};
use ajet_chatd::config::{Config, Sources, load};
use ajet_client::{Client, Live, LiveEvent};
use ajet_devstack::{Durability, Stack};
use ajet_protocol::{
    Channel, Community, CreateChannel, CreateCommunity, CreateInvite, Message, PageQuery, PostMessage,
    Visibility,
};
use sqlx::{Connection, PgConnection};
use tokio::runtime::Runtime;

/// Everything a test waits for comes within this time, or the test fails.
pub const DEADLINE: Duration = Duration::from_secs(20);

/// The runtime that the shared stack lives on; tests come and go on their own.
static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| Runtime::new().expect("a runtime"));
static STACK: LazyLock<Stack> = LazyLock::new(|| {
    let start = || RUNTIME.block_on(start_stack("shared"));
    std::thread::spawn(start).join().expect("the stack starts")
});
static NUMBER: AtomicU32 = AtomicU32::new(0);

/// A stack of one's own, to break.
pub async fn start_stack(name: &str) -> Stack {
    let folder = scratch(name);
    Stack::start(&folder, Durability::ProcessOnly, &|_| {}).await.expect("the stack starts")
}

/// A fresh folder; `script/test` removes them all.
pub fn scratch(name: &str) -> PathBuf {
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    std::env::temp_dir().join(format!("ajet-test-{}-{name}-{number}", std::process::id()))
}

pub fn stack() -> &'static Stack {
    &STACK
}

/// Makes an empty database on a stack and a configuration for it.
pub async fn fresh_config(stack: &Stack) -> Config {
    let name = format!("t_{}_{}", std::process::id(), NUMBER.fetch_add(1, Ordering::Relaxed));
    let mut admin = PgConnection::connect(&stack.postgres.url("postgres")).await.expect("connects");
    let create = sqlx::AssertSqlSafe(format!("create database {name}"));
    sqlx::query(create).execute(&mut admin).await.expect("creates");
    let own = [
        ("AJET_PROFILE", "test".to_owned()),
        ("AJET_HTTP_ADDR", "127.0.0.1:0".to_owned()),
        ("AJET_DB_DBNAME", name),
        ("AJET_DB_POOL_SIZE", "5".to_owned()),
    ];
    let mut variables = stack.variables();
    variables.retain(|(name, _)| own.iter().all(|(one, _)| one != name));
    variables.extend(own.map(|(name, value)| (name.to_owned(), value)));
    load(&Sources { variables, ..Sources::default() }).expect("a good configuration").0
}

/// Starts a server.
pub async fn serve(config: &Config) -> Server {
    let listener = listen(config.http.addr).await.expect("a free port");
    Server::start(config, listener).await.expect("the server starts")
}

/// A server with a community: ann owns it, bob is in it, and both are in `general`.
pub struct World {
    pub config: Config,
    pub server: Server,
    pub nobody: Client,
    pub ann: Client,
    pub bob: Client,
    pub community: Community,
    pub general: Channel,
}

impl World {
    pub async fn new() -> Self {
        Self::with(|_| {}).await
    }

    /// A world whose configuration differs.
    pub async fn with(change: impl FnOnce(&mut Config)) -> Self {
        Self::on(stack(), change).await
    }

    /// A world on a stack of one's own.
    pub async fn on(stack: &Stack, change: impl FnOnce(&mut Config)) -> Self {
        let mut config = fresh_config(stack).await;
        change(&mut config);
        let server = serve(&config).await;
        let nobody = Client::new(&format!("http://{}", server.addr())).expect("a client");
        let (ann, _) = nobody.sign_in("ann").await.expect("signs in");
        let request =
            CreateCommunity { name: "Ferris".into(), slug: "ferris".into(), client_mutation_id: None };
        let community = ann.create_community(&request).await.expect("founds");
        let general = ann.channels(community.id).await.expect("lists").items.remove(0);
        let mut world = Self { config, server, bob: nobody.clone(), nobody, ann, community, general };
        world.bob = world.join("bob").await;
        world
    }

    /// Somebody new joins the community.
    pub async fn join(&self, name: &str) -> Client {
        let (client, _) = self.nobody.sign_in(name).await.expect("signs in");
        let invite =
            self.ann.create_invite(self.community.id, &CreateInvite::default()).await.expect("invites");
        client.accept_invite(&invite.code).await.expect("joins");
        client
    }

    /// Ann makes a channel.
    pub async fn channel(&self, name: &str, visibility: Visibility) -> Channel {
        let request = CreateChannel {
            name: name.into(),
            kind: None,
            visibility: Some(visibility),
            topic: None,
            category_id: None,
            client_mutation_id: None,
        };
        self.ann.create_channel(self.community.id, &request).await.expect("creates")
    }

    /// The server's address.
    pub fn base(&self) -> String {
        format!("http://{}", self.server.addr())
    }

    /// Everything in `general`, oldest first.
    pub async fn history(&self) -> Vec<Message> {
        history(&self.ann, &self.general).await
    }
}

/// A channel's whole history, page by page.
pub async fn history(client: &Client, channel: &Channel) -> Vec<Message> {
    let mut all = Vec::new();
    let mut query = PageQuery { after: Some(uuid::Uuid::nil()), limit: Some(200), before: None };
    loop {
        let page = client.messages(channel.id, &query).await.expect("a page");
        query.after = page.items.last().map(|message| message.id.0).or(query.after);
        all.extend(page.items);
        if !page.has_more {
            return all;
        }
    }
}

/// A request for a message.
pub fn text(body: &str) -> PostMessage {
    PostMessage { body_md: body.into(), parent_id: None, attachment_ids: vec![], client_mutation_id: None }
}

/// A request for a message under a key.
pub fn keyed(body: &str, key: &str) -> PostMessage {
    PostMessage { client_mutation_id: Some(key.into()), ..text(body) }
}

/// Waits until something holds.
pub async fn eventually<F: Future<Output = bool>>(what: &str, mut holds: impl FnMut() -> F) {
    let deadline = Instant::now() + DEADLINE;
    while !holds().await {
        assert!(Instant::now() < deadline, "{what} did not come about");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// The next frame of a stream; the test fails where none comes.
pub async fn next(live: &mut Live) -> LiveEvent {
    tokio::time::timeout(DEADLINE, live.next()).await.expect("a frame in time").expect("an open stream")
}

/// Reads a stream up to the message with this text, and returns all message texts seen.
pub async fn read_until(live: &mut Live, last: &str) -> Vec<String> {
    let mut seen = Vec::new();
    loop {
        let event = next(live).await;
        if let Some(body) = created(&event) {
            seen.push(body.clone());
            if body == last {
                return seen;
            }
        }
    }
}

/// The text of a `message.created` frame.
pub fn created(event: &LiveEvent) -> Option<String> {
    match event.envelope()?.event() {
        Ok(Some(ajet_protocol::Event::MessageCreated(created))) => Some(created.message.body_md),
        _ => None,
    }
}

/// Numbers without a hole or double, and ids that rise with them.
pub fn assert_one_order(messages: &[Message]) {
    for pair in messages.windows(2) {
        assert!(pair[0].seq < pair[1].seq, "seq rises: {} then {}", pair[0].seq, pair[1].seq);
        assert!(pair[0].id < pair[1].id, "ids rise with seq");
    }
}

/// A connection of one's own to a world's database.
pub async fn db(world: &World) -> PgConnection {
    let url = format!(
        "postgres://{}:{}@127.0.0.1:{}/{}",
        world.config.db.user,
        secrecy::ExposeSecret::expose_secret(&world.config.db.password),
        world.config.db.port,
        world.config.db.dbname
    );
    PgConnection::connect(&url).await.expect("connects")
}

/// Runs a statement on a world's database.
pub async fn sql(world: &World, statement: &'static str) -> u64 {
    sqlx::query(statement).execute(&mut db(world).await).await.expect("runs").rows_affected()
}

/// Puts somebody into all communities and channels of a world, without an event.
pub async fn joins_unannounced(world: &World, username: &str) {
    let mut db = db(world).await;
    for statement in [
        "insert into community_members (community_id, user_id, role, joined_at)
           select c.id, u.id, 'member', now() from communities c, users u where u.username = $1",
        "insert into channel_members (channel_id, user_id, joined_at)
           select c.id, u.id, now() from channels c, users u where u.username = $1",
    ] {
        sqlx::query(statement).bind(username).execute(&mut db).await.expect("joins");
    }
}

/// What a node measures.
pub async fn metrics(world: &World) -> String {
    let answer = reqwest::get(format!("{}/metrics", world.base())).await.expect("answers");
    answer.text().await.expect("text")
}

/// The outbox is empty in the end.
pub async fn everything_is_published(world: &World) {
    eventually("everything is published", async || {
        let found = world.server.app().store.sweep().await;
        found.is_ok_and(|found| found.lacking.is_empty() && !found.goes_on)
    })
    .await;
}
