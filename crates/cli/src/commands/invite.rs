//! `ajet-chat invite`.

use ajet_protocol::{CreateInvite, PageQuery};
use clap_complete::engine::ArgValueCompleter;

use crate::app::App;
use crate::complete;
use crate::failure::Done;
use crate::print::Column;

const INVITE: [Column; 5] =
    [("code", "code"), ("url", "url"), ("uses", "uses"), ("of", "max_uses"), ("until", "expires_at")];
const PREVIEW: [Column; 4] =
    [("code", "code"), ("community", "community_name"), ("members", "member_count"), ("until", "expires_at")];
const JOINED: [Column; 3] = [("id", "id"), ("slug", "slug"), ("name", "name")];

#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Make an invite.
    Create {
        /// How many may use it.
        #[arg(long, value_name = "N")]
        max_uses: Option<i64>,
        /// Until when: 7d, 2026-11-28 09:00 or an RFC 3339 time.
        #[arg(long, value_name = "TIME")]
        expires: Option<String>,
        /// For this person alone, who is told of it.
        #[arg(long, value_name = "PERSON", add = ArgValueCompleter::new(complete::people))]
        person: Option<String>,
    },
    /// List the invites of the community.
    List {
        #[arg(short = 'n', long, value_name = "N")]
        limit: Option<i64>,
        /// Those after the invite of this code.
        #[arg(long, value_name = "CODE")]
        after: Option<String>,
    },
    /// Look where an invite leads.
    Show { invite: String },
    /// Accept an invite.
    Accept { invite: String },
    /// Revoke an invite.
    Revoke { invite: String },
}

/// Carries it out.
pub async fn run(app: &App, command: Command) -> Done {
    match command {
        Command::Create { max_uses, expires, person } => {
            let expires_at = expires.as_deref().map(|text| app.later("--expires", text)).transpose()?;
            let user_id = match person {
                Some(person) => Some(app.person("--person", &person).await?.id),
                None => None,
            };
            let request = CreateInvite { max_uses, expires_at, user_id, client_mutation_id: app.key() };
            let community = app.community().await?.community.id;
            app.screen.show(&app.client()?.create_invite(community, &request).await?, &INVITE)
        }
        Command::List { limit, after } => {
            let community = app.community().await?.community.id;
            let page = match after {
                Some(after) => {
                    app.client()?.invites_after(community, &app.invite_code(&after)?, limit).await?
                }
                None => {
                    app.client()?.invites(community, &PageQuery { limit, ..PageQuery::default() }).await?
                }
            };
            app.screen.list(&page, &INVITE)
        }
        Command::Show { invite } => {
            app.screen.show(&app.anyone().invite(&app.invite_code(&invite)?).await?, &PREVIEW)
        }
        Command::Accept { invite } => {
            app.screen.show(&app.client()?.accept_invite(&app.invite_code(&invite)?).await?, &JOINED)
        }
        Command::Revoke { invite } => {
            app.client()?.revoke_invite(&app.invite_code(&invite)?).await?;
            app.screen.done("revoked")
        }
    }
}
