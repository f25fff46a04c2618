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

/// An object that is larger than what is in memory of it.
#[tokio::test]
async fn an_object_is_stored_part_by_part() {
    let blobs = bucket("fs-parts").await;
    // 20 MiB are two parts and a rest.
    let written: Vec<Vec<u8>> = (0..20_u8).map(|n| vec![n; 1024 * 1024]).collect();
    let mut parts = blobs.parts("large".into(), "application/gzip");
    for some in &written {
        parts.take(some);
        if parts.is_to_open() {
            parts.open().await.expect("is open");
        }
        parts.send().await.expect("goes on");
    }
    assert_eq!(blobs.get("large").await.expect("asks"), None, "it is no object yet");
    assert_eq!(parts.finish().await.expect("is one"), 20 * 1024 * 1024);
    assert!(!parts.is_to_open(), "nothing is left of it");
    assert_eq!(blobs.get("large").await.expect("asks"), Some(Bytes::from(written.concat())));
    let mut cut_off = blobs.parts("none".into(), "application/gzip");
    cut_off.take(&vec![7; 9 * 1024 * 1024]);
    let upload = cut_off.open().await.expect("is open");
    cut_off.send().await.expect("goes on");
    for _ in 0..2 {
        blobs.abort("none", &upload).await.expect("again is fine");
    }
    assert!(cut_off.finish().await.is_err(), "its parts are gone");
    assert_eq!(blobs.get("none").await.expect("asks"), None);
    let mut small = blobs.parts("small".into(), "application/gzip");
    small.take(b"few");
    assert_eq!(small.finish().await.expect("is one"), 3);
    assert_eq!(blobs.get("small").await.expect("asks"), Some(Bytes::from_static(b"few")));
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
