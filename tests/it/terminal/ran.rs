//! How these tests run the program.

use std::ffi::OsString;
use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use ajet_cli::{Surroundings, Variables};
use ajet_client::Client;
use serde_json::Value;

use crate::support::World;

/// What was written, for two to look at.
#[derive(Debug, Clone, Default)]
pub struct Written(Arc<Mutex<Vec<u8>>>);

impl Written {
    pub fn text(&self) -> String {
        String::from_utf8(self.0.lock().expect("no panic").clone()).expect("text")
    }
}

impl Write for Written {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("no panic").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// What a run left.
#[derive(Debug)]
pub struct Ran {
    pub code: u8,
    pub out: String,
    pub err: String,
}

impl Ran {
    /// What was printed, of a run that did what it should.
    pub fn done(self) -> String {
        assert_eq!(self.code, 0, "{}", self.err);
        self.out
    }

    /// What was printed as JSON, of a run that did what it should.
    pub fn json(self) -> Value {
        let text = self.done();
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"))
    }
}

/// The words of a command line.
pub fn words(line: &[&str]) -> Vec<OsString> {
    ["ajet-chat"].iter().chain(line).map(OsString::from).collect()
}

/// The variables of a script that is somebody.
pub fn variables(world: &World, person: &Client) -> Vec<(String, String)> {
    let mut variables = vec![
        ("AJET_CHAT_SERVER".to_owned(), world.base()),
        ("AJET_CHAT_CREDENTIALS".to_owned(), "file".to_owned()),
    ];
    variables.extend(person.token().map(|token| ("AJET_CHAT_TOKEN".to_owned(), token.to_owned())));
    variables
}

/// Runs a command as somebody, with something piped in.
pub async fn piped(world: &World, person: &Client, line: &[&str], input: &str) -> Ran {
    in_variables(variables(world, person), line, input).await
}

/// Runs a command in these variables.
pub async fn in_variables(variables: Vec<(String, String)>, line: &[&str], input: &str) -> Ran {
    let (out, err) = (Written::default(), Written::default());
    let variables: Variables = variables.into_iter().collect();
    let around = Surroundings::piped(variables, input, out.clone(), err.clone());
    let code = ajet_cli::run(words(line), around).await;
    Ran { code, out: out.text(), err: err.text() }
}

/// Runs a command as somebody.
pub async fn ran(world: &World, person: &Client, line: &[&str]) -> Ran {
    piped(world, person, line, "").await
}
