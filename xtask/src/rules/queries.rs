//! Finds the tables and views that an SQL text names, and what it does with them. This is not a parser: it only knows where the name of a table
//! can occur.

use std::collections::BTreeSet;

/// What a query does with a relation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Deed {
    Reads,
    /// INSERT, UPDATE, DELETE, MERGE, TRUNCATE, or COPY.
    Writes,
    /// FOR UPDATE, FOR SHARE and similar clauses, or LOCK.
    Locks,
}

/// One occurrence of a relation's name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Mention {
    /// The name in lower case, without `public.`; `{` if the name is composed at run time.
    pub(super) name: String,
    pub(super) deed: Deed,
    /// The number of lines before it in the text.
    pub(super) line: usize,
    alias: Option<String>,
    depth: usize,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Token {
    text: String,
    line: usize,
}

/// Words that end the list after FROM.
const CLAUSES: &[&str] = &[
    "where",
    "group",
    "order",
    "limit",
    "having",
    "returning",
    "union",
    "except",
    "intersect",
    "set",
    "window",
    "for",
    "offset",
];

/// Words that cannot be an alias.
const NO_ALIAS: &[&str] = &[
    "on", "join", "left", "right", "inner", "full", "cross", "natural", "using", "values", "default", "select", "in", "from",
    "to",
];

/// Functions whose arguments contain a FROM: `extract(year from x)`.
const WITH_OWN_FROM: &[&str] = &["extract", "trim", "substring", "overlay"];

/// All mentions in a text, apart from common table expressions and functions that return rows.
pub(super) fn mentions(sql: &str) -> Vec<Mention> {
    Walk { tokens: tokens(sql), at: 0, found: Vec::new(), lists: vec![false], openers: vec![String::new()] }.walk()
}

/// The statements of a migration, each with the number of lines before its first word.
pub(super) fn statements(sql: &str) -> Vec<(usize, &str)> {
    let (mut begin, mut at, mut found) = (0, 0, Vec::new());
    while at < sql.len() {
        let rest = &sql[at..];
        let length = skipped(rest).unwrap_or_else(|| rest.chars().next().map_or(1, char::len_utf8));
        at += length;
        if rest.starts_with(';') {
            let statement = &sql[begin..at];
            let first = tokens(statement).first().map_or(0, |token| token.line);
            found.push((sql[..begin].matches('\n').count() + first, statement));
            begin = at;
        }
    }
    found
}

/// The words of a text in lower case, without comments and without what stands between quotes.
pub(super) fn words(sql: &str) -> Vec<String> {
    tokens(sql).into_iter().map(|token| token.text).collect()
}

/// The length of the comment, string or dollar-quoted body that begins here, if any.
fn skipped(rest: &str) -> Option<usize> {
    let until = |begin: usize, end: &str| rest[begin..].find(end).map_or(rest.len(), |at| begin + at + end.len());
    if rest.starts_with("--") {
        Some(until(2, "\n"))
    } else if rest.starts_with("$$") {
        Some(until(2, "$$"))
    } else if rest.starts_with('\'') {
        Some(until(1, "'"))
    } else {
        None
    }
}

fn tokens(sql: &str) -> Vec<Token> {
    let is_word = |character: char| character.is_alphanumeric() || matches!(character, '_' | '.' | '$');
    let (mut at, mut found) = (0, Vec::new());
    while at < sql.len() {
        let rest = &sql[at..];
        let first = rest.chars().next().unwrap_or(' ');
        let line = sql[..at].matches('\n').count();
        // The content of a dollar-quoted body is read like the rest.
        let length = if rest.starts_with("$$") {
            2
        } else if let Some(length) = skipped(rest) {
            length
        } else if first == '"' {
            rest[1..].find('"').map_or(rest.len(), |end| end + 2)
        } else if is_word(first) {
            let length = rest.find(|character| !is_word(character)).unwrap_or(rest.len());
            found.push(Token { text: rest[..length].to_lowercase(), line });
            length
        } else {
            if !first.is_whitespace() {
                found.push(Token { text: first.to_string(), line });
            }
            first.len_utf8()
        };
        at += length;
    }
    found
}

