//! The executable itself, as scripts use it: exit codes, pipes, no network, wrong answers, secrets. Servers are stand-ins here; what takes a
//! real one is `tests/it/terminal` of the workspace.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Command, Output, Stdio};
use std::sync::{Arc, Mutex};
use std::thread;

use serde_json::{Value, json};

/// A secret that must be in nothing that is printed.
const CANARY: &str = "ajet-canary-7f3a9c";
const CHANNEL: &str = "0199f000-0000-7000-8000-00000000000c";

/// What a stand-in answers to the first line of a request and its body; `None`: nothing, for ever.
type Answer = fn(&str, &str) -> Option<(u16, String)>;

/// A stand-in of a server; its thread ends with the process.
struct Server {
    base: String,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Server {
    fn with(answer: Answer) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let base = format!("http://{}", listener.local_addr().expect("an address"));
        let asked = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&asked);
        thread::spawn(move || {
            let mut silent = Vec::new();
            for socket in listener.incoming().map_while(Result::ok) {
                let mut socket = socket;
                let (head, body) = request(&mut socket);
                kept.lock().expect("no panic").push(format!("{head}\r\n\r\n{body}"));
                match answer(head.lines().next().unwrap_or_default(), &body) {
                    Some((status, text)) => {
                        let length = text.len();
                        let kind = if status < 400 { "application/json" } else { "application/problem+json" };
                        let head = format!(
                            "HTTP/1.1 {status} x\r\ncontent-type: {kind}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n"
                        );
                        // A client that is gone does not fail the stand-in.
                        let _ = socket.write_all(format!("{head}{text}").as_bytes());
                    }
                    None => silent.push(socket),
                }
            }
        });
        Self { base, asked }
    }

    fn asked(&self) -> Vec<String> {
        self.asked.lock().expect("no panic").clone()
    }
}

/// A request: its head and its body.
fn request(socket: &mut TcpStream) -> (String, String) {
    let mut bytes = Vec::new();
    let mut piece = [0; 4096];
    loop {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head
                .lines()
                .find_map(|line| line.to_lowercase().strip_prefix("content-length: ").map(str::to_owned));
            if body.len() >= length.and_then(|length| length.parse().ok()).unwrap_or(0) {
                return (head.to_owned(), body.to_owned());
            }
        }
        match socket.read(&mut piece) {
            Ok(read @ 1..) => bytes.extend_from_slice(&piece[..read]),
            _ => return (text, String::new()),
        }
    }
}

/// The program in a home of its own, with none of the variables of this process.
fn program(home: &tempfile::TempDir, variables: &[(&str, &str)]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ajet-chat"));
    command.env_clear().env("HOME", home.path()).env("AJET_CHAT_CREDENTIALS", "file");
    command.envs(variables.iter().copied());
    command
}

fn ran(line: &[&str], variables: &[(&str, &str)], input: &str) -> Output {
    let home = tempfile::tempdir().expect("a folder");
    let mut command = program(&home, variables);
    let mut child = command
        .args(line)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("starts");
    // It may end without reading.
    let _ = child.stdin.take().expect("an input").write_all(input.as_bytes());
    child.wait_with_output().expect("ends")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("text")
}

fn problem(status: u16, code: &str, detail: &str) -> (u16, String) {
    let problem = json!({
        "type": "about:blank", "title": "Refused", "status": status, "code": code, "detail": detail,
        "trace_id": "0199f000-0000-7000-8000-000000000001", "errors": [],
    });
    (status, problem.to_string())
}

#[test]
fn help_and_version_are_no_failures_and_a_wrong_word_is() {
    for (line, code) in [
        (&["--help"][..], 0),
        (&["--version"][..], 0),
        (&["send", "--help"][..], 0),
        (&["nonsense"][..], 2),
        (&["send"][..], 2),
    ] {
        assert_eq!(ran(line, &[], "").status.code(), Some(code), "{line:?}");
    }
}

#[test]
fn without_a_command_it_says_what_can_be_done() {
    let ran = ran(&[], &[], "");
    assert_eq!(ran.status.code(), Some(2));
    assert!(text(&ran.stderr).contains("ajet-chat --help"));
}

