//! Colours for code blocks in a terminal: comments, strings, numbers and keywords, in one linear pass.
//!
//! It knows families of languages, not grammars: enough to read a snippet in a chat. An unknown language stays plain.

/// A piece of code and what it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Plain,
    Keyword,
    Text,
    Number,
    Comment,
}

struct Family {
    comments: &'static [&'static str],
    quotes: &'static [char],
    /// Whether a keyword may be written in upper case, too; the keywords here are in lower case then.
    case_insensitive: bool,
    keywords: &'static [&'static str],
}

impl Family {
    fn is_keyword(&self, word: &str) -> bool {
        if self.case_insensitive {
            return self.keywords.iter().any(|one| one.eq_ignore_ascii_case(word));
        }
        self.keywords.contains(&word)
    }
}

const C_LIKE: Family = Family {
    comments: &["//"],
    quotes: &['"', '`'],
    case_insensitive: false,
    keywords: &[
        "as",
        "async",
        "await",
        "break",
        "case",
        "catch",
        "class",
        "const",
        "continue",
        "default",
        "defer",
        "do",
        "else",
        "enum",
        "export",
        "extends",
        "false",
        "final",
        "fn",
        "for",
        "func",
        "function",
        "go",
        "if",
        "impl",
        "import",
        "in",
        "interface",
        "let",
        "loop",
        "match",
        "mod",
        "mut",
        "new",
        "nil",
        "null",
        "package",
        "private",
        "pub",
        "public",
        "return",
        "self",
        "static",
        "struct",
        "super",
        "switch",
        "this",
        "throw",
        "trait",
        "true",
        "try",
        "type",
        "use",
        "var",
        "void",
        "where",
        "while",
        "yield",
    ],
};

const HASH_LIKE: Family = Family {
    comments: &["#"],
    quotes: &['"', '\''],
    case_insensitive: false,
    keywords: &[
        "and", "as", "async", "await", "break", "case", "class", "continue", "def", "del", "do", "done",
        "elif", "else", "end", "esac", "except", "false", "False", "fi", "finally", "for", "from",
        "function", "if", "import", "in", "is", "lambda", "module", "nil", "None", "not", "null", "or",
        "pass", "raise", "return", "self", "then", "true", "True", "try", "unless", "until", "while", "with",
        "yield",
    ],
};

const SQL_LIKE: Family = Family {
    comments: &["--"],
    quotes: &['\''],
    case_insensitive: true,
    keywords: &[
        "and",
        "as",
        "begin",
        "by",
        "commit",
        "create",
        "delete",
        "desc",
        "drop",
        "exists",
        "from",
        "group",
        "having",
        "in",
        "index",
        "insert",
        "into",
        "is",
        "join",
        "left",
        "limit",
        "not",
        "null",
        "on",
        "or",
        "order",
        "returning",
        "select",
        "set",
        "table",
        "union",
        "unique",
        "update",
        "values",
        "where",
        "with",
    ],
};

const LUA: Family = Family {
    comments: &["--"],
    quotes: &['"', '\''],
    case_insensitive: false,
    keywords: &[
        "and", "break", "do", "else", "elseif", "end", "false", "for", "function", "goto", "if", "in",
        "local", "nil", "not", "or", "repeat", "return", "then", "true", "until", "while",
    ],
};

fn family(language: &str) -> Option<&'static Family> {
    match language.to_ascii_lowercase().as_str() {
        "rust" | "rs" | "c" | "h" | "cpp" | "c++" | "cs" | "csharp" | "go" | "java" | "js" | "javascript"
        | "jsx" | "json" | "kotlin" | "php" | "scala" | "swift" | "ts" | "tsx" | "typescript" | "zig" => {
            Some(&C_LIKE)
        }
        "py" | "python" | "rb" | "ruby" | "sh" | "bash" | "zsh" | "shell" | "toml" | "yaml" | "yml"
        | "ini" | "perl" | "elixir" | "make" | "dockerfile" => Some(&HASH_LIKE),
        "sql" | "psql" | "postgres" | "postgresql" => Some(&SQL_LIKE),
        "lua" => Some(&LUA),
        _ => None,
    }
}

/// Splits code into pieces; joined they are the code again.
pub fn pieces<'a>(language: &str, code: &'a str) -> Vec<(Kind, &'a str)> {
    let Some(family) = family(language) else { return vec![(Kind::Plain, code)] };
    let mut pieces: Vec<(Kind, &str)> = Vec::new();
    let mut rest = code;
    while !rest.is_empty() {
        let (kind, length) = piece_at(family, rest);
        pieces.push((kind, &rest[..length]));
        rest = &rest[length..];
    }
    pieces
}

fn piece_at(family: &Family, rest: &str) -> (Kind, usize) {
    let first = rest.chars().next().unwrap_or(' ');
    if family.comments.iter().any(|sign| rest.starts_with(sign)) {
        return (Kind::Comment, rest.find('\n').unwrap_or(rest.len()));
    }
    if family.quotes.contains(&first) {
        return (Kind::Text, string_length(rest, first));
    }
    if first.is_ascii_digit() {
        return (Kind::Number, run(rest, |c| c.is_ascii_alphanumeric() || c == '_' || c == '.'));
    }
    if first.is_alphabetic() || first == '_' {
        let length = run(rest, |c| c.is_alphanumeric() || c == '_');
        let kind = if family.is_keyword(&rest[..length]) { Kind::Keyword } else { Kind::Plain };
        return (kind, length);
    }
    (Kind::Plain, first.len_utf8())
}

fn run(text: &str, belongs: impl Fn(char) -> bool) -> usize {
    text.find(|c| !belongs(c)).unwrap_or(text.len())
}

/// The length of a string literal that ends at its quote, or at the end of the line.
fn string_length(text: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '\n' if quote != '`' => return at,
            c if c == quote => return at + c.len_utf8(),
            _ => {}
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The pieces of one kind.
    fn of<'a>(kind: Kind, language: &str, code: &'a str) -> Vec<&'a str> {
        pieces(language, code).into_iter().filter(|(one, _)| *one == kind).map(|(_, text)| text).collect()
    }

    #[test]
    fn keywords_of_sql_have_no_case_and_those_of_lua_have() {
        let sql = "SELECT a from b -- where\nWhere c = 'and'";
        assert_eq!(of(Kind::Keyword, "sql", sql), ["SELECT", "from", "Where"]);
        assert_eq!(of(Kind::Comment, "sql", sql), ["-- where"]);
        assert_eq!(of(Kind::Text, "sql", sql), ["'and'"]);
        let lua = "local t = \"a\" .. 'b' -- end\nif t then select(1) END end";
        assert_eq!(of(Kind::Keyword, "lua", lua), ["local", "if", "then", "end"]);
        assert_eq!(of(Kind::Comment, "Lua", lua), ["-- end"]);
        assert_eq!(of(Kind::Text, "lua", lua), ["\"a\"", "'b'"]);
        assert_eq!(of(Kind::Keyword, "rust", "FN fn"), ["fn"]);
    }
}