struct Walk {
    tokens: Vec<Token>,
    at: usize,
    found: Vec<Mention>,
    /// For each open parenthesis: whether a list after FROM is being read (`lists`), and the word before the parenthesis (`openers`).
    lists: Vec<bool>,
    openers: Vec<String>,
}

impl Walk {
    fn walk(mut self) -> Vec<Mention> {
        while self.at < self.tokens.len() {
            let before = self.text(self.at.wrapping_sub(1)).to_owned();
            let word = self.text(self.at).to_owned();
            self.at += 1;
            match word.as_str() {
                "(" => {
                    self.lists.push(false);
                    self.openers.push(before);
                }
                ")" if self.lists.len() > 1 => {
                    self.lists.pop();
                    self.openers.pop();
                }
                "from" if before == "delete" => self.relation(Deed::Writes),
                "from" if before == "distinct" || self.openers.last().is_some_and(|word| WITH_OWN_FROM.contains(&&**word)) => {}
                "from" if matches!(self.text(self.at), "stdin" | "program") => {}
                "from" | "join" => self.item(),
                "using" if !matches!(self.text(self.at), "(" | "gin" | "gist") => self.item(),
                "," if self.lists.last() == Some(&true) => self.item(),
                "into" if matches!(&*before, "insert" | "merge") => self.relation(Deed::Writes),
                "update" if !matches!(&*before, "for" | "key" | "do" | "or" | "," | "before" | "after") => {
                    self.relation(Deed::Writes)
                }
                "truncate" | "copy" => self.relation(Deed::Writes),
                "lock" => self.relation(Deed::Locks),
                "for" if matches!(self.text(self.at), "update" | "share" | "no" | "key") => self.locking(),
                clause if CLAUSES.contains(&clause) => self.set_list(false),
                _ => {}
            }
        }
        let local = self.local_names();
        self.found.retain(|mention| !local.contains(&mention.name));
        self.found
    }

    fn text(&self, at: usize) -> &str {
        self.tokens.get(at).map_or("", |token| &token.text)
    }

    fn set_list(&mut self, goes_on: bool) {
        if let Some(list) = self.lists.last_mut() {
            *list = goes_on;
        }
    }

    /// One entry of the list after FROM.
    fn item(&mut self) {
        self.set_list(true);
        self.relation(Deed::Reads);
    }

    fn relation(&mut self, deed: Deed) {
        while matches!(self.text(self.at), "only" | "lateral" | "table") {
            self.at += 1;
        }
        let Some(token) = self.tokens.get(self.at).cloned() else { return };
        let is_name = token.text.starts_with(|first: char| first.is_alphabetic() || first == '_');
        let is_function = self.text(self.at + 1) == "(" && deed == Deed::Reads;
        // `{SCHEMA}.jobs`: a table of another schema.
        let is_elsewhere = token.text == "{" && self.text(self.at + 3).starts_with('.');
        if !(is_name || token.text == "{") || is_function || is_elsewhere || token.text == "select" {
            return;
        }
        self.at += 1;
        let after = if self.text(self.at) == "as" { self.at + 1 } else { self.at };
        let alias = Some(self.text(after).to_owned())
            .filter(|word| word.starts_with(char::is_alphabetic) && !CLAUSES.contains(&&**word) && !NO_ALIAS.contains(&&**word));
        let name = token.text.strip_prefix("public.").unwrap_or(&token.text).to_owned();
        self.found.push(Mention { name, deed, line: token.line, alias, depth: self.lists.len() });
    }

