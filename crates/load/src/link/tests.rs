//! An address for each edge, and packets that vanish; the latter only where this user may make namespaces.

use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;

use super::Link;
use super::route::place;
use crate::edges::Dependency;
use crate::proxy::Proxy;

#[test]
fn each_edge_has_an_address_of_its_own() {
    let all = [Dependency::Postgres, Dependency::Nats, Dependency::Objects];
    let places = (0..42).flat_map(|node| all.map(|one| place(node, one).expect("there is one")));
    let mut places: Vec<_> = places.collect();
    places.sort_unstable();
    places.dedup();
    assert_eq!(places.len(), 126);
    assert!(places.iter().all(|last| (128..254).contains(last)));
    assert!(place(42, Dependency::Postgres).is_err());
}

#[tokio::test]
async fn packets_of_an_open_connection_vanish_and_pass_again() {
    let Ok(link) = Link::lay().await else { return };
    let server = TcpListener::bind(("127.0.0.1", 0)).await.expect("a port");
    let port = server.local_addr().expect("bound").port();
    let listener = link.listen(0, Dependency::Nats).expect("an address");
    let proxy = Proxy::on(listener, port).expect("a proxy");
    let mut client = TcpStream::connect(proxy.addr()).await.expect("connected");
    let (mut served, _) = server.accept().await.expect("a connection");
    link.swallow(0, Dependency::Nats).await.expect("swallowed");
    client.write_all(b"x").await.expect("sent");
    let mut byte = [0];
    let silent = timeout(Duration::from_millis(300), served.read_exact(&mut byte)).await;
    assert!(silent.is_err(), "nothing arrives, and nothing is closed");
    link.heal(0, Dependency::Nats).await.expect("healed");
    let arrived = timeout(Duration::from_secs(5), served.read_exact(&mut byte)).await;
    arrived.expect("in time").expect("still open");
    assert_eq!(&byte, b"x");
}
