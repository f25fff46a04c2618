//! Answers to requests that never reach the router: a head that can't be parsed, is too large or too late, and a connection too
//! many. Each is a problem document with the headers of all our answers, and the connection is closed.

use std::time::Duration;

use ajet_protocol::{Code, limits};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use uuid::Uuid;

use super::error::ApiError;
use super::live;
use super::trace;

/// How long sending the answer and draining what the client still sends may take.
const WITHIN: Duration = Duration::from_secs(2);
/// When a connection that was one too many may be tried again: others end at any time.
const AGAIN_AFTER: Duration = Duration::from_secs(1);
/// Bytes of the client's that are drained at most.
const DRAINED_BYTES: usize = 1 << 20;

/// What is wrong with a head that hyper answered by this status.
pub fn of_status(status: u16) -> ApiError {
    let most = limits::HEAD_BYTES / 1024;
    match status {
        414 | 431 => ApiError::new(
            Code::HeadTooLarge,
            format!("The request's line and headers are larger than {most} KiB, or more than 100 headers."),
        ),
        _ => ApiError::new(Code::Malformed, "The request's line or headers are no HTTP/1.1."),
    }
}

/// A head that did not come to its end.
pub fn late() -> ApiError {
    ApiError::new(Code::RequestTimeout, "The request's line and headers did not arrive in time.")
}

/// A connection beyond those that there may be.
pub fn too_many() -> ApiError {
    ApiError::new(Code::Overloaded, "The server has as many connections as it may; try again in a moment.")
}

/// A connection beyond those that an address may have.
pub fn too_many_of_address(most: usize) -> ApiError {
    let text = "Your address has as many connections as it may; try again in a moment.";
    ApiError::new(Code::RateLimited, text).limited(u32::try_from(most).unwrap_or(u32::MAX), AGAIN_AFTER)
}

/// Sends the answer and closes the connection.
pub async fn send_and_close(mut stream: TcpStream, refusal: ApiError) {
    let telling = async {
        stream.write_all(&answer(&refusal, Uuid::new_v4())).await?;
        stream.shutdown().await?;
        // The kernel resets a connection that is closed with bytes unread, and the client may lose the answer.
        let (mut drained, mut bytes) = (0, vec![0; 4096]);
        while let read @ 1.. = stream.read(&mut bytes).await? {
            drained += read;
            if drained > DRAINED_BYTES {
                break;
            }
        }
        Ok::<(), std::io::Error>(())
    };
    let _ = tokio::time::timeout(WITHIN, telling).await;
}

fn answer(refusal: &ApiError, trace_id: Uuid) -> Vec<u8> {
    let problem = serde_json::to_vec(&refusal.problem(Some(trace_id))).unwrap_or_default();
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    headers.insert(header::CONTENT_LENGTH, problem.len().into());
    headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
    refusal.set_headers(&mut headers);
    // HSTS is for browsers, which send heads that can be parsed.
    trace::set_headers(&mut headers, trace_id, trace::Policy { https: false });
    let status = StatusCode::from_u16(refusal.code.status()).unwrap_or(StatusCode::BAD_REQUEST);
    let mut bytes = live::head_of(status, &headers);
    bytes.extend_from_slice(&problem);
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_says_what_all_answers_say() {
        let trace_id = Uuid::from_u128(7);
        let said = String::from_utf8(answer(&of_status(431), trace_id)).expect("text");
        let (head, body) = said.split_once("\r\n\r\n").expect("a head and a body");
        assert!(head.starts_with("HTTP/1.1 431 Request Header Fields Too Large\r\ndate: "), "{head}");
        for line in [
            "content-type: application/problem+json",
            "connection: close",
            "x-content-type-options: nosniff",
            &format!("x-trace-id: {trace_id}"),
            &format!("content-length: {}", body.len()),
        ] {
            assert!(head.contains(line), "{line} in {head}");
        }
        let problem: ajet_protocol::Problem = serde_json::from_str(body).expect("a problem");
        assert_eq!((problem.status, problem.trace_id), (431, Some(trace_id)));
        assert!(!head.contains("retry-after") && !head.contains("ratelimit"), "{head}");
        assert_eq!(of_status(400).code.status(), 400);
        assert_eq!(late().code.status(), 408);
    }

    #[test]
    fn a_connection_too_many_is_told_its_limit_as_a_request_is() {
        let said = |refusal: &ApiError| String::from_utf8(answer(refusal, Uuid::nil())).expect("text");
        let limited = said(&too_many_of_address(7));
        for line in [
            "retry-after: 1\r\n",
            "ratelimit-limit: 7\r\n",
            "ratelimit-remaining: 0\r\n",
            "ratelimit-reset: 1\r\n",
        ] {
            assert!(limited.starts_with("HTTP/1.1 429 ") && limited.contains(line), "{line} in {limited}");
        }
        let full = said(&too_many());
        assert!(full.starts_with("HTTP/1.1 503 ") && full.contains("retry-after: 1\r\n"), "{full}");
    }
}
