//! Hashing passwords: argon2id (RFC 9106) with the parameters of OWASP's password storage guidance, at most two at a time.
use crate::casework::CaseworkError;
use crate::store::StoreError;
use argon2::password_hash::rand_core::OsRng;
use argon2::password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString};
use argon2::{Algorithm, Argon2, Params, Version};
use tokio::sync::Semaphore;
use unicode_normalization::UnicodeNormalization;

/// KiB of memory, passes, lanes: about 70 ms on the machines that Ieum is meant for.
const MEMORY: u32 = 47_104;
const PASSES: u32 = 1;
const LANES: u32 = 1;

/// How many hashes are worked on at once: each takes 46 MiB, and a flood of logins must not take the machine.
static AT_ONCE: Semaphore = Semaphore::const_new(2);

/// What an unknown person's password is held against, so that unknown and wrong take equally long. Nothing hashes to it.
fn nobody() -> String {
    format!("$argon2id$v=19$m={MEMORY},t={PASSES},p={LANES}$aWV1bW5vYm9keXNhbHQ${}", "A".repeat(43))
}

fn argon2() -> Result<Argon2<'static>, CaseworkError> {
    let params = Params::new(MEMORY, PASSES, LANES, None).map_err(|e| failed(&e))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

fn failed(e: &dyn std::fmt::Display) -> CaseworkError {
    CaseworkError::Store(StoreError::Other(e.to_string()))
}

/// One form for what looks the same: the phone composes Hangul, the Mac decomposes it (RFC 8265 §4.2).
pub(super) fn normal(password: &str) -> String {
    password.nfc().collect()
}

/// Hashes a password on the calling thread.
pub(super) fn hash_here(password: &str) -> Result<String, CaseworkError> {
    let salt = SaltString::generate(&mut OsRng);
    let hash = argon2()?.hash_password(normal(password).as_bytes(), &salt).map_err(|e| failed(&e))?;
    Ok(hash.to_string())
}

/// Whether `password` is the one of `stored`; no stored hash takes as long and is never right.
pub(super) fn fits_here(password: &str, stored: Option<&str>) -> Result<bool, CaseworkError> {
    let dummy = nobody();
    let parsed = PasswordHash::new(stored.unwrap_or(&dummy)).map_err(|e| failed(&e))?;
    let fits = argon2()?.verify_password(normal(password).as_bytes(), &parsed).is_ok();
    Ok(fits && stored.is_some())
}

/// Hashes a password on a thread that may block.
pub(super) async fn hash(password: String) -> Result<String, CaseworkError> {
    aside(move || hash_here(&password)).await
}

/// As `fits_here`, on a thread that may block.
pub(super) async fn fits(password: String, stored: Option<String>) -> Result<bool, CaseworkError> {
    aside(move || fits_here(&password, stored.as_deref())).await
}

async fn aside<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, CaseworkError> + Send + 'static,
) -> Result<T, CaseworkError> {
    let permit = AT_ONCE.acquire().await.map_err(|e| failed(&e))?;
    let done = tokio::task::spawn_blocking(work).await.map_err(|e| failed(&e))?;
    drop(permit);
    done
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_fits_its_own_hash_only() {
        let hash = hash_here("각자의 비밀번호").unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=47104,t=1,p=1$"), "{hash}");
        assert_ne!(hash, hash_here("각자의 비밀번호").unwrap(), "each hash has its own salt");
        assert!(fits_here("각자의 비밀번호", Some(&hash)).unwrap());
        // The same words decomposed, as macOS sends them.
        let decomposed: String = "각자의 비밀번호".nfd().collect();
        assert!(fits_here(&decomposed, Some(&hash)).unwrap());
        assert!(!fits_here("남의 비밀번호", Some(&hash)).unwrap());
    }

    #[test]
    fn nobody_is_never_let_in_and_takes_as_long() {
        let parsed = nobody();
        let parsed = PasswordHash::new(&parsed).unwrap();
        assert_eq!(parsed.params.get_decimal("m"), Some(MEMORY));
        assert!(!fits_here("", None).unwrap());
    }
}
