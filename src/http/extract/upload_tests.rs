//! Forms with files: what is taken, what is refused, and that room is given back.

use axum::body::Body;

use super::*;

const TYPE: &str = "multipart/form-data; boundary=x";

fn form(parts: &[(&str, &str)]) -> String {
    let parts = parts
        .iter()
        .map(|(name, value)| format!("--x\r\ncontent-disposition: form-data; {name}\r\n\r\n{value}\r\n"));
    parts.collect::<String>() + "--x--\r\n"
}

fn request(content_type: &str, body: impl Into<Body>) -> Request {
    Request::post("/").header("content-type", content_type).body(body.into()).expect("a request")
}

async fn uploaded(content_type: &str, body: impl Into<Body>) -> Result<Upload, Code> {
    Upload::from_request(request(content_type, body), &()).await.map_err(|refused| refused.code)
}

#[tokio::test]
async fn a_file_comes_with_its_name_and_fields() {
    let body =
        form(&[("name=\"alt\"", "A cat"), ("name=\"file\"; filename=\"cat.png\"", "bytes\r\n\r\nmore")]);
    let mut upload = uploaded(TYPE, body).await.expect("fine");
    assert_eq!(upload.fields["alt"], "A cat");
    let file = upload.file_and(&["alt"]).expect("is there");
    assert_eq!((file.name.as_str(), &file.bytes[..]), ("cat.png", &b"bytes\r\n\r\nmore"[..]));
    assert!(upload.file_and(&["alt"]).is_err(), "is missing now");
    assert!(upload.file_and(&[]).is_err(), "`alt` is not known");
}

#[tokio::test]
async fn what_is_no_such_form_is_refused() {
    let twice = form(&[("name=\"file\"; filename=\"a\"", "1"), ("name=\"file\"; filename=\"b\"", "2")]);
    for (content_type, body, code) in [
        ("application/json", "{}".to_owned(), Code::UnsupportedMediaType),
        ("", String::new(), Code::UnsupportedMediaType),
        ("multipart/form-data", form(&[]), Code::Invalid),
        (TYPE, "no boundary".to_owned(), Code::Invalid),
        (TYPE, twice, Code::Invalid),
    ] {
        assert_eq!(uploaded(content_type, body).await.err(), Some(code), "{content_type}");
    }
}

#[tokio::test]
async fn a_file_under_another_name_is_no_field_of_the_request() {
    let body = form(&[("name=\"files\"; filename=\"cat.png\"", "bytes")]);
    let Err(refused) = Upload::from_request(request(TYPE, body), &()).await else { panic!("is taken") };
    assert_eq!(
        (refused.errors[0].field.as_str(), refused.errors[0].code.as_str()),
        ("files", "unknown_field")
    );
}

#[tokio::test]
async fn a_large_form_is_refused_whether_it_says_so_or_not() {
    let mut announced = request(TYPE, Body::empty());
    announced.headers_mut().insert("content-length", (MOST + 1).into());
    let Err(refused) = Upload::from_request(announced, &()).await else { panic!("is taken") };
    assert_eq!(refused.code, Code::TooLarge);
    let large = vec![b'a'; MOST + 1];
    assert_eq!(uploaded(TYPE, large).await.err(), Some(Code::TooLarge));
}

/// Room that no other test takes of.
fn room() -> &'static Semaphore {
    Box::leak(Box::new(Semaphore::new(ROOM_KIB)))
}

#[tokio::test]
async fn room_is_taken_for_what_is_kept_and_given_back() {
    let all = room();
    let large = || Body::from(vec![b'a'; MOST + 1]);
    for announced in [None, Some(MOST as u64), Some(MOST as u64 + 1)] {
        let refused = whole(large(), announced, Room::of(all, None)).await.expect_err("refused");
        assert_eq!((refused.code, all.available_permits()), (Code::TooLarge, ROOM_KIB));
    }
    let body = || Body::from(vec![b'a'; 3 * KIB + 1]);
    for (announced, kib) in [(Some(3 * KIB as u64 + 1), 4), (None, 7)] {
        let kept = whole(body(), announced, Room::of(all, None)).await.expect("has room");
        assert_eq!((kept.0.len(), all.available_permits()), (3 * KIB + 1, ROOM_KIB - kib), "{announced:?}");
        drop(kept);
        assert_eq!(all.available_permits(), ROOM_KIB);
    }
    // One that is not kept takes none, however much there is.
    let _rest = all.try_acquire_many(u32::try_from(ROOM_KIB).expect("fits")).expect("is free");
    let refused = whole(large(), Some(u64::MAX), Room::of(all, None)).await.expect_err("refused");
    assert_eq!(refused.code, Code::TooLarge);
    let refused = whole(body(), None, Room::of(all, None)).await.expect_err("refused");
    assert_eq!(refused.code, Code::Overloaded);
}

#[test]
fn room_is_taken_once_for_the_same_bytes() {
    let mut room = Room::of(room(), None);
    room.hold(3 * KIB + 1).expect("has room");
    assert_eq!(room.kib, 4);
    room.hold(2 * KIB).expect("has it already");
    assert_eq!((room.kib, room.all.available_permits()), (4, ROOM_KIB - 4));
    let refused = room.hold((ROOM_KIB + 5) * KIB).expect_err("is more than there is");
    assert_eq!(refused.code, Code::Overloaded);
}

/// Frames, each of which comes so many seconds after the one before.
fn slow(frame: usize, seconds: u64) -> Body {
    Body::from_stream(futures::stream::unfold((), move |()| async move {
        tokio::time::sleep(Duration::from_secs(seconds)).await;
        Some((Ok::<_, std::convert::Infallible>(vec![b'a'; frame]), ()))
    }))
}

#[tokio::test(start_paused = true)]
async fn a_form_that_does_not_go_on_is_given_up() {
    for (frame, seconds, after) in [(1, 9, 10), (1, 60, 10), (STEP / 2, 6, 10)] {
        let started = Instant::now();
        let refused = whole(slow(frame, seconds), None, Room::of(room(), None)).await.expect_err("refused");
        assert_eq!((refused.code, started.elapsed().as_secs()), (Code::RequestTimeout, after));
    }
    let steady = whole(slow(STEP, 9), None, Room::of(room(), None)).await.expect_err("refused");
    assert_eq!(steady.code, Code::TooLarge, "it is read until it is too large");
}

#[tokio::test]
async fn a_person_has_few_forms_under_way() {
    let [ann, bob] = [UserId(uuid::Uuid::new_v4()), UserId(uuid::Uuid::new_v4())];
    let of = async |person: UserId| {
        let mut request = request(TYPE, form(&[("name=\"file\"; filename=\"a\"", "1")]));
        request.extensions_mut().insert(CallerId(person));
        Upload::from_request(request, &()).await.map_err(|refused| refused.code)
    };
    let mut held = Vec::new();
    for _ in 0..OF_A_PERSON {
        held.push(of(ann).await.expect("is one of few"));
    }
    assert_eq!(of(ann).await.err(), Some(Code::RateLimited));
    of(bob).await.expect("others have their own");
    held.pop();
    of(ann).await.expect("one has ended");
    drop(held);
    assert!(UNDER_WAY.lock().keys().all(|person| *person != ann && *person != bob), "nothing is left behind");
}
