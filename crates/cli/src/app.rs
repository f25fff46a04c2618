//! What a command works with: the server, the screen, what was typed, and what is known already.

use std::io::Read;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use ajet_client::Client;
use ajet_protocol::{Message, PageQuery, Sync, Timestamp, User};
use tokio::sync::OnceCell;
use uuid::Uuid;

use crate::args::Options;
use crate::failure::{Done, Failure};
use crate::print::{Format, KnownNames, Screen};
use crate::profile::Chosen;
use crate::surroundings::Variables;
use crate::when;

/// Bytes that are read from standard input as text at most; a message has 4000 characters.
const INPUT_BYTES: u64 = 1024 * 1024;
/// People whose names are asked for to show one page.
const ASKED_FOR: usize = 50;

/// What is typed or piped in, which a thread of its own reads.
type Input = Arc<Mutex<Box<dyn Read + Send>>>;

/// What a command works with.
pub struct App {
    pub screen: Screen,
    pub variables: Variables,
    pub options: Options,
    pub chosen: Chosen,
    pub input_is_terminal: bool,
    input: Input,
    client: Client,
    snapshot: OnceCell<Sync>,
    key: OnceLock<String>,
    /// The moments that arguments named, as the same command names them later.
    moments: Mutex<String>,
}

/// What an app is made of.
pub struct Parts {
    pub options: Options,
    pub chosen: Chosen,
    pub variables: Variables,
    pub screen: Screen,
    pub client: Client,
}

/// The client of a server, under a token if there is one.
///
/// # Errors
/// When none can be made.
pub fn client_of(options: &Options, server: &str, token: Option<&str>) -> Result<Client, Failure> {
    let mut client = Client::new(server)?;
    if let Some(seconds) = options.timeout {
        client = client.with_timeout(Duration::from_secs(seconds.max(1)));
    }
    if let Some(token) = token {
        client = client.with_token(token);
    }
    Ok(client)
}

impl App {
    /// For a command.
    #[must_use]
    pub fn new(parts: Parts, input: Box<dyn Read + Send>, input_is_terminal: bool) -> Self {
        let Parts { options, chosen, variables, screen, client } = parts;
        let (snapshot, key, input) = (OnceCell::new(), OnceLock::new(), Arc::new(Mutex::new(input)));
        let moments = Mutex::default();
        Self { screen, variables, options, chosen, input_is_terminal, input, client, snapshot, key, moments }
    }

    /// The server's address.
    pub fn server(&self) -> &str {
        &self.chosen.profile.server
    }

    /// The person at the server.
    ///
    /// # Errors
    /// When there is no token.
    pub fn client(&self) -> Result<&Client, Failure> {
        match self.chosen.token {
            Some(_) => Ok(&self.client),
            None => Err(Failure::SignedOut(format!(
                "you are not signed in at {}: run ajet-chat login, or set AJET_CHAT_TOKEN",
                self.server()
            ))),
        }
    }

    /// The server, as the person or as somebody it does not know.
    pub fn anyone(&self) -> &Client {
        &self.client
    }

    /// The same server, without a token.
    ///
    /// # Errors
    /// When no client can be made.
    pub fn stranger(&self) -> Result<Client, Failure> {
        client_of(&self.options, &self.chosen.profile.server, None)
    }

    /// What the person can see, asked for once.
    ///
    /// # Errors
    /// When it can't be had.
    pub async fn snapshot(&self) -> Result<&Sync, Failure> {
        let client = self.client()?;
        self.snapshot.get_or_try_init(|| async { Ok::<_, Failure>(client.sync().await?) }).await
    }

    /// The community that is named by an option, a variable or the profile.
    pub fn community_text(&self) -> Option<&str> {
        let given = self.options.community.as_deref().or_else(|| self.variables.get("AJET_CHAT_COMMUNITY"));
        given.or(self.chosen.profile.community.as_deref())
    }

    /// The key under which this run makes something, at most once: that of `--key`, or a fresh one.
    pub fn key(&self) -> Option<String> {
        let key = || self.options.key.clone().unwrap_or_else(|| Uuid::new_v4().to_string());
        Some(self.key.get_or_init(key).clone())
    }

    /// The key of one of several things that this run makes. A run with the same `--key` makes the same ones.
    pub fn key_of_part(&self, number: usize) -> Option<String> {
        /// Characters of the whole key, which leave room for a number: a key has 64 at most.
        const KEPT: usize = 58;
        self.key().map(|key| format!("{}.f{number}", key.chars().take(KEPT).collect::<String>()))
    }

