//! When and how mediators work, and when rooms are open.

super::codes! {
    /// A part of the week in which a mediator can work.
    WeekTime {
        MonAm = "mon_am" "월 오전", MonPm = "mon_pm" "월 오후", MonEve = "mon_eve" "월 저녁",
        TueAm = "tue_am" "화 오전", TuePm = "tue_pm" "화 오후", TueEve = "tue_eve" "화 저녁",
        WedAm = "wed_am" "수 오전", WedPm = "wed_pm" "수 오후", WedEve = "wed_eve" "수 저녁",
        ThuAm = "thu_am" "목 오전", ThuPm = "thu_pm" "목 오후", ThuEve = "thu_eve" "목 저녁",
        FriAm = "fri_am" "금 오전", FriPm = "fri_pm" "금 오후", FriEve = "fri_eve" "금 저녁",
        SatAm = "sat_am" "토 오전", SatPm = "sat_pm" "토 오후", SatEve = "sat_eve" "토 저녁",
        SunAm = "sun_am" "일 오전", SunPm = "sun_pm" "일 오후", SunEve = "sun_eve" "일 저녁",
    }
    /// A day of the week.
    WeekDay {
        Mon = "mon" "월",
        Tue = "tue" "화",
        Wed = "wed" "수",
        Thu = "thu" "목",
        Fri = "fri" "금",
        Sat = "sat" "토",
        Sun = "sun" "일",
    }
    /// What comes after a meeting, as those who held it agreed.
    AfterSession {
        Again = "again" "다시 만나기",
        Proposal = "proposal" "조정안 내기",
        Agreement = "agreement" "합의서 쓰기",
        End = "end" "조정 마치기",
    }
    /// What somebody of a site visit's pair says from there.
    Presence {
        Arrived = "arrived" "도착",
        Left = "left" "마치고 나옴",
    }
    /// For what hours of service are counted.
    ServiceKind {
        Session = "session" "조정회의·면담",
        Reported = "reported" "회의 밖의 활동",
    }
}

impl WeekDay {
    /// The weekday of a date.
    #[must_use]
    pub fn of(day: chrono::NaiveDate) -> Self {
        use chrono::{Datelike, Weekday};
        match day.weekday() {
            Weekday::Mon => Self::Mon,
            Weekday::Tue => Self::Tue,
            Weekday::Wed => Self::Wed,
            Weekday::Thu => Self::Thu,
            Weekday::Fri => Self::Fri,
            Weekday::Sat => Self::Sat,
            Weekday::Sun => Self::Sun,
        }
    }
}

impl WeekTime {
    /// Whether this part of the week lies on that day.
    #[must_use]
    pub fn is_on(self, day: chrono::NaiveDate) -> bool {
        self.code().starts_with(WeekDay::of(day).code())
    }
}
