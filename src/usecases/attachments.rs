//! Files: uploaded, looked at, described, removed. How they are had is in [`super::downloads`].
//!
//! A file's row is there before its bytes are stored, and goes after them: no bytes are left behind that no row knows of. What a client
//! puts into the object store itself is looked at there, and then kept under another key, which the client can't write to.

use std::collections::BTreeMap;
use std::time::Duration;

use ajet_domain::asked::{Caller, Via};
use ajet_domain::channel::{self as verb, AddAttachment, RemoveAttachment, SettleAttachment, Settled};
use ajet_domain::verb::{Made, Verb};
use ajet_domain::{Denied, Refusal};
use ajet_protocol::{
    Attachment, AttachmentId, AttachmentStatus, BeginUpload, ChannelId, Code, MessageId, Permission,
    Timestamp, Trimmed, UploadBegun, User, UserId, limits,
};
use bytes::Bytes;

use super::deletion::again_as_before;
use super::previews::{PresentText, present_text};
use super::reading::{Reading, may_in, sees};
use super::{Context, Created, Failure, Found, GivenKey};
use crate::blobs::{Put, storage_key, thumbnail_key, upload_key};
use crate::images::{BadImage, ImageType, Processed, Thumbnail};
use crate::store::attachments::KeptFile;

/// Keys of files that come with a request are others than those of uploads to the object store.
const FORMS: &str = "form";
const UPLOADS: &str = "upload";
/// The media type of what is no picture: no browser shows it.
pub(super) const ANY_TYPE: &str = "application/octet-stream";

/// A file as it came with a request.
pub struct Incoming {
    pub name: String,
    pub bytes: Bytes,
    pub alt: Trimmed,
}

/// A file that is fit to be kept.
struct Ready {
    content_type: &'static str,
    bytes: Bytes,
    sides: Option<(u32, u32)>,
    thumbnail: Option<Thumbnail>,
}

impl Ready {
    fn settled(&self) -> Settled {
        let side = |side: u32| i32::try_from(side).ok();
        Settled {
            content_type: self.content_type.to_owned(),
            size_bytes: i64::try_from(self.bytes.len()).unwrap_or(i64::MAX),
            width: self.sides.and_then(|(width, _)| side(width)),
            height: self.sides.and_then(|(_, height)| side(height)),
            thumbnail: self.thumbnail.is_some(),
        }
    }
}

impl From<Processed> for Ready {
    fn from(picture: Processed) -> Self {
        Self {
            content_type: picture.kind.content_type(),
            bytes: picture.bytes,
            sides: Some((picture.width, picture.height)),
            thumbnail: picture.thumbnail,
        }
    }
}

/// Takes a file that came with a request.
///
/// # Errors
/// [`Failure`]
pub async fn add(
    context: &Context,
    by: Caller,
    channel: ChannelId,
    file: Incoming,
    key: GivenKey,
) -> Result<Created<Attachment>, Failure> {
    let Incoming { name, bytes, alt } = file;
    let key = key.among(FORMS);
    let user = by.user.clone();
    // What was done is answered whatever the settings and the caller's rights are by now.
    if let Some(kept) = made_before(context, &by, channel, &key).await? {
        let ready = async || examined(context, bytes).await;
        return finished(context, user, kept, ready).await.map(Created::Before);
    }
    may_upload(context, by.rights_of(), channel).await?;
    let size = i64::try_from(bytes.len()).unwrap_or(i64::MAX);
    within_setting(context, size).await?;
    let ready = examined(context, bytes).await?;
    let filename = shown_name(&name);
    let (content_type, alt) = (ready.content_type.to_owned(), alt.to_string());
    let verb = AddAttachment { filename, content_type, size_bytes: size, alt };
    match context.make(channel, by.clone(), key.without_former(), verb).await? {
        Made::New(added) => keep(context, user, (channel, None), &added, ready).await.map(Created::New),
        // Another request with the same key was quicker.
        Made::Before(id) => {
            let kept = own(context, &by, channel, AttachmentId(id)).await?;
            finished(context, user, kept, async || Ok(ready)).await.map(Created::Before)
        }
    }
}

/// The file that an earlier request of the caller's with this key has made.
async fn made_before(
    context: &Context,
    by: &Caller,
    channel: ChannelId,
    key: &GivenKey,
) -> Result<Option<KeptFile>, Failure> {
    let GivenKey::Given { text, fingerprint } = key else { return Ok(None) };
    let Some(space) = <AddAttachment as Verb>::KEYS else { return Ok(None) };
    let stored = space.stored(by.id(), text);
    let Some(prior) = context.store.made_under(&stored).await? else { return Ok(None) };
    if prior.fingerprint != *fingerprint {
        return Err(Failure::key_reused());
    }
    own(context, by, channel, AttachmentId(prior.object)).await.map(Some)
}

