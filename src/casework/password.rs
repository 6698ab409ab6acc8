//! Passwords: Argon2id, m = 47104 KiB, t = 1, p = 1 (OWASP Password Storage Cheat Sheet). About 70 ms of one core, so
//! callers run it off the server's threads and bound how many run at once.
use super::CaseworkError;
use argon2::password_hash::rand_core::OsRng;
use argon2::password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString};
use argon2::{Algorithm, Argon2, Params, Version};

/// Shortest and longest password, in characters (NIST SP 800-63B §5.1.1: length, no composition rules).
pub const MIN: usize = 10;
pub const MAX: usize = 128;

fn argon2() -> Result<Argon2<'static>, CaseworkError> {
    let params = Params::new(47104, 1, 1, None);
    let params = params.map_err(|e| CaseworkError::Store(crate::store::StoreError::Other(e.to_string())))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

/// The text that is kept of a password (PHC string).
///
/// # Errors
/// `Invalid` for `password` when it is too short or too long.
pub fn hash(password: &str) -> Result<String, CaseworkError> {
    if !(MIN..=MAX).contains(&password.chars().count()) {
        return Err(CaseworkError::field(
            "password",
            &format!("비밀번호는 {MIN}자에서 {MAX}자 사이로 정해 주세요."),
        ));
    }
    let salt = SaltString::generate(&mut OsRng);
    let made = argon2()?.hash_password(password.as_bytes(), &salt);
    let made = made.map_err(|e| CaseworkError::Store(crate::store::StoreError::Other(e.to_string())))?;
    Ok(made.to_string())
}

/// Whether `password` is the one that `kept` was made of. Without an account (`None`) as much time is spent, so that an
/// answer does not tell whether the address is known.
#[must_use]
pub fn fits(password: &str, kept: Option<&str>) -> bool {
    const NOBODY: &str =
        "$argon2id$v=19$m=47104,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    let parsed = PasswordHash::new(kept.unwrap_or(NOBODY));
    let fits = match (argon2(), parsed) {
        (Ok(argon2), Ok(parsed)) => argon2.verify_password(password.as_bytes(), &parsed).is_ok(),
        _ => false,
    };
    fits && kept.is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_password_itself_fits_and_nobody_costs_as_much() {
        let kept = hash("긴 비밀번호 열 글자").unwrap();
        assert!(kept.starts_with("$argon2id$v=19$m=47104,t=1,p=1$"));
        assert!(fits("긴 비밀번호 열 글자", Some(&kept)));
        assert!(!fits("긴 비밀번호 열 글자.", Some(&kept)) && !fits("", None));
        assert!(hash("짧은 것").is_err());
        let time = |work: &dyn Fn()| {
            let start = std::time::Instant::now();
            work();
            start.elapsed()
        };
        let (known, nobody) =
            (time(&|| drop(fits("x", Some(&kept)).to_string())), time(&|| drop(fits("x", None).to_string())));
        assert!(nobody * 5 > known && known * 5 > nobody, "{known:?} {nobody:?}");
    }
}
