//! Exports: all that a person wrote and set, in a file of their own. It is made by a job, kept for some days, and downloaded by an address
//! that works for a minute.
//!
//! The file has a line of JSON for each thing, packed by gzip: of others ids alone, and the reasons they gave for what was done to the
//! person. What is in it stands in `store::exported`; what is changed while it is made may be in it or not.

use std::io::Write;

use ajet_domain::journal::DuplicateKey;
use ajet_domain::writer::SpentKey;
use ajet_protocol::{Code, Export, ExportId, ExportStatus, UserId};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::json;

use super::downloads::DOWNLOAD;
use super::{Context, Created, Failure, Found, GivenKey, pictures};
use crate::blobs::{Parts, Shown};
use crate::store::StoreError;
use crate::store::exported::Section;
use crate::store::exports::{MadeExport, PastExport};

/// The media type of the files.
const CONTENT_TYPE: &str = "application/gzip";
/// Attempts, where another request comes in between.
const TRIES: usize = 3;
/// The set that keys of exports are kept in.
const KEYS: &str = "export";

/// Asks for an export, or finds the one that waits to be made for the person; one that is being made starts over. One that is ready is
/// given for the key under which it was asked for alone: its texts may have been edited and deleted since (I19).
///
/// # Errors
/// 404 where what the key asked for is gone, 409 where it was used for something else; others of [`Failure`]
pub async fn ask(context: &Context, person: UserId, key: GivenKey) -> Result<Created<Export>, Failure> {
    let key = key.among(KEYS).without_former();
    let stored = DuplicateKey::of_object(person, key.text.clone());
    for _ in 0..TRIES {
        if let Some(prior) = context.store.made_under(&stored).await? {
            if !key.matches(prior.fingerprint) {
                return Err(Failure::key_reused());
            }
            return get(context, person, ExportId(prior.object)).await.map(Created::Before);
        }
        let object = context.fresh_id();
        let spent = SpentKey { key: stored.clone(), object, fingerprint: key.kept(), at: context.now() };
        match context.store.ask_for_export(&spent).await {
            Ok(Some(export)) => {
                if export.id.0 == object {
                    context.node.jobs().notify_one();
                }
                return Ok(Created::New(export));
            }
            // Another request was quicker: with the same key, or for the first one of this person.
            Ok(None) => {}
            Err(StoreError::Constraint(name)) if name == "exports_unfinished_key" => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(Failure::new(Code::Conflict, "Another request asks for one just now; try again."))
}

/// An export of a person, with a fresh address of its file where it is ready.
///
/// # Errors
/// 404 where it is none of theirs, or gone; others of [`Failure`]
pub async fn get(context: &Context, person: UserId, id: ExportId) -> Result<Export, Failure> {
    addressed(context, context.store.export(person, id).await?.or_not_found()?)
}

/// The exports of a person, the newest first, without addresses.
///
/// # Errors
/// [`Failure`]
pub async fn list(context: &Context, person: UserId) -> Result<Vec<Export>, Failure> {
    Ok(context.store.exports_of(person).await?)
}

fn addressed(context: &Context, export: Export) -> Result<Export, Failure> {
    if export.status != ExportStatus::Ready {
        return Ok(export);
    }
    let date: String = export.created_at.to_string().chars().take(10).collect();
    let filename = format!("ajet-chat-export-{date}.jsonl.gz");
    let shown = Shown { content_type: Some(CONTENT_TYPE), filename: &filename, inline: false };
    let url = context.blobs.presigned_show(&key(export.id), shown, DOWNLOAD)?;
    Ok(Export { url: Some(url), ..export })
}

/// Makes the file of an export, and has its person told; again, and from any point at which it was cut off, comes to the same. It starts over
/// where the person asks for it meanwhile.
///
/// # Errors
/// [`Failure`], where it may go well another time
pub async fn make(context: &Context, person: UserId, id: ExportId) -> Result<(), Failure> {
    for _ in 0..TRIES {
        let Some(left) = context.store.begin_export(person, id).await? else { return Ok(()) };
        if let Some(upload) = left {
            context.blobs.abort(&key(id), &upload).await?;
            context.store.forget_export_upload(id, &upload).await?;
        }
        let made = write(context, person, id).await?;
        if context.store.finish_export(person, id, &made, context.now()).await? {
            // Wakes the notifier.
            context.node.due().notify_one();
            return Ok(());
        }
    }
    Err(Failure::new(Code::Conflict, "Its person asks for it again and again."))
}

/// Writes all sections.
async fn write(context: &Context, person: UserId, id: ExportId) -> Result<MadeExport, Failure> {
    let mut parts = context.blobs.parts(key(id), CONTENT_TYPE);
    // Fast: a page is packed without a pause for what else this node does.
    let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
    for section in Section::ALL {
        let mut after = String::new();
        loop {
            let lines = context.store.exported(person, *section, &after).await?;
            let Some(last) = lines.last() else { break };
            for line in &lines {
                line_of(&mut packed, section.name(), &line.json).map_err(not_packed)?;
            }
            after.clone_from(&last.key);
            parts.take(&std::mem::take(packed.get_mut()));
            send(context, id, &mut parts).await?;
        }
    }
    if let Some(line) = picture(context, person).await? {
        line_of(&mut packed, "picture", &line).map_err(not_packed)?;
    }
    let rest = packed.finish().map_err(not_packed)?;
    parts.take(&rest);
    send(context, id, &mut parts).await?;
    let upload = parts.upload().map(str::to_owned);
    let size_bytes = i64::try_from(parts.finish().await?).unwrap_or(i64::MAX);
    Ok(MadeExport { size_bytes, upload })
}

/// Sends the parts that are whole. What the object store is to hold open is noted before the first of them, so that it is found and removed
/// should this attempt end here.
async fn send(context: &Context, id: ExportId, parts: &mut Parts) -> Result<(), Failure> {
    if parts.is_to_open() {
        let opened = parts.open().await?;
        if !context.store.note_export_upload(id, &opened).await? {
            context.blobs.abort(&key(id), &opened).await?;
            return Err(Failure::new(Code::Conflict, "Another worker makes this export."));
        }
    }
    Ok(parts.send().await?)
}

/// The picture of the person, if it was uploaded here.
async fn picture(context: &Context, person: UserId) -> Result<Option<String>, Failure> {
    let url = context.store.account(person).await?.and_then(|user| user.avatar_url);
    let Some(url) = url else { return Ok(None) };
    let picture = Box::pin(pictures::behind(context, &url)).await?;
    Ok(picture.map(|(kind, bytes)| {
        json!({ "content_type": kind.content_type(), "base64": STANDARD.encode(bytes) }).to_string()
    }))
}

/// Writing to memory does not fail.
fn not_packed(error: std::io::Error) -> StoreError {
    StoreError::Fault(Box::new(error))
}

/// A line: the object that the store made, with its kind at the front.
fn line_of(into: &mut impl Write, name: &str, json: &str) -> std::io::Result<()> {
    let fields = json.strip_prefix('{').unwrap_or(json);
    writeln!(into, "{{\"kind\":\"{name}\",{fields}")
}

/// Notes that an export could not be made, for good.
///
/// # Errors
/// [`Failure`]
pub async fn fail(context: &Context, id: ExportId) -> Result<(), Failure> {
    Ok(context.store.fail_export(id).await?)
}

/// Removes the file of an export that is past its time, and forgets the export.
///
/// # Errors
/// The database is away, or the object store: it is found again.
pub async fn remove(context: &Context, past: &PastExport) -> Result<(), Failure> {
    let key = key(past.id);
    if let Some(upload) = &past.upload {
        context.blobs.abort(&key, upload).await?;
    }
    context.blobs.delete(&key).await?;
    Ok(context.store.forget_export(past.id).await?)
}

/// Where a file is kept.
fn key(id: ExportId) -> String {
    format!("exports/{id}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_says_its_kind() {
        let mut line = Vec::new();
        line_of(&mut line, "message", r#"{"id":"7","body_md":"a{b\n"}"#).expect("is written");
        let line = String::from_utf8(line).expect("text");
        assert_eq!(line, "{\"kind\":\"message\",\"id\":\"7\",\"body_md\":\"a{b\\n\"}\n");
    }

    #[test]
    fn no_two_sections_have_one_name() {
        let mut names: Vec<_> = Section::ALL.iter().map(|section| section.name()).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), Section::ALL.len());
    }
}