#[test]
fn without_a_token_nothing_is_asked() {
    let server = Server::with(|_, _| None);
    let ran = ran(&["whoami"], &[("AJET_CHAT_SERVER", &server.base)], "");
    assert_eq!(ran.status.code(), Some(3));
    assert!(text(&ran.stderr).contains("ajet-chat login"));
    assert!(server.asked().is_empty());
}

#[test]
fn a_server_that_is_not_there_is_named() {
    let free = TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("an address");
    let base = format!("http://{free}");
    let ran = ran(&["whoami"], &[("AJET_CHAT_SERVER", &base), ("AJET_CHAT_TOKEN", CANARY)], "");
    assert_eq!(ran.status.code(), Some(8), "{}", text(&ran.stderr));
    assert!(text(&ran.stderr).contains(&base) && !text(&ran.stderr).contains(CANARY));
}

#[test]
fn a_wrong_token_is_said_and_not_shown() {
    let server = Server::with(|_, _| Some(problem(401, "unauthenticated", "The token is not valid.")));
    let ran = ran(&["whoami"], &[("AJET_CHAT_SERVER", &server.base), ("AJET_CHAT_TOKEN", CANARY)], "");
    assert_eq!(ran.status.code(), Some(3));
    let err = text(&ran.stderr);
    assert!(
        err.contains("The token is not valid.") && err.contains("0199f000") && !err.contains(CANARY),
        "{err}"
    );
    assert!(ran.stdout.is_empty());
}

#[test]
fn what_is_no_server_of_ours_is_said() {
    let server = Server::with(|_, _| Some((404, "<html>nginx</html>".into())));
    let ran = ran(&["whoami"], &[("AJET_CHAT_SERVER", &server.base), ("AJET_CHAT_TOKEN", CANARY)], "");
    assert_eq!(ran.status.code(), Some(4));
    assert!(text(&ran.stderr).contains("not as a server of ajet-chat does"));
}

/// As `head` leaves.
#[test]
fn a_reader_that_leaves_is_no_failure() {
    let home = tempfile::tempdir().expect("a folder");
    let mut child =
        program(&home, &[]).arg("man").stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("starts");
    drop(child.stdout.take());
    let ended = child.wait_with_output().expect("ends");
    assert_eq!(ended.status.code(), Some(0));
    assert_eq!(text(&ended.stderr), "");
}

#[test]
fn a_message_without_an_answer_is_sent_again_under_one_key_and_the_key_is_told() {
    let server = Server::with(|_, _| None);
    let variables = [("AJET_CHAT_SERVER", server.base.as_str()), ("AJET_CHAT_TOKEN", CANARY)];
    let ran = ran(&["send", CHANNEL, "hello", "--timeout", "1"], &variables, "");
    assert_eq!(ran.status.code(), Some(9), "{}", text(&ran.stderr));
    let keys: Vec<String> = server
        .asked()
        .iter()
        .filter_map(|request| {
            let (_, body) = request.split_once("\r\n\r\n")?;
            let body: Value = serde_json::from_str(body).ok()?;
            Some(body["client_mutation_id"].as_str()?.to_owned())
        })
        .collect();
    assert!(keys.len() > 1 && keys.iter().all(|key| *key == keys[0]), "{keys:?}");
    let err = text(&ran.stderr);
    assert!(err.contains("unknown") && err.contains(&format!("--key {}", keys[0])), "{err}");
}

