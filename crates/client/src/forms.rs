//! Files are sent as forms (RFC 7578).

use std::convert::Infallible;
use std::sync::Arc;

use reqwest::{Body, Method, RequestBuilder, header};
use serde::de::DeserializeOwned;

use crate::request::read;
use crate::retries::Repeat;
use crate::{Client, Error, Retries};

/// What stands between the parts of a form, and in no file by chance.
const BOUNDARY: &str = "ajet-5f0b3e9c7a2d41e8b6c4d1f09a8e7b35";

/// Bytes of a form that are handed over at once.
const PIECE: usize = 64 * 1024;

/// The field of a form under whose value it makes something at most once.
pub(crate) const KEY: &str = "client_mutation_id";

impl Client {
    /// Sends a form, at most so many times: more than once only where a repetition does nothing more.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn send_form<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        form: &[u8],
        tries: u32,
    ) -> Result<T, Error> {
        let repeat = Repeat::of(&method, tries > 1);
        let made = || self.form_request(method.clone(), path).body(form.to_vec());
        let retries = Retries { tries: tries.min(self.retries.tries), ..self.retries };
        read(&self.with_retries(retries).answered(repeat, made).await?)
    }

    /// Sends a form that makes something at most once, and tells how many bytes of it are taken, from the beginning again with each try.
    pub(crate) async fn send_form_watched<T: DeserializeOwned>(
        &self,
        path: &str,
        form: Vec<u8>,
        taken: impl Fn(usize) + Clone + Send + 'static,
    ) -> Result<T, Error> {
        let form: Arc<[u8]> = form.into();
        let made = || {
            let request = self.form_request(Method::POST, path).header(header::CONTENT_LENGTH, form.len());
            request.body(in_pieces(Arc::clone(&form), taken.clone()))
        };
        read(&self.answered(Repeat::Write, made).await?)
    }

    fn form_request(&self, method: Method, path: &str) -> RequestBuilder {
        let content_type = format!("multipart/form-data; boundary={BOUNDARY}");
        self.request(method, path).header(header::CONTENT_TYPE, content_type)
    }
}

/// A body that tells how far it was taken.
fn in_pieces(form: Arc<[u8]>, taken: impl Fn(usize) + Send + 'static) -> Body {
    let starts = (0..form.len()).step_by(PIECE);
    Body::wrap_stream(futures::stream::iter(starts.map(move |start| {
        let end = form.len().min(start + PIECE);
        taken(end);
        Ok::<_, Infallible>(form[start..end].to_vec())
    })))
}

/// A form of a file with its name, and of fields beside it.
#[must_use]
pub fn form((filename, bytes): (&str, &[u8]), fields: &[(&str, &str)]) -> Vec<u8> {
    let mut form = Vec::with_capacity(bytes.len() + 1024);
    for (name, value) in fields {
        let part =
            format!("--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
        form.extend_from_slice(part.as_bytes());
    }
    let name = filename.replace('"', "%22").replace('\r', "%0D").replace('\n', "%0A");
    let head = format!(
        "--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"file\"; filename=\"{name}\"\r\ncontent-type: application/octet-stream\r\n\r\n"
    );
    form.extend_from_slice(head.as_bytes());
    form.extend_from_slice(bytes);
    form.extend_from_slice(format!("\r\n--{BOUNDARY}--\r\n").as_bytes());
    form
}
