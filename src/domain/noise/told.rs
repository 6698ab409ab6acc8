//! What a reading says to people: the verdict in plain words, the values, the basis, and what it does not mean.
use super::{Reading, SECOND, instant, limits};
use crate::domain::codes::{Cause, NoiseBuilding, NoiseKind, NoiseLabel, NoiseVerdict, Permit};
use chrono::{DateTime, FixedOffset, NaiveDate};

/// The last day of 사업계획승인 on which a building counts as older.
const OLDER_UNTIL: Option<NaiveDate> = NaiveDate::from_ymd_opt(2005, 6, 30);

/// Which limits a 단지 has, as far as its own facts tell. The approval of the plan counts, not that of the use.
#[must_use]
pub fn building(approved_on: Option<NaiveDate>, permit: Option<Permit>) -> NoiseBuilding {
    match (permit, approved_on.zip(OLDER_UNTIL)) {
        (Some(Permit::Building), _) => NoiseBuilding::Older,
        (_, Some((on, until))) if on <= until => NoiseBuilding::Older,
        (_, Some(_)) => NoiseBuilding::Standard,
        (_, None) => NoiseBuilding::Unknown,
    }
}

/// What kind of noise a cause makes, as a proposal.
#[must_use]
pub const fn kind(cause: Cause) -> NoiseKind {
    match cause {
        Cause::Plumbing => NoiseKind::Plumbing,
        Cause::Instrument | Cause::Audio | Cause::Voice | Cause::Pet => NoiseKind::Airborne,
        _ => NoiseKind::Direct,
    }
}

fn moment(at: DateTime<FixedOffset>) -> String {
    at.format("%Y년 %-m월 %-d일 %H:%M:%S").to_string()
}

/// The verdict in a sentence.
#[must_use]
pub fn verdict(reading: &Reading) -> &'static str {
    match reading.verdict {
        NoiseVerdict::Exceeded => "잰 동안 층간소음 기준을 넘은 때가 있었습니다(기준 초과).",
        NoiseVerdict::NotExceeded => "잰 동안에는 층간소음 기준을 넘지 않았습니다(기준 이하).",
        NoiseVerdict::Insufficient => {
            "온전히 잰 시간이 한 시간보다 짧아 말할 수 없습니다. 기준 이하라는 뜻이 아닙니다."
        }
        NoiseVerdict::InvalidBackground => "배경소음이 커서 말할 수 없습니다. 조용한 때에 다시 재야 합니다.",
        NoiseVerdict::OutOfScope => {
            "급배수 소음은 층간소음 기준의 범위 밖입니다. 기준 이하라는 뜻이 아닙니다."
        }
        NoiseVerdict::UndeterminedClass => {
            "건물의 사업계획승인일에 따라 결과가 달라 하나로 말할 수 없습니다. 두 경우를 모두 적습니다."
        }
    }
}

/// Everything that is to be said, a sentence each.
#[must_use]
pub fn sentences(reading: &Reading) -> Vec<String> {
    let mut told = vec![verdict(reading).to_owned()];
    if let Some(both) = &reading.alternatives {
        let one = |of: &Reading| format!("{}이면: {}", of.building.label(), verdict(of));
        told.extend([one(&both.standard), one(&both.older)]);
    }
    let minutes = if reading.kind == NoiseKind::Direct { 1 } else { 5 };
    if let Some((level, at)) = reading.leq_max.zip(reading.leq_max_at) {
        told.push(format!(
            "{minutes}분 등가소음도가 가장 높았던 값은 {level:.1} dB(A)이며 {}부터입니다. 기준을 넘은 구간은 {}개입니다.",
            moment(at),
            reading.leq_exceeded_windows
        ));
    }
    if reading.kind == NoiseKind::Direct {
        let exceeded = if reading.lmax_exceeded {
            "한 시간 안에 세 번 이상이었습니다"
        } else {
            "한 시간 안에 세 번에는 이르지 않았습니다"
        };
        told.push(format!("최고소음도의 기준을 넘은 소리는 {}번이며, {exceeded}.", reading.lmax_events));
    }
    let hours = reading.complete_seconds / 3600;
    let rest = reading.complete_seconds % 3600 / 60;
    told.push(format!(
        "온전히 잰 시간은 {hours}시간 {rest}분({minutes}분 구간 {}개)이고, 빠지거나 잘린 구간 {}개는 뺐습니다.",
        reading.windows_complete, reading.windows_incomplete
    ));
    for row in &reading.limits {
        let highest = row.day_lmax.zip(row.night_lmax);
        let highest = highest.map(|(day, night)| format!(", 최고 낮 {day}·밤 {night}")).unwrap_or_default();
        told.push(format!(
            "{}부터의 기준: 등가 낮 {}·밤 {}{highest} dB(A).",
            row.from.format("%Y. %-m. %-d."),
            row.day_leq,
            row.night_leq
        ));
    }
    told.push(meaning(reading.label).to_owned());
    told
}

/// What a reading does not mean.
#[must_use]
pub const fn meaning(label: NoiseLabel) -> &'static str {
    match label {
        NoiseLabel::Official => {
            "소리의 크기에 관한 결과이며, 누가 냈는지나 누구의 잘못인지를 말하지 않습니다."
        }
        NoiseLabel::Reference => {
            "참고 수치(판정 아님)입니다. 공인 기관이 잰 것이 아니며, 누가 냈는지나 누구의 잘못인지를 말하지 않습니다."
        }
    }
}

/// Where the limits stand.
#[must_use]
pub fn sources(reading: &Reading) -> Vec<&'static str> {
    let annex =
        limits::ANNEX.iter().filter(|a| reading.limits.iter().any(|l| l.from >= a.from)).map(|a| a.source);
    let older =
        limits::OLDER.iter().filter(|_| reading.building != NoiseBuilding::Standard).map(|c| c.source);
    annex.chain(older).collect()
}

/// Full hours of a log, for its table: the hour's start for a moment.
#[must_use]
pub fn hour_of(at: i64) -> DateTime<FixedOffset> {
    instant(at.div_euclid(3600 * SECOND) * 3600 * SECOND)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_class_follows_the_approval_of_the_plan() {
        let day = |y, m, d| NaiveDate::from_ymd_opt(y, m, d);
        assert_eq!(building(day(2005, 6, 30), None), NoiseBuilding::Older);
        assert_eq!(building(day(2005, 7, 1), Some(Permit::Plan)), NoiseBuilding::Standard);
        assert_eq!(building(day(2015, 7, 1), Some(Permit::Building)), NoiseBuilding::Older);
        assert_eq!(building(None, None), NoiseBuilding::Unknown);
    }
}