/// A file of an earlier request, as it is now. If that was cut off before the bytes were stored, these are the same ones.
async fn finished(
    context: &Context,
    user: User,
    kept: KeptFile,
    ready: impl AsyncFnOnce() -> Result<Ready, Failure>,
) -> Result<Attachment, Failure> {
    let KeptFile { attachment, channel_id, message_id, .. } = kept;
    if attachment.status != AttachmentStatus::Pending {
        return Ok(attachment);
    }
    keep(context, user, (channel_id, message_id), &attachment, ready().await?).await
}

/// Whether somebody may upload to a channel: for who is to be offered it.
///
/// # Errors
/// [`Failure`]; 404 where the channel is not there for them
pub async fn are_taken(context: &Context, person: UserId, channel: ChannelId) -> Result<bool, Failure> {
    match may_upload(context, person, channel).await {
        Err(failure) if failure.code == Code::Forbidden => Ok(false),
        let_in => let_in.map(|()| true),
    }
}

/// Whether somebody may upload to a channel, before a picture is decoded for them. The channel decides it again.
async fn may_upload(context: &Context, person: UserId, channel: ChannelId) -> Result<(), Failure> {
    Reading::within(context, person, channel).await?.let_in(may_in(Permission::AttachFiles)).await
}

async fn within_setting(context: &Context, size: i64) -> Result<(), Failure> {
    let most = context.store.settings().await?.upload_max_bytes;
    if size <= most {
        return Ok(());
    }
    Err(Failure::new(Code::TooLarge, format!("The file is larger than {most} bytes.")))
}

/// Looks at a file's bytes.
async fn examined(context: &Context, bytes: Bytes) -> Result<Ready, Failure> {
    if !bytes.is_empty() && ImageType::of(&bytes).is_none() && context.any_type {
        return Ok(Ready { content_type: ANY_TYPE, bytes, sides: None, thumbnail: None });
    }
    Ok(context.images.attachment(bytes).await?.into())
}

/// Stores a file's bytes, and says so to its channel.
async fn keep(
    context: &Context,
    user: User,
    (channel, message_id): (ChannelId, Option<MessageId>),
    file: &Attachment,
    ready: Ready,
) -> Result<Attachment, Failure> {
    let settled = ready.settled();
    let Ready { content_type, bytes, thumbnail, .. } = ready;
    context.blobs.put(&storage_key(file.id, &file.filename), content_type, bytes).await?;
    if let Some(small) = thumbnail {
        context.blobs.put(&thumbnail_key(file.id), small.kind.content_type(), small.bytes).await?;
    }
    settle(context, user, channel, (file.id, message_id), Some(settled)).await
}

/// Says to a channel what a file's bytes are; `None`: it is not fit to be shown.
async fn settle(
    context: &Context,
    user: User,
    channel: ChannelId,
    (attachment_id, message_id): (AttachmentId, Option<MessageId>),
    found: Option<Settled>,
) -> Result<Attachment, Failure> {
    let PresentText { edited_at, shown_html } = present_text(context, message_id).await?;
    let verb = SettleAttachment { attachment_id, message_id, edited_at, shown_html, found };
    Ok(*context.ask(channel, Caller { user, via: Via::System, scopes: None }, verb).await?)
}

/// Notes a file that its client puts into the object store itself, and says where to.
///
/// # Errors
/// [`Failure`]
pub async fn begin(
    context: &Context,
    by: Caller,
    channel: ChannelId,
    upload: BeginUpload,
    key: GivenKey,
) -> Result<Created<UploadBegun>, Failure> {
    let BeginUpload { filename, content_type, size_bytes, alt, .. } = upload;
    let key = key.among(UPLOADS);
    let reader = by.id();
    if let Some(kept) = made_before(context, &by, channel, &key).await? {
        return begun(context, kept.attachment, kept.created_at).map(Created::Before);
    }
    let essence = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    if !context.any_type && !PICTURES.contains(&essence.as_str()) {
        let rule = "must be image/jpeg, image/png, image/gif or image/webp";
        return Err(Failure::field("content_type", "not_an_image", rule));
    }
    within_setting(context, size_bytes).await?;
    let alt = alt.map(String::from).unwrap_or_default();
    let verb = AddAttachment { filename: shown_name(&filename), content_type: essence, size_bytes, alt };
    // Its time is counted from when the file was noted, also where it was noted just now.
    let kept = async |id| {
        let kept = readable(context, reader, channel, id).await?;
        begun(context, kept.attachment, kept.created_at)
    };
    match context.make(channel, by, key.without_former(), verb).await? {
        Made::New(added) => kept(added.id).await.map(Created::New),
        Made::Before(id) => kept(AttachmentId(id)).await.map(Created::Before),
    }
}

