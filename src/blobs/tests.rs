//! FS-T8; what needs a store is in `tests/`, and what may be uploaded is tested in `src/images`.

use ajet_protocol::AttachmentId;
use uuid::Uuid;

use super::storage_key;

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
