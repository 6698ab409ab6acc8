//! The file a backup is written to: a readable first line, then sealed pieces.
//!
//! ```text
//! IEUM-BACKUP 1 {"created_at":…,"schema":…,"installation_key":…,"lock":…,"salt":…}\n
//! then, until the last piece: 4 bytes length (big endian) | AES-256-GCM ciphertext with its 16-byte tag
//! ```
//! The nonce is 7 zero bytes, the piece's number (4 bytes, big endian) and 1 for the last piece else 0, so that pieces
//! cannot be left out, swapped or cut off (the STREAM construction, Hoang et al. 2015); the associated data is the whole
//! first line. Each file has its own key (a fresh 32-byte salt), so that nonces never repeat under one key.
use super::BackupError;
use aes_gcm::aead::{Aead, KeyInit, Payload};
use aes_gcm::{Aes256Gcm, Nonce};
use std::io::{BufRead, Read, Write};

/// Plain bytes in one piece.
const PIECE: usize = 64 * 1024;
const TAG: usize = 16;

fn nonce(number: u32, last: bool) -> [u8; 12] {
    let mut nonce = [0u8; 12];
    let [a, b, c, d] = number.to_be_bytes();
    let [.., n0, n1, n2, n3, end] = &mut nonce;
    (*n0, *n1, *n2, *n3, *end) = (a, b, c, d, u8::from(last));
    nonce
}

/// Seals what is written and passes it on in pieces. `finish` must be called: a file without it does not open.
pub(super) struct Sealer<W: Write> {
    out: W,
    cipher: Aes256Gcm,
    aad: Vec<u8>,
    number: u32,
    buffer: Vec<u8>,
}

impl<W: Write> Sealer<W> {
    /// Writes the first line.
    pub(super) fn new(mut out: W, key: &[u8; 32], first_line: &str) -> Result<Self, BackupError> {
        out.write_all(first_line.as_bytes())?;
        let (cipher, aad) = (Aes256Gcm::new(key.into()), first_line.as_bytes().to_vec());
        Ok(Self { out, cipher, aad, number: 0, buffer: Vec::with_capacity(PIECE) })
    }

    pub(super) fn write(&mut self, mut bytes: &[u8]) -> Result<(), BackupError> {
        while !bytes.is_empty() {
            if self.buffer.len() == PIECE {
                self.piece(false)?;
            }
            let (now, later) = bytes.split_at(bytes.len().min(PIECE - self.buffer.len()));
            self.buffer.extend_from_slice(now);
            bytes = later;
        }
        Ok(())
    }

    pub(super) fn finish(mut self) -> Result<W, BackupError> {
        self.piece(true)?;
        self.out.flush()?;
        Ok(self.out)
    }

    fn piece(&mut self, last: bool) -> Result<(), BackupError> {
        let payload = Payload { msg: &self.buffer, aad: &self.aad };
        let sealed = self.cipher.encrypt(Nonce::from_slice(&nonce(self.number, last)), payload);
        let sealed = sealed.map_err(|_opaque| BackupError::Damaged("잠글 수 없습니다"))?;
        let length =
            u32::try_from(sealed.len()).map_err(|_too_long| BackupError::Damaged("조각이 너무 깁니다"))?;
        self.out.write_all(&length.to_be_bytes())?;
        self.out.write_all(&sealed)?;
        self.buffer.clear();
        self.number = self.number.checked_add(1).ok_or(BackupError::Damaged("백업이 너무 큽니다"))?;
        Ok(())
    }
}

/// Reads what [`Sealer`] wrote, after the first line; every byte that it hands out has been authenticated.
pub(super) struct Opener<R: BufRead> {
    input: R,
    cipher: Aes256Gcm,
    aad: Vec<u8>,
    number: u32,
    plain: std::io::Cursor<Vec<u8>>,
    ended: bool,
}

impl<R: BufRead> Opener<R> {
    pub(super) fn new(input: R, key: &[u8; 32], first_line: &str) -> Self {
        let (cipher, aad) = (Aes256Gcm::new(key.into()), first_line.as_bytes().to_vec());
        Self { input, cipher, aad, number: 0, plain: std::io::Cursor::new(Vec::new()), ended: false }
    }

    fn piece(&mut self) -> Result<(), BackupError> {
        let mut length = [0u8; 4];
        self.input
            .read_exact(&mut length)
            .map_err(|_cut| BackupError::Damaged("파일이 중간에 끊겼습니다"))?;
        let length = usize::try_from(u32::from_be_bytes(length)).unwrap_or(usize::MAX);
        if !(TAG..=PIECE + TAG).contains(&length) {
            return Err(BackupError::Damaged("조각의 길이가 잘못되었습니다"));
        }
        let mut sealed = vec![0u8; length];
        self.input
            .read_exact(&mut sealed)
            .map_err(|_cut| BackupError::Damaged("파일이 중간에 끊겼습니다"))?;
        let last = self.input.fill_buf()?.is_empty();
        let payload = Payload { msg: &sealed, aad: &self.aad };
        let plain = self.cipher.decrypt(Nonce::from_slice(&nonce(self.number, last)), payload);
        let plain = plain.map_err(|_opaque| {
            if self.number == 0 {
                BackupError::WrongKey
            } else {
                BackupError::Damaged("내용이 바뀌었거나 끊겼습니다")
            }
        })?;
        self.plain = std::io::Cursor::new(plain);
        self.ended = last;
        self.number = self.number.checked_add(1).ok_or(BackupError::Damaged("백업이 너무 큽니다"))?;
        Ok(())
    }
}

impl<R: BufRead> Read for Opener<R> {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        loop {
            let read = self.plain.read(out)?;
            if read > 0 || self.ended || out.is_empty() {
                return Ok(read);
            }
            self.piece().map_err(std::io::Error::other)?;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sealed(plain: &[u8]) -> Vec<u8> {
        let mut sealer = Sealer::new(Vec::new(), &[7; 32], "first\n").unwrap();
        sealer.write(plain).unwrap();
        sealer.finish().unwrap()
    }
    fn opened(bytes: &[u8], key: u8) -> std::io::Result<Vec<u8>> {
        let mut plain = Vec::new();
        Opener::new(&bytes[6..], &[key; 32], "first\n").read_to_end(&mut plain).map(|_| plain)
    }

    #[test]
    fn what_was_sealed_opens_whatever_its_length() {
        for length in [0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE] {
            let plain: Vec<u8> = (0..length).map(|i| u8::try_from(i % 251).unwrap()).collect();
            assert_eq!(opened(&sealed(&plain), 7).unwrap(), plain, "{length} bytes");
        }
    }

    #[test]
    fn changed_cut_lengthened_swapped_and_foreign_files_do_not_open() {
        let whole = sealed(&vec![1u8; 3 * PIECE]);
        let frame = 4 + PIECE + TAG;
        let mut changed = whole.clone();
        changed[6 + frame + 100] ^= 1;
        let mut swapped = whole.clone();
        swapped[6..6 + frame].copy_from_slice(&whole[6 + frame..6 + 2 * frame]);
        let longer = [whole.as_slice(), b"x"].concat();
        let cut = &whole[..6 + 2 * frame];
        let shorter = &whole[..whole.len() - 1];
        for bytes in [&changed, &swapped, &longer, cut, shorter] {
            assert!(opened(bytes, 7).is_err());
        }
        assert!(opened(&whole, 8).is_err());
    }
}