/// The media types of pictures that are taken.
pub(super) const PICTURES: [&str; 4] = ["image/jpeg", "image/png", "image/gif", "image/webp"];

/// Where a file is to be put, until a while after it was noted: what is put there later is looked for by no one. Of an upload that is over
/// the address takes nothing: it is one whose time ended long ago.
fn begun(context: &Context, attachment: Attachment, noted: Timestamp) -> Result<UploadBegun, Failure> {
    let (now, until) = (context.now(), noted.plus_seconds(limits::UPLOAD_SECONDS));
    let left = until.unix_millis().saturating_sub(now.unix_millis()).div_ceil(1000);
    let is_over = attachment.status != AttachmentStatus::Pending || left == 0;
    let (from, left) = if is_over { (Timestamp::from_unix_millis(0), 1) } else { (now, left) };
    let expires_at = if is_over { until.min(now) } else { until };
    let content_type = attachment.content_type.as_str();
    let size_bytes = attachment.size_bytes.unsigned_abs();
    let put = Put { content_type, size_bytes, from, lifetime: Duration::from_secs(left) };
    let upload_url = context.blobs.presigned_put(&upload_key(attachment.id), put)?;
    let headers = BTreeMap::from([("content-type".to_owned(), content_type.to_owned())]);
    Ok(UploadBegun { attachment, upload_url, headers, expires_at })
}

/// Has a file looked at that its client has put into the object store; again changes nothing. It is pending until that is done.
///
/// # Errors
/// [`Failure`]
pub async fn complete(context: &Context, by: Caller, id: AttachmentId) -> Result<(), Failure> {
    let channel = context.store.attachment(id).await?.or_not_found()?.channel_id;
    let KeptFile { attachment, uploader, .. } = readable(context, by.id(), channel, id).await?;
    if uploader != by.id() {
        return Err(Failure::not_found());
    }
    if attachment.status != AttachmentStatus::Pending {
        return Ok(());
    }
    let key = upload_key(id);
    let Some(size) = context.blobs.size(&key).await? else {
        return Err(Failure::new(Code::Conflict, "The file was not uploaded yet."));
    };
    if i64::try_from(size).unwrap_or(i64::MAX) > attachment.size_bytes {
        context.blobs.delete(&key).await?;
        return Err(Failure::new(Code::TooLarge, "The file is larger than was said."));
    }
    context.store.ask_to_process(id).await?;
    context.node.jobs().notify_one();
    Ok(())
}

/// Looks at a file that was uploaded to the object store: `attachment:process`. Again changes nothing.
///
/// # Errors
/// [`Failure`]
pub async fn process(context: &Context, id: AttachmentId) -> Result<(), Failure> {
    let Some(file) = context.store.attachment(id).await? else { return Ok(()) };
    let KeptFile { attachment, channel_id, uploader, message_id, .. } = file;
    if attachment.status != AttachmentStatus::Pending {
        return Ok(());
    }
    let user = context.store.account(uploader).await?.or_not_found()?;
    // One byte more than was said tells that there are more.
    let most = attachment.size_bytes.unsigned_abs();
    let bytes = context.blobs.get_beginning(&upload_key(id), most.saturating_add(1)).await?;
    let examined = match bytes.filter(|bytes| bytes.len() as u64 <= most) {
        Some(bytes) => examined(context, bytes).await,
        None => Err(BadImage::Unreadable.into()),
    };
    match examined {
        Ok(ready) => {
            keep(context, user, (channel_id, message_id), &attachment, ready).await?;
        }
        Err(unfit) if unfit.code == Code::Invalid => {
            settle(context, user, channel_id, (id, message_id), None).await?;
        }
        Err(failure) => return Err(failure),
    }
    remove_upload(context, id).await
}

/// A file for somebody who may see it now: who reads the channel that it was posted in, or who uploaded it.
pub(super) async fn readable(
    context: &Context,
    reader: UserId,
    channel: ChannelId,
    id: AttachmentId,
) -> Result<KeptFile, Failure> {
    let reading = Reading::within(context, reader, channel).await?;
    reading.answer(sees, |fence| context.store.attachment_for(fence, id)).await?.or_not_found()
}

