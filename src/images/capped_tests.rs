//! Pictures in a process that has no more memory than they are said to take. A test here begins the tests' own program once more, for one
//! picture, and that process gives itself a limit (`RLIMIT_AS`): who asks for more is ended. So it is
//! measured what decoders ask the system's allocator for; the server has another one.

use std::process::{Command, Output};

use rustix::process::{Resource, Rlimit, setrlimit};

use super::container::Container;
use super::pixels::attachment;
use super::samples::{BOUNDS, exif, huge_png, iccp, jpeg, jpeg_with, png, png_with, segment};

/// Says which picture a process is for.
const VARIABLE: &str = "AJET_TEST_CAPPED";
/// What a process takes beside its picture, such as stacks and what its allocator keeps.
const BESIDE: u64 = 32 << 20;

/// Lets this process take no more than so many bytes on top of what it has.
fn cap(bytes: u64) {
    let status = std::fs::read_to_string("/proc/self/status").expect("is Linux");
    let line = status.lines().find_map(|line| line.strip_prefix("VmSize:")).expect("says its size");
    let kib: u64 = line.trim().trim_end_matches(" kB").parse().expect("a number");
    let most = Some(kib * 1024 + bytes);
    setrlimit(Resource::As, Rlimit { current: most, maximum: most }).expect("is taken");
}

fn sample(name: &str) -> Vec<u8> {
    match name {
        "png" => png(4_000, 3_000, true),
        "jpeg" => jpeg(4_000, 3_000),
        "turned" => jpeg_with(4_000, 3_000, &[segment(0xe1, &[b"Exif\0\0".to_vec(), exif(6)].concat())]),
        "packed profile" => png_with(&[iccp("sRGB", &vec![0; 32 << 20], "")]),
        "bomb" => huge_png(65_000, 65_000),
        other => panic!("no sample is called {other}"),
    }
}

fn alone(name: &str) -> Output {
    Command::new(std::env::current_exe().expect("has a path"))
        .args(["--exact", "images::capped_tests::in_a_process_of_its_own", "--ignored", "--nocapture"])
        .env(VARIABLE, name)
        // An arena for each thread would reserve addresses that nothing uses.
        .env("MALLOC_ARENA_MAX", "1")
        // What was freed before the limit is given back at once, and is no room of the picture.
        .env("MALLOC_MMAP_THRESHOLD_", "131072")
        .env("MALLOC_TRIM_THRESHOLD_", "131072")
        .output()
        .expect("runs")
}

#[test]
#[ignore = "one picture of the test below, in a process that has a limit"]
fn in_a_process_of_its_own() {
    let Ok(name) = std::env::var(VARIABLE) else { return };
    if name == "nothing" {
        cap(BESIDE);
        std::hint::black_box(vec![1_u8; 256 << 20]);
        return;
    }
    let bytes = sample(&name);
    if name == "bomb" {
        cap(BESIDE);
        let refused = Container::read(&bytes).and_then(|it| it.within(BOUNDS));
        assert!(refused.is_err(), "it is refused");
        return;
    }
    let said = Container::read(&bytes).expect("is read").memory();
    cap(said + BESIDE);
    let container = Container::read(&bytes).expect("is read again");
    attachment(container).expect("is decoded");
    println!("dealt with in {} MiB", said >> 20);
}

/// No picture takes more memory than it is counted for, of which all pictures together have a budget; and a bomb takes none.
#[test]
fn pictures_fit_into_the_memory_that_they_are_counted_for() {
    let over = alone("nothing");
    assert!(!over.status.success(), "a process that takes more than its limit is ended");
    for name in ["png", "jpeg", "turned", "packed profile", "bomb"] {
        let out = alone(name);
        let said = [out.stdout, out.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
        assert!(out.status.success() && said[0].contains("1 passed"), "{name}: {said:?}");
    }
}
