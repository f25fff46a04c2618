//! The only object storage: an S3-compatible store (FS-1 to FS-8), small enough to change the client behind it.

mod parts;
mod sign;
#[cfg(test)]
mod tests;

use std::time::Duration;

use ajet_protocol::AttachmentId;
use bytes::{Bytes, BytesMut};
use futures::StreamExt;
use s3::{AddressingStyle, AsyncTlsRootStore, Auth, Client, Credentials};
use secrecy::ExposeSecret;

use self::sign::Signer;
use crate::config::Objects;

pub use self::parts::Parts;
pub use self::sign::Put;

/// The longest a call may take, retries included.
const ANSWER_WITHIN: Duration = Duration::from_secs(20);
/// Bytes of a stored file name. Stores that keep objects as files write keys longer, and a file's name has 255 bytes at most.
const NAME_BYTES: usize = 80;

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
    /// Makes addresses for clients, who may reach the store by another one than we.
    signer: Client,
    /// Makes those that bound what is put there.
    puts: Signer,
    bucket: String,
}

/// How an object is to be shown by the store.
#[derive(Debug, Clone, Copy)]
pub struct Shown<'a> {
    /// `None`: that under which it was stored.
    pub content_type: Option<&'a str>,
    /// The name that it is offered under.
    pub filename: &'a str,
    /// Whether a browser may show it in place. Else it is a download.
    pub inline: bool,
}

impl Blobs {
    /// A client for the configured store; connects when first used.
    ///
    /// # Errors
    /// [`BlobError::Config`], when endpoint or keys have the wrong form.
    pub fn new(config: &Objects) -> Result<Self, BlobError> {
        let client = connect(config, &config.endpoint)?;
        let public = config.public_endpoint.as_str();
        let signer = if public.is_empty() { client.clone() } else { connect(config, public)? };
        let puts = Signer::new(config, if public.is_empty() { &config.endpoint } else { public })?;
        Ok(Self { client, signer, puts, bucket: config.bucket.clone() })
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

    /// The same, but `most` bytes at most, however many there are.
    ///
    /// # Errors
    /// [`BlobError::Away`]
    pub async fn get_beginning(&self, key: &str, most: u64) -> Result<Option<Bytes>, BlobError> {
        let objects = self.client.objects();
        let get = async {
            let asked = objects.get(&self.bucket, key).range_bytes(0, most.saturating_sub(1));
            let mut parts = asked.send().await?.body;
            let mut bytes = BytesMut::new();
            // A store may take no notice of ranges.
            while (bytes.len() as u64) < most {
                let Some(part) = parts.next().await else { break };
                bytes.extend_from_slice(&part?);
            }
            bytes.truncate(usize::try_from(most).unwrap_or(usize::MAX));
            Ok::<Bytes, s3::Error>(bytes.freeze())
        };
        match within(get).await {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.not_found => Ok(None),
            // There is no first byte.
            Err(error) if error.outside => Ok(Some(Bytes::new())),
            Err(error) => Err(error.into()),
        }
    }

    /// How many bytes a key has; `None` if it is not stored.
    ///
    /// # Errors
    /// [`BlobError::Away`]
    pub async fn size(&self, key: &str) -> Result<Option<u64>, BlobError> {
        match within(self.client.objects().head(&self.bucket, key).send()).await {
            Ok(head) => Ok(Some(head.content_length.unwrap_or_default())),
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

    /// An address that gives the bytes of a key to any client that knows it, for a while (FS-4), and says how they are to be shown.
    ///
    /// A store can't be told to answer with `nosniff`. So there is no address that leaves it to a browser what the bytes are: what may be
    /// shown in place is a picture of a type that was found in its bytes, and all else is a download.
    ///
    /// # Errors
    /// [`BlobError::Config`], when the lifetime is not between 1 s and 7 days.
    pub fn presigned_show(
        &self,
        key: &str,
        shown: Shown<'_>,
        lifetime: Duration,
    ) -> Result<String, BlobError> {
        let objects = self.signer.objects();
        let mut asked = objects
            .presign_get(&self.bucket, key)
            .expires_in(lifetime)
            .query_param("response-content-disposition", disposition(shown))
            .query_param("response-cache-control", "private, max-age=60");
        if let Some(content_type) = shown.content_type {
            asked = asked.query_param("response-content-type", content_type);
        }
        let signed = asked.build();
        signed.map(|signed| signed.url.into()).map_err(|error| BlobError::Config(error.to_string()))
    }

    /// An address that takes the bytes of a key, of this media type and so many, from any client that knows it, for a while.
    ///
    /// # Errors
    /// [`BlobError::Config`], when the lifetime is not between 1 s and 7 days, or the media type is no header.
    pub fn presigned_put(&self, key: &str, put: Put<'_>) -> Result<String, BlobError> {
        http::HeaderValue::from_str(put.content_type)
            .map_err(|_| BlobError::Config("the media type is no header".into()))?;
        self.puts.put(&self.bucket, key, put)
    }
}

fn connect(config: &Objects, endpoint: &str) -> Result<Client, BlobError> {
    let wrong = |error: s3::Error| BlobError::Config(error.to_string());
    let credentials =
        Credentials::new(&config.access_key, config.secret_key.expose_secret()).map_err(wrong)?;
    // As all our connections: by the authorities that this machine trusts, of which one may be the operator's own. A machine without any can
    // still reach a store that takes no TLS.
    let roots = if endpoint.get(..8).is_some_and(|scheme| scheme.eq_ignore_ascii_case("https://")) {
        AsyncTlsRootStore::System
    } else {
        AsyncTlsRootStore::BackendDefault
    };
    Client::builder(endpoint)
        .map_err(wrong)?
        .tls_root_store(roots)
        .region(&config.region)
        .auth(Auth::Static(credentials))
        .addressing_style(AddressingStyle::Path)
        .timeout(Duration::from_secs(10))
        .build()
        .map_err(wrong)
}

/// The header that offers an object under its name (RFC 6266).
fn disposition(shown: Shown<'_>) -> String {
    let way = if shown.inline { "inline" } else { "attachment" };
    format!("{way}; filename*=UTF-8''{}", encoded(shown.filename))
}

/// A text in which all but the characters that RFC 3986 does not reserve are written as `%` and two digits.
fn encoded(text: &str) -> String {
    let mut encoded = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}

/// Where the small picture of an attachment is kept.
#[must_use]
pub fn thumbnail_key(id: AttachmentId) -> String {
    format!("thumbnails/{id}")
}

/// Where a client puts an attachment's bytes, before they are looked at. What it puts there later changes nothing.
#[must_use]
pub fn upload_key(id: AttachmentId) -> String {
    format!("uploads/{id}")
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
    /// Whether the object has none of the bytes that were asked for.
    outside: bool,
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
            outside: error.status().is_some_and(|status| status.as_u16() == 416),
            // The client's text may hold the key, and so a file name: only what went wrong is kept.
            reason: error.code().map_or_else(|| "no answer".to_owned(), str::to_owned),
        }),
        Err(_) => {
            let reason = "no answer in time".into();
            Err(Failed { not_found: false, exists: false, outside: false, reason })
        }
    }
}