/// A file of the caller's own, by the rights that count for them. A webhook's account reads nothing itself: it finds what it has uploaded
/// as long as its maker sees the channel.
async fn own(
    context: &Context,
    by: &Caller,
    channel: ChannelId,
    id: AttachmentId,
) -> Result<KeptFile, Failure> {
    let Via::Webhook { maker } = by.via else { return readable(context, by.id(), channel, id).await };
    Reading::within(context, maker, channel).await?.let_in(sees).await?;
    let found = context.store.attachment(id).await?;
    found.filter(|file| file.channel_id == channel && file.uploader == by.id()).or_not_found()
}

/// Says in words what a file shows, or leaves the words that there are; the file as it is afterwards.
///
/// # Errors
/// [`Failure`]
pub async fn describe(
    context: &Context,
    by: Caller,
    attachment_id: AttachmentId,
    alt: Option<&Trimmed>,
) -> Result<Attachment, Failure> {
    let KeptFile { channel_id, message_id, .. } =
        context.store.attachment(attachment_id).await?.or_not_found()?;
    let Some(alt) = alt else {
        let kept = readable(context, by.id(), channel_id, attachment_id).await?;
        let is_own = kept.uploader == by.id();
        return if is_own { Ok(kept.attachment) } else { Err(Denied::Forbidden.said().into()) };
    };
    let PresentText { edited_at, shown_html } = present_text(context, message_id).await?;
    let alt = alt.to_string();
    let verb = verb::DescribeAttachment { attachment_id, message_id, edited_at, shown_html, alt };
    Ok(*context.ask(channel_id, by, verb).await?)
}

/// Takes a file away, from its message too if one has it; again changes nothing.
///
/// # Errors
/// [`Failure`]
pub async fn remove(context: &Context, by: Caller, id: AttachmentId) -> Result<(), Failure> {
    let person = by.id();
    let removal = taken_away(context, by, id).await;
    again_as_before(context, person, id.0, removal).await
}

async fn taken_away(context: &Context, by: Caller, attachment_id: AttachmentId) -> Result<(), Failure> {
    let KeptFile { channel_id, message_id, .. } =
        context.store.attachment(attachment_id).await?.or_not_found()?;
    let PresentText { edited_at, shown_html } = present_text(context, message_id).await?;
    context.ask(channel_id, by, RemoveAttachment { attachment_id, message_id, edited_at, shown_html }).await
}

/// Removes all bytes of a file from the object store; again changes nothing.
///
/// # Errors
/// The object store is away.
pub async fn remove_bytes(context: &Context, id: AttachmentId, filename: &str) -> Result<(), Failure> {
    for key in [storage_key(id, filename), thumbnail_key(id), upload_key(id)] {
        context.blobs.delete(&key).await?;
    }
    Ok(())
}

/// Removes what a client has put where it was told to; again changes nothing.
///
/// # Errors
/// The object store is away.
pub async fn remove_upload(context: &Context, id: AttachmentId) -> Result<(), Failure> {
    Ok(context.blobs.delete(&upload_key(id)).await?)
}

/// A file's name as it is kept: without folders, and without characters that show nothing or turn the text around.
fn shown_name(given: &str) -> String {
    let name = given.rsplit(['/', '\\']).next().unwrap_or_default();
    let turns =
        |c: char| matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let shown: String = name.chars().filter(|c| !c.is_control() && !turns(*c)).collect();
    let name = Trimmed::from(shown).cut(limits::FILENAME_CHARS);
    if ajet_protocol::attachments::filename_rule(&name).is_ok() { name.into() } else { "file".to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_files_name_is_a_name_and_no_path() {
        for (given, kept) in [
            ("cat.png", "cat.png"),
            (r"C:\Users\ann\cat.png", "cat.png"),
            ("../../etc/passwd", "passwd"),
            ("a/", "file"),
            ("", "file"),
            ("\u{202e}gnp.exe", "gnp.exe"),
            ("a\0b\n.png", "ab.png"),
        ] {
            assert_eq!(shown_name(given), kept, "{given:?}");
        }
        assert_eq!(shown_name(&"x".repeat(300)).len(), limits::FILENAME_CHARS);
    }

    #[test]
    fn what_is_no_picture_is_the_fault_of_the_file() {
        let failure = Failure::from(BadImage::TooManyPixels);
        assert_eq!((failure.code, failure.errors[0].field.as_str()), (Code::Invalid, "file"));
    }
}
