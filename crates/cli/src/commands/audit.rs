//! `ajet-chat audit`.

use ajet_client::AuditQuery;
use clap_complete::engine::ArgValueCompleter;

use crate::app::App;
use crate::args::Paging;
use crate::complete;
use crate::failure::{Done, Failure};
use crate::print::Column;

const ENTRY: [Column; 6] = [
    ("id", "id"),
    ("at", "created_at"),
    ("who", "actor.username"),
    ("action", "action"),
    ("what", "target.type"),
    ("id of it", "target.id"),
];

#[derive(Debug, clap::Args)]
pub struct Audit {
    /// What concerns your own account.
    #[arg(long, conflicts_with = "system")]
    own: bool,
    /// The same of all accounts, for the owner of the system.
    #[arg(long)]
    system: bool,
    /// What this person did.
    #[arg(long, value_name = "PERSON", add = ArgValueCompleter::new(complete::people))]
    by: Option<String>,
    /// What was done to the thing of this id.
    #[arg(long, value_name = "ID")]
    target: Option<String>,
    /// What was done, such as member.ban.
    #[arg(long, value_name = "ACTION")]
    action: Option<String>,
    #[command(flatten)]
    paging: Paging,
}

/// Lists it, newest first.
pub async fn run(app: &App, args: Audit) -> Done {
    let actor = match &args.by {
        Some(person) => Some(app.person("--by", person).await?.id),
        None => None,
    };
    // Both become parts of an address.
    for (argument, text) in [("--target", &args.target), ("--action", &args.action)] {
        let is_plain = |text: &String| text.chars().all(|c| c.is_ascii_alphanumeric() || "._-".contains(c));
        if text.as_ref().is_some_and(|text| !is_plain(text)) {
            return Err(Failure::argument(argument, "has letters, digits, dots and dashes only"));
        }
    }
    let query = AuditQuery { actor, target: args.target, action: args.action, page: args.paging.query() };
    let client = app.client()?;
    let page = if args.own {
        client.own_audit(&query).await?
    } else if args.system {
        client.system_audit(&query).await?
    } else {
        client.audit(app.community().await?.community.id, &query).await?
    };
    app.screen.list(&page, &ENTRY)
}
