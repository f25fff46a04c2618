//! A file that comes with a request, as a multipart form (RFC 7578) with some short fields beside it.
//!
//! All uploads that a node reads share an amount of memory: one that finds no room is told to come again. Room is taken for bytes
//! that have arrived, so a slow client holds no more than it has sent.

use std::collections::BTreeMap;

use ajet_protocol::{Code, limits};
use axum::extract::{FromRequest, Request};
use axum::http::header;
use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt;
use tokio::sync::{Semaphore, SemaphorePermit};

use crate::http::error::ApiError;
use crate::http::media;

/// Bytes of the fields and of the form itself, beside the file.
const BESIDE: usize = 64 * 1024;
/// Bytes of a whole form at most.
const MOST: usize = limits::ATTACHMENT_BYTES + BESIDE;
const KIB: usize = 1024;
/// KiB of forms that a node holds at once.
const ROOM_KIB: usize = 256 * 1024;
/// The name of the field that holds the file.
const FILE: &str = "file";

static ROOM: Semaphore = Semaphore::const_new(ROOM_KIB);

/// A form with at most one file.
pub struct Upload {
    /// The other fields, as text.
    pub fields: BTreeMap<String, String>,
    /// The field `file`.
    pub file: Option<UploadedFile>,
    /// The room that the form takes; given back when this is dropped, which is after its handler has ended.
    _room: Room,
}

/// What was uploaded.
pub struct UploadedFile {
    /// As its client calls it; no more than a text.
    pub name: String,
    pub bytes: Bytes,
}

impl Upload {
    /// The file, where no other fields came with it than these.
    ///
    /// # Errors
    /// 422 that names a field which is not known, or `file` where it is missing.
    pub fn file_and(&mut self, known: &[&str]) -> Result<UploadedFile, ApiError> {
        if let Some(field) = self.fields.keys().find(|field| !known.contains(&field.as_str())) {
            return Err(ApiError::field(field, "unknown_field", "is not a field of this request"));
        }
        self.file.take().ok_or_else(|| ApiError::field(FILE, "required", "is missing"))
    }
}

impl<S: Send + Sync> FromRequest<S> for Upload {
    type Rejection = ApiError;

    async fn from_request(request: Request, _: &S) -> Result<Self, ApiError> {
        let headers = request.headers();
        if media::essence(headers) != "multipart/form-data" {
            return Err(ApiError::new(Code::UnsupportedMediaType, "Send the file as multipart/form-data."));
        }
        media::unencoded(headers)?;
        let announced =
            headers.get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
        let is_too_large = announced.is_some_and(|length: u64| length > MOST as u64);
        let content_type = media::content_type(headers).to_owned();
        let (body, room) = whole(request, !is_too_large).await?;
        // Looking for the boundary in a large form takes some milliseconds.
        let read = tokio::task::spawn_blocking(move || read(&content_type, &body)).await;
        let (fields, file) = read.map_err(|_| not_read())??;
        Ok(Self { fields, file, _room: room })
    }
}

/// Room for what has arrived of a form.
#[derive(Default)]
struct Room {
    kib: usize,
    held: Option<SemaphorePermit<'static>>,
}

impl Room {
    /// Takes room up to this many bytes in all.
    fn hold(&mut self, bytes: usize) -> Result<(), ApiError> {
        let more = bytes.div_ceil(KIB).saturating_sub(self.kib);
        if more == 0 {
            return Ok(());
        }
        let busy = "Too many uploads are under way here; try again in a moment.";
        let count = u32::try_from(more).unwrap_or(u32::MAX);
        let permit = ROOM.try_acquire_many(count).map_err(|_| ApiError::new(Code::Overloaded, busy))?;
        self.kib += more;
        match &mut self.held {
            Some(held) => held.merge(permit),
            None => self.held = Some(permit),
        }
        Ok(())
    }
}

/// A whole form. One that is too large is read all the same, as far as any is, and not kept: its client would not read an answer before
/// it has sent most of it.
async fn whole(request: Request, keeps: bool) -> Result<(Bytes, Room), ApiError> {
    let (mut body, mut whole, mut room) = (request.into_body(), BytesMut::new(), Room::default());
    let mut read = 0;
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| ApiError::new(Code::Malformed, "The body could not be read."))?;
        let Ok(data) = frame.into_data() else { continue };
        read += data.len();
        if read > MOST {
            return Err(too_large());
        }
        if keeps {
            room.hold(read)?;
            whole.extend_from_slice(&data);
        }
    }
    if keeps { Ok((whole.freeze(), room)) } else { Err(too_large()) }
}

/// The fields of a form, and its file.
type Form = (BTreeMap<String, String>, Option<UploadedFile>);

fn read(content_type: &str, body: &Bytes) -> Result<Form, ApiError> {
    let parts = ajet_hook::multipart::parts(content_type, body);
    // What is wrong with it may hold what stands in it.
    let parts = parts.map_err(|_| ApiError::field(FILE, "bad_format", "is in no multipart form"))?;
    let (mut fields, mut file) = (BTreeMap::new(), None);
    for part in parts {
        if part.name == FILE {
            let name = part.file.unwrap_or_else(|| FILE.to_owned());
            let found = UploadedFile { name, bytes: body.slice_ref(part.value) };
            if file.replace(found).is_some() {
                return Err(ApiError::field(FILE, "duplicate", "is there twice"));
            }
            continue;
        }
        let text = std::str::from_utf8(part.value)
            .map_err(|_| ApiError::field(&part.name, "bad_type", "has the wrong type or form"))?;
        if fields.insert(part.name, text.to_owned()).is_some() {
            return Err(ApiError::field("body", "duplicate", "names a field twice"));
        }
    }
    if fields.values().map(String::len).sum::<usize>() > BESIDE {
        return Err(too_large());
    }
    Ok((fields, file))
}

fn too_large() -> ApiError {
    let most = limits::ATTACHMENT_BYTES / KIB;
    ApiError::new(Code::TooLarge, format!("The file is larger than {most} KiB."))
}

fn not_read() -> ApiError {
    ApiError::new(Code::Internal, "The form could not be read; the trace id finds it in our log.")
}

#[cfg(test)]
#[path = "upload_tests.rs"]
mod tests;
