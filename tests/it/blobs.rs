//! FS-T1 to FS-T4 and FS-T7, against a real S3 endpoint.

use std::time::Duration;

use ajet_chatd::blobs::{Blobs, Shown, storage_key};
use ajet_protocol::AttachmentId;
use bytes::Bytes;
use uuid::Uuid;

use crate::support::{eventually, fresh_config, stack};

async fn bucket(name: &str) -> Blobs {
    let mut config = fresh_config(stack()).await.objects;
    config.bucket = name.into();
    let blobs = Blobs::new(&config).expect("a client");
    blobs.ensure_bucket().await.expect("FS-T7: made at start");
    blobs.ensure_bucket().await.expect("and left alone afterwards");
    blobs
}

/// FS-T1, FS-T2, FS-T3.
#[tokio::test]
async fn bytes_come_back_until_they_are_deleted() {
    let blobs = bucket("fs-bytes").await;
    let key = storage_key(AttachmentId(Uuid::new_v4()), "cat.png");
    let bytes = Bytes::from_static(b"\x89PNG\r\n\x1a\nnot much of a cat");
    assert_eq!(blobs.get(&key).await.expect("asks"), None);
    blobs.put(&key, "image/png", bytes.clone()).await.expect("stores");
    assert_eq!(blobs.get(&key).await.expect("asks"), Some(bytes));
    blobs.delete(&key).await.expect("deletes");
    assert_eq!(blobs.get(&key).await.expect("asks"), None);
    blobs.delete(&key).await.expect("again is fine");
}

/// FS-T4.
#[tokio::test]
async fn a_signed_address_works_and_expires() {
    let blobs = bucket("fs-signed").await;
    let key = storage_key(AttachmentId(Uuid::new_v4()), "cat.png");
    blobs.put(&key, "image/png", Bytes::from_static(b"cat")).await.expect("stores");
    let shown = Shown { content_type: Some("image/png"), filename: "cat.png", inline: true };
    let url = blobs.presigned_show(&key, shown, Duration::from_secs(3)).expect("signs");
    let answer = reqwest::get(&url).await.expect("answers");
    assert_eq!(
        (answer.status().as_u16(), answer.bytes().await.expect("bytes").as_ref()),
        (200, b"cat".as_slice())
    );
    eventually("the address has expired", async || {
        reqwest::get(&url).await.expect("answers").status().as_u16() == 403
    })
    .await;
    let unsigned = url.split('?').next().expect("a path");
    assert_eq!(reqwest::get(unsigned).await.expect("answers").status().as_u16(), 403);
    assert!(blobs.presigned_show(&key, shown, Duration::ZERO).is_err());
}
