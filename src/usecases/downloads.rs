//! How files are had: by an address that works for a minute, after a look at the reader's rights, or as the bytes of a picture.

use std::borrow::Cow;
use std::time::Duration;

use ajet_protocol::{Attachment, AttachmentId, AttachmentStatus, Code, UserId, limits};
use bytes::Bytes;

use super::attachments::{PICTURES, readable};
use super::{Context, Failure, Found};
use crate::blobs::{Shown, storage_key, thumbnail_key};
use crate::images::ImageType;

/// How long the address of a file can be used.
pub(super) const DOWNLOAD: Duration = Duration::from_secs(limits::DOWNLOAD_SECONDS);

/// Where the bytes of a file, or a small picture of it, can be had for a minute by any client that knows the address.
///
/// # Errors
/// [`Failure`]
pub async fn download(
    context: &Context,
    reader: UserId,
    id: AttachmentId,
    small: bool,
) -> Result<String, Failure> {
    let file = fit_to_be_shown(context, reader, id).await?;
    if small && file.thumbnail_url.is_some() {
        // It was stored as the picture that it is, which need not be of the file's type.
        let shown = Shown { content_type: None, filename: "thumbnail", inline: true };
        return Ok(context.blobs.presigned_show(&thumbnail_key(id), shown, DOWNLOAD)?);
    }
    let inline = PICTURES.contains(&file.content_type.as_str());
    let filename = offered(&file.filename, &file.content_type);
    let shown = Shown { content_type: Some(&file.content_type), filename: &filename, inline };
    Ok(context.blobs.presigned_show(&storage_key(id, &file.filename), shown, DOWNLOAD)?)
}

/// The bytes of a picture, or of a small one of it: a page's policy lets pictures come from this server alone.
///
/// # Errors
/// [`Failure`]; 404 for what is no picture
pub async fn picture(
    context: &Context,
    reader: UserId,
    id: AttachmentId,
    small: bool,
) -> Result<(ImageType, Bytes), Failure> {
    let file = fit_to_be_shown(context, reader, id).await?;
    let small = small && file.thumbnail_url.is_some();
    let key = if small { thumbnail_key(id) } else { storage_key(id, &file.filename) };
    let bytes = context.blobs.get(&key).await?.or_not_found()?;
    let kind = ImageType::of(&bytes).or_not_found()?;
    Ok((kind, bytes))
}

/// A file that its reader sees, once it is checked.
async fn fit_to_be_shown(context: &Context, reader: UserId, id: AttachmentId) -> Result<Attachment, Failure> {
    let channel = context.store.attachment(id).await?.or_not_found()?.channel_id;
    let file = readable(context, reader, channel, id).await?.attachment;
    match file.status {
        AttachmentStatus::Clean => Ok(file),
        AttachmentStatus::Pending => {
            Err(Failure::new(Code::Pending, "The file is not checked yet; try again in a moment."))
        }
        AttachmentStatus::Infected => Err(Failure::new(Code::Gone, "The file is not fit to be shown.")),
    }
}

/// The name under which a file is offered. A picture's ends as its format does: saved as a page it would be opened as one.
fn offered<'a>(filename: &'a str, content_type: &str) -> Cow<'a, str> {
    let endings: &[&str] = match content_type {
        "image/jpeg" => &[".jpg", ".jpeg"],
        "image/png" => &[".png"],
        "image/gif" => &[".gif"],
        "image/webp" => &[".webp"],
        _ => return Cow::Borrowed(filename),
    };
    let name = filename.to_ascii_lowercase();
    if endings.iter().any(|ending| name.ends_with(ending)) {
        return Cow::Borrowed(filename);
    }
    Cow::Owned(format!("{filename}{}", endings[0]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::usecases::attachments::ANY_TYPE;

    #[test]
    fn a_picture_is_offered_as_a_picture() {
        for (name, kind, offered_as) in [
            ("cat.PNG", "image/png", "cat.PNG"),
            ("cat.jpeg", "image/jpeg", "cat.jpeg"),
            ("t.html", "image/png", "t.html.png"),
            ("cat.webp", "image/jpeg", "cat.webp.jpg"),
            ("t.html", ANY_TYPE, "t.html"),
        ] {
            assert_eq!(offered(name, kind), offered_as);
        }
    }
}