    /// A moment to come of something that is made under the key. It may be typed as from now on, so a repetition has to name it itself: under
    /// the same key another moment is another request.
    ///
    /// # Errors
    /// When it is none.
    pub fn later(&self, argument: &str, text: &str) -> Result<Timestamp, Failure> {
        let moment = when::later(argument, text)?;
        let mut moments = self.moments.lock().unwrap_or_else(PoisonError::into_inner);
        moments.push_str(&format!(" {argument} {moment}"));
        Ok(moment)
    }

    /// What makes the same command do the same thing, if something was to be made: its key, and the moments that it named.
    pub fn repetition(&self) -> Option<String> {
        let moments = self.moments.lock().unwrap_or_else(PoisonError::into_inner);
        self.key.get().map(|key| format!("--key {key}{moments}"))
    }

    /// What is typed or piped in, as text.
    ///
    /// # Errors
    /// When it can't be read, is no text, or is far too long.
    pub async fn input(&self) -> Result<String, Failure> {
        let input = Arc::clone(&self.input);
        // A person may type for long, and can interrupt it meanwhile.
        let reading = tokio::task::spawn_blocking(move || read_to_end(&input));
        reading.await.unwrap_or_else(|error| Err(unread(&error)))
    }

    /// A text that is typed as an argument, or comes from the input where it is `-` or missing.
    ///
    /// # Errors
    /// As [`Self::input`]; and when nothing is piped in where it is missing.
    pub async fn text(&self, argument: &str, given: Option<&str>) -> Result<String, Failure> {
        match given {
            Some(text) if text != "-" => Ok(text.to_owned()),
            None if self.input_is_terminal => {
                Err(Failure::argument(argument, "is missing: type it, or pipe it in"))
            }
            _ => self.input().await,
        }
    }

    /// A text of words that are typed as arguments, or the input where it is `-` or there are no words. An empty word is an empty text.
    ///
    /// # Errors
    /// As [`Self::text`].
    pub async fn words(&self, argument: &str, words: &[String]) -> Result<String, Failure> {
        let text = words.join(" ");
        self.text(argument, (!words.is_empty()).then_some(text.as_str())).await
    }

    /// A secret: from a variable, or piped in. Never from an argument, which other people of this machine can see, nor typed at a terminal, which
    /// shows it.
    ///
    /// # Errors
    /// When there is none.
    pub async fn secret(&self, what: &str, variable: &str) -> Result<String, Failure> {
        let secret = match self.variables.get(variable) {
            Some(secret) => secret.trim().to_owned(),
            None if self.input_is_terminal => String::new(),
            None => self.input().await?.trim().to_owned(),
        };
        if secret.is_empty() || secret.chars().any(char::is_whitespace) {
            return Err(Failure::Usage(format!("{what} is to be in {variable} or piped in, alone")));
        }
        Ok(secret)
    }

    /// Goes on with what can't be taken back if `--yes` says so.
    ///
    /// # Errors
    /// When it does not.
    pub fn confirmed(&self, what: &str) -> Done {
        if self.options.yes {
            return Ok(());
        }
        Err(Failure::Usage(format!("{what} can't be taken back: add --yes if you mean it")))
    }

    /// The names for some messages, where people read them: those of the snapshot, and of the people whom they mention. What was done is done
    /// without them too: after a write a failure here is none of the command.
    ///
    /// # Errors
    /// When the snapshot can't be had.
    pub async fn names_for(&self, messages: &[Message]) -> Result<KnownNames, Failure> {
        if self.screen.look().format != Format::Table {
            return Ok(KnownNames::default());
        }
        let mut names = KnownNames::of(self.snapshot().await?);
        messages.iter().for_each(|message| names.person(&message.author));
        let mentioned = messages.iter().flat_map(|message| &message.mentions).filter_map(|one| one.target_id);
        let mut asked: Vec<_> = mentioned.map(ajet_protocol::UserId).filter(|id| !names.knows(*id)).collect();
        asked.sort_unstable();
        asked.dedup();
        for id in asked.into_iter().take(ASKED_FOR) {
            // A role, or somebody who is not shown: the text says so itself.
            if let Ok(user) = self.client()?.user(id).await {
                names.person(&user);
            }
        }
        Ok(names)
    }

