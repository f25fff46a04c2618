//! `ajet-chat status` and `me`: one's own account.

use ajet_protocol::{QuietHours, UpdateMe};

use super::files;
use crate::app::App;
use crate::failure::{Done, Failure};
use crate::print::Column;

pub const ME: [Column; 6] = [
    ("id", "id"),
    ("username", "username"),
    ("name", "display_name"),
    ("status", "status_text"),
    ("presence", "presence"),
    ("quiet", "quiet_hours"),
];

#[derive(Debug, clap::Args)]
pub struct Status {
    text: Vec<String>,
}

#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Show your account.
    Show,
    /// Change your name or your quiet hours.
    Set {
        #[arg(long, value_name = "NAME")]
        name: Option<String>,
        /// When nothing rings: 22:00-07:00; an empty text for never.
        #[arg(long, value_name = "FROM-TO")]
        quiet_hours: Option<String>,
        /// The time zone of the quiet hours, such as Europe/Berlin; that of this machine if not given.
        #[arg(long, value_name = "ZONE", requires = "quiet_hours")]
        time_zone: Option<String>,
    },
    /// Set your picture; without a file take it away.
    Avatar { file: Option<std::path::PathBuf> },
}

/// Sets what one says of oneself.
pub async fn status(app: &App, args: Status) -> Done {
    let update = UpdateMe { status_text: Some(args.text.join(" ").into()), ..UpdateMe::default() };
    app.screen.show(&app.client()?.update_me(&update).await?, &ME)
}

/// Carries it out.
pub async fn run(app: &App, command: Command) -> Done {
    let client = app.client()?;
    match command {
        Command::Show => app.screen.show(&client.me().await?, &ME),
        Command::Set { name, quiet_hours, time_zone } => {
            let quiet_hours = quiet_hours.map(|hours| quiet(&hours, time_zone)).transpose()?;
            if name.is_none() && quiet_hours.is_none() {
                return Err(Failure::Usage("nothing to change: see ajet-chat me set --help".into()));
            }
            let update = UpdateMe { display_name: name.map(Into::into), quiet_hours, ..UpdateMe::default() };
            app.screen.show(&client.update_me(&update).await?, &ME)
        }
        Command::Avatar { file: Some(file) } => {
            let (_, bytes) = files::read(&file)?;
            app.screen.show(&client.set_avatar(&bytes).await?, &ME)
        }
        Command::Avatar { file: None } => {
            client.remove_avatar().await?;
            app.screen.done("removed")
        }
    }
}

fn quiet(hours: &str, zone: Option<String>) -> Result<Option<QuietHours>, Failure> {
    if hours.trim().is_empty() {
        return Ok(None);
    }
    let wrong = || Failure::argument("--quiet-hours", format!("{hours} is not written 22:00-07:00"));
    let (from, to) = hours.split_once('-').ok_or_else(wrong)?;
    let here = || jiff::tz::TimeZone::system().iana_name().map(str::to_owned);
    let unknown = || Failure::argument("--time-zone", "is needed: this machine does not say which it is in");
    let time_zone = zone.or_else(here).ok_or_else(unknown)?;
    Ok(Some(QuietHours { from: from.trim().to_owned(), to: to.trim().to_owned(), time_zone }))
}
