//! A standing cast on a fresh database: one stack for all tests, one server per test.

use ajet_chatd::app::{Server, listen};
use ajet_chatd::config::Config;
use ajet_client::Client;
use ajet_devstack::Stack;
use ajet_protocol::{
    Channel, Community, CreateChannel, CreateCommunity, CreateInvite, Message, SignUp, UpdateSettings,
    Visibility,
};

use super::law::{self, Law};
use super::{fresh_config, history, stack};

/// The operators' token of a development server.
pub const OPS: &str = "dev-ops-token";

/// Starts a server.
pub async fn serve(config: &Config) -> Server {
    let listener = listen(config.http.addr).await.expect("a free port");
    let server = Server::start(config, listener).await.expect("the server starts");
    law::watch(&server);
    server
}

/// A server on a fresh database, where no community was founded yet. A test ends it as it ends a [`World`].
pub struct Unfounded {
    pub config: Config,
    pub server: Server,
    pub nobody: Client,
    law: Law,
}

impl Unfounded {
    pub async fn new() -> Self {
        Self::with(|_| {}).await
    }

    /// One whose configuration differs.
    pub async fn with(change: impl FnOnce(&mut Config)) -> Self {
        Self::on(stack(), change).await
    }

    async fn on(stack: &Stack, change: impl FnOnce(&mut Config)) -> Self {
        let mut config = fresh_config(stack).await;
        change(&mut config);
        let law = Law::begin(&config);
        let server = serve(&config).await;
        let nobody = Client::new(&format!("http://{}", server.addr())).expect("a client");
        Self { config, server, nobody, law }
    }

    /// Ends the test as [`World::end`] does.
    pub async fn end(self) {
        let Self { server, law, .. } = self;
        law.end_with(server).await;
    }
}

/// A server with a community: ann owns it, bob is in it, and both are in `general`. Where the configuration has sign-in providers everybody
/// may have an account.
///
/// A test ends with [`World::end`], which fails it when a server did what no test allows (see [`law`]); a test that forgets to
/// say so fails as well. What a test makes go wrong it announces: [`World::expects_crashes`], [`World::expects_errors`],
/// [`World::leaves_outbox`].
pub struct World {
    pub config: Config,
    pub server: Server,
    pub nobody: Client,
    pub ann: Client,
    pub bob: Client,
    pub community: Community,
    pub general: Channel,
    pub law: Law,
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
        let Unfounded { config, server, nobody, law } = Unfounded::on(stack, change).await;
        let (ann, _) = nobody.sign_in("ann").await.expect("signs in");
        let request =
            CreateCommunity { name: "Ferris".into(), slug: "ferris".into(), client_mutation_id: None };
        let community = ann.create_community(&request).await.expect("founds");
        let general = ann.channels(community.id).await.expect("lists").items.remove(0);
        if !config.oauth.is_empty() {
            let open = UpdateSettings { sign_up: Some(SignUp::Open), ..UpdateSettings::default() };
            ann.update_settings(&open).await.expect("changes");
        }
        let mut world = Self { config, server, bob: nobody.clone(), nobody, ann, community, general, law };
        world.bob = world.join("bob").await;
        world
    }

    /// The test makes activations crash.
    pub fn expects_crashes(&self) {
        self.law.expects_crashes();
    }

    /// The test makes servers log errors that hold one of these texts.
    pub fn expects_errors(&self, texts: &[&'static str]) {
        self.law.expects_errors(texts);
    }

    /// The test leaves events unpublished, for this reason.
    pub fn leaves_outbox(&self, reason: &'static str) {
        self.law.leaves_outbox(reason);
    }

    /// Stops the server and starts another one on the same database, whose configuration may differ; the same people talk to it.
    pub async fn restarted(self, change: impl FnOnce(&mut Config)) -> Self {
        let Self { mut config, server, nobody, ann, bob, community, general, law } = self;
        // Or the next sweep would have to find it, in ten seconds.
        law.outbox_drains().await;
        server.stop().await;
        change(&mut config);
        let server = serve(&config).await;
        let base = format!("http://{}", server.addr());
        let (nobody, ann, bob) = (nobody.at(&base), ann.at(&base), bob.at(&base));
        Self { config, server, nobody, ann, bob, community, general, law }
    }

    /// The server dies, and another one starts on the same database, whose configuration may differ; the same people talk to it. From one
    /// moment to the next the first one has no database any more: it hands nothing over, and what it has in memory alone is lost.
    pub async fn crashed(mut self, change: impl FnOnce(&mut Config)) -> Self {
        self.server.app().store.close();
        change(&mut self.config);
        let next = serve(&self.config).await;
        drop(std::mem::replace(&mut self.server, next));
        let base = self.base();
        (self.nobody, self.ann, self.bob) = (self.nobody.at(&base), self.ann.at(&base), self.bob.at(&base));
        self
    }

    /// Ends the test and stops the server, and fails the test when something happened that it did not announce.
    pub async fn end(self) {
        let Self { server, law, .. } = self;
        law.end_with(server).await;
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
