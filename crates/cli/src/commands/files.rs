//! `ajet-chat upload`, `download` and `attachment`: files of messages.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use ajet_client::Client;
use ajet_protocol::{Attachment, BeginUpload, ChannelId};
use clap_complete::engine::ArgValueCompleter;

use crate::app::App;
use crate::complete;
use crate::failure::{Done, Failure};
use crate::print::Column;
use crate::target::named_id;

const FILE: [Column; 5] = [
    ("id", "id"),
    ("name", "filename"),
    ("type", "content_type"),
    ("bytes", "size_bytes"),
    ("status", "status"),
];
/// How long a file may take, unless it is set otherwise.
const PATIENCE: Duration = Duration::from_secs(300);
/// Between two looks at how far an upload is.
const LOOK: Duration = Duration::from_millis(100);

#[derive(Debug, clap::Args)]
pub struct Upload {
    #[arg(value_name = "CHANNEL", add = ArgValueCompleter::new(complete::channels))]
    to: String,
    #[arg(required = true, value_hint = clap::ValueHint::FilePath)]
    file: Vec<PathBuf>,
    /// What it shows, in words.
    #[arg(long, value_name = "TEXT")]
    alt: Option<String>,
    /// Send it to the object store instead of through the server.
    #[arg(long)]
    direct: bool,
}

#[derive(Debug, clap::Args)]
pub struct Download {
    /// The id of a file, or the address of a picture (/media/...).
    #[arg(value_name = "ID|ADDRESS")]
    what: String,
    /// Write it here; - is the output.
    #[arg(short, long, value_name = "FILE|-", value_hint = clap::ValueHint::FilePath)]
    output: Option<PathBuf>,
    /// A small picture of it.
    #[arg(long)]
    small: bool,
}

#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Say in words what a file shows; without a text take the words away.
    Describe { id: String, text: Option<String> },
    /// Remove a file, from its message too.
    Delete { id: String },
}

/// Uploads files. A message takes them along by their ids; `send --file` does both.
pub async fn upload(app: &App, args: Upload) -> Done {
    let channel = app.channel("CHANNEL", &args.to).await?;
    let mut items = Vec::new();
    for (number, file) in (1..).zip(&args.file) {
        // A key makes one thing.
        let key = if args.file.len() == 1 { app.key() } else { app.key_of_part(number) };
        items.push(if args.direct {
            direct(app, channel, file, (args.alt.as_deref(), key)).await?
        } else {
            upload_file(app, channel, file, (args.alt.as_deref(), key)).await?
        });
    }
    match items.as_slice() {
        // A script finds files in one place, however many there are.
        [one] if !app.screen.is_json() => app.screen.show(one, &FILE),
        several => app.screen.list(&serde_json::json!({ "items": several, "has_more": false }), &FILE),
    }
}

/// Uploads a file through the server.
///
/// # Errors
/// When the file can't be read, or the server does not take it.
pub async fn upload_file(
    app: &App,
    channel: ChannelId,
    path: &Path,
    (alt, key): (Option<&str>, Option<String>),
) -> Result<Attachment, Failure> {
    let (name, bytes) = read(path)?;
    let taken = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&taken);
    let client = patient(app)?;
    let told = move |end| count.store(end, Ordering::Relaxed);
    let upload = client.upload_watched(channel, (&name, &bytes), (alt, key.as_deref()), told);
    let mut upload = Box::pin(upload);
    loop {
        tokio::select! {
            done = &mut upload => {
                match done {
                    Ok(_) => app.screen.progress(&name, bytes.len(), bytes.len()),
                    Err(_) => app.screen.progress_ends(),
                }
                return Ok(done?);
            }
            () = tokio::time::sleep(LOOK) => {
                // The form is a little longer than the file; the bar is full when the server has answered.
                let sent = taken.load(Ordering::Relaxed).min(bytes.len().saturating_sub(1));
                app.screen.progress(&name, sent, bytes.len());
            }
        }
    }
}

/// Uploads a file to the object store.
async fn direct(
    app: &App,
    channel: ChannelId,
    path: &Path,
    (alt, key): (Option<&str>, Option<String>),
) -> Result<Attachment, Failure> {
    let (name, bytes) = read(path)?;
    let client = patient(app)?;
    let begin = BeginUpload {
        content_type: content_type(&name).into(),
        filename: name.into(),
        size_bytes: i64::try_from(bytes.len()).unwrap_or(i64::MAX),
        alt: alt.map(Into::into),
        client_mutation_id: key,
    };
    let begun = client.begin_upload(channel, &begin).await?;
    let put = client.put_upload(&begun, bytes).await;
    put.map_err(|error| Failure::at(&begun.upload_url, error))?;
    client.complete_upload(begun.attachment.id).await?;
    Ok(begun.attachment)
}

/// The client, with time for a file.
pub(super) fn patient(app: &App) -> Result<Client, Failure> {
    let client = app.client()?;
    Ok(if app.options.timeout.is_some() { client.clone() } else { client.with_timeout(PATIENCE) })
}

/// A file's name and its bytes.
///
/// # Errors
/// When it can't be read.
pub fn read(path: &Path) -> Result<(String, Vec<u8>), Failure> {
    let bytes = fs::read(path).map_err(|error| Failure::file(path, &error))?;
    let name = path.file_name().map_or_else(|| "file".into(), |name| name.to_string_lossy().into_owned());
    Ok((name, bytes))
}

/// The type that the name of a file tells; the server looks at the bytes.
fn content_type(name: &str) -> &'static str {
    match name.rsplit('.').next().unwrap_or_default().to_lowercase().as_str() {
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "gif" => "image/gif",
        "webp" => "image/webp",
        _ => "application/octet-stream",
    }
}

/// Fetches a file or a picture.
pub async fn download(app: &App, args: Download) -> Done {
    let client = patient(app)?;
    let bytes = if args.what.contains("/media/") {
        client.picture(&args.what).await?
    } else {
        client.download(named_id("ID", &args.what)?, args.small).await?
    };
    delivered(app, args.output, &bytes)
}

/// Writes a file where it was asked for, or else to the output.
///
/// # Errors
/// When it can't be written.
pub(super) fn delivered(app: &App, output: Option<PathBuf>, bytes: &[u8]) -> Done {
    match output.filter(|path| path != Path::new("-")) {
        None => app.screen.bytes(bytes),
        Some(path) => {
            written(&path, bytes, app.options.yes)?;
            app.screen.done(format!("{} bytes in {}", bytes.len(), path.display()))
        }
    }
}

/// Writes a file; one that is there is replaced only if that was asked for.
fn written(path: &Path, bytes: &[u8], replace: bool) -> Done {
    let mut options = fs::OpenOptions::new();
    options.write(true);
    if replace {
        options.create(true).truncate(true)
    } else {
        options.create_new(true)
    };
    let done = options.open(path).and_then(|mut file| file.write_all(bytes));
    done.map_err(|error| match error.kind() {
        std::io::ErrorKind::AlreadyExists => Failure::argument(
            "--output",
            format!("{} is there already: add --yes to replace it", path.display()),
        ),
        _ => Failure::file(path, &error),
    })
}

/// What else can be done with a file.
pub async fn run(app: &App, command: Command) -> Done {
    match command {
        Command::Describe { id, text } => {
            let id = named_id("ID", &id)?;
            let file = app.client()?.describe_attachment(id, &text.unwrap_or_default()).await?;
            app.screen.show(&file, &FILE)
        }
        Command::Delete { id } => {
            app.confirmed("removing a file")?;
            app.client()?.delete_attachment(named_id("ID", &id)?).await?;
            app.screen.done("removed")
        }
    }
}
