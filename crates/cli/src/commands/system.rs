//! `ajet-chat system`: settings of the whole system, and what it publishes.

use ajet_protocol::UpdateSettings;
use serde_json::json;

use crate::app::App;
use crate::failure::{Done, Failure};
use crate::print::Column;
use crate::target::named;

const SETTINGS: [Column; 8] = [
    ("who founds communities", "create_communities"),
    ("who signs up", "sign_up"),
    ("domains", "sign_up_domains"),
    ("edit window, seconds", "edit_window_s"),
    ("bytes of an upload", "upload_max_bytes"),
    ("link previews", "link_previews"),
    ("days of messages", "message_retention_days"),
    ("days of audit", "audit_retention_days"),
];
const KEY: [Column; 3] = [("kid", "kid"), ("alg", "alg"), ("x", "x")];

#[derive(Debug, clap::Args)]
pub struct Set {
    /// owner or everybody.
    #[arg(long, value_name = "WHO")]
    create_communities: Option<String>,
    /// open, domains or invite.
    #[arg(long, value_name = "HOW")]
    sign_up: Option<String>,
    /// The domains whose people may sign up, by commas.
    #[arg(long, value_name = "DOMAINS")]
    sign_up_domains: Option<String>,
    #[arg(long, value_name = "SECONDS")]
    edit_window: Option<i64>,
    #[arg(long, value_name = "BYTES")]
    upload_max: Option<i64>,
    #[arg(long, value_name = "true|false")]
    link_previews: Option<bool>,
    /// Days; for ever: never.
    #[arg(long, value_name = "DAYS")]
    message_retention: Option<String>,
    /// Days; for ever: never.
    #[arg(long, value_name = "DAYS")]
    audit_retention: Option<String>,
}

#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Show the settings.
    Settings,
    /// Change settings.
    Set(Set),
    /// Show the keys that service tokens are verified by.
    Keys,
    /// Print all that you can see at this moment, with the cursor of the stream that goes on from it (JSON).
    Snapshot,
}

/// Carries it out.
pub async fn run(app: &App, command: Command) -> Done {
    match command {
        Command::Settings => app.screen.show(&app.client()?.settings().await?, &SETTINGS),
        Command::Set(args) => {
            let update = update(args)?;
            app.screen.show(&app.client()?.update_settings(&update).await?, &SETTINGS)
        }
        Command::Keys => {
            let keys = app.anyone().signing_keys().await?;
            if app.screen.is_json() {
                return app.screen.show(&keys, &KEY);
            }
            app.screen.list(&json!({ "items": keys.keys, "has_more": false }), &KEY)
        }
        Command::Snapshot => app.screen.json(&json!(app.client()?.sync().await?)),
    }
}

fn update(args: Set) -> Result<UpdateSettings, Failure> {
    let domains = |text: String| -> Vec<String> {
        text.split(',').map(|one| one.trim().to_owned()).filter(|one| !one.is_empty()).collect()
    };
    Ok(UpdateSettings {
        create_communities: given("--create-communities", args.create_communities)?,
        sign_up: given("--sign-up", args.sign_up)?,
        sign_up_domains: args.sign_up_domains.map(domains),
        edit_window_s: args.edit_window,
        upload_max_bytes: args.upload_max,
        link_previews: args.link_previews,
        message_retention_days: days("--message-retention", args.message_retention)?,
        audit_retention_days: days("--audit-retention", args.audit_retention)?,
    })
}

fn given<T: serde::de::DeserializeOwned>(argument: &str, text: Option<String>) -> Result<Option<T>, Failure> {
    text.map(|text| named(argument, &text)).transpose()
}

fn days(argument: &str, text: Option<String>) -> Result<Option<Option<i64>>, Failure> {
    match text.as_deref() {
        None => Ok(None),
        Some("never") => Ok(Some(None)),
        Some(text) => match text.parse() {
            Ok(days) => Ok(Some(Some(days))),
            Err(_) => {
                Err(Failure::argument(argument, format!("{text} is neither a number of days nor never")))
            }
        },
    }
}
