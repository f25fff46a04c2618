//! `ajet-chat login`, `logout`, `whoami` and `profile`: who one is, and where.

use std::process::Stdio;

use ajet_client::Client;
use ajet_protocol::Me;
use serde_json::json;

use crate::app::App;
use crate::failure::{Done, Failure};
use crate::print::Column;
use crate::profile::{Kept, Profile, Profiles as KeptProfiles, Secrets, forget, forget_before};
use crate::server;

/// What the program calls itself where somebody approves its sign-in.
const PROGRAM: &str = "ajet-chat";
const WHO: [Column; 5] = [
    ("id", "id"),
    ("username", "username"),
    ("name", "display_name"),
    ("server", "server"),
    ("profile", "profile"),
];

#[derive(Debug, clap::Args)]
pub struct Login {
    /// The server, such as https://chat.example.org.
    #[arg(value_name = "SERVER")]
    address: Option<String>,
    /// Read a token from the input instead of asking for approval.
    #[arg(long)]
    token_stdin: bool,
    /// Open no browser.
    #[arg(long)]
    no_browser: bool,
    /// Sign in by name alone, at a development server on this machine.
    #[arg(long, value_name = "USERNAME", conflicts_with = "token_stdin")]
    dev: Option<String>,
}

#[derive(Debug, clap::Args)]
pub struct Logout {
    /// Forget the token also if the server can't be told; its session stays until you end it elsewhere.
    #[arg(long)]
    forget: bool,
}

#[derive(Debug, clap::Subcommand)]
pub enum Profiles {
    /// List the profiles.
    List,
    /// Use a profile from now on.
    Use { name: String },
    /// Set the community that commands are about which name none.
    Community { slug: String },
    /// Remove a profile and its token, without signing out.
    Remove { name: String },
}

impl Login {
    /// The server that is to be signed in at, if one is named.
    #[must_use]
    pub fn address(&self) -> Option<&str> {
        self.address.as_deref()
    }
}

/// Signs in, and keeps who one is.
pub async fn login(app: &App, args: Login) -> Done {
    warn_of_plain_text(app);
    // Without the token of before: it may be another server's.
    let nobody = app.stranger()?;
    let (client, me) = if args.token_stdin {
        let token = app.input().await?.trim().to_owned();
        known(&nobody, &token).await?
    } else if let Some(username) = &args.dev {
        let (client, _) = nobody.sign_in(username).await?;
        let me = client.me().await?;
        (client, me)
    } else {
        approved(app, &nobody, args.no_browser).await?
    };
    let name = keep(app, client.token().unwrap_or_default(), &me)?;
    if app.variables.get("AJET_CHAT_TOKEN").is_some() {
        app.screen.note("AJET_CHAT_TOKEN is set, and is used instead as long as it is");
    }
    show(app, &name, &me)
}

/// A token is worth keeping if the server knows it.
async fn known(nobody: &Client, token: &str) -> Result<(Client, Me), Failure> {
    if token.is_empty() || !token.chars().all(|c| c.is_ascii_graphic()) {
        return Err(Failure::Usage("--token-stdin: what is piped in is no token".into()));
    }
    let client = nobody.with_token(token);
    let me = client.me().await?;
    Ok((client, me))
}

/// The device grant (RFC 8628).
async fn approved(app: &App, nobody: &Client, no_browser: bool) -> Result<(Client, Me), Failure> {
    let started = nobody.start_device_sign_in(PROGRAM).await?;
    app.screen.told(format!("open {} and type {}", started.verification_uri, started.user_code));
    app.screen.told("check that the page shows the same code; it is good for ten minutes");
    if app.screen.look().is_terminal && !no_browser {
        opened(&started.verification_uri_complete);
    }
    let client = nobody.finish_device_sign_in(PROGRAM, &started).await?;
    let me = client.me().await?;
    Ok((client, me))
}

/// Opens a page in the browser of this machine, if it has one. The address came from the server, and is one of the web or nothing.
fn opened(address: &str) {
    let is_web = address.starts_with("https://") || address.starts_with("http://");
    if !is_web || address.chars().any(|c| c.is_control() || c.is_whitespace()) {
        return;
    }
    let program = if cfg!(target_os = "macos") { "open" } else { "xdg-open" };
    let mut command = tokio::process::Command::new(program);
    command.arg(address).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    // Without a browser the person opens the page elsewhere: they were told which.
    drop(command.spawn());
}

fn warn_of_plain_text(app: &App) {
    let server = app.server();
    if server.starts_with("http://") && !server::is_local(server) {
        app.screen.told(format!(
            "{server} is not encrypted: others on the network can read along, and take the token"
        ));
    }
}

