//! 현장방문: what is looked at on a visit, in one order, on paper and on the form by which the paper is entered. What was
//! seen becomes the findings of one step, 사실조사 by visit.

/// One question of the checklist.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Check {
    /// In the form.
    pub name: &'static str,
    pub label: &'static str,
    /// Code and words of each choice; none where words are written.
    pub choices: &'static [(&'static str, &'static str)],
    /// More than one can hold.
    pub several: bool,
    pub required: bool,
}

const fn choice(
    name: &'static str,
    label: &'static str,
    choices: &'static [(&'static str, &'static str)],
) -> Check {
    Check { name, label, choices, several: false, required: false }
}

const fn written(name: &'static str, label: &'static str) -> Check {
    Check { name, label, choices: &[], several: false, required: false }
}

const THERE: &[(&str, &str)] = &[("yes", "있음"), ("no", "없음"), ("unseen", "보지 못함")];
const HEARD: &[(&str, &str)] = &[("yes", "들림"), ("no", "들리지 않음")];
const FROM: &[(&str, &str)] = &[
    ("above", "위"),
    ("below", "아래"),
    ("beside", "옆"),
    ("diagonal", "대각선"),
    ("pipes", "배관·설비"),
    ("unknown", "모름"),
];

/// The checklist, in its order.
pub const CHECKS: &[Check] = &[
    Check {
        name: "met",
        label: "만난 사람",
        choices: &[("applicant", "신청인"), ("respondent", "상대방"), ("nobody", "아무도 만나지 못함")],
        several: true,
        required: true,
    },
    written("rooms", "둘러본 곳"),
    Check { name: "heard", label: "있는 동안 소리가", choices: HEARD, several: false, required: true },
    written("sound", "들은 소리와 시각"),
    choice("from", "소리가 오는 쪽(짐작)", FROM),
    written("measured", "잰 값(참고 수치)"),
    choice("mats", "바닥 매트·깔개", THERE),
    choice("covers", "의자·가구 덮개", THERE),
    choice("doors", "문 닫힘 완충 장치", THERE),
    choice("pipes", "배관·설비 소리", HEARD),
    written("agreed", "그 자리에서 약속한 것"),
    choice("danger", "안전에 걱정되는 점", &[("no", "없음"), ("yes", "있음(안전 확인을 다시 합니다)")]),
    Check { name: "seen", label: "본 것과 다음 할 일", choices: &[], several: false, required: true },
];

/// The findings in words, question by question; unanswered ones are left out. `answers` gives what was typed or chosen.
///
/// # Errors
/// The questions that have to be answered, or were answered with no choice of theirs, each with what to do.
pub fn findings(answers: impl Fn(&str) -> Vec<String>) -> Result<String, Vec<(&'static str, &'static str)>> {
    let (mut lines, mut wrong) = (vec!["현장방문 체크리스트".to_owned()], Vec::new());
    for (check, number) in CHECKS.iter().zip(1u32..) {
        let given: Vec<String> = answers(check.name).into_iter().filter(|a| !a.trim().is_empty()).collect();
        let word =
            |code: &String| check.choices.iter().find(|(known, _)| known == code).map(|(_, label)| *label);
        let said: Option<Vec<&str>> = match check.choices.is_empty() {
            true => Some(given.iter().map(|a| a.trim()).collect()),
            false => given.iter().map(word).collect(),
        };
        match said {
            None => wrong.push((check.name, "보기 가운데 골라 주세요.")),
            Some(_) if !check.several && given.len() > 1 => wrong.push((check.name, "하나만 골라 주세요.")),
            Some(said) if said.is_empty() && check.required => {
                let empty = if check.choices.is_empty() { "적어 주세요." } else { "골라 주세요." };
                wrong.push((check.name, empty));
            }
            Some(said) if said.is_empty() => {}
            Some(said) => lines.push(format!("{number}. {}: {}", check.label, said.join(", "))),
        }
    }
    if wrong.is_empty() { Ok(lines.join("\n")) } else { Err(wrong) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(pairs: &[(&str, &str)]) -> Result<String, Vec<(&'static str, &'static str)>> {
        findings(|code| pairs.iter().filter(|(c, _)| *c == code).map(|(_, a)| (*a).to_owned()).collect())
    }

    #[test]
    fn what_was_seen_is_told_in_the_order_of_the_checklist() {
        let text = given(&[
            ("seen", "매트를 권함"),
            ("met", "applicant"),
            ("met", "respondent"),
            ("heard", "no"),
            ("agreed", " "),
        ]);
        assert_eq!(
            text.unwrap(),
            "현장방문 체크리스트\n1. 만난 사람: 신청인, 상대방\n3. 있는 동안 소리가: 들리지 않음\n13. 본 것과 다음 할 일: 매트를 권함"
        );
        let wrong = given(&[("met", "applicant"), ("heard", "maybe"), ("from", "above"), ("from", "below")])
            .unwrap_err();
        assert_eq!(wrong.iter().map(|(code, _)| *code).collect::<Vec<_>>(), ["heard", "from", "seen"]);
    }

    #[test]
    fn every_question_has_its_own_code() {
        let mut codes: Vec<_> = CHECKS.iter().map(|c| c.name).collect();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), CHECKS.len());
    }
}
