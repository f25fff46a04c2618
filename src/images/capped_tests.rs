//! Pictures in a process that has no more memory than they are said to take. A test here begins the tests' own program once more, for one
//! picture or for a corpus of small ones, and that process gives itself a limit (`RLIMIT_AS`): who asks for more is ended. So it is
//! measured what decoders ask the system's allocator for; the server has another one.

use std::process::{Command, Output};

use rustix::process::{Resource, Rlimit, setrlimit};

use super::container::Container;
use super::corpora::{apng, bombs, photo, png_of_a_place, programs, webp_animation, webp_of_a_place};
use super::pixels::{attachment, squares};
use super::samples::{
    BOUNDS, chunk, exif, extended, gif, iccp, jpeg, png, png_before_its_end, png_with, riff, riff_chunk,
    still, webp,
};

/// Says which picture a process is for.
const VARIABLE: &str = "AJET_TEST_CAPPED";
/// What a process takes beside its picture, such as stacks and what its allocator keeps.
const BESIDE: u64 = 8 << 20;

/// Lets this process take no more than so many bytes on top of what it has.
fn cap(bytes: u64) {
    let status = std::fs::read_to_string("/proc/self/status").expect("is Linux");
    let line = status.lines().find_map(|line| line.strip_prefix("VmSize:")).expect("says its size");
    let kib: u64 = line.trim().trim_end_matches(" kB").parse().expect("a number");
    let most = Some(kib * 1024 + bytes);
    setrlimit(Resource::As, Rlimit { current: most, maximum: most }).expect("is taken");
}

/// The samples that are decoded.
const TAKEN: [&str; 14] = [
    "png",
    "jpeg",
    "webp",
    "gif",
    "jpeg of two scans",
    "turned jpeg",
    "turned png",
    "turned webp",
    "turned animation of png",
    "turned animation of webp",
    "square",
    "packed profile",
    "places",
    "programs",
];

fn samples(name: &str) -> Vec<Vec<u8>> {
    let one = match name {
        "bombs" => return bombs().map(|(_, bomb)| bomb).to_vec(),
        "programs" => return programs().map(|(_, program)| program).to_vec(),
        "places" => return vec![photo(64, 32), png_of_a_place(), webp_of_a_place()],
        "png" | "square" => png(4_000, 3_000, true),
        "jpeg" => jpeg(4_000, 3_000),
        "webp" => webp(2_000, 1_500),
        "gif" => gif((4_000, 3_000), (1, 1), 3),
        "jpeg of two scans" => again_scanned(&jpeg(4_000, 3_000)),
        "turned jpeg" => photo(4_000, 3_000),
        "turned png" => png_before_its_end(&png(2_000, 1_500, true), &[chunk(b"eXIf", &exif(6))]),
        "turned webp" => {
            riff(&[extended(0x08, 1_000, 750), still(1_000, 750), riff_chunk(b"EXIF", &exif(6))])
        }
        "turned animation of png" => apng((1_000, 750), 6),
        "turned animation of webp" => webp_animation((1_000, 750), 6),
        "packed profile" => png_with(&[iccp("sRGB", &vec![0; 32 << 20], "")]),
        other => panic!("no sample is called {other}"),
    };
    vec![one]
}

/// A JPEG whose pixels come once more: what is between scans is held.
fn again_scanned(plain: &[u8]) -> Vec<u8> {
    let scan = plain.windows(2).position(|two| two == [0xff, 0xda]).expect("a scan");
    [&plain[..plain.len() - 2], &plain[scan..]].concat()
}

fn alone(name: &str) -> Output {
    Command::new(std::env::current_exe().expect("has a path"))
        .args(["--exact", "images::capped_tests::in_a_process_of_its_own", "--ignored", "--nocapture"])
        .env(VARIABLE, name)
        // A process that has no more memory could not look up the names for it, and would hang.
        .env("RUST_BACKTRACE", "0")
        // An arena for each thread would reserve addresses that nothing uses.
        .env("MALLOC_ARENA_MAX", "1")
        // What was freed before the limit is given back at once, and is no room of the picture.
        .env("MALLOC_MMAP_THRESHOLD_", "131072")
        .env("MALLOC_TRIM_THRESHOLD_", "131072")
        .output()
        .expect("runs")
}

#[test]
#[ignore = "one sample of the test below, in a process that has a limit"]
fn in_a_process_of_its_own() {
    let Ok(name) = std::env::var(VARIABLE) else { return };
    if name == "nothing" {
        cap(BESIDE);
        std::hint::black_box(vec![1_u8; 256 << 20]);
        return;
    }
    let pictures = samples(&name);
    if name == "bombs" {
        cap(BESIDE);
        for bomb in pictures {
            let refused = Container::read(&bomb).and_then(|it| it.within(BOUNDS));
            assert!(refused.is_err(), "it is refused");
        }
        return;
    }
    let read = |bytes: &[u8]| Container::read(bytes).expect("is read");
    let said = pictures.iter().map(|bytes| read(bytes).memory()).max().expect("a picture");
    cap(said + BESIDE);
    for bytes in pictures {
        let container = read(&bytes);
        container.within(BOUNDS).expect("is within its bounds");
        assert_eq!(container.turns(), name.starts_with("turned") || bytes == photo(64, 32), "turns");
        assert_eq!(container.is_animated(), name.contains("animation") || name == "gif", "is animated");
        assert!(
            container.bytes_per_pixel == 12 || name != "jpeg of two scans",
            "holds what is between scans"
        );
        if name == "square" {
            squares(&container, &[64, 256]).expect("is decoded");
        } else {
            attachment(container).expect("is decoded");
        }
    }
    println!("dealt with in {} MiB", said >> 20);
}

/// No picture takes more memory than it is counted for, of which all pictures together have a budget; and bombs take none.
#[test]
fn pictures_fit_into_the_memory_that_they_are_counted_for() {
    let over = alone("nothing");
    assert!(!over.status.success(), "a process that takes more than its limit is ended");
    for name in TAKEN.into_iter().chain(["bombs"]) {
        let out = alone(name);
        let said = [out.stdout, out.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
        assert!(out.status.success() && said[0].contains("1 passed"), "{name}: {said:?}");
    }
}
