//! What the two sides of a demo case handed in and noted: made by arithmetic, no file of anybody's.
use super::NotMade;
use crate::casework::diary;
use crate::casework::evidence::{self, Given};
use crate::domain::codes::{Cause, Felt, Side, Voices};
use crate::domain::diary::Heard;
use crate::domain::ids::CaseId;
use crate::domain::permission::{Actor, Guest};
use crate::domain::seoul;
use crate::store::Tx;
use crate::store::evidence::{Incoming, Sizes};
use crate::store::shelf::Shelf;
use chrono::{DateTime, Datelike, Duration, Utc, Weekday};
use std::fmt::Write;

/// Samples a second of the recording.
const RATE: u32 = 8_000;
/// As many things as a demo case needs.
const PER_SIDE: usize = 20;

/// Two minutes of an evening, a second a row: steps now and then.
fn log() -> Vec<u8> {
    let mut text = "시각,dB(A)\n".to_owned();
    for second in 0..120_u32 {
        let steps = if second % 17 < 3 { 14 } else { 0 };
        let tenths = 310 + 10 * steps + second * 7 % 23;
        let (minute, second) = (10 + second / 60, second % 60);
        // Writing into a text cannot fail.
        let _ = writeln!(text, "2026-11-03 23:{minute:02}:{second:02},{}.{}", tenths / 10, tenths % 10);
    }
    text.into_bytes()
}

/// Two seconds of dull beats, as WAV (PCM, 8 bit, one channel).
fn recording() -> Vec<u8> {
    let samples = RATE * 2;
    let chunk = |name: &[u8], bytes: u32| [name, &bytes.to_le_bytes()].concat();
    let mut wav = [chunk(b"RIFF", 36 + samples), b"WAVE".to_vec(), chunk(b"fmt ", 16)].concat();
    wav.extend([1, 0, 1, 0]);
    wav.extend(RATE.to_le_bytes());
    wav.extend(RATE.to_le_bytes());
    wav.extend([1, 0, 8, 0]);
    wav.extend(chunk(b"data", samples));
    // A square wave of 50 Hz that dies away within half a second, four times.
    wav.extend((0..samples).map(|n| {
        let left = u8::try_from(100_u32.saturating_sub(n % (RATE / 2) / 40)).unwrap_or(0);
        if n / 80 % 2 == 0 { 128_u8.saturating_add(left) } else { 128_u8.saturating_sub(left) }
    }));
    wav
}

/// What an applicant noted over six weeks: most of it late in the evening, some on afternoons at the weekend.
pub(super) fn note(
    tx: &mut Tx<'_>,
    (case, number): (CaseId, &str),
    now: DateTime<Utc>,
) -> Result<(), NotMade> {
    let actor = Actor::guest(Guest::Party(case, Side::Applicant));
    for n in 0..42_i64 {
        let day = seoul::day(now) - Duration::days(42 - n);
        let weekend = matches!(day.weekday(), Weekday::Sat | Weekday::Sun);
        if n % 5 == 3 && !weekend {
            continue;
        }
        let (hour, minutes) = if weekend { (14 + n % 4, 60) } else { (21 + n % 3, 30) };
        let at = seoul::midnight(day) + Duration::minutes(hour * 60 + n * 7 % 50);
        let felt = if hour >= 23 {
            Felt::Awake
        } else {
            Felt::ALL
                .iter()
                .copied()
                .cycle()
                .nth(usize::try_from(n % 3).unwrap_or_default())
                .unwrap_or(Felt::Heard)
        };
        let note = if n == 40 { "아이가 깨서 다시 재움." } else { "" };
        let heard = Heard { at, minutes, kind: Cause::Footfall, felt, note: note.to_owned() };
        diary::note(tx, &actor, number, &heard, at + Duration::minutes(1))?;
    }
    Ok(())
}

/// Hands in a log and a recording for the applicant of a case, as they would on their own page.
pub(super) fn hand_in(
    tx: &mut Tx<'_>,
    (case, number): (CaseId, &str),
    now: DateTime<Utc>,
) -> Result<(), NotMade> {
    let things = [
        ("11월 3일 밤 11시 10분 거실에서 휴대전화 앱으로 잰 소음", None, log()),
        ("같은 밤 침실에서 녹음한 발소리", Some(Voices::None), recording()),
    ];
    let actor = Actor::guest(Guest::Party(case, Side::Applicant));
    for (about, voices, bytes) in things {
        let sizes = Sizes { most: 1 << 20, in_rows: 1 << 20 };
        let unfit = |e| NotMade(format!("{about}: {e:?}"));
        let mut incoming = Incoming::new(&Shelf::default(), sizes)?;
        incoming.push(&bytes).map_err(unfit)?;
        let kept = incoming.finish().map_err(unfit)?;
        let given = Given { side: Some(Side::Applicant), about: about.to_owned(), voices, agreement: None };
        evidence::add(tx, &actor, number, (&given, &kept), PER_SIDE, now)?;
    }
    Ok(())
}
