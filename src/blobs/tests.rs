//! FS-T8; what needs a store is in `tests/`, and what may be uploaded is tested in `src/images`.

use std::time::Duration;

use ajet_protocol::{AttachmentId, Timestamp};
use uuid::Uuid;

use super::sign::Signer;
use super::{Put, encoded, storage_key};
use crate::config::Objects;

#[test]
fn fs_t8_storage_key_format() {
    let id = AttachmentId(Uuid::nil());
    assert_eq!(storage_key(id, "cat.png"), format!("attachments/{id}/cat.png"));
    for hostile in ["../../etc/passwd", "..", "a\0b", "\u{202e}gnp.exe", &"x".repeat(5000), ""] {
        let key = storage_key(id, hostile);
        let name = key.rsplit('/').next().expect("a name");
        assert!(
            !name.is_empty() && !name.starts_with('.') && name.len() <= 120 && key.matches('/').count() == 2,
            "{key}"
        );
    }
}

/// Whether the store goes by it is tested in `tests/`.
#[test]
fn an_address_for_a_put_signs_how_much_is_put() {
    let config = Objects {
        endpoint: String::new(),
        public_endpoint: String::new(),
        insecure: false,
        region: "eu-1".into(),
        bucket: "b".into(),
        access_key: "a/k".into(),
        secret_key: "s".to_owned().into(),
    };
    let signer = Signer::new(&config, "https://files.example.org:9000").expect("an address");
    let put = |size_bytes, lifetime| {
        let from = Timestamp::from_unix_millis(1_000);
        let lifetime = Duration::from_secs(lifetime);
        signer.put("b", "uploads/1", Put { content_type: "image/png", size_bytes, from, lifetime })
    };
    let url = put(7, 900).expect("signs");
    assert!(url.starts_with("https://files.example.org:9000/b/uploads/1?X-Amz-Algorithm=AWS4-HMAC-SHA256&"));
    for part in [
        "X-Amz-Credential=a%2Fk%2F19700101%2Feu-1%2Fs3%2Faws4_request&",
        "X-Amz-Date=19700101T000001Z&X-Amz-Expires=900&",
        "X-Amz-SignedHeaders=content-length%3Bcontent-type%3Bhost&X-Amz-Signature=",
    ] {
        assert!(url.contains(part), "{part} in {url}");
    }
    assert_ne!(put(8, 900).expect("signs"), url, "of another size");
    assert!(put(7, 0).is_err() && put(7, 8 * 24 * 3600).is_err());
    assert!(Signer::new(&config, "files").is_err());
}

#[test]
fn what_has_a_meaning_in_addresses_is_escaped() {
    assert_eq!(encoded("a-b._~/ ;é"), "a-b._~%2F%20%3B%C3%A9");
}
