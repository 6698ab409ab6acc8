//! The two migrated databases and `src/store/schema.rs` say the same: tables, columns, types, nullability, keys, indexes.
use crate::databases::fresh;
use diesel::sql_types::Text;
use diesel::{QueryableByName, RunQueryDsl, sql_query};
use ieum::store::{Either, Target, migrate};
use std::collections::{BTreeMap, BTreeSet};

#[derive(QueryableByName)]
struct Said {
    #[diesel(sql_type = Text)]
    fact: String,
}

/// Every query gives lines of one form on both databases, so that the sets can be compared as they are.
const SQLITE: [&str; 4] = [
    "SELECT 'column ' || m.name || '.' || c.name || ' ' || lower(c.type) || CASE WHEN c.\"notnull\" OR c.pk THEN '' ELSE ' null' END AS fact
     FROM sqlite_master m JOIN pragma_table_info(m.name) c WHERE m.type = 'table' AND m.sql LIKE '%STRICT%'",
    "SELECT 'foreign ' || m.name || ' (' || group_concat(f.\"from\", ', ') || ') ' || f.\"table\" || ' (' ||
     group_concat(f.\"to\", ', ') || ') ' || f.on_delete AS fact
     FROM sqlite_master m JOIN pragma_foreign_key_list(m.name) f WHERE m.type = 'table' GROUP BY m.name, f.id",
    "SELECT 'primary ' || name || ' (' || group_concat(column, ', ') || ')' AS fact FROM
     (SELECT m.name, c.name AS column FROM sqlite_master m JOIN pragma_table_info(m.name) c
      WHERE m.type = 'table' AND m.sql LIKE '%STRICT%' AND c.pk > 0 ORDER BY m.name, c.pk) GROUP BY name",
    "SELECT CASE WHEN is_unique THEN 'unique ' ELSE 'index ' END || tbl || ' (' || group_concat(column, ', ') || ')' ||
     CASE WHEN partial THEN ' partial' ELSE '' END AS fact FROM
     (SELECT m.name AS tbl, i.name, i.\"unique\" AS is_unique, i.partial, c.name AS column
      FROM sqlite_master m JOIN pragma_index_list(m.name) i JOIN pragma_index_info(i.name) c
      WHERE m.type = 'table' AND i.origin <> 'pk' ORDER BY m.name, i.name, c.seqno) GROUP BY tbl, name",
];
const POSTGRES: [&str; 4] = [
    "SELECT 'column ' || table_name || '.' || column_name || ' ' || data_type ||
     CASE WHEN is_nullable = 'YES' THEN ' null' ELSE '' END AS fact
     FROM information_schema.columns WHERE table_schema = current_schema() AND table_name <> '__diesel_schema_migrations'",
    "SELECT 'foreign ' || k.conrelid::regclass || ' (' || (SELECT string_agg(a.attname, ', ' ORDER BY o) FROM
     unnest(k.conkey) WITH ORDINALITY u(n, o) JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = u.n) || ') ' ||
     k.confrelid::regclass || ' (' || (SELECT string_agg(a.attname, ', ' ORDER BY o) FROM
     unnest(k.confkey) WITH ORDINALITY u(n, o) JOIN pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = u.n) || ') ' ||
     CASE k.confdeltype WHEN 'c' THEN 'CASCADE' WHEN 'a' THEN 'NO ACTION' ELSE k.confdeltype::text END AS fact
     FROM pg_constraint k WHERE k.contype = 'f'",
    "SELECT 'primary ' || i.indrelid::regclass || ' (' || string_agg(a.attname, ', ' ORDER BY o) || ')' AS fact
     FROM pg_index i JOIN LATERAL unnest(i.indkey) WITH ORDINALITY u(n, o) ON true
     JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = u.n JOIN pg_class c ON c.oid = i.indrelid
     WHERE i.indisprimary AND c.relnamespace = current_schema()::regnamespace AND c.relname <> '__diesel_schema_migrations'
     GROUP BY i.indexrelid, i.indrelid",
    "SELECT CASE WHEN i.indisunique THEN 'unique ' ELSE 'index ' END || i.indrelid::regclass || ' (' ||
     string_agg(a.attname, ', ' ORDER BY o) || ')' || CASE WHEN i.indpred IS NOT NULL THEN ' partial' ELSE '' END AS fact
     FROM pg_index i JOIN LATERAL unnest(i.indkey) WITH ORDINALITY u(n, o) ON true
     JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = u.n JOIN pg_class c ON c.oid = i.indrelid
     WHERE NOT i.indisprimary AND c.relnamespace = current_schema()::regnamespace GROUP BY i.indexrelid, i.indrelid, i.indisunique, i.indpred",
];

