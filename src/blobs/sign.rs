//! Addresses at which the store takes one object of one size: AWS Signature Version 4 in the query of an address.
//!
//! The client of the store leaves `Content-Length` out of what it signs, so an address of its own would take any number of bytes. Here the
//! length is signed: a PUT with another one is refused by the store before it reads the body.

use std::time::Duration;

use ajet_protocol::Timestamp;
use hmac::{Hmac, KeyInit, Mac};
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};
use time::OffsetDateTime;
use url::Url;

use super::{BlobError, encoded};
use crate::config::Objects;

const ALGORITHM: &str = "AWS4-HMAC-SHA256";
/// The headers that are signed, in the order of the alphabet.
const SIGNED: &str = "content-length;content-type;host";
/// Seconds for which the protocol lets an address be used at most.
const LONGEST: u64 = 7 * 24 * 3600;

/// What is put at an address.
#[derive(Debug, Clone, Copy)]
pub struct Put<'a> {
    pub content_type: &'a str,
    /// How many bytes it has: no more and no fewer.
    pub size_bytes: u64,
    /// Since when, and for how long, it can be put there.
    pub from: Timestamp,
    pub lifetime: Duration,
}

/// Signs addresses of the store; cheap to clone. Does not print its key.
#[derive(Clone)]
pub(super) struct Signer {
    /// By which clients reach the store.
    endpoint: Url,
    region: String,
    access_key: String,
    secret_key: SecretString,
}

impl Signer {
    /// # Errors
    /// [`BlobError::Config`], where the endpoint is no address of a host.
    pub fn new(config: &Objects, endpoint: &str) -> Result<Self, BlobError> {
        let wrong = || BlobError::Config("the endpoint is no address".into());
        let endpoint = Url::parse(endpoint).map_err(|_| wrong())?;
        endpoint.host_str().ok_or_else(wrong)?;
        Ok(Self {
            endpoint,
            region: config.region.clone(),
            access_key: config.access_key.clone(),
            secret_key: config.secret_key.clone(),
        })
    }

    /// The address that takes an object. Bucket and key hold nothing that would have to be escaped in a path.
    ///
    /// # Errors
    /// [`BlobError::Config`], when the lifetime is not between 1 s and 7 days.
    pub fn put(&self, bucket: &str, key: &str, put: Put<'_>) -> Result<String, BlobError> {
        let seconds = put.lifetime.as_secs();
        if !(1..=LONGEST).contains(&seconds) {
            return Err(BlobError::Config("an address can be used for 1 s to 7 days".into()));
        }
        let (day, moment) = written(put.from);
        let scope = format!("{day}/{}/s3/aws4_request", self.region);
        let mut url = self.endpoint.clone();
        url.set_path(&format!("/{bucket}/{key}"));
        let credential = encoded(&format!("{}/{scope}", self.access_key));
        let query = format!(
            "X-Amz-Algorithm={ALGORITHM}&X-Amz-Credential={credential}&X-Amz-Date={moment}&X-Amz-Expires={seconds}&X-Amz-SignedHeaders={}",
            encoded(SIGNED)
        );
        let (size, kind, host) = (put.size_bytes, put.content_type, host(&url));
        let headers = format!("content-length:{size}\ncontent-type:{kind}\nhost:{host}\n");
        let request = format!("PUT\n{}\n{query}\n{headers}\n{SIGNED}\nUNSIGNED-PAYLOAD", url.path());
        let digest = hex(&Sha256::digest(request.as_bytes()));
        let signature = self.signature(&day, &format!("{ALGORITHM}\n{moment}\n{scope}\n{digest}"));
        url.set_query(Some(&format!("{query}&X-Amz-Signature={}", hex(&signature))));
        Ok(url.into())
    }

    fn signature(&self, day: &str, text: &str) -> Vec<u8> {
        let secret = format!("AWS4{}", self.secret_key.expose_secret());
        let steps = [day, self.region.as_str(), "s3", "aws4_request", text];
        steps.into_iter().fold(secret.into_bytes(), |key, step| mac(&key, step.as_bytes()))
    }
}

fn mac(key: &[u8], bytes: &[u8]) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes keys of any length");
    mac.update(bytes);
    mac.finalize().into_bytes().to_vec()
}

/// The header `Host` of a request to an address: with its port, unless that is the usual one.
fn host(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

/// The day and the moment as signatures write them, in UTC.
fn written(at: Timestamp) -> (String, String) {
    let at = OffsetDateTime::from(at);
    let day = format!("{:04}{:02}{:02}", at.year(), u8::from(at.month()), at.day());
    let moment = format!("{day}T{:02}{:02}{:02}Z", at.hour(), at.minute(), at.second());
    (day, moment)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