#[test]
fn names_from_a_server_bring_no_escape_sequences() {
    let server = Server::with(|line, _| {
        let community = json!({
            "id": CHANNEL, "name": "\u{1b}]0;owned\u{7}\u{9b}2J", "slug": "x", "role": "member", "notify": "all",
            "default_channel_id": null, "avatar_url": null, "created_at": "2026-01-01T00:00:00.000Z",
        });
        let answer = json!({ "items": [community], "has_more": false });
        Some(if line.contains("/api/communities") {
            (200, answer.to_string())
        } else {
            problem(404, "not_found", "\u{1b}[2Jgone")
        })
    });
    let variables = [("AJET_CHAT_SERVER", server.base.as_str()), ("AJET_CHAT_TOKEN", CANARY)];
    let acts = |text: &str| text.chars().any(|c| c.is_control() && c != '\n' && c != '\t');
    for line in [
        &["communities", "list"][..],
        &["--json", "communities", "list"][..],
        &["--template", "{{.name}}", "communities", "list"][..],
    ] {
        let ran = ran(line, &variables, "");
        assert_eq!(ran.status.code(), Some(0), "{}", text(&ran.stderr));
        assert!(!ran.stdout.is_empty() && !acts(&text(&ran.stdout)), "{:?}", text(&ran.stdout));
    }
    let refused = ran(&["whoami"], &variables, "");
    assert!(!acts(&text(&refused.stderr)), "{:?}", text(&refused.stderr));
    let typed = ran(&["\u{1b}[2Jnonsense"], &variables, "");
    assert!(!acts(&text(&typed.stderr)), "{:?}", text(&typed.stderr));
}

/// What is typed as a path makes no other server of it.
#[test]
fn a_token_is_sent_to_its_server_alone() {
    let server = Server::with(|_, _| Some((200, "{}".into())));
    let other = Server::with(|_, _| Some((200, "{}".into())));
    let variables = [("AJET_CHAT_SERVER", server.base.as_str()), ("AJET_CHAT_TOKEN", CANARY)];
    let host = other.base.trim_start_matches("http://");
    for path in [format!("//{host}/x"), other.base.clone(), format!("@{host}/x"), format!("/\\{host}")] {
        ran(&["api", "GET", &path], &variables, "");
    }
    let elsewhere = format!("{}/m/{CHANNEL}", other.base);
    assert_eq!(ran(&["message", "show", &elsewhere], &variables, "").status.code(), Some(2));
    assert!(other.asked().is_empty(), "{:?}", other.asked());
}

#[test]
fn any_request_of_the_api_can_be_sent() {
    let server = Server::with(|line, body| {
        Some((200, json!({ "line": line, "body": serde_json::from_str::<Value>(body).ok() }).to_string()))
    });
    let variables = [("AJET_CHAT_SERVER", server.base.as_str()), ("AJET_CHAT_TOKEN", CANARY)];
    let line = ["api", "POST", "/api/dms", "-f", "user_ids[]=x", "-F", "n=1", "-f", "text=1"];
    let answer: Value = serde_json::from_slice(&ran(&line, &variables, "").stdout).expect("JSON");
    assert_eq!(answer["line"], "POST /api/dms HTTP/1.1");
    assert_eq!(answer["body"], json!({ "user_ids": ["x"], "n": 1, "text": "1" }));
    let piped = ran(&["api", "PUT", "/x", "--input", "-"], &variables, "{\"a\":true}");
    let answer: Value = serde_json::from_slice(&piped.stdout).expect("JSON");
    assert_eq!(answer["body"], json!({ "a": true }));
    let asked = server.asked();
    assert!(asked[0].to_lowercase().contains(&format!("authorization: bearer {CANARY}")));
    assert!(asked[0].to_lowercase().contains("idempotency-key: "), "a POST has a key");
    assert!(!asked[1].to_lowercase().contains("idempotency-key"), "a PUT needs none");
}

/// Whether a process handles SIGINT itself by now.
#[cfg(target_os = "linux")]
fn catches_interrupts(pid: u32) -> bool {
    const SIGINT: u64 = 1 << 1;
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let caught = status.lines().find_map(|line| line.strip_prefix("SigCgt:"));
    caught.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).is_some_and(|mask| mask & SIGINT != 0)
}

/// Waits for something, for 20 s at most.
#[cfg(target_os = "linux")]
#[allow(clippy::disallowed_methods, reason = "there is no runtime here")]
fn wait<T>(what: &str, mut condition: impl FnMut() -> Option<T>) -> T {
    let until = std::time::Instant::now() + std::time::Duration::from_secs(20);
    loop {
        match condition() {
            Some(found) => return found,
            None if std::time::Instant::now() > until => panic!("not in time: {what}"),
            None => thread::sleep(std::time::Duration::from_millis(10)),
        }
    }
}