    /// People by this beginning of their name, for completions.
    ///
    /// # Errors
    /// When they can't be had.
    pub async fn people(&self, beginning: &str) -> Result<Vec<User>, Failure> {
        let query = PageQuery { limit: Some(50), ..PageQuery::default() };
        Ok(self.client()?.users(beginning, &query).await?.items)
    }
}

fn read_to_end(input: &Input) -> Result<String, Failure> {
    let mut text = String::new();
    let mut input = input.lock().unwrap_or_else(PoisonError::into_inner);
    input.by_ref().take(INPUT_BYTES + 1).read_to_string(&mut text).map_err(|error| unread(&error))?;
    if text.len() as u64 > INPUT_BYTES {
        return Err(Failure::Other("the input is over 1 MiB".into()));
    }
    Ok(text)
}

fn unread(error: &dyn std::error::Error) -> Failure {
    Failure::Other(format!("the input can't be read: {error}"))
}

#[cfg(test)]
pub mod tests {
    use std::io;
    use std::sync::mpsc;

    use super::*;
    use crate::print::{Colour, Look};
    use crate::profile::Asked;
    use crate::surroundings::Surroundings;

    /// An input on which nothing comes before it is told to.
    struct Held(mpsc::Receiver<()>);

    impl Read for Held {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            self.0.recv_timeout(Duration::from_secs(20)).map_err(io::Error::other)?;
            Ok(0)
        }
    }

    /// An app of a server that is not there, which says nothing.
    pub fn app(input: impl Read + Send + 'static) -> App {
        let variables = Variables::default();
        let around = Surroundings::piped(Variables::default(), "", io::sink(), io::sink());
        let screen = Screen::new(
            Look::of(None, Colour::Never, true, &around),
            Box::new(io::sink()),
            Box::new(io::sink()),
        );
        let chosen = Chosen::of(Asked::default(), &variables).expect("is chosen");
        let options = Options::default();
        let client = client_of(&options, "http://127.0.0.1:9", None).expect("a client");
        App::new(Parts { options, chosen, variables, screen, client }, Box::new(input), false)
    }

    /// An interrupt is taken in while somebody types.
    #[tokio::test]
    async fn other_things_happen_while_the_input_is_read() {
        let (end, held) = mpsc::channel();
        let app = app(Held(held));
        let reading = async { app.input().await.expect("ends") };
        let other = async { end.send(()).expect("is waited for") };
        let (text, ()) = tokio::join!(reading, other);
        assert_eq!(text, "");
    }

    #[test]
    fn each_part_has_a_key_that_follows_from_the_whole_one() {
        let mut app = app(io::empty());
        app.options.key = Some("k".repeat(64));
        let keys = [app.key_of_part(1), app.key_of_part(2), app.key_of_part(1)];
        assert!(keys[0] != keys[1] && keys[0] == keys[2]);
        assert!(keys.iter().flatten().all(|key| key.len() <= 64), "{keys:?}");
    }

    #[tokio::test]
    async fn an_empty_text_is_one_and_none_is_the_input() {
        let app = app(io::Cursor::new("piped"));
        let empty = [String::new()];
        assert_eq!(app.words("TEXT", &empty).await.expect("a text"), "");
        assert_eq!(app.words("TEXT", &["a".into(), "b".into()]).await.expect("a text"), "a b");
        assert_eq!(app.words("TEXT", &[]).await.expect("a text"), "piped");
    }

    #[tokio::test]
    async fn a_secret_is_not_typed_at_a_terminal() {
        let piped = app(io::Cursor::new("hush"));
        assert_eq!(piped.secret("it", "AJET_CHAT_WEBHOOK").await.expect("a secret"), "hush");
        let mut typed = app(io::Cursor::new("hush"));
        typed.input_is_terminal = true;
        let refused = typed.secret("it", "AJET_CHAT_WEBHOOK").await;
        assert!(matches!(refused, Err(Failure::Usage(_))), "{refused:?}");
    }

    #[test]
    fn a_repetition_names_the_same_moment() {
        let app = app(io::empty());
        let moment = app.later("--at", "2h").expect("a moment");
        assert_eq!(app.repetition(), None, "nothing was to be made");
        let key = app.key().expect("a key");
        assert_eq!(app.repetition(), Some(format!("--key {key} --at {moment}")));
        let again = when::later("--at", &moment.to_string()).expect("a moment");
        assert_eq!(again, moment);
    }

    #[tokio::test]
    async fn an_input_without_an_end_is_refused() {
        let endless = app(io::repeat(b'x'));
        assert!(matches!(endless.input().await, Err(Failure::Other(_))));
    }
}
