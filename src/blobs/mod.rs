//! The only object storage: an S3-compatible store (FS-1 to FS-8), small enough to change the client behind it.

#[cfg(test)]
mod tests;

use std::time::Duration;

use ajet_protocol::AttachmentId;
use bytes::Bytes;
use s3::{AddressingStyle, Auth, Client, Credentials};
use secrecy::ExposeSecret;

use crate::config::Objects;

/// The longest a call may take, retries included.
const ANSWER_WITHIN: Duration = Duration::from_secs(20);
/// Bytes of a stored file name; the key stays below what any store takes.
const NAME_BYTES: usize = 120;

/// Why the store gave no result.
#[derive(Debug, thiserror::Error)]
pub enum BlobError {
    /// The configuration can't be right.
    #[error("objects configuration: {0}")]
    Config(String),
    /// The store can't be reached, or refuses us.
    #[error("the object store is away: {0}")]
    Away(String),
}

/// The bucket of this installation; cheap to clone.
#[derive(Clone)]
pub struct Blobs {
    client: Client,
    bucket: String,
}

impl Blobs {
    /// A client for the configured store; connects when first used.
    ///
    /// # Errors
    /// [`BlobError::Config`], when endpoint or keys have the wrong form.
    pub fn new(config: &Objects) -> Result<Self, BlobError> {
        let wrong = |error: s3::Error| BlobError::Config(error.to_string());
        let credentials =
            Credentials::new(&config.access_key, config.secret_key.expose_secret()).map_err(wrong)?;
        let client = Client::builder(&config.endpoint)
            .map_err(wrong)?
            .region(&config.region)
            .auth(Auth::Static(credentials))
            .addressing_style(AddressingStyle::Path)
            .timeout(Duration::from_secs(10))
            .build()
            .map_err(wrong)?;
        Ok(Self { client, bucket: config.bucket.clone() })
    }

    /// Makes the bucket where it is missing (FS-5).
    ///
    /// # Errors
    /// [`BlobError::Away`]
    pub async fn ensure_bucket(&self) -> Result<(), BlobError> {
        let found = within(self.client.buckets().head(&self.bucket).send()).await;
        match found {
            Ok(_) => return Ok(()),
            Err(error) if error.not_found => {}
            Err(error) => return Err(error.into()),
        }
        match within(self.client.buckets().create(&self.bucket).send()).await {
            Ok(_) => Ok(()),
            Err(error) if error.exists => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// Stores bytes under a key (FS-1).
    ///
    /// # Errors
    /// [`BlobError::Away`]
    pub async fn put(&self, key: &str, content_type: &str, bytes: Bytes) -> Result<(), BlobError> {
        let objects = self.client.objects();
        let put = objects.put(&self.bucket, key).content_type(content_type).body_bytes(bytes).send();
        within(put).await.map(drop).map_err(Into::into)
    }

    /// The bytes of a key; `None` if it is not stored (FS-2).
    ///
    /// # Errors
    /// [`BlobError::Away`]
    pub async fn get(&self, key: &str) -> Result<Option<Bytes>, BlobError> {
        let objects = self.client.objects();
        let get = async { objects.get(&self.bucket, key).send().await?.bytes().await };
        match within(get).await {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.not_found => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Removes a key; one that is not there is fine (FS-3).
    ///
    /// # Errors
    /// [`BlobError::Away`]
    pub async fn delete(&self, key: &str) -> Result<(), BlobError> {
        let objects = self.client.objects();
        within(objects.delete(&self.bucket, key).send()).await.map(drop).map_err(Into::into)
    }

    /// An address that gives the bytes of a key to any client that knows it, for a while (FS-4).
    ///
    /// # Errors
    /// [`BlobError::Config`], when the lifetime is not between 1 s and 7 days.
    pub fn presigned_get(&self, key: &str, lifetime: Duration) -> Result<String, BlobError> {
        let objects = self.client.objects();
        let signed = objects.presign_get(&self.bucket, key).expires_in(lifetime).build();
        signed.map(|signed| signed.url.into()).map_err(|error| BlobError::Config(error.to_string()))
    }
}

/// Where an attachment's bytes are kept (FS-8): the name is made safe, the id makes it unique.
#[must_use]
pub fn storage_key(id: AttachmentId, filename: &str) -> String {
    let mut safe: String = filename
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() || "._-".contains(c) { c } else { '_' })
        .collect();
    safe.truncate(NAME_BYTES);
    let safe = safe.trim_start_matches('.');
    format!("attachments/{id}/{}", if safe.is_empty() { "file" } else { safe })
}

/// What we need to know of the client's error.
struct Failed {
    not_found: bool,
    exists: bool,
    reason: String,
}

impl From<Failed> for BlobError {
    fn from(failed: Failed) -> Self {
        Self::Away(failed.reason)
    }
}

async fn within<T>(call: impl Future<Output = Result<T, s3::Error>>) -> Result<T, Failed> {
    match tokio::time::timeout(ANSWER_WITHIN, call).await {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(error)) => Err(Failed {
            not_found: error.status().is_some_and(|status| status.as_u16() == 404),
            exists: matches!(error.code(), Some("BucketAlreadyOwnedByYou" | "BucketAlreadyExists")),
            // The client's text may hold the key, and so a file name: only what went wrong is kept.
            reason: error.code().map_or_else(|| "no answer".to_owned(), str::to_owned),
        }),
        Err(_) => Err(Failed { not_found: false, exists: false, reason: "no answer in time".into() }),
    }
}
