//! `ajet-chat api`: any request of the API, as `gh api` sends those of another.

use reqwest::Method;
use serde_json::{Map, Value, json};

use crate::app::App;
use crate::failure::{Done, Failure};

#[derive(Debug, clap::Args)]
pub struct Api {
    /// GET, POST, PUT, PATCH or DELETE; GET if only a path is given, POST with fields.
    #[arg(value_name = "METHOD")]
    method_or_path: String,
    /// The path, such as /api/me.
    path: Option<String>,
    /// A field of the body (of a GET, of the query): name=value, where true, false, null and numbers are what they look like; name=@FILE and
    /// name=@- bring the text of a file or the input. a.b=c is a field in a field, a[]=b an item of a list.
    #[arg(short = 'F', long = "field", value_name = "NAME=VALUE")]
    field: Vec<String>,
    /// The same, and the value is text whatever it looks like.
    #[arg(short = 'f', long = "raw-field", value_name = "NAME=VALUE")]
    raw_field: Vec<String>,
    /// The whole body: a file, or - for the input.
    #[arg(long, value_name = "FILE|-", conflicts_with_all = ["field", "raw_field"])]
    input: Option<std::path::PathBuf>,
}

/// Sends it, and prints what is answered.
pub async fn run(app: &App, args: Api) -> Done {
    let (method, path) = asked(&args)?;
    let body = body(app, &args).await?;
    let is_safe = method.is_safe() || method.is_idempotent();
    // Without a token some paths answer as well.
    let client = app.anyone();
    let answer: Value = match body {
        Some(Value::Object(fields)) if method == Method::GET => {
            client.send(method, &with_query(&path, &fields)?, None::<&()>, true).await?
        }
        body if method == Method::POST => posted(app, &path, body.as_ref()).await?,
        Some(body) => client.send(method, &path, Some(&body), is_safe).await?,
        None => client.send(method, &path, None::<&()>, is_safe).await?,
    };
    match answer {
        Value::Null => app.screen.done("done"),
        answer if app.screen.takes_everything() && !app.screen.is_json() => app.screen.show(&answer, &[]),
        answer => app.screen.json(&answer),
    }
}

/// A POST goes under a key, unless its body has one. It is sent again by itself only under a key that was given: whether the route heeds one
/// is not known here.
async fn posted(app: &App, path: &str, body: Option<&Value>) -> Result<Value, Failure> {
    let has_key = body.is_some_and(|body| body.get("client_mutation_id").is_some());
    let is_given = app.options.key.is_some();
    if has_key && is_given {
        return Err(Failure::argument("--key", "the body has a client_mutation_id already"));
    }
    let key = if has_key { None } else { app.key() };
    Ok(app.anyone().post_under(path, body, (key.as_deref(), is_given)).await?)
}

/// The method and the path. A path begins with a slash: nothing that is typed makes another server of it, and sends the token there.
fn asked(args: &Api) -> Result<(Method, String), Failure> {
    let has_body = !args.field.is_empty() || !args.raw_field.is_empty() || args.input.is_some();
    let (method, path) = match &args.path {
        Some(path) => (args.method_or_path.to_uppercase(), path),
        None => (if has_body { "POST" } else { "GET" }.to_owned(), &args.method_or_path),
    };
    let method = match method.as_str() {
        "GET" => Method::GET,
        "POST" => Method::POST,
        "PUT" => Method::PUT,
        "PATCH" => Method::PATCH,
        "DELETE" => Method::DELETE,
        other => return Err(Failure::argument("METHOD", format!("{other} is no method of the API"))),
    };
    let path = if path.starts_with('/') { path.clone() } else { format!("/{path}") };
    let is_plain = path.chars().all(|c| c.is_ascii_graphic() && c != '\\');
    if !is_plain || path.starts_with("//") || path.contains("://") {
        return Err(Failure::argument(
            "PATH",
            "is a path of the server, such as /api/me, and encoded where it has to be",
        ));
    }
    Ok((method, path))
}

async fn body(app: &App, args: &Api) -> Result<Option<Value>, Failure> {
    if let Some(file) = &args.input {
        let text = if file.as_os_str() == "-" {
            app.input().await?
        } else {
            std::fs::read_to_string(file).map_err(|error| Failure::file(file, &error))?
        };
        let body = serde_json::from_str(&text);
        return body.map(Some).map_err(|error| Failure::argument("--input", format!("is no JSON: {error}")));
    }
    let mut fields = Map::new();
    for text in &args.field {
        let (name, value) = parted("--field", text)?;
        let value = match value.strip_prefix('@') {
            Some("-") => json!(app.input().await?),
            Some(file) => {
                let path = std::path::Path::new(file);
                json!(std::fs::read_to_string(path).map_err(|error| Failure::file(path, &error))?)
            }
            None => guessed(value),
        };
        put(&mut fields, name, value)?;
    }
    for text in &args.raw_field {
        let (name, value) = parted("--raw-field", text)?;
        put(&mut fields, name, json!(value))?;
    }
    Ok(Some(Value::Object(fields))
        .filter(|fields| fields.as_object().is_some_and(|fields| !fields.is_empty())))
}

