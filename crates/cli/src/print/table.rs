//! Rows of things: aligned under heads for people, parted by tabs for programs.

use serde_json::Value;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::{safe, time};

/// A column: its head, and the path of its field in the JSON, such as `author.username`.
pub type Column = (&'static str, &'static str);

/// What a terminal shows where there is nothing.
const NOTHING: &str = "-";

/// The fields of a thing as a program reads them: times in UTC, nothing where there is nothing, and no tab or line end within.
#[must_use]
pub fn plain(thing: &Value, columns: &[Column]) -> String {
    let cells = columns.iter().map(|(_, path)| {
        let text = text_of(at(thing, path));
        safe::line(&text.replace('\\', "\\\\").replace('\n', "\\n").replace('\t', "\\t")).into_owned()
    });
    cells.collect::<Vec<_>>().join("\t")
}

/// A cell as people read it.
#[must_use]
pub fn shown(thing: &Value, path: &str) -> String {
    let text = text_of(at(thing, path));
    match path.rsplit('.').next().unwrap_or_default() {
        _ if text.is_empty() => NOTHING.to_owned(),
        last if last.ends_with("_at") || last == "muted_until" => time::local(&text),
        _ => safe::line(&text).into_owned(),
    }
}

/// Lines of a table: its heads, and a line for each thing. The last column is cut where the terminal ends.
#[must_use]
pub fn aligned(things: &[Value], columns: &[Column], width: usize) -> (String, Vec<String>) {
    let rows: Vec<Vec<String>> =
        things.iter().map(|thing| columns.iter().map(|(_, path)| shown(thing, path)).collect()).collect();
    let widths: Vec<usize> = (0..columns.len())
        .map(|at| {
            rows.iter().map(|row| row[at].width()).chain([columns[at].0.width()]).max().unwrap_or_default()
        })
        .collect();
    let heads: Vec<String> = columns.iter().map(|(head, _)| (*head).to_owned()).collect();
    let lines = rows.iter().map(|row| row_of(row, &widths, width)).collect();
    (row_of(&heads, &widths, width), lines)
}

fn row_of(cells: &[String], widths: &[usize], width: usize) -> String {
    let mut line = String::new();
    for (at, cell) in cells.iter().enumerate() {
        if at > 0 {
            line.push_str("  ");
        }
        line.push_str(cell);
        if at + 1 < cells.len() {
            line.push_str(&" ".repeat(widths[at].saturating_sub(cell.width())));
        }
    }
    cut(&line, width)
}

/// A line of at most so many columns.
fn cut(line: &str, width: usize) -> String {
    if line.width() <= width {
        return line.to_owned();
    }
    let mut taken = 0;
    let fits = |c: &char| {
        taken += c.width().unwrap_or_default();
        taken < width
    };
    line.chars().take_while(fits).chain(['…']).collect()
}

fn at<'a>(thing: &'a Value, path: &str) -> &'a Value {
    path.split('.').fold(thing, |value, name| value.get(name).unwrap_or(&Value::Null))
}

/// A field as text: of a list its items, of a thing its name.
fn text_of(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::Bool(yes) => if *yes { "yes" } else { "no" }.to_owned(),
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(text_of).collect::<Vec<_>>().join(","),
        Value::Object(fields) => {
            let name =
                ["username", "name", "filename", "emoji", "id"].iter().find_map(|key| fields.get(*key));
            name.map_or_else(|| value.to_string(), text_of)
        }
        Value::Number(number) => number.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const COLUMNS: [Column; 2] = [("name", "name"), ("topic", "topic")];

    #[test]
    fn columns_align_whatever_the_width_of_their_letters() {
        let things = [json!({ "name": "日本", "topic": "a" }), json!({ "name": "x", "topic": null })];
        let (heads, lines) = aligned(&things, &COLUMNS, 80);
        assert_eq!(
            (heads.as_str(), lines),
            ("name  topic", vec!["日本  a".to_owned(), "x     -".to_owned()])
        );
    }

    #[test]
    fn a_line_ends_with_the_terminal() {
        let things = [json!({ "name": "abc", "topic": "defghijkl" })];
        assert_eq!(aligned(&things, &COLUMNS, 10).1, ["abc   def…"]);
    }

    #[test]
    fn a_program_gets_one_line_whatever_is_in_a_field() {
        let thing = json!({ "name": "a\tb", "topic": "one\ntwo\\ \u{1b}[2J" });
        assert_eq!(plain(&thing, &COLUMNS), "a\\tb\tone\\ntwo\\\\ \u{fffd}[2J");
    }

    #[test]
    fn lists_and_things_are_shown_by_what_they_are_called() {
        let thing = json!({ "name": [{ "username": "ann" }, { "id": "1" }], "topic": true });
        assert_eq!(plain(&thing, &COLUMNS), "ann,1\tyes");
    }
}
