//! Values that people type: names, telephone numbers, 동·호, e-mail addresses, free text. Each is read leniently, kept in one
//! form, and refused with a sentence that says what to do.
//!
//! Input is expected in Unicode NFC (`web::typed` sees to it).

use std::fmt;

/// Longest line and longest free text, in characters.
pub const LINE_MAX: usize = 200;
pub const TEXT_MAX: usize = 2000;

/// Full-width letters and digits (`０１０`, `Ａ`, `－`) as their ASCII forms; all else unchanged.
fn narrow(c: char) -> char {
    match u32::from(c) {
        code @ 0xFF01..=0xFF5E => char::from_u32(code - 0xFEE0).unwrap_or(c),
        0x3000 => ' ',
        0x2010..=0x2015 | 0x2212 => '-',
        _ => c,
    }
}

/// A person's name as they write it: one field, 성 first; Hangul, Latin letters, space, `·`, `-`, `.`; at most 40.
///
/// # Errors
/// A sentence for the field.
pub fn name(typed: &str) -> Result<String, &'static str> {
    let name = typed.split_whitespace().collect::<Vec<_>>().join(" ");
    let fits = |c: char| c.is_alphabetic() || matches!(c, ' ' | '·' | '-' | '.' | '\'' | '○');
    match name.chars().count() {
        0 => Err("이름을 적어 주세요."),
        1..=40 if name.chars().all(fits) => Ok(name),
        1..=40 => Err("이름에는 글자만 적어 주세요. 숫자나 기호는 쓸 수 없습니다."),
        _ => Err("이름을 40자 안으로 적어 주세요."),
    }
}

/// What to say about a number that is none.
const BAD_PHONE: &str = "전화번호를 숫자로 적어 주세요. 예: 010-1234-5678";

/// A Korean telephone number as its digits (`01012345678`, `0233012345`, `16612642`). Spaces, dots, hyphens, brackets,
/// full-width digits and `+82` are understood.
///
/// # Errors
/// A sentence for the field.
pub fn phone(typed: &str) -> Result<String, &'static str> {
    let narrowed: String = typed.chars().map(narrow).collect();
    let mut digits = String::new();
    for c in narrowed.chars() {
        match c {
            '0'..='9' => digits.push(c),
            ' ' | '-' | '.' | '(' | ')' | '+' | '\t' => {}
            _ => return Err(BAD_PHONE),
        }
    }
    if digits.is_empty() {
        return Err("전화번호를 적어 주세요. 예: 010-1234-5678");
    }
    let abroad = narrowed.trim_start().starts_with('+') || digits.starts_with("0082");
    let rest = digits.strip_prefix("0082").or_else(|| digits.strip_prefix("82")).filter(|_| abroad);
    let digits = match rest {
        Some(rest) if rest.starts_with('0') || rest.starts_with('1') && rest.len() == 8 => rest.to_owned(),
        Some(rest) => format!("0{rest}"),
        None if abroad => return Err(BAD_PHONE),
        None => digits,
    };
    // 이동전화 01x, 서울 02, 지역 03x–06x, 인터넷 070, 안심번호 050x, 대표번호 15xx·16xx·18xx.
    let fits = match digits.as_bytes() {
        [b'0', b'1', b'0' | b'1' | b'6'..=b'9', ..] => matches!(digits.len(), 10 | 11),
        [b'0', b'2', ..] => matches!(digits.len(), 9 | 10),
        [b'0', b'5', b'0', ..] => matches!(digits.len(), 11 | 12),
        [b'0', b'3'..=b'7', ..] => matches!(digits.len(), 10 | 11),
        [b'1', b'5' | b'6' | b'8', ..] => digits.len() == 8,
        _ => false,
    };
    if fits { Ok(digits) } else { Err(BAD_PHONE) }
}

/// Whether the number can take a text message.
#[must_use]
pub fn takes_messages(digits: &str) -> bool {
    digits.starts_with("01")
}