    /// `for update of a`: the relations read in the same query are locked; with `of`, only the named ones.
    fn locking(&mut self) {
        self.set_list(false);
        while matches!(self.text(self.at), "update" | "share" | "no" | "key") {
            self.at += 1;
        }
        let mut only = BTreeSet::new();
        if self.text(self.at) == "of" {
            loop {
                only.insert(self.text(self.at + 1).to_owned());
                self.at += 2;
                if self.text(self.at) != "," {
                    break;
                }
            }
        }
        let depth = self.lists.len();
        for mention in self.found.iter_mut().filter(|mention| mention.depth == depth && mention.deed == Deed::Reads) {
            let called = mention.alias.as_ref().unwrap_or(&mention.name);
            if only.is_empty() || only.contains(called) {
                mention.deed = Deed::Locks;
            }
        }
    }

    /// The names of common table expressions: `x as (`, `x (a, b) as (`.
    fn local_names(&self) -> BTreeSet<String> {
        let mut names = BTreeSet::new();
        for at in 1..self.tokens.len() {
            let body = if self.text(at + 1) == "materialized" { at + 2 } else { at + 1 };
            if self.text(at) != "as" || self.text(body) != "(" {
                continue;
            }
            let mut name = at - 1;
            if self.text(name) == ")" {
                while name > 0 && self.text(name) != "(" {
                    name -= 1;
                }
                name = name.saturating_sub(1);
            }
            names.insert(self.text(name).to_owned());
        }
        names
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(sql: &str, expected: &str) {
        let deed = |deed| match deed {
            Deed::Reads => "reads",
            Deed::Writes => "writes",
            Deed::Locks => "locks",
        };
        let found: Vec<String> =
            mentions(sql).into_iter().map(|mention| format!("{} {}", deed(mention.deed), mention.name)).collect();
        assert_eq!(found.join(", "), expected, "{sql}");
    }

    #[test]
    fn reading() {
        check("select a.id from appointments a left join users as u on u.id = a.by", "reads appointments, reads users");
        check("select 1 from notes n, (select 1 from users) u, messages where x", "reads notes, reads users, reads messages");
        check("select exists (select from public.doctors where id = $1) as \"doctors!\"", "reads doctors");
        check("join lateral users", "reads users");
        check("SELECT 1 FROM only Notes", "reads notes");
    }

    #[test]
    fn writing() {
        check("insert into notes (id) select id from users on conflict (id) do update set x = 1", "writes notes, reads users");
        check(
            "update sessions s set x = 1 from memberships m, users where true",
            "writes sessions, reads memberships, reads users",
        );
        check("delete from notes using users u where u.id = 1", "writes notes, reads users");
        check("truncate table notes", "writes notes");
        check("copy notes (id) from stdin", "writes notes");
        check("with gone as (delete from notes returning id) select 1 from gone", "writes notes");
    }

    #[test]
    fn locking() {
        check("select id from notes where id = $1 for update", "locks notes");
        check("select 1 from notes n join users u on true for no key update of n", "locks notes, reads users");
        check("select 1 from notes n join users u on true for share of n, u", "locks notes, locks users");
        check("select 1 from notes where x in (select id from users) for update", "locks notes, reads users");
        check("lock table notes in share mode", "locks notes");
    }

    #[test]
    fn names_in_other_places_are_no_tables() {
        check("select extract(year from at), trim(both from users) from unnest($1) users", "");
        check("select 1 where a is distinct from users", "");
        check("select 'from users' -- from users\n from notes", "reads notes");
        check("select n.users from notes n order by n.a, users limit 1", "reads notes");
        check("select x from {table}", "reads {");
        check("select x from {SCHEMA}.jobs", "");
    }

    #[test]
    fn lines_and_statements() {
        assert_eq!(mentions("select 1\nfrom a\njoin b on x")[1].line, 2);
        let file = "create table a (x text default ';');\n-- a; b\ncreate function f() as $$ begin; end $$;\n";
        let found: Vec<usize> = statements(file).into_iter().map(|(line, _)| line).collect();
        assert_eq!(found, [0, 2]);
    }
}