#[cfg(target_os = "linux")]
#[test]
fn an_interrupt_ends_a_command_that_waits_for_its_input() {
    let home = tempfile::tempdir().expect("a folder");
    let server = Server::with(|_, _| None);
    let mut child = program(&home, &[("AJET_CHAT_SERVER", &server.base), ("AJET_CHAT_TOKEN", CANARY)])
        .args(["send", CHANNEL, "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("starts");
    let pid = child.id();
    wait("it catches interrupts", || catches_interrupts(pid).then_some(()));
    let sent = Command::new("kill").args(["-INT", &pid.to_string()]).status().expect("runs");
    assert!(sent.success());
    let ended = wait("it ends", || child.try_wait().expect("is a child"));
    assert_eq!(ended.code(), Some(130));
    assert!(server.asked().is_empty(), "what was not typed to its end is not sent");
}

#[test]
fn a_webhook_that_does_not_answer_is_named_by_its_host_after_the_time_that_was_given() {
    let (server, hook) = (Server::with(|_, _| None), Server::with(|_, _| None));
    let address = format!("{}/hooks/{CANARY}", hook.base);
    let variables = [("AJET_CHAT_SERVER", server.base.as_str()), ("AJET_CHAT_WEBHOOK", address.as_str())];
    let began = std::time::Instant::now();
    let ran = ran(&["webhook", "post", "hello", "--timeout", "1"], &variables, "");
    assert_eq!(ran.status.code(), Some(9), "{}", text(&ran.stderr));
    // Without the option each of the tries takes ten seconds.
    assert!(began.elapsed() < std::time::Duration::from_secs(20), "{:?}", began.elapsed());
    let err = text(&ran.stderr);
    assert!(err.contains(&hook.base) && !err.contains(&server.base) && !err.contains(CANARY), "{err}");
    assert!(server.asked().is_empty() && !hook.asked().is_empty());
}

/// Puts the profiles and their tokens into a home.
fn keep(home: &tempfile::TempDir, settings: &str, tokens: &str) {
    for (folder, file, text) in [
        (".config/ajet-chat", "config.toml", settings),
        (".local/share/ajet-chat", "credentials.toml", tokens),
    ] {
        let folder = home.path().join(folder);
        std::fs::create_dir_all(&folder).expect("is made");
        let path = folder.join(file);
        std::fs::write(&path, text).expect("is written");
        #[cfg(unix)]
        std::fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o600))
            .expect("is closed");
    }
}

#[test]
fn a_token_that_can_t_be_read_does_not_stop_who_needs_none() {
    let home = tempfile::tempdir().expect("a folder");
    let settings = "current = \"x\"\n[profiles.x]\nserver = \"http://127.0.0.1:1\"\n";
    keep(&home, settings, CANARY);
    for (line, code) in [
        (&["whoami"][..], 1),
        (&["man"][..], 0),
        (&["completions", "bash"][..], 0),
        (&["profile", "list"][..], 0),
        (&["cluster", "status"][..], 8),
        (&["login", "--token-stdin"][..], 2),
    ] {
        let ran = program(&home, &[]).args(line).stdin(Stdio::null()).output().expect("runs");
        assert_eq!(ran.status.code(), Some(code), "{line:?}: {}", text(&ran.stderr));
        assert!(!text(&ran.stderr).contains(CANARY), "{line:?}");
    }
}

#[test]
fn shells_get_their_completions_and_manuals_are_written() {
    for shell in ["bash", "zsh", "fish"] {
        let ran = ran(&["completions", shell], &[], "");
        assert_eq!(ran.status.code(), Some(0), "{shell}");
        assert!(text(&ran.stdout).contains("ajet-chat"), "{shell}");
    }
    let bash = text(&ran(&["completions", "bash"], &[], "").stdout);
    assert!(bash.starts_with("COMP_WORDBREAKS=${COMP_WORDBREAKS//@}\n"), "@ann is one word: {bash}");
    assert_eq!(ran(&["completions", "tcsh"], &[], "").status.code(), Some(2));
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().display().to_string();
    assert_eq!(ran(&["man", "--dir", &path], &[], "").status.code(), Some(0));
    for page in ["ajet-chat.1", "ajet-chat-send.1"] {
        assert!(folder.path().join(page).is_file(), "{page}");
    }
}

