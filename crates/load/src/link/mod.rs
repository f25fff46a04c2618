//! A link between nodes and what they need, on which packets can be swallowed.
//!
//! The kernel below a proxy acknowledges what it receives, so a proxy can't make packets vanish: they must cross a
//! network. This is one, made of two network namespaces and two pairs of virtual Ethernet devices:
//!
//! ```text
//!   this namespace              middle                        far
//!   node                                                      a proxy for each edge, on 198.18.K.128 and up
//!     └── ajetPID ───────── near    far ───────────────── near
//!         198.18.K.1  198.18.K.2    198.18.K.5      198.18.K.6
//! ```
//!
//! The middle forwards. To swallow an edge, two rules there drop the packets from and to its address: no connection is
//! closed, nothing is acknowledged, no ICMP error is sent, and the interfaces at both ends stay up, so neither kernel
//! notices. The proxies' listeners, and so the sockets they accept, belong to the far namespace; the proxies connect to
//! the servers from this one, over loopback.
//!
//! Nothing outlives the program: each namespace is held by a child that exits at the end of its input, and the kernel
//! removes the devices, addresses, routes and rules together with it.

mod namespace;
mod route;
#[cfg(test)]
mod tests;

use namespace::Namespace;
pub use route::Link;
