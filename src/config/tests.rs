use super::*;

fn env(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect()
}
fn written(name: &str, text: &str) -> PathBuf {
    let path = std::env::temp_dir().join(format!("ieum-config-{}-{name}", std::process::id()));
    std::fs::write(&path, text).unwrap();
    path
}

#[test]
fn the_defaults_are_complete_and_usable() {
    let (settings, _) = Settings::from_parts(None, &[]).unwrap();
    assert_eq!(settings.database.url.expose(), "sqlite://ieum-data/ieum.db");
    assert_eq!(settings.server.base_url, "http://127.0.0.1:8080");
    assert_eq!(settings.data.key_file, Path::new("ieum-data/key"));
    assert_eq!(settings.database.synchronous, Synchronous::Full);
}

#[test]
fn the_environment_wins_over_the_file() {
    let file = written("wins", "[server]\nlisten = \"127.0.0.1:1\"\nworkers = 3\n");
    let env = env(&[
        ("IEUM__SERVER__LISTEN", "127.0.0.1:2"),
        ("IEUM__SERVER__TRUSTED_PROXIES", "10.0.0.1, ::1"),
        ("IEUM__SITE__OFFICIAL_GOV", "true"),
    ]);
    let (settings, shown) = Settings::from_parts(Some(&file), &env).unwrap();
    assert_eq!(settings.server.listen.port(), 2);
    assert_eq!(settings.server.workers, 3);
    assert_eq!(settings.server.trusted_proxies.len(), 2);
    assert!(settings.site.official_gov);
    assert!(shown.contains("listen = \"127.0.0.1:2\"  # IEUM__SERVER__LISTEN"), "{shown}");
}

#[test]
fn unknown_keys_are_refused_by_name() {
    let file = written("unknown", "[server]\nlistn = \"x\"\n[sever]\nx = 1\n");
    let ConfigError::Unknown(keys) = Settings::from_parts(Some(&file), &[]).unwrap_err() else { panic!() };
    assert!(keys[0].starts_with("server.listn") && keys[1].starts_with("sever.x"), "{keys:?}");
    for name in ["IEUM__SERVER__LISTN", "IEUM__SERVER", "IEUM__SEVER__LISTEN"] {
        let refused = Settings::from_parts(None, &env(&[(name, "x")])).unwrap_err();
        assert_eq!(refused, ConfigError::Unknown(vec![name.to_owned()]));
    }
    // Other programs' variables are none of our business.
    assert!(Settings::from_parts(None, &env(&[("IEUM_CONFIG", ""), ("HOME", "/root")])).is_ok());
}

#[test]
fn wrong_values_are_refused_by_key() {
    for (name, value) in [
        ("IEUM__SERVER__LISTEN", "here"),
        ("IEUM__SERVER__WORKERS", "many"),
        ("IEUM__SERVER__WORKERS", "-1"),
        ("IEUM__SERVER__BASE_URL", "ieum.example"),
        ("IEUM__DATABASE__URL", "mysql://x"),
        ("IEUM__DATABASE__SYNCHRONOUS", "off"),
        ("IEUM__MAIL__FROM", "nobody"),
        ("IEUM__DEADLINES__RIGHTS_DAYS", "11"),
        ("IEUM__DATABASE__REPLICA_URL", "postgres://replica/ieum"),
        ("IEUM__DATABASE__BUSY_SECONDS", "0"),
    ] {
        let refused = Settings::from_parts(None, &env(&[(name, value)])).unwrap_err().to_string();
        let key = name.trim_start_matches("IEUM__").replace("__", ".").to_lowercase();
        assert!(refused.contains(&key) || refused.contains(name), "{name}={value}: {refused}");
    }
}

#[test]
fn secrets_come_from_files_and_are_never_shown() {
    let file = written("password", "s3cret\n");
    let path = file.to_str().unwrap();
    let (settings, shown) = Settings::from_parts(
        None,
        &env(&[
            ("IEUM__MAIL__PASSWORD_FILE", path),
            ("IEUM__DATA__KEY", "a2V5a2V5"),
            ("IEUM__DATABASE__URL", "postgres://ieum:hidden@db/ieum"),
            ("IEUM__DATABASE__REPLICA_URL", "postgres://ieum:unseen@copy/ieum"),
        ]),
    )
    .unwrap();
    assert_eq!(settings.mail.password.expose(), "s3cret");
    let debug = format!("{settings:?}");
    for secret in ["s3cret", "a2V5a2V5", "hidden", "unseen"] {
        assert!(!shown.contains(secret) && !debug.contains(secret), "{secret} is shown");
    }
    assert!(shown.contains("postgres://ieum:***@db/ieum"));
    let both = env(&[("IEUM__MAIL__PASSWORD_FILE", path), ("IEUM__MAIL__PASSWORD", "x")]);
    assert!(matches!(Settings::from_parts(None, &both), Err(ConfigError::Invalid(_))));
}

#[test]
fn a_demonstration_takes_limits_from_the_environment_and_nothing_else() {
    let pairs =
        [("IEUM__LIMITS__LOGIN_PER_ACCOUNT", "77"), ("IEUM__DATABASE__URL", "postgres://elsewhere/x")];
    let pairs = pairs.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let settings = Settings::for_demo(Path::new("/tmp/ieum-demo-x"), &pairs).unwrap();
    assert_eq!(settings.limits.login_per_account, 77);
    assert!(settings.database.url.expose().starts_with("sqlite:///tmp/ieum-demo-x"));
}
