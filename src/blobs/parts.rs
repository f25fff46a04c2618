//! An object that is stored as it is made, part by part: no more of it than a part is in memory.

use bytes::{Bytes, BytesMut};

use super::{BlobError, Blobs, within};

/// Bytes of a part. Stores take no smaller one than 5 MiB but as the last, and 10,000 parts at most.
const PART: usize = 8 * 1024 * 1024;

/// An object on its way. One that is not finished is to be aborted ([`Blobs::abort`]): until then the store keeps its parts, though they are no
/// object.
pub struct Parts {
    blobs: Blobs,
    key: String,
    content_type: &'static str,
    pending: BytesMut,
    stored: u64,
    begun: Option<Begun>,
}

/// What the store knows of it once there is more than a part.
struct Begun {
    upload: String,
    etags: Vec<String>,
}

impl Blobs {
    /// Begins an object; nothing is sent yet.
    #[must_use]
    pub fn parts(&self, key: String, content_type: &'static str) -> Parts {
        let blobs = self.clone();
        Parts { blobs, key, content_type, pending: BytesMut::new(), stored: 0, begun: None }
    }

    /// Removes the parts of an object that was not finished; one that is gone is fine.
    ///
    /// # Errors
    /// [`BlobError::Away`]
    pub async fn abort(&self, key: &str, upload: &str) -> Result<(), BlobError> {
        match within(self.client.objects().abort_multipart_upload(&self.bucket, key, upload).send()).await {
            // The development store says so of one that is gone; of another one it is for who runs it to let us.
            Err(error) if error.reason == "AccessDenied" => {
                tracing::warn!(
                    "the object store does not let an upload be aborted; its parts may stay there"
                );
                Ok(())
            }
            Err(error) if !error.not_found => Err(error.into()),
            _ => Ok(()),
        }
    }
}

impl Parts {
    /// Takes these bytes, to be sent.
    pub fn take(&mut self, bytes: &[u8]) {
        self.pending.extend_from_slice(bytes);
    }

    /// Whether there is a part to be sent, and the store does not know of the object yet.
    #[must_use]
    pub fn is_to_open(&self) -> bool {
        self.begun.is_none() && self.pending.len() >= PART
    }

    /// Has the store hold the object open; by what it is known there until it is finished or aborted.
    ///
    /// # Errors
    /// [`BlobError::Away`]
    pub async fn open(&mut self) -> Result<String, BlobError> {
        let objects = self.blobs.client.objects();
        let begin = objects.create_multipart_upload(&self.blobs.bucket, &self.key);
        let upload = within(begin.content_type(self.content_type).send()).await?.upload_id;
        self.begun = Some(Begun { upload: upload.clone(), etags: Vec::new() });
        Ok(upload)
    }

    /// By what the store holds it open; `None` before, and once it is finished.
    #[must_use]
    pub fn upload(&self) -> Option<&str> {
        self.begun.as_ref().map(|begun| begun.upload.as_str())
    }

    /// Sends the whole parts of an object that is open.
    ///
    /// # Errors
    /// [`BlobError::Away`]
    pub async fn send(&mut self) -> Result<(), BlobError> {
        while self.begun.is_some() && self.pending.len() >= PART {
            let part = self.pending.split_to(PART).freeze();
            self.store(part).await?;
        }
        Ok(())
    }

    async fn store(&mut self, part: Bytes) -> Result<(), BlobError> {
        let Some(begun) = &mut self.begun else { return Ok(()) };
        let number = u32::try_from(begun.etags.len() + 1).unwrap_or(u32::MAX);
        let size = part.len() as u64;
        let objects = self.blobs.client.objects();
        let put = objects.upload_part(&self.blobs.bucket, &self.key, &begun.upload, number).body_bytes(part);
        let etag = within(put.send()).await?.etag;
        begun.etags.push(etag.ok_or_else(|| BlobError::Away("a part without an ETag".into()))?);
        self.stored += size;
        Ok(())
    }

    /// Makes it an object, in the place of one that is there; how many bytes it has.
    ///
    /// # Errors
    /// [`BlobError::Away`]
    pub async fn finish(&mut self) -> Result<u64, BlobError> {
        let last = self.pending.split().freeze();
        let size = self.stored + last.len() as u64;
        if self.begun.is_none() {
            self.blobs.put(&self.key, self.content_type, last).await?;
            return Ok(size);
        }
        if !last.is_empty() {
            self.store(last).await?;
        }
        let Some(begun) = &self.begun else { return Ok(size) };
        let objects = self.blobs.client.objects();
        let complete = objects.complete_multipart_upload(&self.blobs.bucket, &self.key, &begun.upload);
        let numbered = (1..).zip(&begun.etags);
        let complete = numbered.fold(complete, |all, (number, etag)| all.part(number, etag));
        within(complete.send()).await?;
        self.begun = None;
        Ok(size)
    }
}
