//! Files of messages.

use ajet_protocol::{
    Attachment, AttachmentId, BeginUpload, ChannelId, DescribeAttachment, Trimmed, UploadBegun,
};
use reqwest::Method;
use uuid::Uuid;

use crate::forms::{KEY, form};
use crate::retries::Repeat;
use crate::{Client, Error};

impl Client {
    /// Uploads a file, with words for what it shows.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn upload(
        &self,
        channel: ChannelId,
        (filename, bytes): (&str, &[u8]),
        alt: Option<&str>,
    ) -> Result<Attachment, Error> {
        let key = Uuid::new_v4().to_string();
        let fields: Vec<(&str, &str)> =
            alt.map(|alt| ("alt", alt)).into_iter().chain([(KEY, &*key)]).collect();
        let path = format!("/api/channels/{channel}/attachments");
        self.send_form(Method::POST, &path, &form((filename, bytes), &fields), self.retries.tries).await
    }

    /// Uploads a file as [`Client::upload`] does, under this key or else a fresh one, and tells how many bytes of the request are taken, from
    /// the beginning again with each try.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn upload_watched(
        &self,
        channel: ChannelId,
        (filename, bytes): (&str, &[u8]),
        (alt, key): (Option<&str>, Option<&str>),
        taken: impl Fn(usize) + Clone + Send + 'static,
    ) -> Result<Attachment, Error> {
        let key = key.map_or_else(|| Uuid::new_v4().to_string(), str::to_owned);
        let fields: Vec<(&str, &str)> =
            alt.map(|alt| ("alt", alt)).into_iter().chain([(KEY, &*key)]).collect();
        let path = format!("/api/channels/{channel}/attachments");
        self.send_form_watched(&path, form((filename, bytes), &fields), taken).await
    }

    /// Begins the upload of a file to the object store.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn begin_upload(&self, channel: ChannelId, upload: &BeginUpload) -> Result<UploadBegun, Error> {
        self.create(&format!("/api/channels/{channel}/uploads"), upload).await
    }

    /// Puts a file's bytes where its upload was begun.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn put_upload(&self, begun: &UploadBegun, bytes: Vec<u8>) -> Result<(), Error> {
        let made = || {
            let request = self.http.put(&begun.upload_url).body(bytes.clone());
            begun.headers.iter().fold(request, |request, (name, value)| request.header(name, value))
        };
        self.answered(Repeat::Write, made).await.map(drop)
    }

    /// Has a file looked at that was put there; again changes nothing.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn complete_upload(&self, id: AttachmentId) -> Result<(), Error> {
        self.send(Method::POST, &format!("/api/uploads/{id}/complete"), None::<&()>, true).await
    }

    /// The bytes of a file, or of a small picture of it.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn download(&self, id: AttachmentId, small: bool) -> Result<Vec<u8>, Error> {
        let query = if small { "?thumbnail=true" } else { "" };
        let path = format!("/api/attachments/{id}{query}");
        self.answered(Repeat::Read, || self.request(Method::GET, &path)).await
    }

    /// Says in words what a file shows; none take the words away.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn describe_attachment(&self, id: AttachmentId, alt: &str) -> Result<Attachment, Error> {
        let words = DescribeAttachment { alt: Some(Trimmed::from(alt)) };
        self.send(Method::PATCH, &format!("/api/attachments/{id}"), Some(&words), true).await
    }

    /// Removes a file, from its message too if one has it; again changes nothing.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn delete_attachment(&self, id: AttachmentId) -> Result<(), Error> {
        self.send_empty(Method::DELETE, &format!("/api/attachments/{id}")).await
    }
}