/// Keeps who one is, and tells under which name.
fn keep(app: &App, token: &str, me: &Me) -> Result<String, Failure> {
    let mut all = KeptProfiles::load(&app.variables)?;
    let name = name_of(app, &all);
    let before = all.profiles.get(&name).filter(|old| old.server == app.server());
    let mut profile = Profile {
        server: app.server().to_owned(),
        username: Some(me.user.username.clone()),
        community: before.and_then(|old| old.community.clone()),
        credentials: Kept::File,
    };
    let secrets = Secrets::of(&app.variables);
    profile.credentials = secrets.keep(&name, &profile, token)?;
    let old = all.profiles.insert(name.clone(), profile.clone());
    all.current = Some(name.clone());
    all.save(&app.variables)?;
    if let Some(old) = old
        && let Err(failure) = forget_before(&secrets, &name, &old, &profile)
    {
        let why = failure.lines(app.server()).join("; ");
        app.screen.told(format!("the token that was kept before could not be removed: {why}"));
    }
    Ok(name)
}

/// The profile that was named, or the one of this server; for a further server one that is called as its host is.
fn name_of(app: &App, all: &KeptProfiles) -> String {
    let is_named = app.options.profile.is_some() || app.variables.get("AJET_CHAT_PROFILE").is_some();
    let is_here = |name: &String| all.profiles.get(name).is_none_or(|kept| kept.server == app.server());
    if is_named || is_here(&app.chosen.name) {
        return app.chosen.name.clone();
    }
    let same = all.profiles.iter().find(|(_, kept)| kept.server == app.server());
    let host = || app.server().split_once("://").map_or(app.server(), |(_, host)| host).to_owned();
    same.map_or_else(host, |(name, _)| name.clone())
}

fn show(app: &App, profile: &str, me: &Me) -> Done {
    if app.screen.is_json() {
        return app.screen.show(me, &WHO);
    }
    let who = json!({
        "id": me.user.id, "username": me.user.username, "display_name": me.user.display_name, "server": app.server(),
        "profile": profile,
    });
    app.screen.show(&who, &WHO)
}

/// Says who one is.
pub async fn whoami(app: &App) -> Done {
    let me = app.client()?.me().await?;
    show(app, &app.chosen.name, &me)
}

/// Signs out, and forgets the token.
pub async fn logout(app: &App, args: Logout) -> Done {
    let ended = match app.client() {
        Ok(client) => client.sign_out().await.map_err(Failure::Call),
        Err(failure) => Err(failure),
    };
    match ended {
        Ok(()) => {}
        // The token is of no use any more, so it is forgotten.
        Err(failure) if failure.exit_code() == 3 && app.chosen.token.is_some() => {}
        Err(_) if args.forget => app.screen.note("the server was not told: end the session elsewhere"),
        Err(failure) => return Err(failure),
    }
    let mut all = KeptProfiles::load(&app.variables)?;
    // A token of a variable was no profile's.
    if app.variables.get("AJET_CHAT_TOKEN").is_none()
        && let Some(profile) =
            all.profiles.get_mut(&app.chosen.name).filter(|kept| **kept == app.chosen.profile)
    {
        forget(&Secrets::of(&app.variables), &app.chosen.name, profile)?;
        profile.username = None;
        all.save(&app.variables)?;
    }
    app.screen.done(format!("signed out of {}", app.server()))
}

/// What is kept of profiles.
pub fn profiles(app: &App, command: Profiles) -> Done {
    let mut all = KeptProfiles::load(&app.variables)?;
    match command {
        Profiles::List => {
            let items: Vec<_> = all
                .profiles
                .iter()
                .map(|(name, profile)| {
                    json!({
                        "name": name, "server": profile.server, "username": profile.username,
                        "community": profile.community, "current": all.current.as_ref() == Some(name),
                    })
                })
                .collect();
            let columns = [
                ("name", "name"),
                ("server", "server"),
                ("username", "username"),
                ("community", "community"),
                ("current", "current"),
            ];
            return app.screen.list(&json!({ "items": items, "has_more": false }), &columns);
        }
        Profiles::Use { name } => {
            there(&all, &name)?;
            all.current = Some(name);
        }
        Profiles::Community { slug } => {
            let name = app.chosen.name.clone();
            there(&all, &name)?;
            if let Some(profile) = all.profiles.get_mut(&name) {
                profile.community = Some(slug);
            }
        }
        Profiles::Remove { name } => {
            let profile = there(&all, &name)?.clone();
            forget(&Secrets::of(&app.variables), &name, &profile)?;
            all.profiles.remove(&name);
            all.current = all.current.filter(|current| *current != name);
        }
    }
    all.save(&app.variables)?;
    app.screen.done("done")
}

fn there<'a>(all: &'a KeptProfiles, name: &str) -> Result<&'a Profile, Failure> {
    let known = || all.profiles.keys().map(String::as_str).collect::<Vec<_>>().join(", ");
    all.profiles
        .get(name)
        .ok_or_else(|| Failure::Missing(format!("NAME: there is no profile {name}; there are: {}", known())))
}
