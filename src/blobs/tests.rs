//! FS-T5, FS-T6 and FS-T8; what needs a store is in `tests/`.

use ajet_protocol::{AttachmentId, limits};
use uuid::Uuid;

use super::{BadUpload, ImageType, check_upload, storage_key};

#[test]
fn fs_t5_only_images_by_their_bytes() {
    assert_eq!(check_upload(b"%PDF-1.7 pretending to be a.png"), Err(BadUpload::NotAnImage));
    assert_eq!(check_upload(b"<svg xmlns='http://www.w3.org/2000/svg'/>"), Err(BadUpload::NotAnImage));
    assert_eq!(check_upload(b"RIFF....WAVE"), Err(BadUpload::NotAnImage));
    assert_eq!(check_upload(b""), Err(BadUpload::Empty));
    assert_eq!(check_upload(b"\x89PNG\r\n\x1a\n...."), Ok(ImageType::Png));
    assert_eq!(check_upload(b"\xff\xd8\xff\xe0"), Ok(ImageType::Jpeg));
    assert_eq!(check_upload(b"GIF89a"), Ok(ImageType::Gif));
    assert_eq!(check_upload(b"RIFF\0\0\0\0WEBP"), Ok(ImageType::Webp));
}

#[test]
fn fs_t6_at_most_ten_mebibytes() {
    let mut image = vec![0; limits::ATTACHMENT_BYTES + 1];
    image[..6].copy_from_slice(b"GIF89a");
    assert_eq!(check_upload(&image), Err(BadUpload::TooLarge));
    image.pop();
    assert_eq!(check_upload(&image), Ok(ImageType::Gif));
}

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