fn parted<'a>(argument: &str, text: &'a str) -> Result<(&'a str, &'a str), Failure> {
    let parts = text.split_once('=').filter(|(name, _)| !name.is_empty());
    parts.ok_or_else(|| Failure::argument(argument, "is written name=value"))
}

/// A value as it looks.
fn guessed(text: &str) -> Value {
    match text {
        "true" => json!(true),
        "false" => json!(false),
        "null" => Value::Null,
        number if number.parse::<i64>().is_ok() => json!(number.parse::<i64>().unwrap_or_default()),
        text => json!(text),
    }
}

/// Puts a field where its name says: `a.b` into a field, `a[]` at the end of a list.
fn put(fields: &mut Map<String, Value>, name: &str, value: Value) -> Done {
    let clash = || Failure::argument("--field", format!("{name} is two kinds of things"));
    if let Some((outer, inner)) = name.split_once('.') {
        let inside = fields.entry(outer).or_insert_with(|| json!({})).as_object_mut().ok_or_else(clash)?;
        return put(inside, inner, value);
    }
    if let Some(list) = name.strip_suffix("[]") {
        fields.entry(list).or_insert_with(|| json!([])).as_array_mut().ok_or_else(clash)?.push(value);
        return Ok(());
    }
    fields.insert(name.to_owned(), value);
    Ok(())
}

/// A path with the fields as its query.
fn with_query(path: &str, fields: &Map<String, Value>) -> Result<String, Failure> {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    for (name, value) in fields {
        match value {
            Value::String(text) => query.append_pair(name, text),
            Value::Bool(_) | Value::Number(_) => query.append_pair(name, &value.to_string()),
            _ => return Err(Failure::argument("--field", format!("{name} can't be in a query"))),
        };
    }
    let sign = if path.contains('?') { '&' } else { '?' };
    Ok(format!("{path}{sign}{}", query.finish()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn api(method_or_path: &str, path: Option<&str>, field: &[&str]) -> Api {
        Api {
            method_or_path: method_or_path.into(),
            path: path.map(Into::into),
            field: field.iter().map(|field| (*field).to_owned()).collect(),
            raw_field: vec![],
            input: None,
        }
    }

    /// As with `gh api`.
    #[test]
    fn a_small_letter_is_text_and_a_capital_one_what_it_looks_like() {
        #[derive(clap::Parser)]
        struct Line {
            #[command(flatten)]
            api: Api,
        }
        let Line { api } = <Line as clap::Parser>::parse_from(["api", "/x", "-f", "a=1", "-F", "b=1"]);
        assert_eq!((api.raw_field, api.field), (vec!["a=1".to_owned()], vec!["b=1".to_owned()]));
    }

    #[test]
    fn a_path_stays_on_the_server() {
        let (method, path) = asked(&api("api/me", None, &[])).expect("a request");
        assert_eq!((method, path.as_str()), (Method::GET, "/api/me"));
        assert_eq!(asked(&api("/api/dms", None, &["a=b"])).expect("a request").0, Method::POST);
        for elsewhere in ["//evil.example/x", "https://evil.example/", "/x\\y", "/a b", "/\u{1b}[2J"] {
            assert!(asked(&api("GET", Some(elsewhere), &[])).is_err(), "{elsewhere}");
        }
        let (_, path) = asked(&api("GET", Some("@evil.example/x"), &[])).expect("a path");
        assert_eq!(path, "/@evil.example/x");
        assert!(asked(&api("TRACE", Some("/x"), &[])).is_err());
    }

    #[test]
    fn fields_become_json() {
        let mut fields = Map::new();
        for text in ["a=1", "b=true", "c.d=x", "e[]=1", "e[]=two", "f=null"] {
            let (name, value) = parted("--field", text).expect("two parts");
            put(&mut fields, name, guessed(value)).expect("fits");
        }
        let expected = json!({ "a": 1, "b": true, "c": { "d": "x" }, "e": [1, "two"], "f": null });
        assert_eq!(Value::Object(fields.clone()), expected);
        assert!(put(&mut fields, "a.b", json!(1)).is_err());
    }

    #[test]
    fn fields_of_a_get_are_its_query() {
        let fields = json!({ "q": "a b&c", "limit": 5 });
        let path = with_query("/api/search", fields.as_object().expect("fields")).expect("a path");
        assert!(path == "/api/search?q=a+b%26c&limit=5" || path == "/api/search?limit=5&q=a+b%26c", "{path}");
    }
}
