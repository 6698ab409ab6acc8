//! Sealing at rest: AES-256-GCM for values, keyed hashes for equality and for link secrets.
//!
//! A sealed value is the text `v1.KEYID.BASE64(nonce ‖ ciphertext ‖ tag)`; its purpose (`table.column`) is bound as
//! associated data, so that a value cannot be moved to another column. The key lives outside the database
//! (environment or a file of mode 0600). Sources: NIST SP 800-38D; RFC 2104 for the keyed hashes.
use super::StoreError;
use aes_gcm::aead::{Aead, KeyInit, Payload};
use aes_gcm::{Aes256Gcm, Nonce};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use hmac::{Hmac, Mac};
use rand::RngCore;
use sha2::Sha256;

/// The installation's key. Opens and seals; never printed.
#[derive(Clone)]
pub struct Vault {
    id: String,
    cipher: Aes256Gcm,
    root: [u8; 32],
}

impl std::fmt::Debug for Vault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Vault({})", self.id)
    }
}

impl Vault {
    /// A vault over a key of 32 bytes written in base64 (a trailing line end is allowed).
    ///
    /// # Errors
    /// When the text is not base64 of exactly 32 bytes.
    pub fn from_base64(text: &str) -> Result<Self, StoreError> {
        let bytes = STANDARD.decode(text.trim()).ok().and_then(|b| <[u8; 32]>::try_from(b).ok());
        let root = bytes.ok_or_else(|| StoreError::Key("열쇠는 base64로 쓴 32바이트여야 합니다".into()))?;
        let mut vault = Self { id: String::new(), cipher: Aes256Gcm::new(&root.into()), root };
        vault.cipher = Aes256Gcm::new(&vault.mac("seal", b"").into());
        vault.id = vault.mac("key id", b"").iter().take(4).map(|b| format!("{b:02x}")).collect();
        Ok(vault)
    }

    /// A new random key, in the text form that `from_base64` reads.
    #[must_use]
    pub fn generate() -> String {
        let mut bytes = [0u8; 32];
        rand::rngs::OsRng.fill_bytes(&mut bytes);
        STANDARD.encode(bytes)
    }

    /// The key's id: eight hexadecimal digits, kept with every sealed value and in the database's settings.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Seals `plain` for the column `purpose`. The empty text stays empty, so that "not given" costs nothing.
    ///
    /// # Errors
    /// Only when the cipher refuses, which AES-GCM does for texts of many gigabytes.
    pub fn seal(&self, purpose: &str, plain: &str) -> Result<String, StoreError> {
        if plain.is_empty() { Ok(String::new()) } else { self.seal_bytes(purpose, plain.as_bytes()) }
    }

    /// The same of bytes.
    ///
    /// # Errors
    /// As `seal`.
    pub fn seal_bytes(&self, purpose: &str, plain: &[u8]) -> Result<String, StoreError> {
        let mut nonce = [0u8; 12];
        rand::rngs::OsRng.fill_bytes(&mut nonce);
        let payload = Payload { msg: plain, aad: purpose.as_bytes() };
        let sealed = self.cipher.encrypt(Nonce::from_slice(&nonce), payload);
        let sealed = sealed.map_err(|e| StoreError::Key(format!("sealing {purpose}: {e}")))?;
        Ok(format!("v1.{}.{}", self.id, STANDARD.encode([nonce.as_slice(), &sealed].concat())))
    }

    /// Opens what `seal` made for the same purpose.
    ///
    /// # Errors
    /// When the value was sealed with another key or for another column, or was changed.
    pub fn open(&self, purpose: &str, sealed: &str) -> Result<String, StoreError> {
        if sealed.is_empty() {
            return Ok(String::new());
        }
        String::from_utf8(self.open_bytes(purpose, sealed)?).ok().ok_or_else(|| self.broken(purpose))
    }

    /// Opens what `seal_bytes` made for the same purpose.
    ///
    /// # Errors
    /// As `open`.
    pub fn open_bytes(&self, purpose: &str, sealed: &str) -> Result<Vec<u8>, StoreError> {
        let broken = || self.broken(purpose);
        let body = sealed.strip_prefix("v1.").and_then(|rest| rest.split_once('.')).ok_or_else(broken)?.1;
        let bytes = STANDARD.decode(body).ok().ok_or_else(broken)?;
        let (nonce, text) = bytes.split_at_checked(12).ok_or_else(broken)?;
        let payload = Payload { msg: text, aad: purpose.as_bytes() };
        self.cipher.decrypt(Nonce::from_slice(nonce), payload).ok().ok_or_else(broken)
    }

    fn broken(&self, purpose: &str) -> StoreError {
        StoreError::Key(format!("a value of {purpose} does not open with key {}", self.id))
    }

    /// HMAC-SHA256 of `data` under a key derived for `purpose`.
    #[must_use]
    pub fn mac(&self, purpose: &str, data: &[u8]) -> [u8; 32] {
        let derived = hmac(&self.root, purpose.as_bytes());
        hmac(&derived, data)
    }

    /// A keyed hash as text, for equality without the plain value: a unit, a phone, an address, a token.
    #[must_use]
    pub fn hash(&self, purpose: &str, value: &str) -> String {
        URL_SAFE_NO_PAD.encode(self.mac(purpose, value.as_bytes()))
    }
}

fn hmac(key: &[u8; 32], data: &[u8]) -> [u8; 32] {
    match <Hmac<Sha256> as Mac>::new_from_slice(key) {
        Ok(mut mac) => {
            mac.update(data);
            mac.finalize().into_bytes().into()
        }
        Err(_) => unreachable!("HMAC takes keys of any length"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sealed_values_open_only_with_their_key_and_purpose() {
        let vault = Vault::from_base64(&Vault::generate()).unwrap();
        let sealed = vault.seal("parties.name", "김영희").unwrap();
        assert!(sealed.starts_with(&format!("v1.{}.", vault.id())) && !sealed.contains("김영희"));
        assert_eq!(vault.open("parties.name", &sealed).unwrap(), "김영희");
        assert!(vault.open("parties.phone", &sealed).is_err());
        assert!(Vault::from_base64(&Vault::generate()).unwrap().open("parties.name", &sealed).is_err());
        assert_ne!(vault.seal("parties.name", "김영희").unwrap(), sealed, "a nonce is never used twice");
    }
}