fn facts(target: &Target) -> BTreeSet<String> {
    let mut conn = target.connect().unwrap();
    let queries = if conn.is_sqlite() { SQLITE } else { POSTGRES };
    let mut facts = BTreeSet::new();
    for query in queries {
        let said: Vec<Said> = match conn.either() {
            Either::Sqlite(c) => sql_query(query).load(c).unwrap(),
            Either::Postgres(c) => sql_query(query).load(c).unwrap(),
        };
        assert!(!said.is_empty(), "{query}");
        facts.extend(said.into_iter().map(|said| said.fact));
    }
    facts
}

/// `table.column` → its diesel type and nullability, and `table` → its primary key, as `schema.rs` declares them.
fn declared() -> (BTreeMap<String, String>, BTreeMap<String, String>) {
    let text = include_str!("../../src/store/schema.rs");
    let (mut columns, mut keys, mut table) = (BTreeMap::new(), BTreeMap::new(), String::new());
    for line in text.lines().map(str::trim) {
        if let Some((name, rest)) = line.split_once(" (").filter(|_| line.ends_with(") {")) {
            table = name.to_owned();
            keys.insert(table.clone(), rest.trim_end_matches(") {").to_owned());
        } else if let Some((name, kind)) = line.split_once(" -> ") {
            columns.insert(format!("{table}.{name}"), kind.trim_end_matches(',').to_owned());
        }
    }
    (columns, keys)
}

/// What each database calls diesel's types.
fn kinds(kind: &str) -> (&str, &str) {
    match kind {
        "BigInt" => ("integer", "bigint"),
        "Integer" => ("integer", "integer"),
        "Bool" => ("integer", "boolean"),
        "Text" => ("text", "text"),
        "Date" => ("text", "date"),
        "Timestamp" => ("text", "timestamp without time zone"),
        "Binary" => ("blob", "bytea"),
        other => panic!("no name for {other}"),
    }
}

#[test]
fn the_two_databases_and_the_schema_agree() {
    let (columns, keys) = declared();
    let databases = fresh();
    let both: Vec<BTreeSet<String>> = databases
        .iter()
        .map(|one| {
            migrate(&one.target).unwrap();
            facts(&one.target)
        })
        .collect();
    for (side, found) in both.iter().enumerate() {
        let mut wanted = BTreeSet::new();
        for (column, kind) in &columns {
            let (bare, null) = match kind.strip_prefix("Nullable<") {
                Some(inner) => (inner.trim_end_matches('>'), " null"),
                None => (kind.as_str(), ""),
            };
            let names = kinds(bare);
            wanted.insert(format!("column {column} {}{null}", if side == 0 { names.0 } else { names.1 }));
        }
        wanted.extend(keys.iter().map(|(table, key)| format!("primary {table} ({key})")));
        let of_schema = |fact: &&String| fact.starts_with("column ") || fact.starts_with("primary ");
        let found: BTreeSet<String> = found.iter().filter(of_schema).cloned().collect();
        assert_eq!(
            found.symmetric_difference(&wanted).collect::<Vec<_>>(),
            Vec::<&String>::new(),
            "schema.rs, side {side}"
        );
    }
    let keys_of = |facts: &BTreeSet<String>| -> BTreeSet<String> {
        facts.iter().filter(|fact| !fact.starts_with("column ")).cloned().collect()
    };
    let (sqlite, postgres) = (keys_of(&both[0]), keys_of(&both[1]));
    assert_eq!(sqlite.symmetric_difference(&postgres).collect::<Vec<_>>(), Vec::<&String>::new());
    assert!(sqlite.iter().any(|fact| fact.starts_with("foreign ")));
}

#[test]
fn both_databases_have_the_same_migrations() {
    let names = |folder: &str| -> BTreeSet<String> {
        let path = format!("{}/migrations/{folder}", env!("CARGO_MANIFEST_DIR"));
        std::fs::read_dir(path)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect()
    };
    assert_eq!(names("sqlite"), names("postgres"));
}
