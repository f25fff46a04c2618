//! Requests and replies as bytes, and back.

use ajet_domain::verb::Codec;
use ajet_protocol::Timestamp;

use super::super::codec::Bincode;
use super::super::frame::{Frame, Reply, Request};
use super::{answers, requests};

/// A request as a node of version 2 takes it; `None` where that version has no such verb, nor way in.
#[must_use]
pub fn encode(frame: &Frame) -> Option<Vec<u8>> {
    Bincode.write(&requests::Frame {
        deadline: Timestamp::from_unix_millis(frame.deadline_ms),
        route: frame.route.clone(),
        request: requests::Request::of(&frame.request)?,
    })
}

/// A request of a node of version 2.
#[must_use]
pub fn decode(bytes: &[u8]) -> Option<Frame> {
    let requests::Frame { deadline, route, request } = Bincode.read(bytes)?;
    Some(Frame { deadline_ms: deadline.unix_millis(), route, request: request.read()? })
}

/// The reply to a request as a node of version 2 takes it; `None` for one that does not belong to the request.
#[must_use]
pub fn encode_reply(reply: &Reply, asked: &Request) -> Option<Vec<u8>> {
    Bincode.write(&answers::Reply::of(reply, asked)?)
}

/// The reply of a node of version 2 to a request; `None` for one that does not belong to the request.
#[must_use]
pub fn decode_reply(bytes: &[u8], asked: &Request) -> Option<Reply> {
    Bincode.read::<answers::Reply>(bytes)?.read(asked)
}
