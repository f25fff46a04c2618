//! One connection for one request: to an address by its numbers, with TLS where the target has it.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::ServerName;
use tokio_rustls::rustls::{ClientConfig, RootCertStore};
use tokio_util::task::AbortOnDropHandle;
use url::Host;

use super::OutgoingError;
use super::target::Target;

/// Addresses of one name that are tried.
const TRIED: usize = 3;
/// How long one of them may take to be connected to, if there are others.
const CONNECTED_WITHIN: Duration = Duration::from_secs(3);
/// Bytes of an answer's head, and of what is read and not yet taken.
const HEAD_BYTES: usize = 64 << 10;

/// An answer whose body is still to be read. The connection closes when this is dropped.
pub struct Exchange {
    pub response: Response<Incoming>,
    /// What drives the connection.
    pub driven: AbortOnDropHandle<()>,
}

/// How TLS is spoken: with servers that an authority vouches for which this machine trusts.
pub fn tls() -> TlsConnector {
    let mut roots = RootCertStore::empty();
    let found = rustls_native_certs::load_native_certs();
    let (trusted, _) = roots.add_parsable_certificates(found.certs);
    if trusted == 0 {
        tracing::warn!("this machine trusts no certificate authority: pages with https:// can't be asked");
    }
    let builder = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()));
    let builder = builder.with_safe_default_protocol_versions().expect("the provider knows TLS 1.2 and 1.3");
    let mut config = builder.with_root_certificates(roots).with_no_client_auth();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    TlsConnector::from(Arc::new(config))
}

/// Sends a request to a host at one of these addresses, which were checked, and waits for the head of its answer.
///
/// # Errors
/// [`OutgoingError`]
pub async fn exchange(
    tls: &TlsConnector,
    target: &Target,
    addresses: &[SocketAddr],
    request: Request<Full<Bytes>>,
) -> Result<Exchange, OutgoingError> {
    let stream = connected(addresses).await?;
    if !target.tls {
        return asked(stream, request).await;
    }
    let name = match &target.host {
        Host::Domain(domain) => ServerName::try_from(domain.clone()).map_err(|_| OutgoingError::Address)?,
        Host::Ipv4(ip) => ServerName::from(std::net::IpAddr::V4(*ip)),
        Host::Ipv6(ip) => ServerName::from(std::net::IpAddr::V6(*ip)),
    };
    let stream = tls.connect(name, stream).await.map_err(|_| OutgoingError::Unreachable)?;
    asked(stream, request).await
}

/// A connection to the first of these addresses that takes one.
async fn connected(addresses: &[SocketAddr]) -> Result<TcpStream, OutgoingError> {
    for address in addresses.iter().take(TRIED) {
        if let Ok(Ok(stream)) = timeout(CONNECTED_WITHIN, TcpStream::connect(*address)).await {
            return Ok(stream);
        }
    }
    Err(OutgoingError::Unreachable)
}

async fn asked<T>(stream: T, request: Request<Full<Bytes>>) -> Result<Exchange, OutgoingError>
where
    T: AsyncRead + AsyncWrite + Send + Unpin + 'static,
{
    let mut builder = http1::Builder::new();
    builder.max_buf_size(HEAD_BYTES);
    let shaken = builder.handshake::<_, Full<Bytes>>(TokioIo::new(stream)).await;
    let (mut sender, connection) = shaken.map_err(|_| OutgoingError::Unreachable)?;
    let driven = AbortOnDropHandle::new(tokio::spawn(async move {
        // What goes wrong, the request is told.
        let _ = connection.await;
    }));
    let response = sender.send_request(request).await.map_err(|_| OutgoingError::Answer)?;
    Ok(Exchange { response, driven })
}
