//! `ajet-chat provider`: sign-in providers. The secret of one comes from `AJET_CHAT_CLIENT_SECRET` or the input.

use std::collections::BTreeMap;

use ajet_protocol::{CreateOauthProvider, UpdateOauthProvider};

use crate::app::App;
use crate::args::Paging;
use crate::failure::{Done, Failure};
use crate::print::Column;
use crate::target::named;

const PROVIDER: [Column; 6] = [
    ("id", "id"),
    ("type", "type"),
    ("name", "name"),
    ("client", "client_id"),
    ("enabled", "enabled"),
    ("configured", "configured"),
];
const OFFERED: [Column; 3] = [("name", "name"), ("type", "type"), ("label", "label")];
const SECRET: &str = "AJET_CHAT_CLIENT_SECRET";

#[derive(Debug, clap::Args)]
pub struct Fields {
    /// The address of a GitHub or Gitea of one's own.
    #[arg(long, value_name = "URL")]
    base_url: Option<String>,
    /// The issuer of an OpenID Connect provider.
    #[arg(long, value_name = "URL")]
    issuer_url: Option<String>,
    #[arg(long, value_name = "true|false")]
    enabled: Option<bool>,
    /// Who is in this organisation, or in this team of it (org/team); may be given several times.
    #[arg(long, value_name = "ORG")]
    organization: Vec<String>,
    /// A claim that is asked for, as name=value; may be given several times.
    #[arg(long, value_name = "NAME=VALUE")]
    claim: Vec<String>,
}

#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// List where people can sign in.
    Offered,
    /// List the providers that were added while the system runs.
    List(Paging),
    /// Add a provider; its secret is in AJET_CHAT_CLIENT_SECRET, or piped in.
    Create {
        /// github, gitea or oidc.
        kind: String,
        name: String,
        client_id: String,
        /// It has no secret.
        #[arg(long)]
        public: bool,
        #[command(flatten)]
        fields: Fields,
    },
    /// Change a provider.
    Set {
        provider: String,
        #[arg(long, value_name = "NAME")]
        name: Option<String>,
        #[arg(long, value_name = "ID")]
        client_id: Option<String>,
        /// Take a new secret from AJET_CHAT_CLIENT_SECRET, or the input.
        #[arg(long)]
        renew: bool,
        #[command(flatten)]
        fields: Fields,
    },
    /// Remove a provider.
    Delete { provider: String },
}

/// Carries it out.
pub async fn run(app: &App, command: Command) -> Done {
    match command {
        Command::Offered => app.screen.list(&app.anyone().sign_in_providers().await?, &OFFERED),
        Command::List(paging) => {
            app.screen.list(&app.client()?.oauth_providers(&paging.query()).await?, &PROVIDER)
        }
        Command::Create { kind, name, client_id, public, fields } => {
            let client_secret =
                if public { None } else { Some(app.secret("the client's secret", SECRET).await?) };
            let request = CreateOauthProvider {
                kind: named("KIND", &kind)?,
                name: name.into(),
                client_id,
                client_secret,
                required_claims: claims(&fields.claim)?,
                base_url: fields.base_url,
                issuer_url: fields.issuer_url,
                enabled: fields.enabled,
                organizations: fields.organization,
                client_mutation_id: app.key(),
            };
            app.screen.show(&app.client()?.create_oauth_provider(&request).await?, &PROVIDER)
        }
        Command::Set { provider, name, client_id, renew, fields } => {
            let client_secret =
                if renew { Some(app.secret("the client's secret", SECRET).await?) } else { None };
            let required_claims = if fields.claim.is_empty() { None } else { Some(claims(&fields.claim)?) };
            let update = UpdateOauthProvider {
                name: name.map(Into::into),
                client_id,
                client_secret,
                base_url: fields.base_url,
                issuer_url: fields.issuer_url,
                enabled: fields.enabled,
                organizations: Some(fields.organization).filter(|all| !all.is_empty()),
                required_claims,
            };
            let id = app.provider(&provider).await?.id;
            app.screen.show(&app.client()?.update_oauth_provider(id, &update).await?, &PROVIDER)
        }
        Command::Delete { provider } => {
            app.confirmed("removing a sign-in provider")?;
            app.client()?.delete_oauth_provider(app.provider(&provider).await?.id).await?;
            app.screen.done("removed")
        }
    }
}

fn claims(texts: &[String]) -> Result<BTreeMap<String, String>, Failure> {
    let parted = texts.iter().map(|text| {
        let (name, value) =
            text.split_once('=').ok_or_else(|| Failure::argument("--claim", "is written name=value"))?;
        Ok((name.to_owned(), value.to_owned()))
    });
    parted.collect()
}
