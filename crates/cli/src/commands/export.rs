//! `ajet-chat export`: one's own data.

use std::path::PathBuf;

use ajet_protocol::AskForExport;

use super::files::{delivered, patient};
use crate::app::App;
use crate::failure::{Done, Failure};
use crate::print::Column;
use crate::target::named_id;

const EXPORT: [Column; 5] = [
    ("id", "id"),
    ("status", "status"),
    ("bytes", "size_bytes"),
    ("asked", "created_at"),
    ("kept until", "expires_at"),
];

#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Ask for all that you wrote and set, in a file. You are notified when it is ready.
    Start,
    /// Show how far one is.
    Show { id: String },
    /// Download one that is ready: lines of JSON, packed by gzip.
    Download {
        id: String,
        /// Write it here; - is the output.
        #[arg(short, long, value_name = "FILE|-", value_hint = clap::ValueHint::FilePath)]
        output: Option<PathBuf>,
    },
}

/// Carries it out.
pub async fn run(app: &App, command: Command) -> Done {
    let client = patient(app)?;
    match command {
        Command::Start => {
            let request = AskForExport { client_mutation_id: app.key() };
            app.screen.show(&client.ask_for_export(&request).await?, &EXPORT)
        }
        Command::Show { id } => app.screen.show(&client.export(named_id("ID", &id)?).await?, &EXPORT),
        Command::Download { id, output } => {
            let export = client.export(named_id("ID", &id)?).await?;
            let Some(url) = export.url else {
                return Err(Failure::argument(
                    "ID",
                    format!("is {}: nothing to download", export.status.as_str()),
                ));
            };
            let file = client.export_file(&url).await;
            let bytes = file.map_err(|error| Failure::at(&url, error))?;
            delivered(app, output, &bytes)
        }
    }
}
