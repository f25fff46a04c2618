//! Requests whose answers are left where they are.

use tokio::io::AsyncWriteExt;
use tokio::net::{TcpSocket, TcpStream};

/// Sends a request and reads nothing of the answer. `buffer` sets the size of the kernel's receive buffer, where it is not
/// to be the default.
///
/// # Errors
/// When the node does not take the connection.
pub async fn ask(base: &str, path: &str, token: &str, buffer: Option<u32>) -> std::io::Result<TcpStream> {
    let addr = base.trim_start_matches("http://").parse().map_err(std::io::Error::other)?;
    let socket = TcpSocket::new_v4()?;
    if let Some(buffer) = buffer {
        socket.set_recv_buffer_size(buffer)?;
    }
    let mut connection = socket.connect(addr).await?;
    let head = format!("GET {path} HTTP/1.1\r\nhost: node\r\nauthorization: Bearer {token}\r\n\r\n");
    connection.write_all(head.as_bytes()).await?;
    Ok(connection)
}