/// An e-mail address, domain in lower case; ASCII only, as every Korean provider gives them out.
///
/// # Errors
/// A sentence for the field.
pub fn email(typed: &str) -> Result<String, &'static str> {
    const BAD: &str = "전자우편 주소를 다시 확인해 주세요. 예: name@example.com";
    let narrowed: String = typed.trim().chars().map(narrow).collect();
    let (local, domain) = narrowed.rsplit_once('@').ok_or(BAD)?;
    let atom = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+/=?^_`{|}~-.".contains(c);
    let label = |l: &str| {
        !l.is_empty() && l.chars().all(|c| c.is_ascii_alphanumeric() || c == '-') && !l.starts_with('-')
    };
    let local_fits = !local.is_empty()
        && local.len() <= 64
        && local.chars().all(atom)
        && !local.starts_with('.')
        && !local.ends_with('.')
        && !local.contains("..");
    let domain_fits = domain.len() <= 190 && domain.contains('.') && domain.split('.').all(label);
    if local_fits && domain_fits { Ok(format!("{local}@{}", domain.to_ascii_lowercase())) } else { Err(BAD) }
}

/// A household's door: 동 (building) and 호. The building is empty where a 단지 has only one.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Unit {
    /// Without "동": `101`, `가`; or empty.
    pub building: String,
    /// Without "호": `1203`, `B02`.
    pub unit: String,
}

impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.building.is_empty() && !self.unit.chars().all(char::is_alphanumeric)
            || self.unit.ends_with('호')
        {
            // An old ledger's own way of writing a door.
            f.write_str(&self.unit)
        } else if self.building.is_empty() {
            write!(f, "{}호", self.unit)
        } else {
            write!(f, "{}동 {}호", self.building, self.unit)
        }
    }
}

impl Unit {
    /// From two fields. Either may hold the whole ("101동 1203호", "101-1203"), and "동", "호", "제", "지하" are understood.
    ///
    /// # Errors
    /// A sentence for the field of the 호.
    pub fn read(building: &str, unit: &str) -> Result<Self, &'static str> {
        const BAD: &str = "동과 호를 적어 주세요. 예: 101동 1203호";
        let joined = format!("{} {}", building.trim(), unit.trim());
        let plain: String = joined.chars().map(narrow).collect();
        let spaced =
            plain.replace("지하 ", "B").replace("지하", "B").replace(['동', '호', '-', '/', ',', '.'], " ");
        let parts: Vec<String> = spaced
            .split_whitespace()
            .map(|part| part.strip_prefix('제').filter(|p| !p.is_empty()).unwrap_or(part).to_uppercase())
            .collect();
        let fits = |part: &str| part.chars().count() <= 10 && part.chars().all(char::is_alphanumeric);
        let mut parts = parts;
        // "101" and "101-1203" in the two fields are one door, not two buildings.
        if let [first, second, third] = parts.as_slice() {
            if first == second {
                parts.remove(0);
            } else if second == third {
                parts.pop();
            }
        }
        match parts.as_slice() {
            [building, unit] if fits(building) && fits(unit) && has_digit(unit) => {
                Ok(Self { building: building.clone(), unit: unit.clone() })
            }
            [unit] if fits(unit) && has_digit(unit) && building.trim().is_empty() => {
                Ok(Self { building: String::new(), unit: unit.clone() })
            }
            _ => Err(BAD),
        }
    }

    /// A door exactly as an old ledger wrote it, so that an export writes the same again.
    #[must_use]
    pub fn from_ledger(written: &str) -> Self {
        let read = Self::read("", written)
            .ok()
            .filter(|unit| !unit.building.is_empty() && unit.to_string() == written);
        read.unwrap_or_else(|| Self { building: String::new(), unit: written.to_owned() })
    }

    /// The door as a ledger has it.
    #[must_use]
    pub fn to_ledger(&self) -> String {
        if self.building.is_empty() { self.unit.clone() } else { self.to_string() }
    }

    /// The form that is hashed for equality: within one 단지 the same door always gives the same text, however it is written.
    #[must_use]
    pub fn key(&self) -> String {
        if self.building.is_empty()
            && let Ok(read) = Self::read("", &self.unit)
            && read != *self
        {
            return read.key();
        }
        let plain = |part: &str| part.trim_start_matches('0').to_owned();
        format!("{}|{}", plain(&self.building), plain(&self.unit))
    }

    /// The floor, as a suggestion only: 1203 is on the twelfth, B02 below ground (0).
    #[must_use]
    pub fn floor(&self) -> Option<u32> {
        if self.unit.starts_with('B') {
            return Some(0);
        }
        let digits: String = self.unit.chars().take_while(char::is_ascii_digit).collect();
        let number: u32 = digits.parse().ok()?;
        Some(number / 100).filter(|floor| (1..=120).contains(floor))
    }
}

fn has_digit(part: &str) -> bool {
    part.chars().any(|c| c.is_ascii_digit())
}

/// Whether `text` holds the pattern of a resident registration number (주민등록번호·외국인등록번호: six digits of a birth
/// date, then 1–8 and six digits). Ieum never takes one (개인정보 보호법 §24의2).
#[must_use]
pub fn has_resident_number(text: &str) -> bool {
    let chars: Vec<char> = text.chars().map(narrow).collect();
    (0..chars.len()).any(|start| {
        let before = start.checked_sub(1).and_then(|i| chars.get(i)).is_some_and(char::is_ascii_digit);
        !before && chars.get(start..).is_some_and(is_resident_number)
    })
}

fn is_resident_number(chars: &[char]) -> bool {
    let digit = |c: &char| c.to_digit(10);
    let front: Option<Vec<u32>> = chars.iter().take(6).map(digit).collect();
    let Some([_, _, m1, m2, d1, d2]) = front.as_deref() else { return false };
    let (month, day) = (m1 * 10 + m2, d1 * 10 + d2);
    if !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return false;
    }
    let gap = chars.iter().skip(6).take_while(|c| matches!(c, '-' | ' ' | '.' | '_')).count();
    let back: Vec<u32> = chars.iter().skip(6 + gap).map_while(digit).collect();
    gap <= 3 && back.len() == 7 && back.first().is_some_and(|d| (1..=8).contains(d))
}

/// Free text of at most `max` characters; empty is allowed.
///
/// # Errors
/// A sentence for the field: too long, or a resident registration number in it.
pub fn free(typed: &str, max: usize) -> Result<String, String> {
    let text = typed.trim();
    let count = text.chars().count();
    if count > max {
        return Err(format!("{max}자 안으로 줄여 주세요. 지금은 {count}자입니다."));
    }
    if has_resident_number(text) {
        return Err("주민등록번호로 보이는 숫자가 있습니다. 받지 않으니 지워 주세요.".to_owned());
    }
    Ok(text.to_owned())
}

/// `김○희`; two letters `김○`, four `남궁○수`. Latin names keep their first letter.
#[must_use]
pub fn mask_name(name: &str) -> String {
    let chars: Vec<char> = name.chars().collect();
    match chars.as_slice() {
        [] => String::new(),
        [one] => format!("{one}○"),
        [first, _] => format!("{first}○"),
        [first, .., last] if chars.len() == 3 => format!("{first}○{last}"),
        [first, second, .., last] if chars.len() == 4 => format!("{first}{second}○{last}"),
        [first, .., last] => format!("{first}○○{last}"),
    }
}

/// `010-****-5678` from digits.
#[must_use]
pub fn mask_phone(digits: &str) -> String {
    let tail: String = digits.chars().skip(digits.chars().count().saturating_sub(4)).collect();
    let head: String = digits.chars().take(3).collect();
    if digits.chars().count() < 9 { "****".to_owned() } else { format!("{head}-****-{tail}") }
}

/// `na**@example.com`.
#[must_use]
pub fn mask_email(email: &str) -> String {
    email.split_once('@').map_or_else(
        || "**".to_owned(),
        |(local, domain)| {
            let head: String = local.chars().take(2).collect();
            format!("{head}**@{domain}")
        },
    )
}

/// Hours as people say them (1.5), in whole minutes; 0 for what is no time or more than anybody works on one thing.
#[must_use]
pub fn minutes_of(hours: f64) -> i64 {
    (0..=30_000_i32).find(|m| f64::from(*m) + 0.5 >= hours * 60.0).map_or(0, i64::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn telephone_numbers_as_people_write_them() {
        for (typed, digits) in [
            ("010-1234-5678", "01012345678"),
            ("０１０ １２３４ ５６７８", "01012345678"),
            ("+82 10-1234-5678", "01012345678"),
            ("+82 (0)10 1234 5678", "01012345678"),
            ("02.330.1234", "023301234"),
            ("0082-2-330-1234", "023301234"),
            ("031 123 4567", "0311234567"),
            ("070-1234-5678", "07012345678"),
            ("0507-1234-5678", "050712345678"),
            ("1661-2642", "16612642"),
            ("+82 1661 2642", "16612642"),
        ] {
            assert_eq!(phone(typed).as_deref(), Ok(digits), "{typed}");
        }
        for bad in ["", "010-1234", "공일공", "010-1234-56789", "99999999", "+1 202 555 0100", "0101234567x"]
        {
            assert!(phone(bad).is_err(), "{bad}");
        }
        assert!(takes_messages("01012345678") && !takes_messages("023301234"));
    }

    #[test]
    fn doors_as_people_write_them() {
        for (building, unit, shown) in [
            ("101", "1203", "101동 1203호"),
            ("101동", "1203호", "101동 1203호"),
            ("", "101동 1203호", "101동 1203호"),
            ("", "101-1203", "101동 1203호"),
            ("101", "101-1203", "101동 1203호"),
            ("101동", "101동 101호", "101동 101호"),
            ("2", "2", "2동 2호"),
            ("가동", "B02호", "가동 B02호"),
            ("가", "지하 02호", "가동 B02호"),
            ("", "제1203호", "1203호"),
            ("１０１", "１２０３", "101동 1203호"),
        ] {
            let read = Unit::read(building, unit);
            assert_eq!(read.map(|u| u.to_string()).as_deref(), Ok(shown), "{building}/{unit}");
        }
        for (building, unit) in [("", ""), ("101", ""), ("", "위층"), ("101", "1203 1204"), ("101", "윗집")]
        {
            assert!(Unit::read(building, unit).is_err(), "{building}/{unit}");
        }
        let door = |b: &str, u: &str| Unit::read(b, u).unwrap();
        assert_eq!(door("0101", "1203").key(), door("101동", "1203호").key());
        assert_ne!(door("10", "11203").key(), door("101", "1203").key());
        assert_eq!(door("101", "1203").floor(), Some(12));
        assert_eq!(door("101", "B02").floor(), Some(0));
        assert_eq!(door("101", "B02").unit, "B02", "the shown form keeps its zeros");
    }

    #[test]
    fn resident_numbers_are_seen_and_telephone_numbers_are_not() {
        for found in [
            "900101-1234567",
            "9001011234567",
            "제 번호는 ９００１０１－２２３４５６７ 입니다",
            "041231 3123456",
        ] {
            assert!(has_resident_number(found), "{found}");
        }
        for fine in [
            "010-1234-5678",
            "2026-11-21 23:59",
            "접수 2026-000123",
            "101동 1203호 900101",
            "901301-1234567",
            "19001011234567",
        ] {
            assert!(!has_resident_number(fine), "{fine}");
        }
        assert!(free("900101-1234567", 100).is_err());
        assert_eq!(free(" 밤에 뜁니다 ", 100).as_deref(), Ok("밤에 뜁니다"));
        assert!(free("가나다", 2).is_err());
    }

    #[test]
    fn names_and_addresses() {
        assert_eq!(name("  김  영희 ").as_deref(), Ok("김 영희"));
        assert!(name("").is_err() && name("김1").is_err() && name(&"가".repeat(41)).is_err());
        assert_eq!(email("Kim.Y@Example.COM").as_deref(), Ok("Kim.Y@example.com"));
        for bad in [
            "",
            "kim",
            "kim@",
            "@a.kr",
            "a b@c.kr",
            "a@b",
            "a\r\n@b.kr",
            "a..b@c.kr",
            "김@naver.com",
            "a@-b.kr",
        ] {
            assert!(email(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn masks() {
        for (name, masked) in [("김영희", "김○희"), ("김수", "김○"), ("남궁민수", "남궁○수"), ("", "")]
        {
            assert_eq!(mask_name(name), masked);
        }
        assert_eq!(mask_phone("01012345678"), "010-****-5678");
        assert_eq!(mask_email("kimyh@naver.com"), "ki**@naver.com");
    }

    #[test]
    fn an_old_ledgers_way_of_writing_a_door_is_kept_and_equal_doors_are_equal() {
        for written in
            ["101동 1203호", "101-1203", "1203호", "1203", "가동 B02호", "본관 옆집", "101동1203호"]
        {
            assert_eq!(Unit::from_ledger(written).to_ledger(), written);
        }
        let key = |written: &str| Unit::from_ledger(written).key();
        assert_eq!(key("101동 1203호"), key("101-1203"));
        assert_eq!(key("1203호"), key("1203"));
        assert_ne!(key("101-1203"), key("102-1203"));
        assert_eq!(Unit::from_ledger("1203호").to_string(), "1203호");
        assert_eq!(Unit::from_ledger("1203").to_string(), "1203호");
    }
}
