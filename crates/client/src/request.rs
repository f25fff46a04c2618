//! How a call becomes a request, and is sent until it is answered or not worth another try.

use ajet_protocol::{Creates, PageQuery};
use reqwest::{Method, RequestBuilder};
use serde::Serialize;
use serde::de::DeserializeOwned;
use uuid::Uuid;

use crate::error::{Failed, checked};
use crate::retries::{Repeat, is_not_begun};
use crate::{Client, Error};

/// The header under which a request makes something at most once.
pub(crate) const KEY: &str = "idempotency-key";

impl Client {
    /// Any read of the API.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, Error> {
        self.send(Method::GET, path, None::<&()>, true).await
    }

    /// Any request of the API with a JSON answer; `safe` ones are sent again after failures that pass.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn send<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        body: Option<&impl Serialize>,
        safe: bool,
    ) -> Result<T, Error> {
        let repeat = Repeat::of(&method, safe);
        let made = || {
            let request = self.request(method.clone(), path);
            match body {
                Some(body) => request.json(body),
                None => request,
            }
        };
        read(&self.answered(repeat, made).await?)
    }

    /// Any POST of the API with a JSON answer, under a key if one is given; `safe` ones are sent again after failures that pass, where the
    /// caller knows that the route heeds the key.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn post_under<T: DeserializeOwned>(
        &self,
        path: &str,
        body: Option<&impl Serialize>,
        (key, safe): (Option<&str>, bool),
    ) -> Result<T, Error> {
        let made = || {
            let request = self.request(Method::POST, path);
            let request = match key {
                Some(key) => request.header(KEY, key),
                None => request,
            };
            match body {
                Some(body) => request.json(body),
                None => request,
            }
        };
        read(&self.answered(Repeat::of(&Method::POST, safe), made).await?)
    }

    /// Makes something, under the key of the request or else a fresh one, so that it is safe to repeat.
    pub(crate) async fn create<T: DeserializeOwned>(
        &self,
        path: &str,
        request: &(impl Serialize + Creates),
    ) -> Result<T, Error> {
        let fresh = request.client_mutation_id().is_none().then(|| Uuid::new_v4().to_string());
        let made = || {
            let made = self.request(Method::POST, path).json(request);
            match &fresh {
                Some(key) => made.header(KEY, key),
                None => made,
            }
        };
        read(&self.answered(Repeat::Write, made).await?)
    }

    /// Sends a request whose answer has no body. But for POST it is safe to repeat.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn tell(&self, method: Method, path: &str, body: &impl Serialize) -> Result<(), Error> {
        let repeat = Repeat::of(&method, method.is_idempotent());
        let made = || self.request(method.clone(), path).json(body);
        self.answered(repeat, made).await.map(drop)
    }

    /// Sends a request that has no body and whose answer has none. But for POST it is safe to repeat.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn send_empty(&self, method: Method, path: &str) -> Result<(), Error> {
        let repeat = Repeat::of(&method, method.is_idempotent());
        self.answered(repeat, || self.request(method.clone(), path)).await.map(drop)
    }

    /// A request with the headers of this context.
    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let mut request = self.http.request(method, format!("{}{path}", self.base));
        if let Some(token) = &self.token {
            request = request.bearer_auth(token);
        }
        if let Some(trace_id) = &self.trace_id {
            request = request.header("x-trace-id", trace_id);
        }
        request
    }

    /// Sends a request, again where that does no harm and may help; the body of its answer.
    pub(crate) async fn answered(
        &self,
        repeat: Repeat,
        made: impl Fn() -> RequestBuilder,
    ) -> Result<Vec<u8>, Error> {
        let mut tried = 0;
        // The failure of the last try that the server may have carried out.
        let mut begun = None;
        loop {
            tried += 1;
            let Failed { error, retry_after } = match once(made().timeout(self.timeout)).await {
                Ok(body) => return Ok(body),
                Err(failed) => failed,
            };
            if repeat.is_done(&error, begun.is_some()) {
                return Ok(Vec::new());
            }
            if !repeat.allows(&error) {
                return Err(error);
            }
            let Some(pause) = self.retries.pause(tried, retry_after, rand::random()) else {
                return Err(repeat.told(error, begun));
            };
            if !is_not_begun(&error) {
                begun = Some(error);
            }
            tokio::time::sleep(pause).await;
        }
    }
}

async fn once(request: RequestBuilder) -> Result<Vec<u8>, Failed> {
    Ok(checked(request.send().await?).await?.bytes().await?.into())
}

/// What an answer says.
pub(crate) fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, Error> {
    // An answer without a body, where none is expected, reads as nothing.
    let json = if body.is_empty() { b"null" } else { body };
    serde_json::from_slice(json).map_err(Error::Unreadable)
}

/// The parameters of a page.
pub(crate) fn parts_of(query: &PageQuery) -> Vec<String> {
    let mut parts = Vec::new();
    parts.extend(query.before.map(|id| format!("before={id}")));
    parts.extend(query.after.map(|id| format!("after={id}")));
    parts.extend(query.limit.map(|limit| format!("limit={limit}")));
    parts
}

/// A text as a part of an address, each of its bytes percent-encoded.
pub(crate) fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}