/// What fish asks for the last word of a line, in this home.
fn completed(home: &tempfile::TempDir, variables: &[(&str, &str)], line: &[&str]) -> Vec<String> {
    let mut command = program(home, variables);
    let ended = command.env("COMPLETE", "fish").args(["--", "ajet-chat"]).args(line).output().expect("runs");
    let named = text(&ended.stdout);
    named.lines().map(|line| line.split('\t').next().unwrap_or_default().to_owned()).collect()
}

/// A person of whatever is asked for, and nothing else.
fn knows_ann(line: &str, _: &str) -> Option<(u16, String)> {
    let ann = json!({
        "id": CHANNEL, "username": "ann", "display_name": "Ann", "avatar_url": null, "status_text": null, "bot": false,
        "created_at": "2026-01-01T00:00:00.000Z",
    });
    Some(if line.starts_with("GET /api/users?") {
        (200, json!({ "items": [ann], "has_more": false }).to_string())
    } else {
        problem(404, "not_found", "There is no such thing.")
    })
}

#[test]
fn people_are_completed_with_a_sign_where_one_was_typed() {
    let server = Server::with(knows_ann);
    let variables = [("AJET_CHAT_SERVER", server.base.as_str()), ("AJET_CHAT_TOKEN", CANARY)];
    let home = tempfile::tempdir().expect("a folder");
    for (typed, offered) in [("an", "ann"), ("@an", "@ann"), ("", "ann")] {
        let names = completed(&home, &variables, &["members", "set", typed]);
        assert!(names.iter().any(|name| name == offered), "{typed:?}: {names:?}");
    }
    assert_eq!(completed(&home, &variables, &["send", "@an"]), ["@ann"]);
}

/// The names are those of the server that the command would go to, and no other one is shown a token.
#[test]
fn completions_ask_where_the_line_says() {
    let (usual, other) = (Server::with(knows_ann), Server::with(knows_ann));
    let home = tempfile::tempdir().expect("a folder");
    let settings = format!(
        "current = \"x\"\n[profiles.x]\nserver = \"{}\"\n[profiles.y]\nserver = \"{}\"\n",
        usual.base, other.base
    );
    let tokens = format!("\"x@{}\" = \"of-x\"\n\"y@{}\" = \"of-y\"\n", usual.base, other.base);
    keep(&home, &settings, &tokens);
    let script = [("AJET_CHAT_SERVER", usual.base.as_str()), ("AJET_CHAT_TOKEN", "of-z")];
    let here = format!("--server={}", usual.base);
    for (line, variables, token) in [
        (&["send", "@an"][..], &[][..], Some("of-x")),
        (&["--profile", "y", "send", "@an"][..], &[][..], Some("of-y")),
        (&["send", "--profile=y", "@an"][..], &[][..], Some("of-y")),
        (&["send", "--server", &other.base, "--profile", "y", "@an"][..], &[][..], Some("of-y")),
        (&["send", "--server", &other.base, "@an"][..], &[][..], None),
        (&["send", "--profile", "none", "@an"][..], &[][..], None),
        (&["send", &here, "@an"][..], &script[..], Some("of-z")),
        (&["send", "--server", &other.base, "@an"][..], &script[..], None),
    ] {
        let before = usual.asked().len() + other.asked().len();
        let names = completed(&home, variables, line);
        let asked = [usual.asked(), other.asked()].concat();
        assert_eq!(names.is_empty(), token.is_none(), "{line:?}: {names:?}");
        assert_eq!(asked.len() - before, usize::from(token.is_some()), "{line:?}");
        if let Some(token) = token {
            let server = if token == "of-y" { &other } else { &usual };
            let last = server.asked().pop().expect("is asked").to_lowercase();
            assert!(last.contains(&format!("authorization: bearer {token}")), "{line:?}: {last}");
        }
    }
}
